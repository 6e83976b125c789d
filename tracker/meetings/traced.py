"""What meetings made of an issue, for whoever follows it from its cases to its proof."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.issues.models import RegionalIssue
from tracker.issues.tracing.asked import Item
from tracker.meetings import policy
from tracker.meetings.models import AgendaItem, ItemIssue, Meeting


def items_of(_sender: object = None, *, viewer: Viewer, issue_id: int, today: date) -> list[Item]:
    """Items about the issue of meetings the viewer may know of, by the day of the meeting.

    What came of an item stands there where the viewer may read the minutes. Answers
    `issues.tracing.asked.items_asked`.
    """
    rows = db.session.execute(
        sa.select(
            AgendaItem,
            RegionalIssue.number,
            Meeting.id,
            Meeting.title,
            Meeting.held_on,
            policy.minutes_readable(viewer, today=today),
        )
        .join(ItemIssue, ItemIssue.item_id == AgendaItem.id)
        .join(RegionalIssue, RegionalIssue.id == ItemIssue.issue_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            ItemIssue.issue_id == issue_id,
            AgendaItem.dropped_at.is_(None),
            policy.visible_to(viewer),
        )
        .order_by(Meeting.held_on, AgendaItem.id)
    )
    return [_item(*row) for row in rows]


def _item(
    item: AgendaItem, number: str, meeting_id: int, meeting: str, held_on: date, readable: bool
) -> Item:
    read = readable and item.outcome is not None
    figures = _figures(item.evidence, number)
    return Item(
        meeting_id=meeting_id,
        meeting=meeting,
        held_on=held_on,
        question=item.question,
        outcome=str(item.outcome.label) if read and item.outcome else "",
        reason=item.outcome_reason if read else "",
        evidence_id=item.evidence_id or "",
        cases=figures.get("cases"),
        offices=figures.get("offices"),
    )


def _figures(sheet: dict[str, Any] | None, number: str) -> dict[str, Any]:
    """The figures of this issue as they were frozen; empty where no sheet has them."""
    of_issues = (sheet or {}).get("issues", [])
    return next((one["evidence"] for one in of_issues if one["number"] == number), {})
