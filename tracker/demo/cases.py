"""The demo's cases, filed and sorted at the times the file says, through the services."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Membership, OrganisationArea, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.cases import filing, service
from tracker.cases.filing import CaseDraft, Whence
from tracker.cases.models import Case, Disposition
from tracker.cases.reasons import DispositionReason
from tracker.cases.service import SortDraft
from tracker.cases.ticks import Ticks
from tracker.core import clock
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.demo import files
from tracker.meetings.models import Meeting, MeetingLevel
from tracker.notifications.models import Notice
from tracker.taxonomy.models import Guidance, GuidanceActType, GuidanceStep

ACCEPT_AFTER = timedelta(days=2, hours=3)
SORT_AFTER = timedelta(days=5, hours=1)
READ_BEFORE = timedelta(days=14)  # older notices have been read by now


def file_all(rows: Sequence[dict[str, str]], cast: "Cast", now: datetime) -> dict[str, int]:
    """Every case of the file stands where the file says; their keys by the file's."""
    made = {}
    details = {row["key"]: row for row in files.rows("case_details")}
    for row in rows:
        at = now - timedelta(days=int(row["days_ago"]), hours=2)
        case = _file(row, details[row["key"]], cast, at)
        _sort(row, case, cast, at, now)
        made[row["key"]] = case.id
    return made


class Cast:
    """Who files and who sorts, as viewers."""

    def __init__(self, areas: dict[str, int]) -> None:
        self.areas = areas
        self._viewers: dict[str, Viewer] = {}
        self._centres: dict[str, Viewer] = {}

    def person(self, login: str) -> Viewer:
        """The person with this sign-in name."""
        if login not in self._viewers:
            person_id = db.session.scalars(sa.select(Person.id).where(Person.login == login)).one()
            self._viewers[login] = viewer_of(person_id, today=clock.today())
        return self._viewers[login]

    def preparer(self, meeting: Meeting) -> Viewer:
        """The one of the demo who prepares the meetings of its host."""
        logins = {MeetingLevel.MUNICIPAL: ("mori", "tani"), MeetingLevel.AREA: ("sato", "nishi")}
        for login in (*logins.get(meeting.level, ()), "sato", "nishi"):
            if meeting.host_id in self.person(login).organisation_ids():
                return self.person(login)
        raise LookupError("nobody of the demo prepares this meeting")

    def second(self, meeting: Meeting) -> Viewer:
        """A colleague of whoever prepares the meeting; the same person where there is none."""
        for login in ("hara", "hoshino"):
            if meeting.host_id in self.person(login).organisation_ids():
                return self.person(login)
        return self.preparer(meeting)

    def centre(self, area: str) -> Viewer:
        """Somebody of the centre that serves the area."""
        if area not in self._centres:
            person_id = db.session.scalars(
                sa.select(Membership.person_id)
                .join(
                    OrganisationArea,
                    OrganisationArea.organisation_id == Membership.organisation_id,
                )
                .where(Membership.role == Role.CENTRE, OrganisationArea.area_id == self.areas[area])
                .order_by(Membership.id)
                .limit(1)
            ).one()
            self._centres[area] = viewer_of(person_id, today=clock.today())
        return self._centres[area]


def _file(row: dict[str, str], more: dict[str, str], cast: Cast, at: datetime) -> Case:
    filer = cast.person(row["login"])
    day = clock.local(at).date()
    coded: dict[str, Any] = {name: more[name] or None for name in CODED}
    draft = CaseDraft(
        area_id=cast.areas[row["area"]],
        occurred_month=day.replace(day=1),
        act_type=row["act_type"],
        gap=row["gap"],
        requester=row["requester"],
        outcome=row["outcome"],
        urgency=row["urgency"],
        ability_to_pay=row["ability_to_pay"] or None,
        times_handled=int(row["times_handled"]),
        minutes_each=int(row["minutes_each"]),
        summary=row["summary"],
        wanted=row["wanted"],
        department=more["department"],
        work_class_reason=more["work_class_reason"],
        office_ref=more["office_ref"],
        ticks=_ticks(row["act_type"], more),
        **coded,
    )
    (office,) = filer.organisation_ids(Role.AGENCY)
    return filing.file_case(draft, Whence(office), by=filer, at=at, today=max(day, TAXONOMY_BEGINS))


# Codes of the second file that may be left open.
CODED = (
    "hour_band",
    "acted_because",
    "charge",
    "charge_band",
    "paid_by",
    "age_band",
    "care_level",
    "danger",
    "bodies_agreed",
    "work_class",
)


def _ticks(act_type: str, more: dict[str, str]) -> Ticks:
    steps = dict(pair.split(":") for pair in more["steps"].split())
    return Ticks(
        household=frozenset(more["household"].split()),
        steps={_step(act_type, int(position)): result for position, result in steps.items()},
        kinds=dict(pair.split(":") for pair in more["kinds"].split()),
        calls=dict(pair.split(":") for pair in more["calls"].split()),
    )


def _step(act_type: str, position: int) -> int:
    """The key of a step of the type's guidance."""
    return db.session.scalars(
        sa.select(GuidanceStep.id)
        .join(Guidance, Guidance.id == GuidanceStep.guidance_id)
        .join(GuidanceActType, GuidanceActType.guidance_key == Guidance.key)
        .where(GuidanceActType.act_type_code == act_type, GuidanceStep.position == position)
        .order_by(GuidanceStep.id)
        .limit(1)
    ).one()


TAXONOMY_BEGINS = date(2024, 12, 2)  # the act types are in force from here on


def _sort(row: dict[str, str], case: Case, cast: Cast, at: datetime, now: datetime) -> None:
    centre, state = cast.centre(row["area"]), row["state"]
    later = min(at + ACCEPT_AFTER, now - timedelta(hours=1))
    if state == "withdrawn":
        filing.withdraw_case(case, by=cast.person(row["login"]), at=later)
    elif state == "returned":
        service.return_case(case, row["sentence"], by=centre, at=later)
    elif state != "submitted":
        service.accept_case(case, by=centre, at=later)
    if state in {"disposed", "closed"}:
        draft = SortDraft(
            Disposition(row["disposition"]),
            row["redirect_body"],
            row["redirect_contact"],
            row["sentence"],
            DispositionReason.OTHER_DUTY if row["redirect_body"] else None,
        )
        sorted_at = min(at + SORT_AFTER, now - timedelta(minutes=30))
        service.dispose_case(case, draft, by=centre, at=sorted_at)


def settle_old_news(now: datetime) -> None:
    """Old notices were read long ago, and no mail goes out for the demo's past."""
    db.session.flush()
    db.session.execute(
        sa.update(Notice).where(Notice.due_at < now - READ_BEFORE).values(read_at=Notice.due_at)
    )
    db.session.execute(
        sa.update(OutboxMail).values(stopped_at=now, stopped_because="the demo's past")
    )
