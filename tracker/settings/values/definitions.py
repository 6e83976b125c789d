"""Every number a town can set: default, bounds, unit, words, and where the default comes from.

A new number is a member of `Key` and a line here; pages, checks and defaults follow from it.
"""

import enum
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.settings.values.models import Key


class NumberGroup(enum.StrEnum):
    """Numbers that are set together."""

    RULE = "rule"
    TARGETS = "targets"
    PRIORITY = "priority"
    FIGURES = "figures"

    @property
    def label(self) -> LazyString:
        """The heading over them."""
        return NUMBER_GROUP_LABELS[self]


NUMBER_GROUP_LABELS: dict[NumberGroup, LazyString] = {
    NumberGroup.RULE: _l("When something that repeats is proposed"),
    NumberGroup.TARGETS: _l("How soon the centre answers"),
    NumberGroup.PRIORITY: _l("How regional issues are weighed"),
    NumberGroup.FIGURES: _l("What may be told in figures outside the town"),
}

DAYS, CASES, MONTHS = _l("working days"), _l("cases or more"), _l("months")
OFFICES, HOURS, TIMES = _l("offices or more"), _l("hours or more"), _l("times")
POINTS = _l("points")

# The committee says "repeated" and names no number.
_OURS = _l("Our proposal: the committee's material says that a need is repeated, not how often.")
_OWN_RULE = _l("Our proposal; no rule of the country sets it.")


@dataclass(frozen=True)
class Definition:
    """What a number means, and what it may be."""

    group: NumberGroup
    default: int
    least: int
    most: int
    unit: LazyString
    label: LazyString
    explanation: LazyString
    source: LazyString  # of the default
    why_least: LazyString | None = None  # why not less; said beside the bounds
    is_switch: bool = False  # 1: on, 0: off


def _weight(default: int, label: LazyString) -> Definition:
    return Definition(
        NumberGroup.PRIORITY,
        default,
        0,
        9,
        TIMES,
        label,
        _l("The points of this part are multiplied by it; 0 leaves the part out."),
        _OWN_RULE,
    )


DEFINITIONS: dict[Key, Definition] = {
    Key.RULE_CASES: Definition(
        NumberGroup.RULE,
        3,
        1,
        99,
        CASES,
        _l("Number of cases"),
        _l("So many cases of one type in one area make a candidate."),
        _OURS,
        _l("A rule of 0 cases would propose what nobody filed a case about."),
    ),
    Key.RULE_OFFICES: Definition(
        NumberGroup.RULE,
        2,
        1,
        20,
        OFFICES,
        _l("Number of offices"),
        _l("The cases come from so many offices, so that one office alone does not make one."),
        _OURS,
        _l("Every case comes from an office."),
    ),
    Key.RULE_MONTHS: Definition(
        NumberGroup.RULE,
        6,
        1,
        24,
        MONTHS,
        _l("Months"),
        _l("Counted are the cases that happened in so many months, this one included."),
        _OURS,
        _l("In 0 months nothing can repeat."),
    ),
    Key.RULE_HOURS: Definition(
        NumberGroup.RULE,
        20,
        1,
        999,
        HOURS,
        _l("Hours of work"),
        _l("So many hours in these months make one too, also from one office or about one client."),
        _OURS,
        _l("A rule of 0 hours would propose every single case."),
    ),
    Key.RULE_SINGLE: Definition(
        NumberGroup.RULE,
        1,
        0,
        1,
        _l("on or off"),
        _l("One urgent case without any resource"),
        _l("Propose a single case at once when it was urgent and no resource exists."),
        _OURS,
        is_switch=True,
    ),
    Key.ACCEPT_DAYS: Definition(
        NumberGroup.TARGETS,
        5,
        1,
        60,
        DAYS,
        _l("Until a case is accepted or sent back"),
        _l("Working days of the town office from the day the case came; later it is overdue."),
        _OWN_RULE,
        _l("The first day is the working day after it came."),
    ),
    Key.SORT_DAYS: Definition(
        NumberGroup.TARGETS,
        20,
        1,
        120,
        DAYS,
        _l("Until an accepted case is sorted"),
        _l("Working days from the day the case was accepted; later it is overdue."),
        _OWN_RULE,
        _l("The first day is the working day after it came."),
    ),
    Key.STILL_DAYS: Definition(
        NumberGroup.TARGETS,
        30,
        1,
        365,
        _l("days"),
        _l("Until a case counts as lying still"),
        _l("Days of the calendar in which nothing was done or noted; it need not be overdue."),
        _OWN_RULE,
        _l("Within a day nothing lies still."),
    ),
    Key.W_RECURRENCE: _weight(3, _l("How often it came")),
    Key.W_SEVERITY: _weight(3, _l("How severe it is")),
    Key.W_BREADTH: _weight(2, _l("From how many offices")),
    Key.W_GAP: _weight(2, _l("Why it could not be handed on")),
    Key.W_BURDEN: _weight(1, _l("How long it took")),
    Key.W_TREND: _weight(1, _l("Whether it rises")),
    Key.BAND_A: Definition(
        NumberGroup.PRIORITY,
        22,
        1,
        999,
        POINTS,
        _l("Priority A from"),
        _l("Issues with so many points or more stand in the first band."),
        _OWN_RULE,
        _l("From 0 points on every issue would stand first."),
    ),
    Key.BAND_B: Definition(
        NumberGroup.PRIORITY,
        14,
        1,
        999,
        POINTS,
        _l("Priority B from"),
        _l("Issues with so many points or more stand in the second band, others in the third."),
        _OWN_RULE,
        _l("From 0 points on every issue would stand first."),
    ),
    Key.POPULATION: Definition(
        NumberGroup.FIGURES,
        0,
        0,
        9_999_999,
        _l("people"),
        _l("Population"),
        _l(
            "The fewer people live in the town, the more counts are hidden from people outside it;"
            " 0 means not known, and counts as a town of 2,000 to 24,999."
        ),
        _l(
            "The rule of the national long-term care database for published tables: below 25,000"
            " people counts under 20 are hidden, else those under 10; below 2,000 all."
        ),
    ),
}


def keys_of(group: NumberGroup) -> list[Key]:
    """The numbers of a group, in the order to show."""
    return [key for key, definition in DEFINITIONS.items() if definition.group is group]
