"""What numbers would have done, before they are kept: upper floors know, and answer a signal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from blinker import Signal

from tracker.accounts.viewer import Viewer
from tracker.settings.values.models import Key

# Whoever applies these numbers answers with a `Trial`, or None where it does not use them.
tried = Signal("what would these numbers have done: viewer, municipality_id, numbers, today")


@dataclass(frozen=True)
class Line:
    """One thing the numbers would have made, in words."""

    what: str
    why: str
    month: date  # the first month that would have made it


@dataclass(frozen=True)
class Trial:
    """What the numbers would have done in the past year, and what the present ones did."""

    lines: tuple[Line, ...]  # the earliest first
    now: int  # how many the numbers in force would have made in the same year


def trial(
    viewer: Viewer, municipality_id: int, numbers: Mapping[Key, int], *, today: date
) -> Trial | None:
    """The answer of the feature that applies these numbers; None when none can tell."""
    answers = tried.send(
        viewer=viewer, municipality_id=municipality_id, numbers=numbers, today=today
    )
    return next((found for _listener, found in answers if found is not None), None)
