"""Pure: how urgent an issue is, as a sum of named parts that everybody can follow.

Each part has a few points; a town's weights multiply them, and two limits cut the sum into bands.
Feasibility stands beside and is not added: what is hard to do is not less urgent for that.
Source of the parts, their steps and the default weights: our own proposal, no rule of the country.
"""

import enum
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.settings.values.models import Key

WINDOW_MONTHS = 12  # cases of so many months are weighed, this one included
TREND_MONTHS = 3  # the newest of them are compared with the same ones a year before

# Points by the least number that earns them: (1 point from, 2 points from, 3 points from).
RECURRENCE_FROM = (2, 5, 10)  # cases
BREADTH_FROM = (2, 4, 10)  # distinct offices
BURDEN_FROM = (60, 300, 1200)  # minutes in all
GAP_POINTS: Mapping[str, int] = {"G1": 3, "G2": 3, "G3": 2, "G5": 2, "G4": 1}
SHARP_RISE = 3  # from so many cases on, twice as many as a year before is a sharp rise


class Band(enum.StrEnum):
    """Where an issue stands among the others."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return BAND_LABELS[self]


BAND_LABELS: dict[Band, LazyString] = {
    Band.A: _l("Priority A"),
    Band.B: _l("Priority B"),
    Band.C: _l("Priority C"),
}


class Severity(enum.IntEnum):
    """What is at stake when nobody helps."""

    INCONVENIENCE = 0
    HEALTH = 1
    SAFETY = 2
    LIFE = 3

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return SEVERITY_LABELS[self]


SEVERITY_LABELS: dict[Severity, LazyString] = {
    Severity.INCONVENIENCE: _l("Daily life becomes inconvenient"),
    Severity.HEALTH: _l("Health suffers"),
    Severity.SAFETY: _l("Safety or rights are in danger"),
    Severity.LIFE: _l("Life is in danger"),
}


class Feasibility(enum.IntEnum):
    """How near a way to meet the need is."""

    UNKNOWN_WAY = 0
    NEW_RULE = 1
    PARTNERS = 2
    READY = 3

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return FEASIBILITY_LABELS[self]


FEASIBILITY_LABELS: dict[Feasibility, LazyString] = {
    Feasibility.UNKNOWN_WAY: _l("No way is in sight"),
    Feasibility.NEW_RULE: _l("It needs a new rule or budget"),
    Feasibility.PARTNERS: _l("It can be done with partners"),
    Feasibility.READY: _l("It can begin at once"),
}


class Part(enum.StrEnum):
    """What the points are given for."""

    RECURRENCE = "recurrence"
    SEVERITY = "severity"
    BREADTH = "breadth"
    GAP = "gap"
    BURDEN = "burden"
    TREND = "trend"


WEIGHT_OF: Mapping[Part, Key] = {
    Part.RECURRENCE: Key.W_RECURRENCE,
    Part.SEVERITY: Key.W_SEVERITY,
    Part.BREADTH: Key.W_BREADTH,
    Part.GAP: Key.W_GAP,
    Part.BURDEN: Key.W_BURDEN,
    Part.TREND: Key.W_TREND,
}
MOST_POINTS: Mapping[Part, int] = {**dict.fromkeys(Part, 3), Part.TREND: 2}


@dataclass(frozen=True)
class Weighed:
    """What is known of an issue's cases of the last twelve months, and what a person said."""

    cases: int
    offices: int
    minutes: int
    latest: int  # cases of the newest three months
    year_before: int  # cases of the same months a year before
    gap: str | None  # as stated, else the commonest of its cases; None: neither
    severity: int | None  # None: nobody has said it yet; counts as 0


def points(found: Weighed) -> dict[Part, int]:
    """The points of each part, before any weight."""
    return {
        Part.RECURRENCE: bisect_right(RECURRENCE_FROM, found.cases),
        Part.SEVERITY: found.severity or 0,
        Part.BREADTH: bisect_right(BREADTH_FROM, found.offices),
        Part.GAP: GAP_POINTS.get(found.gap or "", 0),
        Part.BURDEN: bisect_right(BURDEN_FROM, found.minutes),
        Part.TREND: _trend(found.latest, found.year_before),
    }


def _trend(latest: int, year_before: int) -> int:
    """0: not more than a year before; 1: more; 2: at least three, and at least twice as many."""
    if latest <= year_before:
        return 0
    return 2 if latest >= SHARP_RISE and latest >= 2 * year_before else 1


def score(given: Mapping[Part, int], values: Mapping[Key, int]) -> int:
    """The sum of the parts, each multiplied by the town's weight."""
    return sum(count * values[WEIGHT_OF[part]] for part, count in given.items())


def band(total: int, values: Mapping[Key, int]) -> Band:
    """The band of a sum; a limit belongs to the band above it."""
    if total >= values[Key.BAND_A]:
        return Band.A
    return Band.B if total >= values[Key.BAND_B] else Band.C
