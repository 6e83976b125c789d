"""What upper floors know of an issue: they answer with as much as the viewer may know."""

from dataclasses import dataclass
from datetime import date, datetime

from blinker import Signal

# Each answer is a list of the dataclass below it, first to last.
items_asked = Signal("what did meetings make of this issue: viewer, issue_id, today")
actions_asked = Signal("what is done about this issue: viewer, issue_id")


@dataclass(frozen=True)
class Item:
    """One time that the issue stood on an agenda."""

    meeting_id: int
    meeting: str
    held_on: date
    question: str
    outcome: str  # in words; "" while it is open, or not the viewer's to read
    reason: str  # why it was decided so
    evidence_id: str  # of the frozen sheet; "" while nothing is frozen
    cases: int | None  # that spoke for it then, as frozen
    offices: int | None


@dataclass(frozen=True)
class Doing:
    """One action."""

    id: int
    number: str
    title: str
    stage: str  # in words
    since: datetime
    resource_id: int | None
