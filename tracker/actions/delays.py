"""Pure: how late an action is and how long its log has been silent. Nothing of it is stored."""

from datetime import date, datetime
from typing import Protocol

from tracker.actions.models import ENDED, STALLED_AFTER, Stage


class Moving(Protocol):
    """What of an action is asked here; a row of a list has it as well as the action itself."""

    @property
    def stage(self) -> Stage: ...

    @property
    def due_on(self) -> date: ...

    @property
    def last_entry_at(self) -> datetime: ...


def days_overdue(action: Moving, today: date) -> int:
    """Days past the due date; 0 when it is not past, or the action has ended."""
    if action.stage in ENDED:
        return 0
    return max(0, (today - action.due_on).days)


def days_silent(action: Moving, now: datetime) -> int:
    """Whole days without an entry once the action counts as stalled; else 0.

    An action that has ended or is on hold is not stalled.
    """
    silent = now - action.last_entry_at
    if action.stage in ENDED or action.stage is Stage.ON_HOLD or silent <= STALLED_AFTER:
        return 0
    return silent.days
