"""What values would do, before they are kept: upper floors know, and answer a signal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from blinker import Signal

from tracker.accounts.viewer import Viewer
from tracker.settings.values.definitions import NUMBERS, keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key, Value

# Whoever applies these numbers answers with a `Trial`, or None where it does not use them.
tried = Signal("what would these numbers do: viewer, municipality_id, numbers, today")


@dataclass(frozen=True)
class Line:
    """One thing the numbers would have made, in words."""

    what: str
    why: str
    month: date  # the first month that would have made it


@dataclass(frozen=True)
class Trial:
    """What the numbers would do beside those in force, in words."""

    heading: str
    sentences: tuple[str, ...]
    lines: tuple[Line, ...] = ()  # the earliest first


def trial(
    viewer: Viewer, municipality_id: int, numbers: Mapping[Key, Value], *, today: date
) -> Trial | None:
    """The answer of the feature that applies these numbers; None when none can tell."""
    answers = tried.send(
        viewer=viewer, municipality_id=municipality_id, numbers=numbers, today=today
    )
    return next((found for _listener, found in answers if found is not None), None)


def speaks_of(group: NumberGroup, numbers: Mapping[Key, Value]) -> bool:
    """Are these the numbers of this group, every one of them?"""
    return set(keys_of(group)) & set(NUMBERS) <= set(numbers)
