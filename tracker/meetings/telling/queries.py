"""Who is to be told of a meeting, and what was planned. The caller has asked who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.cases.tellings import CaseTelling
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.issues.models import IssueCase
from tracker.meetings.models import AgendaItem, ItemCase, ItemIssue, Meeting
from tracker.meetings.telling.models import MeetingTelling


@dataclass(frozen=True)
class ToTell:
    """An item with the cases that stand behind it."""

    item: AgendaItem
    number: int
    case_ids: list[int]


def to_tell(items: Sequence[AgendaItem]) -> list[ToTell]:
    """Items with an outcome behind which cases stand, in order."""
    cases: dict[int, list[int]] = {}
    for row in db.session.execute(_behind([item.id for item in items])):
        cases.setdefault(row.item_id, []).append(row.case_id)
    return [
        ToTell(item, number, sorted(cases[item.id]))
        for number, item in enumerate(items, 1)
        if item.outcome is not None and item.id in cases
    ]


def _behind(item_ids: Sequence[int]) -> sa.CompoundSelect[tuple[int, int]]:
    """Item and case: attached to an issue of the item, or on the agenda itself."""
    attached = (
        sa.select(ItemIssue.item_id, IssueCase.case_id)
        .join(IssueCase, IssueCase.issue_id == ItemIssue.issue_id)
        .where(ItemIssue.item_id.in_(item_ids))
    )
    own = sa.select(ItemCase.item_id, ItemCase.case_id).where(ItemCase.item_id.in_(item_ids))
    return sa.union(attached, own)


def tellings_of(meeting_id: int) -> Sequence[MeetingTelling]:
    """What was planned, newest first; with what was withdrawn."""
    return db.session.scalars(
        sa.select(MeetingTelling)
        .where(MeetingTelling.meeting_id == meeting_id)
        .order_by(MeetingTelling.id.desc())
    ).all()


def standing(meeting_id: int) -> MeetingTelling | None:
    """The telling that was not withdrawn; None while nobody is to be told."""
    return db.session.scalars(
        sa.select(MeetingTelling)
        .where(MeetingTelling.meeting_id == meeting_id, MeetingTelling.withdrawn_at.is_(None))
        .order_by(MeetingTelling.id.desc())
        .limit(1)
    ).one_or_none()


def said(telling: MeetingTelling, items: Sequence[ToTell]) -> dict[int, CaseTelling]:
    """The two sentences by the item they are about; items whose cases have left it are left out."""
    rows = db.session.scalars(
        sa.select(CaseTelling).where(CaseTelling.act == telling.act).order_by(CaseTelling.id)
    )
    by_case: dict[int, list[CaseTelling]] = {}
    for row in rows:
        by_case.setdefault(row.case_id, []).append(row)
    found: dict[int, CaseTelling] = {}
    for one in items:  # a case behind two items was told once for each, in their order
        told = [by_case[key].pop(0) for key in one.case_ids if by_case.get(key)]
        if told:
            found[one.item.id] = told[0]
    return found


def require_none_waiting(meeting: Meeting, *, at: datetime) -> None:
    """Return only when no word is planned that has not gone out.

    :raises ConflictError: otherwise
    """
    planned = standing(meeting.id)
    if planned is not None and planned.due_at > at:
        raise ConflictError(_("Word to those who reported the needs has not gone out yet."))
