"""What was decided before a meeting, and how far it has come: read for the meeting's folder."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Organisation
from tracker.actions.models import ENDED, Action, ActionEntry, Stage
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.meetings import queries as meetings
from tracker.meetings.models import AgendaItem, Meeting, MeetingStatus

SAT = (
    MeetingStatus.HELD,
    MeetingStatus.MINUTES_DRAFTED,
    MeetingStatus.MINUTES_APPROVED,
    MeetingStatus.ANSWERED,
)
MOST_ACTIONS = 100  # the oldest are left out; nobody reads more in a meeting


@dataclass(frozen=True)
class Driven:
    """An action an earlier meeting decided, and its last word."""

    number: str
    title: str
    owner: str
    due_on: date
    stage: Stage
    said: str
    overdue: bool


@dataclass(frozen=True)
class LastTime:
    """The meeting before this one; nothing in it when there is none."""

    title: str = ""
    items: Sequence[AgendaItem] = ()
    actions: Sequence[Driven] = field(default=())


def last_time(meeting: Meeting, *, today: date) -> LastTime:
    """Items of the last meeting of the same kind; its actions, and older ones that are still open.

    For those who may open the meeting's folder. Actions by due date, then by id.
    """
    before = _before(meeting)
    last = db.session.execute(
        sa.select(Meeting.id, Meeting.title)
        .where(*before)
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return LastTime()
    return LastTime(last.title, meetings.items_of(last.id), _actions(last.id, before, today))


def _before(meeting: Meeting) -> list[sa.ColumnElement[bool]]:
    """Meetings that sat before, of the same series; of the same kind where it belongs to none."""
    if meeting.series_id is not None:
        same = [Meeting.series_id == meeting.series_id]
    else:
        same = [
            Meeting.level == meeting.level,
            Meeting.area_id.is_(None)
            if meeting.area_id is None
            else Meeting.area_id == meeting.area_id,
        ]
    return [
        Meeting.municipality_id == meeting.municipality_id,
        *same,
        Meeting.status.in_(SAT),
        sa.or_(
            Meeting.held_on < meeting.held_on,
            sa.and_(Meeting.held_on == meeting.held_on, Meeting.id < meeting.id),
        ),
    ]


def _actions(last_id: int, before: Sequence[sa.ColumnElement[bool]], today: date) -> list[Driven]:
    said = (
        sa.select(ActionEntry.sentence)
        .where(ActionEntry.action_id == Action.id, ActionEntry.undone_at.is_(None))
        .order_by(ActionEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Action.number,
            Action.title,
            Organisation.name_ja,
            Organisation.name_en,
            Action.due_on,
            Action.stage,
            said.label("said"),
        )
        .join(AgendaItem, AgendaItem.id == Action.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Organisation, Organisation.id == Action.owner_id)
        .where(*before, sa.or_(Meeting.id == last_id, Action.stage.not_in(sorted(ENDED))))
        .order_by(Action.due_on, Action.id)
        .limit(MOST_ACTIONS)
    )
    return [
        Driven(
            row.number,
            row.title,
            named(row),
            row.due_on,
            row.stage,
            row.said or "",
            overdue=row.stage not in ENDED and row.due_on < today,
        )
        for row in rows
    ]
