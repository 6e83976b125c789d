"""What may be said in figures to people who may not read cases.

Source: the rule of the national long-term care database for published tables (介護保険部会,
wic-net 9608/14 and /16): counts below 10 are hidden in towns of 25,000 or more, below 20 in
smaller ones, everything below 2,000 people; zero may be said. A town whose population is not
known counts as 2,000 to 24,999.
"""

from dataclasses import dataclass

from flask_babel import gettext as _

ROUNDED_TO = 10  # so that this month's figure less last month's tells nothing small


@dataclass(frozen=True)
class Figure:
    """A count as it may be shown; `hidden` when even its size may not be told."""

    text: str
    hidden: bool


def threshold(population: int | None) -> int | None:
    """Counts from this on may be shown for a town of this size; None: no count may be shown."""
    if population is None:
        return 20
    if population < 2000:
        return None
    return 20 if population < 25000 else 10


def disclosed(count: int, population: int | None) -> Figure:
    """The count, rounded to tens, or hidden where it is small."""
    least = threshold(population)
    if least is None:
        return not_shown()
    if 0 < count < least:
        return Figure(_("fewer than %(least)s", least=least), hidden=True)
    return shown(count)


def not_shown() -> Figure:
    """What stands where nothing may be said, not even how small it is."""
    return Figure(_("not shown"), hidden=True)


def shown(count: int, *, rounded: bool = True) -> Figure:
    """The count itself, or to the nearest ten; zero is always zero."""
    if not rounded or count == 0:
        return Figure(f"{count:,}", hidden=False)
    return Figure(_("about %(count)s", count=f"{to_tens(count):,}"), hidden=False)


def to_tens(count: int) -> int:
    """The nearest ten, upwards from the middle."""
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
