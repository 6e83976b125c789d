"""Pure: from the cases of an issue to its figures, and whether a need has become less.

Nothing here asks the database; the largest office is a share, never a name.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from statistics import quantiles
from typing import Any

MONTHS_SHOWN = 12
BASE_MONTHS = 12  # whole months before the resource that are compared
PROOF = 0.05  # a drop this unlikely by chance counts as one

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CaseFact:
    """What one case adds to the evidence."""

    organisation_id: int
    month: date  # the first of the month it happened in
    minutes: int  # all its times together
    gap: str
    requester: str
    outcome: str
    urgency: str


@dataclass(frozen=True)
class Evidence:
    """What the cases of an issue show. Minutes are of a whole case; None where no case is."""

    cases: int
    offices: int
    clients_up_to: int  # no case says who the person is: each may be somebody else
    minutes_total: int
    minutes_median: float | None
    minutes_lower_quartile: float | None
    minutes_upper_quartile: float | None
    minutes_mean: float | None
    largest_office_share: float | None  # 0 to 1 of all minutes
    gaps: Counts
    requesters: Counts
    outcomes: Counts
    urgencies: Counts
    months: Counts  # "2026-04" → cases, the last twelve, oldest first

    def as_dict(self) -> dict[str, Any]:
        """The same figures for JSON: the same cases give the same text."""
        return {
            name: [list(pair) for pair in value] if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def weigh(facts: Sequence[CaseFact], *, today: date) -> Evidence:
    """The figures of these cases, in any order.

    Quartiles by linear interpolation with both ends included, as Excel's QUARTILE.INC.
    Medians, because what is rare and long is hidden by a mean.
    """
    minutes = sorted(fact.minutes for fact in facts)
    lower, median, upper = _quartiles(minutes)
    by_office = Counter[int]()
    for fact in facts:
        by_office[fact.organisation_id] += fact.minutes
    total = sum(minutes)
    return Evidence(
        cases=len(facts),
        offices=len(by_office),
        clients_up_to=len(facts),
        minutes_total=total,
        minutes_median=median,
        minutes_lower_quartile=lower,
        minutes_upper_quartile=upper,
        minutes_mean=round(total / len(facts), 1) if facts else None,
        largest_office_share=round(max(by_office.values()) / total, 4) if total else None,
        gaps=_counted(fact.gap for fact in facts),
        requesters=_counted(fact.requester for fact in facts),
        outcomes=_counted(fact.outcome for fact in facts),
        urgencies=_counted(fact.urgency for fact in facts),
        months=by_month((fact.month for fact in facts), months_back(today, MONTHS_SHOWN)),
    )


def _quartiles(minutes: Sequence[int]) -> tuple[float | None, float | None, float | None]:
    if not minutes:
        return None, None, None
    if len(minutes) == 1:
        return (float(minutes[0]),) * 3
    lower, median, upper = quantiles(minutes, n=4, method="inclusive")
    return float(lower), float(median), float(upper)


def _counted(codes: Iterable[str]) -> Counts:
    """Codes with their counts, the commonest first, then by code."""
    return tuple(sorted(Counter(codes).items(), key=lambda pair: (-pair[1], pair[0])))


def months_back(last: date, count: int) -> list[date]:
    """First days of the `count` months that end with the month of `last`, oldest first."""
    number = last.year * 12 + last.month - 1
    return [date(step // 12, step % 12 + 1, 1) for step in range(number - count + 1, number + 1)]


def by_month(found: Iterable[date], months: Sequence[date]) -> Counts:
    """How many of these firsts of months fall into each of the months; others are left out."""
    counts = Counter(found)
    return tuple((f"{month:%Y-%m}", counts[month]) for month in months)


@dataclass(frozen=True)
class BeforeAfter:
    """New accepted cases before and since the first resource came into use.

    Whole months only: neither the month it began in, nor the one that is running, is counted.
    """

    effective_on: date
    before: int
    before_months: int
    after: int
    after_months: int
    months: Counts  # both spans with the month between them, oldest first
    too_few: bool  # not even no case at all since then would prove anything yet
    fewer: bool  # the drop is larger than chance explains

    @property
    def before_monthly(self) -> float:
        """Cases a month before."""
        return round(self.before / self.before_months, 1)

    @property
    def after_monthly(self) -> float | None:
        """Cases a month since then; None while no month is over."""
        return round(self.after / self.after_months, 1) if self.after_months else None


def compare(months: Sequence[date], *, effective_on: date, today: date) -> BeforeAfter:
    """Count cases before and after, and say whether chance explains the difference.

    :param months: the month of each accepted case of the type and area, in any order
    Source: exact one-sided conditional test on two counts, with 12 months before.
    """
    start, running = effective_on.replace(day=1), today.replace(day=1)
    first = months_back(start, BASE_MONTHS + 1)[0]
    gone = max(_number(running) - _number(start) - 1, 0)
    before = sum(first <= month < start for month in months)
    after = sum(start < month < running for month in months)
    shown = months_back(max(running, start), _number(max(running, start)) - _number(first) + 1)
    return BeforeAfter(
        effective_on=effective_on,
        before=before,
        before_months=BASE_MONTHS,
        after=after,
        after_months=gone,
        months=by_month(months, shown),
        too_few=chance(before, 0, gone) > PROOF,
        fewer=chance(before, after, gone) <= PROOF,
    )


def _number(month: date) -> int:
    return month.year * 12 + month.month


def chance(before: int, after: int, after_months: int) -> float:
    """How likely so few cases afterwards are (0 to 1) if nothing has changed.

    Given all cases of both spans, each falls into the later one with the share of its months.
    """
    if not after_months:
        return 1.0
    cases, months = before + after, BASE_MONTHS + after_months
    later, earlier = math.log(after_months / months), math.log(BASE_MONTHS / months)
    return sum(
        math.exp(_log_ways(cases, k) + k * later + (cases - k) * earlier) for k in range(after + 1)
    )


def _log_ways(cases: int, chosen: int) -> float:
    """The logarithm of how many ways there are to choose; a factorial would not fit a float."""
    return math.lgamma(cases + 1) - math.lgamma(chosen + 1) - math.lgamma(cases - chosen + 1)
