"""What earlier meetings put off: held, to be asked, to be looked at again, or not reached.

A meeting of a series looks at the earlier ones of it; any other at those of its kind and area.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from tracker.core.db import db
from tracker.meetings.models import (
    AgendaItem,
    ItemCase,
    ItemIssue,
    ItemKind,
    Meeting,
    MeetingStatus,
    Outcome,
)

PUT_OFF = (Outcome.HOLD, Outcome.ASK, Outcome.AGAIN)


def earlier(meeting: Meeting) -> sa.ColumnElement[bool]:
    """Other meetings of the same body, not later than this one."""
    if meeting.series_id is not None:
        same = Meeting.series_id == meeting.series_id
    else:
        area = meeting.area_id
        same = sa.and_(
            Meeting.municipality_id == meeting.municipality_id,
            Meeting.level == meeting.level,
            Meeting.area_id.is_(None) if area is None else Meeting.area_id == area,
        )
    return sa.and_(same, Meeting.id != meeting.id, Meeting.held_on <= meeting.held_on)


def put_off() -> sa.ColumnElement[bool]:
    """Items put off by what came of them, or published and never reached."""
    not_reached = sa.and_(
        AgendaItem.frozen_at.is_not(None),
        AgendaItem.outcome.is_(None),
        sa.or_(AgendaItem.dropped_at.is_not(None), Meeting.status == MeetingStatus.CANCELLED),
    )
    by_outcome = sa.and_(AgendaItem.outcome.in_(PUT_OFF), AgendaItem.dropped_at.is_(None))
    return sa.or_(by_outcome, not_reached)


def last_put_off(meeting: Meeting, kind: ItemKind, subject_ids: Sequence[int]) -> AgendaItem | None:
    """The newest item about any of these, when it was put off; None when it came to an end."""
    link: type[ItemIssue] | type[ItemCase]
    if kind is ItemKind.ISSUE:
        link, subject = ItemIssue, ItemIssue.issue_id
    else:
        link, subject = ItemCase, ItemCase.case_id
    row = db.session.execute(
        sa.select(AgendaItem, sa.case((put_off(), 1), else_=0))
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(link, link.item_id == AgendaItem.id)
        .where(
            subject.in_(subject_ids),
            earlier(meeting),
            sa.or_(AgendaItem.outcome.is_not(None), AgendaItem.frozen_at.is_not(None)),
        )
        .order_by(Meeting.held_on.desc(), AgendaItem.id.desc())
        .limit(1)
    ).first()
    return row[0] if row and row[1] else None


@dataclass(frozen=True)
class Waiting:
    """An item that was put off and is due, with one thing it was about."""

    item: AgendaItem
    held_on: date  # of the meeting that put it off
    issue_id: int | None
    case_id: int | None


def due(meeting: Meeting) -> Sequence[Waiting]:
    """What is due by the meeting's day and on no later agenda yet, the oldest first.

    One entry for each issue or case of an item. In one statement.
    """
    again = orm.aliased(AgendaItem)
    onwards = orm.aliased(Meeting)
    carried = (
        sa.select(again.id)
        .join(onwards, onwards.id == again.meeting_id)
        .where(
            again.carried_from_id == AgendaItem.id,
            again.dropped_at.is_(None),
            onwards.status != MeetingStatus.CANCELLED,
        )
        .exists()
    )
    rows = db.session.execute(
        sa.select(AgendaItem, Meeting.held_on, ItemIssue.issue_id, ItemCase.case_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(ItemIssue, ItemIssue.item_id == AgendaItem.id)
        .outerjoin(ItemCase, ItemCase.item_id == AgendaItem.id)
        .where(
            earlier(meeting),
            put_off(),
            sa.or_(AgendaItem.outcome_on.is_(None), AgendaItem.outcome_on <= meeting.held_on),
            ~carried,
        )
        .order_by(Meeting.held_on, AgendaItem.id, ItemIssue.issue_id, ItemCase.case_id)
    )
    return [Waiting(*row) for row in rows]
