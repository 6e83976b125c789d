"""On which day a meeting speaks of an issue, for whoever may know of the issue."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from tracker.core.db import db
from tracker.meetings.models import AgendaItem, ItemIssue, Meeting, MeetingLevel, MeetingStatus


def next_days(_sender: object = None, *, issue_ids: Sequence[int], today: date) -> dict[int, date]:
    """The next day by issue, of meetings whose agenda is published; issues without have no entry.

    Answers `issues.raised.days_asked`. Meetings about one person are left out: their days are for
    those who are invited.
    """
    rows = db.session.execute(
        sa.select(ItemIssue.issue_id, sa.func.min(Meeting.held_on))
        .join(AgendaItem, AgendaItem.id == ItemIssue.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            ItemIssue.issue_id.in_(issue_ids),
            AgendaItem.dropped_at.is_(None),
            AgendaItem.outcome.is_(None),
            Meeting.status == MeetingStatus.PUBLISHED,
            Meeting.level != MeetingLevel.INDIVIDUAL,
            Meeting.held_on >= today,
        )
        .group_by(ItemIssue.issue_id)
    )
    return {row[0]: row[1] for row in rows}
