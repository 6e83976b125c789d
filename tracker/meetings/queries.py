"""Reading meetings: the list, one meeting with its agenda, what may be put on it."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Organisation, Person
from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.core.paging import Rows
from tracker.issues import policy as issue_policy
from tracker.issues.models import IssueCase, RegionalIssue
from tracker.meetings import agenda, history, policy, programme
from tracker.meetings.agenda import Timing
from tracker.meetings.models import (
    AgendaItem,
    Attendee,
    ItemCase,
    ItemIssue,
    Meeting,
    MeetingLevel,
    MeetingStep,
    Pledge,
)
from tracker.meetings.programme import Section
from tracker.taxonomy.models import ActType


class When(enum.StrEnum):
    """Part of the list."""

    COMING = "coming"
    PAST = "past"


WHEN_LABELS: dict[When, LazyString] = {When.COMING: _l("Coming"), When.PAST: _l("Past")}


@dataclass(frozen=True)
class MeetingFilter:
    """What a list is narrowed to."""

    when: When = When.COMING
    level: MeetingLevel | None = None


def meetings(viewer: Viewer, wanted: MeetingFilter, *, today: date) -> Rows:
    """Meetings the viewer may know of, to page by id."""
    coming = wanted.when is When.COMING
    conditions = [Meeting.held_on >= today if coming else Meeting.held_on < today]
    if wanted.level is not None:
        counts_as = sa.or_(Meeting.level == wanted.level, Meeting.also_level == wanted.level)
        conditions.append(counts_as)
    items = (
        sa.select(sa.func.count())
        .select_from(AgendaItem)
        .where(AgendaItem.meeting_id == Meeting.id, AgendaItem.dropped_at.is_(None))
        .scalar_subquery()
    )
    return (
        sa.select(
            Meeting.id,
            Meeting.title,
            Meeting.level,
            Meeting.held_on,
            Meeting.starts_at,
            Meeting.place,
            Meeting.status,
            Organisation.name_ja.label("host_ja"),
            Organisation.name_en.label("host_en"),
            items.label("items"),
        )
        .join(Organisation, Organisation.id == Meeting.host_id)
        .where(policy.visible_to(viewer), *conditions)
    )


def next_meetings(viewer: Viewer, *, today: date, limit: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """The next meetings the viewer may know of, soonest first."""
    coming = meetings(viewer, MeetingFilter(), today=today)
    return db.session.execute(coming.order_by(Meeting.held_on, Meeting.id).limit(limit)).all()


def get_meeting(viewer: Viewer, meeting_id: int) -> Meeting:
    """The meeting with its town, area and host.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.id == meeting_id, policy.visible_to(viewer))
        .options(
            joinedload(Meeting.municipality), joinedload(Meeting.area), joinedload(Meeting.host)
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_item(meeting: Meeting, item_id: int) -> AgendaItem:
    """An item that stands on the meeting's agenda.

    :raises NotFoundError: when there is none, or it was dropped
    """
    found = db.session.scalars(_standing(meeting.id).where(AgendaItem.id == item_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_attendee(meeting: Meeting, attendee_id: int) -> Attendee:
    """Somebody invited to the meeting.

    :raises NotFoundError: when there is none
    """
    found = db.session.get(Attendee, attendee_id)
    if found is None or found.meeting_id != meeting.id:
        raise NotFoundError
    return found


def _standing(meeting_id: int) -> sa.Select[AgendaItem]:
    return (
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.dropped_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id)
    )


def items_of(meeting_id: int) -> Sequence[AgendaItem]:
    """Items that stand on the agenda, in order."""
    return db.session.scalars(_standing(meeting_id)).all()


def attendees_of(meeting_id: int) -> Sequence[Attendee]:
    """Everybody invited, in the order of inviting."""
    return db.session.scalars(
        sa.select(Attendee).where(Attendee.meeting_id == meeting_id).order_by(Attendee.id)
    ).all()


@dataclass(frozen=True)
class Subject:
    """An issue or a case an item is about, as this viewer may know it."""

    id: int
    number: str
    words: str  # the issue's title; of a case its type, never its text
    may_open: bool
    since: int = 0  # cases attached to the issue after the sheet was frozen


@dataclass(frozen=True)
class ItemView:
    """An item with what it is about, its number and the time it begins."""

    item: AgendaItem
    number: int
    begins: time
    subjects: list[Subject]


@dataclass(frozen=True)
class Entry:
    """One line of a meeting's history."""

    when: datetime
    who: str
    what: str
    sentence: str = ""


@dataclass(frozen=True)
class MeetingPage:
    """A meeting as one viewer may read it; agenda and people are empty while the folder is shut."""

    meeting: Meeting
    may_prepare: bool
    is_staff: bool
    folder_open: bool
    ends: time
    timing: Timing
    items: list[ItemView] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)  # the agenda by its headings
    attendees: Sequence[Attendee] = ()
    changes: list[Entry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def undecided(self) -> list[ItemView]:
        """Items without an outcome."""
        return [view for view in self.items if view.item.outcome is None]


def meeting_page(viewer: Viewer, meeting_id: int, *, today: date) -> MeetingPage:
    """The meeting, its agenda in order, who comes, what changed since publication, its history.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    meeting = get_meeting(viewer, meeting_id)
    pledge = pledge_of(viewer, meeting, today=today)
    may_open = policy.can_open_folder(viewer, meeting, pledged=pledge is not None)
    items = items_of(meeting.id) if may_open else []
    steps = _steps(meeting.id) if may_open else []
    staff = policy.is_staff(viewer, meeting)
    headings = programme.headings_of(meeting) if may_open else ()
    reports = programme.report_rows(headings)
    row = programme.slots(headings, items, reports)
    views = _views(viewer, items, programme.begins(meeting, row))
    return MeetingPage(
        meeting=meeting,
        may_prepare=policy.can_prepare(viewer, meeting),
        is_staff=staff,
        folder_open=may_open,
        ends=agenda.ends_at(meeting.starts_at, meeting.length_minutes),
        timing=agenda.timing([slot.minutes for slot in row], meeting.length_minutes),
        items=views,
        sections=programme.sections(meeting, headings, views, reports),
        attendees=attendees_of(meeting.id) if may_open else (),
        changes=_changes(meeting, steps),
        entries=[_entry(*row) for row in steps] if staff else [],
    )


def _views(viewer: Viewer, items: Sequence[AgendaItem], begins: dict[int, time]) -> list[ItemView]:
    subjects = _subjects(viewer, [item.id for item in items])
    return [
        ItemView(item, number, begins[item.id], subjects.get(item.id, []))
        for number, item in enumerate(items, 1)
    ]


def _subjects(viewer: Viewer, item_ids: Sequence[int]) -> dict[int, list[Subject]]:
    since = (
        sa.select(sa.func.count())
        .select_from(IssueCase)
        .where(
            IssueCase.issue_id == RegionalIssue.id,
            IssueCase.attached_at > AgendaItem.frozen_at,
        )
        .scalar_subquery()
    )
    issues = (
        sa.select(
            ItemIssue.item_id,
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title.label("words_ja"),
            RegionalIssue.title.label("words_en"),
            sa.case((issue_policy.visible_to(viewer), 1), else_=0).label("may_open"),
            since.label("since"),
        )
        .join(RegionalIssue, RegionalIssue.id == ItemIssue.issue_id)
        .join(AgendaItem, AgendaItem.id == ItemIssue.item_id)
        .where(ItemIssue.item_id.in_(item_ids))
        .order_by(RegionalIssue.fiscal_year, RegionalIssue.serial, RegionalIssue.id)
    )
    cases = (
        sa.select(
            ItemCase.item_id,
            Case.id,
            Case.number,
            ActType.name_ja.label("words_ja"),
            ActType.name_en.label("words_en"),
            sa.case((case_policy.visible_to(viewer), 1), else_=0).label("may_open"),
            sa.literal(0).label("since"),
        )
        .join(Case, Case.id == ItemCase.case_id)
        .join(ActType, ActType.code == Case.act_type_code)
        .where(ItemCase.item_id.in_(item_ids))
        .order_by(Case.id)
    )
    found: dict[int, list[Subject]] = {}
    for row in (*db.session.execute(issues), *db.session.execute(cases)):
        subject = Subject(
            row.id, row.number, named(row, "words"), bool(row.may_open), row.since or 0
        )
        found.setdefault(row.item_id, []).append(subject)
    return found


StepRow = tuple[MeetingStep, str, str | None]


def _steps(meeting_id: int) -> list[StepRow]:
    """Steps of the meeting, first to last, with who took them and the item's title."""
    rows = db.session.execute(
        sa.select(MeetingStep, Person.name, AgendaItem.title)
        .join(Person, Person.id == MeetingStep.person_id)
        .outerjoin(AgendaItem, AgendaItem.id == MeetingStep.item_id)
        .where(MeetingStep.meeting_id == meeting_id)
        .order_by(MeetingStep.id)
    )
    return [(step, name, title) for step, name, title in rows]


def _entry(step: MeetingStep, name: str, title: str | None) -> Entry:
    return Entry(step.at, name, str(history.WORDS.get(step.verb, step.verb)), title or "")


def _changes(meeting: Meeting, steps: Sequence[StepRow]) -> list[Entry]:
    """Items added, moved or dropped after publication, first to last."""
    published = next((step.id for step, *_rest in steps if step.verb == "meeting.published"), None)
    if published is None:
        return []
    return [
        _entry(step, name, title)
        for step, name, title in steps
        if step.id > published and step.verb in history.AGENDA_CHANGES
    ]


@dataclass(frozen=True)
class DecidedAction:
    """An action as the minutes name it."""

    id: int
    number: str
    title: str
    owner: str
    due_on: date


def last_outcome_step(item_id: int) -> MeetingStep | None:
    """The step that noted the item's outcome; the newest when it was noted again."""
    return db.session.scalars(
        sa.select(MeetingStep)
        .where(MeetingStep.item_id == item_id, MeetingStep.verb == "item.decided")
        .order_by(MeetingStep.id.desc())
        .limit(1)
    ).one_or_none()


def pledge_of(viewer: Viewer, meeting: Meeting, *, today: date) -> Pledge | None:
    """The viewer's own pledge that opens the folder today, the one that holds longest; or None."""
    return db.session.scalars(
        sa.select(Pledge)
        .join(Meeting, Meeting.id == meeting.id)
        .where(
            policy.holds(viewer, today=today),
        )
        .order_by(Pledge.valid_until.desc(), Pledge.id)
        .limit(1)
    ).one_or_none()


def actions_decided(item_ids: Sequence[int]) -> dict[int, list[DecidedAction]]:
    """Actions by the item that decided them, by number. For those who may read the minutes."""
    rows = db.session.execute(
        sa.select(
            Action.item_id,
            Action.id,
            Action.number,
            Action.title,
            Action.due_on,
            Organisation.name_ja,
            Organisation.name_en,
        )
        .join(Organisation, Organisation.id == Action.owner_id)
        .where(Action.item_id.in_(item_ids))
        .order_by(Action.id)
    )
    found: dict[int, list[DecidedAction]] = {}
    for row in rows:
        decided = DecidedAction(row.id, row.number, row.title, named(row), row.due_on)
        found.setdefault(row.item_id, []).append(decided)
    return found
