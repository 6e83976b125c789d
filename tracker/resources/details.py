"""Pure: days and hours, prices and contacts of an entry as values, and when it has become less."""

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.resources.models import (
    AFFORDABLE_FEES,
    DAY_MINUTES,
    WEEKDAYS,
    Capacity,
    ContactKind,
    ResourceContact,
    ResourceCost,
    ResourceSlot,
    Tier,
)

HOUR = 60
CLOCK = re.compile(r"(\d{1,2})(?:[:時]?(\d{2})分?|時)?")


@dataclass(frozen=True, order=True)
class Slot:
    """Open on these days, from and to so many minutes after midnight."""

    days: tuple[str, ...]  # keys of WEEKDAYS in their order
    opens: int
    closes: int

    @classmethod
    def of(cls, row: ResourceSlot) -> "Slot":
        """The row as a value."""
        return cls(tuple(row.days.split()), row.opens, row.closes)

    @property
    def day_names(self) -> list[str]:
        """The days in words."""
        return [str(WEEKDAYS[day]) for day in self.days]

    @property
    def times(self) -> str:
        """From when to when, as a clock shows it."""
        return f"{clock_face(self.opens)}–{clock_face(self.closes)}"


@dataclass(frozen=True)
class Cost:
    """What it costs for one group of people."""

    tier: Tier
    yen: int  # 0: free
    unit: str = ""
    condition: str = ""

    @classmethod
    def of(cls, row: ResourceCost) -> "Cost":
        """The row as a value."""
        return cls(row.tier, row.yen, row.unit, row.condition)


@dataclass(frozen=True)
class Contact:
    """One more way to reach the office."""

    kind: ContactKind
    value: str

    @classmethod
    def of(cls, row: ResourceContact) -> "Contact":
        """The row as a value."""
        return cls(row.kind, row.value)


def clock_face(minutes: int) -> str:
    """Minutes after midnight as 9:05; midnight at the end of a day is 24:00."""
    return f"{minutes // HOUR}:{minutes % HOUR:02}"


def minutes_of(typed: str) -> int | None:
    """The minutes after midnight of 9:05, 905, 9 or 24:00; None for anything else."""
    found = CLOCK.fullmatch(typed)
    if not found:
        return None
    hours, minutes = int(found[1]), int(found[2] or 0)
    total = hours * HOUR + minutes
    return total if minutes < HOUR and total <= DAY_MINUTES else None


def in_week_order(days: Iterable[str]) -> tuple[str, ...]:
    """The days that are any, each once, from Monday to holidays."""
    chosen = set(days)
    return tuple(day for day in WEEKDAYS if day in chosen)


def minutes_a_week(slots: Iterable[Slot]) -> int:
    """How long it is open in a week; public holidays are left out."""
    return sum((slot.closes - slot.opens) * sum(day != "PH" for day in slot.days) for slot in slots)


def is_affordable(fee: str, costs: Iterable[Cost]) -> bool:
    """Is there a way in for people who cannot pay the ordinary price?"""
    return fee in AFFORDABLE_FEES or any(cost.yen == 0 for cost in costs)


class Worse(enum.StrEnum):
    """In what way a resource has become less than it was."""

    ENDED = "ended"
    PAUSED = "paused"
    FULL = "full"
    HOURS = "hours"
    PRICE = "price"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return WORSE_LABELS[self]


WORSE_LABELS: dict[Worse, LazyString] = {
    Worse.ENDED: _l("It has ended."),
    Worse.PAUSED: _l("It is paused."),
    Worse.FULL: _l("It takes nobody new."),
    Worse.HOURS: _l("It is open for less time."),
    Worse.PRICE: _l("It costs more."),
}


@dataclass(frozen=True)
class Offer:
    """What decides whether somebody can use it."""

    capacity: Capacity
    fee: str
    slots: Sequence[Slot] = ()
    costs: Sequence[Cost] = ()


def worsened(was: Offer, now: Offer) -> list[Worse]:
    """In which ways it is less than before, the worst first; [] when it is not.

    Hours and prices that were not written before cannot have become worse.
    """
    found = []
    if now.capacity is Capacity.FULL and was.capacity is not Capacity.FULL:
        found.append(Worse.FULL)
    if now.slots and minutes_a_week(now.slots) < minutes_a_week(was.slots):
        found.append(Worse.HOURS)
    if _dearer(was, now):
        found.append(Worse.PRICE)
    return found


def _dearer(was: Offer, now: Offer) -> bool:
    if was.fee in AFFORDABLE_FEES and now.fee not in AFFORDABLE_FEES:
        return True
    if is_affordable(was.fee, was.costs) and not is_affordable(now.fee, now.costs):
        return True
    before = {(cost.tier, cost.unit): cost.yen for cost in was.costs}
    return any(cost.yen > before.get((cost.tier, cost.unit), cost.yen) for cost in now.costs)
