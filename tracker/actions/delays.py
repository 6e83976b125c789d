"""Pure: how late an action is, how long its log has been silent, whether its review is past.

Nothing of it is stored.
"""

from datetime import date, datetime
from typing import Protocol

from tracker.actions.models import ENDED, Stage, silent_after


class Moving(Protocol):
    """What of an action is asked here; a row of a list has it as well as the action itself."""

    @property
    def stage(self) -> Stage: ...

    @property
    def due_on(self) -> date: ...

    @property
    def last_entry_at(self) -> datetime: ...

    @property
    def next_review_on(self) -> date | None: ...


def days_overdue(action: Moving, today: date) -> int:
    """Days past the due date; 0 when it is not past, or the action has ended."""
    if action.stage in ENDED:
        return 0
    return max(0, (today - action.due_on).days)


def days_silent(action: Moving, now: datetime) -> int:
    """Whole days without an entry once they are too many for its stage; else 0.

    An action that has ended or is on hold is not stalled.
    """
    silent = now - action.last_entry_at
    if _rests(action) or silent <= silent_after(action.stage):
        return 0
    return silent.days


def days_unreviewed(action: Moving, today: date) -> int:
    """Days since somebody wanted to look again, and neither did nor moved the day; else 0."""
    if _rests(action) or action.stage is Stage.REVIEW or action.next_review_on is None:
        return 0
    return max(0, (today - action.next_review_on).days)


def _rests(action: Moving) -> bool:
    return action.stage in ENDED or action.stage is Stage.ON_HOLD
