"""Reading the inbox: what waits for the centre, why each case is there, and who looks after it."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Organisation, OrganisationKind, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import is_open
from tracker.accounts.viewer import Viewer
from tracker.actions.work.models import Delegation
from tracker.actions.work.standing_in import in_force
from tracker.cases import queries as cases
from tracker.cases.models import STAYS_OPEN, Case, CaseStatus
from tracker.cases.queries import CaseFilter
from tracker.cases.reasons import CameAs
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.core.paging import Rows
from tracker.core.workdays import workdays_after
from tracker.intake.sorting import policy
from tracker.intake.sorting.models import CaseNote
from tracker.issues import policy as issue_policy
from tracker.issues.models import OPEN, IssueCase, IssueWish, RegionalIssue
from tracker.settings.values.models import Key
from tracker.settings.values.queries import values_of

BODIES = (OrganisationKind.OFFICE, OrganisationKind.COUNCIL, OrganisationKind.OTHER)
MOST_BODIES, MOST_ISSUES = 20, 200


class InboxPart(enum.StrEnum):
    """What a case in the inbox waits for."""

    ACCEPT = "accept"
    SORT = "sort"
    ANSWER = "answer"
    OVERDUE = "overdue"
    UNASSIGNED = "unassigned"
    STILL = "still"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return PART_LABELS[self]


PART_LABELS: dict[InboxPart, LazyString] = {
    InboxPart.ACCEPT: _l("To accept"),
    InboxPart.SORT: _l("To sort"),
    InboxPart.ANSWER: _l("To answer"),
    InboxPart.OVERDUE: _l("Past the day"),
    InboxPart.UNASSIGNED: _l("Nobody looks after"),
    InboxPart.STILL: _l("Nothing has happened"),
}


class Why(enum.StrEnum):
    """Why a case stands in the inbox of this person."""

    NEW = "new"
    BACK = "back"
    CONTESTED = "contested"
    MOVED = "moved"
    OVERDUE = "overdue"
    MINE = "mine"
    STANDS_IN = "stands_in"
    WISH = "wish"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return WHY_LABELS[self]

    @property
    def sign(self) -> str:
        """A shape beside the words."""
        return WHY_SIGNS[self]


WHY_LABELS: dict[Why, LazyString] = {
    Why.NEW: _l("New"),
    Why.BACK: _l("Came back completed"),
    Why.CONTESTED: _l("The office asks to look again"),
    Why.MOVED: _l("Handed over by another centre"),
    Why.OVERDUE: _l("Past the day"),
    Why.MINE: _l("You look after it"),
    Why.STANDS_IN: _l("You stand in for who looks after it"),
    Why.WISH: _l("The office points at an issue"),
}
WHY_SIGNS: dict[Why, str] = {
    Why.NEW: "○",
    Why.BACK: "↩",
    Why.CONTESTED: "▲",
    Why.MOVED: "→",
    Why.OVERDUE: "■",
    Why.MINE: "●",
    Why.STANDS_IN: "◐",
    Why.WISH: "☆",
}
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True)
class Wanted:
    """What the inbox is narrowed to."""

    part: InboxPart = InboxPart.ACCEPT
    area_id: int | None = None
    why: Why | None = None
    assigned: str = ""  # ME, NOBODY, the key of a person as text, or "" for anybody


@dataclass(frozen=True)
class Moment:
    """When the inbox is looked at: what is late by then, and what has lain still."""

    late_before: date  # a day at the end of a week is not past before the next working day
    still_before: datetime
    today: date


def moment(viewer: Viewer, *, at: datetime, today: date) -> Moment:
    """Now, for this centre; of several towns the one that looks soonest counts. One statement."""
    towns = values_of(viewer.municipality_ids(Role.CENTRE)).values()
    days = min((values[Key.STILL_DAYS] for values in towns), default=0)
    return Moment(workdays_after(today + timedelta(days=1), -1), at - timedelta(days=days), today)


def inbox(viewer: Viewer, wanted: Wanted, now: Moment) -> Rows:
    """Cases of the centre's areas that are wanted, to page by id: the longest waiting first."""
    return (
        cases.cases(viewer, CaseFilter())
        .add_columns(
            Case.version,
            Case.due_on,
            Case.came_as,
            Case.assigned_to_id,
            Person.name.label("assignee"),
            _wished().label("wished"),
            _stood_in(viewer, now).label("stood_in"),
        )
        .outerjoin(Person, Person.id == Case.assigned_to_id)
        .where(*_conditions(viewer, wanted, now))
    )


def next_id(viewer: Viewer, wanted: Wanted, now: Moment, after: int) -> int | None:
    """The case to open after this one: the next in the list, else its first; None when empty."""
    later = sa.case((Case.id > after, 0), else_=1)
    return db.session.scalar(
        sa.select(Case.id)
        .where(*_conditions(viewer, wanted, now), Case.id != after)
        .order_by(later, Case.id)
        .limit(1)
    )


def counts(viewer: Viewer, now: Moment) -> dict[InboxPart, int]:
    """How many cases each part holds, in one statement."""
    sums = [
        sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*_in_part(part, now)), 1), else_=0)), 0)
        for part in InboxPart
    ]
    under_way = Case.status.in_((*_WAITING, CaseStatus.RETURNED))
    row = db.session.execute(sa.select(*sums).where(_ours(viewer), under_way)).one()
    return dict(zip(InboxPart, row, strict=True))


def whys(row: Any, viewer: Viewer, now: Moment) -> list[Why]:
    """Why this row stands before this person, in the order of `Why`; may be empty."""
    came = Why(row.came_as.value)
    first = row.status is CaseStatus.SUBMITTED
    stays = row.came_as in {CameAs.CONTESTED, CameAs.MOVED} and row.status in _WAITING
    holds = {
        came: first or stays,
        Why.OVERDUE: row.due_on is not None and row.due_on < now.late_before,
        Why.MINE: row.assigned_to_id == viewer.person_id,
        Why.STANDS_IN: bool(row.stood_in),
        Why.WISH: bool(row.wished),
    }
    return [why for why in Why if holds.get(why)]


_WAITING = (CaseStatus.SUBMITTED, CaseStatus.ACCEPTED, CaseStatus.DISPOSED)


def _ours(viewer: Viewer) -> sa.ColumnElement[bool]:
    areas = Case.area_id.in_(viewer.area_ids(Role.CENTRE))
    return sa.and_(areas, Case.duplicate_of_id.is_(None))


def _waits() -> sa.ColumnElement[bool]:
    """The centre's step is next: a sorted case only until it is answered."""
    answered_later = sa.and_(
        Case.status == CaseStatus.DISPOSED, Case.disposition.not_in(sorted(STAYS_OPEN))
    )
    return sa.or_(Case.status.in_((CaseStatus.SUBMITTED, CaseStatus.ACCEPTED)), answered_later)


def _in_part(part: InboxPart, now: Moment) -> tuple[sa.ColumnElement[bool], ...]:
    match part:
        case InboxPart.ACCEPT:
            return (Case.status == CaseStatus.SUBMITTED,)
        case InboxPart.SORT:
            return (Case.status == CaseStatus.ACCEPTED,)
        case InboxPart.ANSWER:
            return (
                Case.status == CaseStatus.DISPOSED,
                Case.disposition.not_in(sorted(STAYS_OPEN)),
            )
        case InboxPart.OVERDUE:
            return (_waits(), Case.due_on < now.late_before)
        case InboxPart.UNASSIGNED:
            return (_waits(), Case.assigned_to_id.is_(None))
    open_states = Case.status.in_((*_WAITING, CaseStatus.RETURNED))
    return (open_states, Case.updated_at < now.still_before)


def _conditions(viewer: Viewer, wanted: Wanted, now: Moment) -> list[sa.ColumnElement[bool]]:
    found = [_ours(viewer), *_in_part(wanted.part, now)]
    if wanted.area_id is not None:
        found.append(Case.area_id == wanted.area_id)
    if wanted.why is not None:
        found.append(_because(wanted.why, viewer, now))
    if wanted.assigned == NOBODY:
        found.append(Case.assigned_to_id.is_(None))
    elif wanted.assigned == ME:
        mine = Case.assigned_to_id == viewer.person_id
        found.append(sa.or_(mine, _stood_in(viewer, now)))
    elif wanted.assigned:
        found.append(Case.assigned_to_id == int(wanted.assigned))
    return found


def _because(why: Why, viewer: Viewer, now: Moment) -> sa.ColumnElement[bool]:
    match why:
        case Why.OVERDUE:
            return Case.due_on < now.late_before
        case Why.MINE:
            return Case.assigned_to_id == viewer.person_id
        case Why.STANDS_IN:
            return _stood_in(viewer, now)
        case Why.WISH:
            return _wished()
        case Why.CONTESTED | Why.MOVED:
            return sa.and_(Case.came_as == CameAs(why.value), Case.status.in_(_WAITING))
    return sa.and_(Case.came_as == CameAs(why.value), Case.status == CaseStatus.SUBMITTED)


def _stood_in(viewer: Viewer, now: Moment) -> sa.ColumnElement[bool]:
    """Is whoever looks after the case away, and does the viewer stand in for them today?"""
    return sa.exists().where(
        Delegation.holder_id == Case.assigned_to_id,
        Delegation.delegate_id == viewer.person_id,
        Delegation.municipality_id == Case.municipality_id,
        in_force(now.today),
    )


def _wished() -> sa.ColumnElement[bool]:
    """Has the office pointed at an issue that the case does not support yet?"""
    held = sa.exists().where(
        IssueCase.issue_id == IssueWish.issue_id, IssueCase.case_id == IssueWish.case_id
    )
    return sa.exists().where(IssueWish.case_id == Case.id, ~held)


@dataclass(frozen=True)
class Body:
    """Somebody a case may be handed to, with the number of its own line."""

    id: int
    name: str
    phone: str


def bodies(viewer: Viewer, municipality_id: int, *, today: date) -> Sequence[Body]:
    """The town's sections, council and other bodies that can be telephoned, by kana.

    None for whoever works in no centre of the town. One statement.
    """
    if municipality_id not in viewer.municipality_ids(Role.CENTRE):
        return []
    rows = db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.municipality_id == municipality_id,
            Organisation.kind.in_(BODIES),
            Organisation.phone != "",
            is_open(today),
        )
        .order_by(Organisation.kana, Organisation.id)
        .limit(MOST_BODIES)
    )
    return [Body(row.id, named(row), row.phone) for row in rows]


def notes_of(viewer: Viewer, case_id: int) -> Sequence[sa.Row[datetime, str, str]]:
    """When, who and what was noted inside the centre, the newest first; one statement."""
    return db.session.execute(
        sa.select(CaseNote.at, Person.name, CaseNote.note)
        .join(Person, Person.id == CaseNote.person_id)
        .where(CaseNote.case_id == case_id, policy.notes_visible_to(viewer))
        .order_by(CaseNote.id.desc())
    ).all()


def open_issues(viewer: Viewer, case: Case | None = None) -> list[tuple[int, str, str]]:
    """Open issues a case may support: key, number, title; the newest first. One statement.

    :param case: only those of its type, for its area or the whole town
    """
    conditions = [issue_policy.visible_to(viewer), RegionalIssue.status.in_(sorted(OPEN))]
    if case is not None:
        fits = sa.or_(RegionalIssue.area_id.is_(None), RegionalIssue.area_id == case.area_id)
        conditions += [RegionalIssue.act_type_code == case.act_type_code, fits]
    rows = db.session.execute(
        sa.select(RegionalIssue.id, RegionalIssue.number, RegionalIssue.title)
        .where(*conditions)
        .order_by(RegionalIssue.id.desc())
        .limit(MOST_ISSUES)
    )
    return [(row.id, row.number, row.title) for row in rows]


def is_ours(viewer: Viewer, case_id: int) -> bool:
    """Does the case stand before the viewer's centre (still)?"""
    ours = sa.select(Case.id).where(Case.id == case_id, _ours(viewer))
    return db.session.scalar(ours) is not None


def colleagues(by_area: Mapping[int, Mapping[int, str]]) -> dict[int, str]:
    """Names by person of everybody who serves any of the areas."""
    return {key: name for people in by_area.values() for key, name in people.items()}
