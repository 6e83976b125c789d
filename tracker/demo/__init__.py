"""Two fictional towns, written through the same services as real ones."""

from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from tracker.accounts import passwords, regions, service
from tracker.accounts.models import (
    Area,
    Membership,
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    OrganisationTown,
    Person,
    RegionKind,
)
from tracker.accounts.roles import Role
from tracker.accounts.service import NewPerson
from tracker.cases import words
from tracker.core import clock, wareki
from tracker.core.db import Model, db
from tracker.demo import (
    candidates,
    driving,
    followup,
    regrouping,
    resources,
    settings,
    sorting,
    statements,
    trouble,
)
from tracker.demo.cases import Cast, file_all, settle_old_news
from tracker.demo.chain import Story
from tracker.demo.files import rows
from tracker.issues import releases

PASSWORD = "kakehashi-demo"  # noqa: S105 - published on purpose; refused outside a demo
SINCE = timedelta(days=3 * 365)  # memberships began this long ago

SIGN_INS = (
    ("aoi", "care manager, 見晴市 east"),
    ("kato", "care manager, 見晴市 west"),
    ("sato", "support centre, 見晴市 east"),
    ("nishi", "support centre, 見晴市 west"),
    ("mori", "municipal officer, 見晴市"),
    ("hara", "municipal officer, 見晴市"),
    ("yama", "life-support coordinator, 見晴市"),
    ("iin", "meeting member, 見晴市"),
    ("ono", "care manager, 川瀬町"),
    ("tani", "municipal officer, 川瀬町"),
    ("ken", "prefecture"),
    ("kanri", "administrator"),
    ("kansa", "privacy officer"),
)


def is_loaded() -> bool:
    """Are the demo towns in the database?"""
    return db.session.scalar(sa.select(Person.id).where(Person.is_demo).limit(1)) is not None


def empty() -> None:
    """Every row of every table is gone but what `flask init` brings. Development only."""
    from tracker.core.upgrade import create_triggers

    kept = {"act_families", "act_types", "class_placements", "codes", "guidances"}
    kept |= {"guidance_steps", "guidance_act_types", "resource_category_types", "work_classes"}
    connection = db.session.connection()
    dialect = connection.dialect.name
    for name in ("audit_entries_no_update", "audit_entries_no_delete"):
        on_table = " ON audit_entries" if dialect == "postgresql" else ""
        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}{on_table}"))
    words.forget_all(connection)
    for table in reversed(Model.metadata.sorted_tables):
        if table.name == "municipalities":
            db.session.execute(sa.delete(Municipality).where(Municipality.is_demo))
        elif table.name not in kept:
            db.session.execute(sa.delete(table))
    create_triggers(connection)
    db.session.commit()
    Path(current_app.config["AUDIT_HEADS_FILE"]).unlink(missing_ok=True)  # of chains now gone


def settle(now: datetime) -> tuple[dict[str, Area], dict[str, Organisation]]:
    """The two towns with their organisations and people are there, and nothing has happened yet."""
    _towns()
    areas = _areas()
    organisations = _organisations(areas, now)
    _people(now)
    _memberships(organisations, clock.today() - SINCE)
    db.session.flush()
    return areas, organisations


def load() -> int:
    """The two towns with their people and cases are there, written as of today; how many cases."""
    now = clock.now()
    areas, organisations = settle(now)
    cast = Cast({key: area.id for key, area in areas.items()})
    cases = file_all(rows("cases"), cast, now)
    settings.load(cast, now)
    found = resources.load(cast.areas, cast.person("yama"), now)
    offices = {key: organisation.id for key, organisation in organisations.items()}
    story = Story(cast, offices, found, cases, now)
    story.tell()
    driving.load(story.actions, offices, cast, now)
    after = file_all(rows("cases_after"), cast, now)  # these come after closings and freezings
    issues = {key: issue.id for key, issue in story.issues.items()}
    sorting.load({**cases, **after}, issues, cast, now)
    statements.load(story.issues, cast, now)
    regrouping.load(story.issues, {**cases, **after}, cast, now)
    candidates.load(story.issues, cast, now)
    followup.load(now)
    trouble.load({**cases, **after}, found, cast, now)
    settle_old_news(now)
    releases.make(wareki.fiscal_year(clock.today()) - 1, at=now)
    return len(cases) + len(after)


def _towns() -> None:
    for row in sorted(rows("municipalities"), key=lambda row: row["kind"] != "prefecture"):
        prefecture = None if row["kind"] == "prefecture" else int(row["prefecture_code"]) * 1000
        db.session.add(
            Municipality(
                id=regions.verified(row["code"]),
                code=row["code"],
                kind=RegionKind(row["kind"]),
                name_ja=row["name_ja"],
                name_en=row["name_en"],
                kana=row["kana"],
                prefecture_id=prefecture,
                is_demo=True,
            )
        )
        db.session.flush()


def _areas() -> dict[str, Area]:
    areas = {
        row["key"]: Area(
            code=row["code"],
            municipality_id=int(row["municipality"]),
            name_ja=row["name_ja"],
            name_en=row["name_en"],
        )
        for row in rows("areas")
    }
    db.session.add_all(areas.values())
    db.session.flush()
    return areas


def _organisations(areas: dict[str, Area], now: datetime) -> dict[str, Organisation]:
    made = {}
    for row in rows("organisations"):
        made[row["key"]] = organisation = service.add_organisation(
            row["name_ja"],
            OrganisationKind(row["kind"]),
            municipality_id=int(row["municipality"]),
            at=now,
        )
        organisation.name_en, organisation.kana = row["name_en"], row["kana"]
        organisation.office_no, organisation.phone = row["office_no"] or None, row["phone"]
        for key in row["areas"].split():
            db.session.add(OrganisationArea(organisation_id=organisation.id, area_id=areas[key].id))
    for row in rows("organisation_towns"):
        organisation_id, town_id = made[row["organisation"]].id, int(row["municipality"])
        db.session.add(OrganisationTown(organisation_id=organisation_id, municipality_id=town_id))
    return made


def _people(now: datetime) -> None:
    password_hash = passwords.hashed(PASSWORD)
    for row in rows("people"):
        draft = NewPerson(row["login"], row["name_ja"], row["email"], PASSWORD, row["language"])
        service.add_person(draft, password_hash, at=now, is_demo=True)


def _memberships(organisations: dict[str, Organisation], from_on: date) -> None:
    ids = {person.login: person.id for person in db.session.scalars(sa.select(Person))}
    for row in rows("memberships"):
        db.session.add(
            Membership(
                person_id=ids[row["login"]],
                organisation_id=organisations[row["organisation"]].id,
                role=Role(row["role"]),
                from_on=from_on,
                may_invite=row["may_invite"] == "yes",
            )
        )
