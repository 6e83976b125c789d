"""Pure: the figures of before and after, and the words for them."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.issues.proof.chances import Counted, Interval

FELL = 0.8  # of what it was: filings of everything else, or offices, fell too far to trust a fall


class Verdict(enum.StrEnum):
    """What the figures say."""

    REDUCED = "reduced"
    NO_EVIDENCE = "no_evidence"
    INCREASED = "increased"
    TOO_FEW = "too_few"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return VERDICT_LABELS[self]


VERDICT_LABELS: dict[Verdict, LazyString] = {
    Verdict.REDUCED: _l("Fewer cases than before"),
    Verdict.NO_EVIDENCE: _l("No proof of a change"),
    Verdict.INCREASED: _l("More cases than before"),
    Verdict.TOO_FEW: _l("Too few cases to judge"),
}


class Counting(enum.StrEnum):
    """What a month counts for."""

    BEFORE = "before"
    TRIGGER = "trigger"
    GAP = "gap"
    AFTER = "after"
    RUNNING = "running"

    @property
    def label(self) -> LazyString:
        """The words for it in a table."""
        return COUNTING_LABELS[self]


COUNTING_LABELS: dict[Counting, LazyString] = {
    Counting.BEFORE: _l("before"),
    Counting.TRIGGER: _l("left out: these cases made people look"),
    Counting.GAP: _l("not counted: people get to know it"),
    Counting.AFTER: _l("after"),
    Counting.RUNNING: _l("not counted: the month is not over"),
}


@dataclass(frozen=True)
class Found:
    """Accepted cases of the need that took equally long, of one area and month."""

    month: date
    area_id: int
    minutes: int  # of one of them, all its times together
    cases: int = 1


@dataclass(frozen=True)
class Filings:
    """What one office filed in one month, of whatever type."""

    month: date
    organisation_id: int
    cases: int
    others: int  # of other types than those that are looked at
    here: bool  # any of them of the areas that are looked at
    there: bool  # any of them of the areas to compare with


@dataclass(frozen=True)
class Asked:
    """Everything a reading is made from."""

    effective_on: date | None  # None: nothing is in use yet
    today: date
    triggered: Collection[date]  # firsts of the months that are left out
    cases: Sequence[Found]  # of the types, in whichever area
    filings: Sequence[Filings]
    here: Collection[int]  # areas
    there: Collection[int]  # areas without the resource


@dataclass(frozen=True)
class Span:
    """Some months together."""

    months: int
    cases: int
    office_months: int

    @property
    def counted(self) -> Counted:
        """The same for the test."""
        return Counted(self.cases, self.office_months)

    @property
    def monthly(self) -> float | None:
        """Cases a month."""
        return round(self.cases / self.months, 2) if self.months else None

    @property
    def rate(self) -> float | None:
        """Cases of ten active offices in a month."""
        return round(10 * self.cases / self.office_months, 2) if self.office_months else None

    @property
    def offices(self) -> float | None:
        """Active offices in a month, on average."""
        return round(self.office_months / self.months, 1) if self.months else None


@dataclass(frozen=True)
class Month:
    """One month of the chart."""

    month: date
    part: Counting
    cases: int
    offices: int  # active


@dataclass(frozen=True)
class Elsewhere:
    """The same need in the same months where the resource is not to be had."""

    areas: int
    before: Span
    after: Span
    change: Interval | None  # change here divided by change there


@dataclass(frozen=True)
class Filing:
    """Whether offices still file: everything in the town but this need, a month."""

    others_before: float
    others_after: float
    offices_before: float
    offices_after: float

    @property
    def fell(self) -> bool:
        """Did filings fall everywhere, so that a fall here proves little?"""
        pairs = (
            (self.others_before, self.others_after),
            (self.offices_before, self.offices_after),
        )
        return any(before and after <= FELL * before for before, after in pairs)


@dataclass(frozen=True)
class Saved:
    """Hours that were probably not spent since, if as many cases had come as before."""

    hours: float
    low: float  # below 0: more were spent
    high: float
    minutes_each: float  # median of all cases of the comparison
    months: int


@dataclass(frozen=True)
class Preview:
    """The most cases in so many months that would prove a fall; None: not even none would."""

    months: int
    most: int | None


@dataclass(frozen=True)
class Reading:
    """The figures of one issue on one day, and what they say."""

    rule: str
    read_on: date
    effective_on: date | None
    before: Span
    after: Span
    chance_fewer: float
    chance_more: float
    ratio: Interval
    months: tuple[Month, ...]
    elsewhere: Elsewhere | None
    filing: Filing | None
    saved: Saved | None
    previews: tuple[Preview, ...]
    none_proves_after: int | None  # months until no case at all would be proof; None: too long
    verdict: Verdict

    @property
    def left_out(self) -> tuple[Month, ...]:
        """Months that are not counted because their cases made people look."""
        return tuple(month for month in self.months if month.part is Counting.TRIGGER)

    def as_dict(self) -> dict[str, Any]:
        """The figures for JSON."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value
