"""Setting up a town by hand: areas, organisations, where its offices lie. Nothing is made twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import (
    Area,
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    TownSetUp,
)
from tracker.accounts.offices.national import plain_number
from tracker.accounts.standing import is_open
from tracker.accounts.towns import policy, queries
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require

MOST_AREAS = 99  # two digits follow the town's code


def begin(town: Municipality, *, by: Viewer, at: datetime) -> None:
    """The town stands among those that are being set up; beginning again changes nothing."""
    require(policy.can_set_up(by, town.id))
    row = db.session.get(TownSetUp, town.id)
    if row is None:
        db.session.add(TownSetUp(municipality_id=town.id, begun_at=at, finished_at=None))
    elif row.finished_at is not None:
        row.finished_at = None
    else:
        return
    _record(town, "town.set_up_begun", {}, by=by, at=at)


def finish(town: Municipality, *, by: Viewer, at: datetime) -> None:
    """The list of steps no longer stands on the first page; it can be opened all the same."""
    require(policy.can_set_up(by, town.id))
    row = db.session.get(TownSetUp, town.id)
    if row is None:
        row = TownSetUp(municipality_id=town.id, begun_at=at, finished_at=None)
        db.session.add(row)
    if row.finished_at is None:
        row.finished_at = at
        _record(town, "town.set_up_finished", {}, by=by, at=at)


def _record(
    town: Municipality, verb: str, facts: Mapping[str, object], *, by: Viewer, at: datetime
) -> None:
    db.session.flush()
    deed = audit.Deed(town.id, verb, town.__tablename__, town.id, Change({}, facts, {}, {}))
    audit.record_many(by, [deed], at=at)


def add_areas(
    town: Municipality, names: Sequence[str], *, by: Viewer, at: datetime
) -> Sequence[Area]:
    """The town has an area of each of these names; those it has already stay as they are.

    :raises InvalidInputError: without a name, with one too long, or beyond 99 areas
    """
    require(policy.can_set_up(by, town.id))
    present = queries.areas_of_town(town.id)
    known = {area.name_ja for area in present}
    wanted = [name for name in dict.fromkeys(names) if name not in known]
    if not names:
        raise InvalidInputError("names", _("Please write the name of an area."))
    if any(len(name) > 120 for name in wanted):
        raise InvalidInputError("names", _("A name has at most 120 characters."))
    last = max((int(area.code.rpartition("-")[2]) for area in present), default=0)
    if last + len(wanted) > MOST_AREAS:
        raise InvalidInputError("names", _("A town has at most 99 areas."))
    made = [
        Area(code=f"{town.id:05}-{number:02}", municipality_id=town.id, name_ja=name, name_en=name)
        for number, name in enumerate(wanted, start=last + 1)
    ]
    db.session.add_all(made)
    for area in made:
        audit.record(by, "area.added", area, at=at)
    return made


def rename_area(area: Area, name_ja: str, name_en: str, *, by: Viewer, at: datetime) -> None:
    """The area is called this.

    :raises InvalidInputError: when another area of the town is called so
    """
    require(policy.can_set_up(by, area.municipality_id))
    others = {one.name_ja for one in queries.areas_of_town(area.municipality_id) if one is not area}
    if name_ja in others:
        raise InvalidInputError("name_ja", _("Another area of the town has this name."))
    area.name_ja, area.name_en = name_ja, name_en
    audit.record(by, "area.renamed", area, at=at)


def remove_area(area: Area, *, by: Viewer, at: datetime) -> None:
    """The town has no such area any more; only one that nothing has ever named can go.

    :raises ConflictError: when a centre, an office, a case or anything else names it
    """
    require(policy.can_set_up(by, area.municipality_id))
    town, key = area.municipality_id, area.id
    try:
        with db.session.begin_nested():
            db.session.execute(sa.delete(Area).where(Area.id == key))
    except sa.exc.IntegrityError as error:
        raise ConflictError(
            _("Something names this area: a centre, an office, a case. It can be renamed only.")
        ) from error
    db.session.expunge(area)
    deed = audit.Deed(town, "area.removed", Area.__tablename__, key, audit.NOTHING)
    audit.record_many(by, [deed], at=at)


@dataclass(frozen=True)
class BodyDraft:
    """What is said of an organisation that is entered by hand."""

    kind: OrganisationKind
    name_ja: str
    kana: str
    name_en: str = ""
    office_no: str = ""
    phone: str = ""
    address: str = ""
    mail: str | None = None
    is_outsourced: bool | None = None  # of a centre
    area_ids: frozenset[int] = frozenset()


def add_body(
    town: Municipality, draft: BodyDraft, *, by: Viewer, at: datetime, today: date
) -> Organisation:
    """There is an organisation like this in the town.

    :raises InvalidInputError: when its name or number is taken, or an area is not the town's
    """
    require(policy.can_set_up(by, town.id))
    number = plain_number(draft.office_no) or None
    _refuse_twice(town, draft, number, today)
    _refuse_areas(town, draft)
    made = Organisation(
        kind=draft.kind,
        municipality_id=town.id,
        name_ja=draft.name_ja,
        name_en=draft.name_en or draft.name_ja,
        kana=draft.kana,
        office_no=number,
        phone=draft.phone,
        address=draft.address,
        mail=draft.mail,
        is_outsourced=draft.is_outsourced if draft.kind is OrganisationKind.CENTRE else None,
        created_at=at,
        updated_at=at,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        OrganisationArea(organisation_id=made.id, area_id=area_id)
        for area_id in sorted(draft.area_ids)
    )
    facts = {"kind": draft.kind.value, "area_ids": sorted(draft.area_ids)}
    audit.record(by, "organisation.added", made, at=at, change=Change({}, facts, {}, {}))
    return made


def _refuse_twice(town: Municipality, draft: BodyDraft, number: str | None, today: date) -> None:
    if number is not None and len(number) != 10:
        raise InvalidInputError("office_no", _("An office number has ten signs."))
    taken = sa.select(Organisation.id).where(Organisation.office_no == number)
    if number is not None and db.session.scalar(taken) is not None:
        raise InvalidInputError("office_no", _("There is an office with this number already."))
    same = sa.select(Organisation.id).where(
        Organisation.municipality_id == town.id,
        Organisation.kind == draft.kind,
        Organisation.name_ja == draft.name_ja,
        is_open(today),
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise InvalidInputError("name_ja", _("The town has an organisation of this name already."))


def _refuse_areas(town: Municipality, draft: BodyDraft) -> None:
    if not draft.area_ids <= {area.id for area in queries.areas_of_town(town.id)}:
        raise InvalidInputError("area_ids", _("Please choose areas of the town."))
    if draft.kind is OrganisationKind.CENTRE and not draft.area_ids:
        raise InvalidInputError("area_ids", _("Please choose the areas the centre serves."))


def place(
    town: Municipality, wishes: Mapping[int, int | None], *, by: Viewer, at: datetime, today: date
) -> int:
    """Each of these offices of the town lies in its area; how many were moved.

    :param wishes: office → area; None takes the office out of all areas
    :raises NotFoundError: when an office or an area is not the town's
    """
    require(policy.can_set_up(by, town.id))
    rows = db.session.execute(queries.offices_of_town(town.id, today=today)).all()
    present = {row.id: row.area_id for row in rows}
    areas = {area.id for area in queries.areas_of_town(town.id)} | {None}
    if not (wishes.keys() <= present.keys() and set(wishes.values()) <= areas):
        raise NotFoundError
    moved = {key: area for key, area in wishes.items() if present[key] != area}
    if not moved:
        return 0
    gone = sa.delete(OrganisationArea).where(OrganisationArea.organisation_id.in_(moved))
    db.session.execute(gone)
    db.session.add_all(
        OrganisationArea(organisation_id=key, area_id=area)
        for key, area in sorted(moved.items())
        if area is not None
    )
    deeds = [
        audit.Deed(
            town.id,
            "organisation.placed",
            Organisation.__tablename__,
            key,
            Change({"area_id": present[key]}, {"area_id": area}, {}, {}),
        )
        for key, area in sorted(moved.items())
    ]
    audit.record_many(by, deeds, at=at)
    return len(moved)
