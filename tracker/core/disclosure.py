"""What may be said in figures to people who may not read cases.

Source: the rule of the national long-term care database for published tables (介護保険部会,
wic-net 9608/14 and /16): counts below 10 are hidden in towns of 25,000 or more, below 20 in
smaller ones, everything below 2,000 people; counts of one or two offices always; zero may be said.
A town whose population is not known counts as 2,000 to 24,999. A town may hide more, never less.
"""

from dataclasses import dataclass

from flask_babel import gettext as _

ROUNDED_TO = 10  # so that this month's figure less last month's tells nothing small
FEWEST_OFFICES = 3  # the country's: figures of one or two offices are hidden whatever their size


@dataclass(frozen=True)
class Figure:
    """A count as it may be shown; `hidden` when even its size may not be told."""

    text: str
    hidden: bool


@dataclass(frozen=True)
class Rule:
    """From when on a count may be told, and of how many offices it has to come."""

    least: int | None  # None: no count may be told
    offices: int = FEWEST_OFFICES


def national(population: int | None) -> Rule:
    """The country's rule for a town of this size; None: not known."""
    if population is None:
        return Rule(20)
    if population < 2000:
        return Rule(None)
    return Rule(20 if population < 25000 else 10)


def stricter(one: Rule, other: Rule) -> Rule:
    """The rule that hides whatever one of the two hides."""
    shut = one.least is None or other.least is None
    least = None if shut else max(one.least or 0, other.least or 0)
    return Rule(least, max(one.offices, other.offices))


def disclosed(count: int, rule: Rule) -> Figure:
    """The count, rounded to tens, or hidden where it is small."""
    if rule.least is None:
        return not_shown()
    if 0 < count < rule.least:
        return Figure(_("fewer than %(least)s", least=rule.least), hidden=True)
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
