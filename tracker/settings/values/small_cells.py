"""Which counts of a town may be told outside it on a day: the country's rule, or the town's own.

The one place that decides. A town may hide more than the country's rule for its population, never
less: a population that is set later, or from another day on, cannot undo that.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext as _

from tracker.core.disclosure import Rule, national, stricter
from tracker.core.errors import InvalidInputError
from tracker.settings.values import queries
from tracker.settings.values.models import Key, Value


def rule_of(municipality_id: int, *, today: date | None = None) -> Rule:
    """The rule that holds in the town on this day; one statement."""
    return rules_of([municipality_id], today=today)[municipality_id]


def rules_of(municipality_ids: Iterable[int], *, today: date | None = None) -> dict[int, Rule]:
    """The rule of each of these towns on this day; one statement."""
    held = queries.values_of(municipality_ids, today=today)
    return {town: made_of(numbers) for town, numbers in held.items()}


def made_of(numbers: Mapping[Key, Value]) -> Rule:
    """The rule that these numbers make."""
    own = Rule(
        int(numbers[Key.CELL_LEAST]) if numbers[Key.CELL_TOLD] else None,
        int(numbers[Key.CELL_OFFICES]),
    )
    return stricter(national(_people(numbers)), own)


def in_words(rule: Rule) -> str:
    """What the rule hides, as a sentence."""
    if rule.least is None:
        return _("No figure of the town is told outside it.")
    return _(
        "Outside the town counts under %(least)s are hidden, and figures of fewer than"
        " %(offices)s offices.",
        least=rule.least,
        offices=rule.offices,
    )


def check(numbers: Mapping[Key, Value]) -> None:
    """Return only when a threshold of the town's own hides no less than the country's rule.

    Numbers without a threshold or a population are not looked at.

    :raises InvalidInputError: naming the threshold
    """
    if Key.CELL_LEAST not in numbers or Key.POPULATION not in numbers:
        return
    own, least = int(numbers[Key.CELL_LEAST]), national(_people(numbers)).least
    if own and least is not None and own < least:
        raise InvalidInputError(Key.CELL_LEAST, too_open(least))


def too_open(least: int) -> str:
    """Why a town may not tell smaller counts, as a sentence."""
    return _(
        "For this population the rule of the country hides counts under %(least)s, and a town may"
        " only hide more. Please write 0 for that rule, or %(least)s or more.",
        least=least,
    )


def _people(numbers: Mapping[Key, Value]) -> int | None:
    return int(numbers[Key.POPULATION]) or None
