"""Pure: from months of cases and of active offices to a verdict, with everything beside it.

An office is active in a month if it filed any case in the twelve months up to its end. The months
in which the cases came that made people look are left out: what is looked at because it was high
falls by itself (regression to the mean).
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

from tracker.issues.evidence import months_back
from tracker.issues.proof import chances
from tracker.issues.proof.chances import Counted, Interval
from tracker.issues.proof.figures import (
    Asked,
    Counting,
    Elsewhere,
    Filing,
    Filings,
    Found,
    Month,
    Preview,
    Reading,
    Saved,
    Span,
    Verdict,
)

RULE = "1"  # of everything in this file; stored with each reading, raised when a rule changes
BASE_MONTHS = 12  # before the resource came into use
REACH_MONTHS = 24  # how far back they are looked for when some are left out
GAP_DAYS = 30  # until people know of it
ACTIVE_MONTHS = 12
PREVIEW_MONTHS = (6, 12, 24)
LONGEST_WAIT = 60  # months that are tried for the earliest proof


def parts(
    effective_on: date | None, today: date, triggered: Collection[date]
) -> dict[date, Counting]:
    """What each month counts for, oldest first.

    Whole months only: counted from the first one that begins 30 days after the resource, and
    not the running one. Before a resource is in use, the twelve months up to now.
    """
    running = today.replace(day=1)
    start = (effective_on or today).replace(day=1)
    found: dict[date, Counting] = {}
    left = BASE_MONTHS
    for month in reversed(months_back(start, REACH_MONTHS + 1)[:-1]):
        if not left:
            break
        found[month] = Counting.TRIGGER if month in triggered else Counting.BEFORE
        left -= month not in triggered
    if left:  # the reach is over: months left out at its far end say nothing
        found = _without_far_trigger(found)
    found = dict(sorted(found.items()))
    if effective_on is None:
        return found | {running: Counting.RUNNING}
    first = effective_on + timedelta(days=GAP_DAYS)
    last = max(running, start)
    number = (last.year - start.year) * 12 + last.month - start.month + 1
    for month in months_back(last, number):
        after = Counting.AFTER if month >= first else Counting.GAP
        found[month] = Counting.RUNNING if month == running else after
    return found


def _without_far_trigger(found: dict[date, Counting]) -> dict[date, Counting]:
    first = min((m for m, part in found.items() if part is Counting.BEFORE), default=None)
    return {m: part for m, part in found.items() if first is None or m >= first}


def earliest(effective_on: date | None, today: date) -> date:
    """The first month whose filings a reading may have to know."""
    start = (effective_on or today).replace(day=1)
    return months_back(start, REACH_MONTHS + ACTIVE_MONTHS + 1)[0]


def active_offices(filings: Sequence[Filings], months: Collection[date]) -> dict[date, int]:
    """How many offices are active in each of these months."""
    by_month: dict[date, set[int]] = {}
    for filed in filings:
        by_month.setdefault(filed.month, set()).add(filed.organisation_id)
    return {
        month: len(set().union(*(by_month.get(m, ()) for m in months_back(month, ACTIVE_MONTHS))))
        for month in months
    }


def read(asked: Asked) -> Reading:
    """The verdict of today with its figures."""
    of_month = parts(asked.effective_on, asked.today, asked.triggered)
    here = [case for case in asked.cases if case.area_id in asked.here]
    offices = active_offices([f for f in asked.filings if f.here], of_month)
    before, after = _spans(of_month, here, offices)
    chance_fewer = chances.fewer(before.counted, after.counted)
    chance_more = chances.more(before.counted, after.counted)
    ratio = chances.rate_ratio(before.counted, after.counted)
    counts = _by_month(here)
    return Reading(
        rule=RULE,
        read_on=asked.today,
        effective_on=asked.effective_on,
        before=before,
        after=after,
        chance_fewer=float(chance_fewer),
        chance_more=float(chance_more),
        ratio=ratio,
        months=tuple(
            Month(month, part, counts.get(month, 0), offices[month])
            for month, part in of_month.items()
        ),
        elsewhere=_elsewhere(asked, of_month, (before, after)),
        filing=_filing(asked.filings, of_month) if after.months else None,
        saved=_saved(before, after, ratio, _median_minutes(here, of_month)),
        previews=_previews(before),
        none_proves_after=_none_proves_after(before),
        verdict=judge(before.counted, after.counted, chance_fewer, chance_more),
    )


def judge(before: Counted, after: Counted, fewer: Fraction, more: Fraction) -> Verdict:
    """What the test says, 5 % each way.

    A rise is said however few they were before; too few are those where no case at all since then
    would be no proof.
    """
    if not (before.exposure and after.exposure):
        return Verdict.TOO_FEW
    if more <= chances.LEVEL:
        return Verdict.INCREASED
    if fewer <= chances.LEVEL:
        return Verdict.REDUCED
    if not chances.none_would_do(before, after.exposure):
        return Verdict.TOO_FEW
    return Verdict.NO_EVIDENCE


def _by_month(cases: Sequence[Found]) -> dict[date, int]:
    counts: dict[date, int] = {}
    for case in cases:
        counts[case.month] = counts.get(case.month, 0) + case.cases
    return counts


def _spans(
    of_month: Mapping[date, Counting], cases: Sequence[Found], offices: Mapping[date, int]
) -> tuple[Span, Span]:
    """Before and after; months in which no office was active are no months of theirs."""
    counts = _by_month(cases)
    spans = []
    for wanted in (Counting.BEFORE, Counting.AFTER):
        months = [m for m, part in of_month.items() if part is wanted and offices[m]]
        found = sum(counts.get(month, 0) for month in months)
        spans.append(Span(len(months), found, sum(offices[month] for month in months)))
    return spans[0], spans[1]


def _elsewhere(
    asked: Asked, of_month: Mapping[date, Counting], here: tuple[Span, Span]
) -> Elsewhere | None:
    if not asked.there or not here[1].months:
        return None
    cases = [case for case in asked.cases if case.area_id in asked.there]
    offices = active_offices([f for f in asked.filings if f.there], of_month)
    before, after = _spans(of_month, cases, offices)
    change = chances.ratio_of_ratios(
        (here[0].counted, here[1].counted), (before.counted, after.counted)
    )
    return Elsewhere(len(asked.there), before, after, change)


def _filing(filings: Sequence[Filings], of_month: Mapping[date, Counting]) -> Filing:
    offices = active_offices(filings, of_month)
    others: dict[date, int] = {}
    for filed in filings:
        others[filed.month] = others.get(filed.month, 0) + filed.others
    figures = []
    for counts in (others, offices):
        for wanted in (Counting.BEFORE, Counting.AFTER):
            months = [m for m, part in of_month.items() if part is wanted and offices[m]]
            figures.append(round(sum(counts.get(m, 0) for m in months) / max(len(months), 1), 1))
    return Filing(*figures)


def _median_minutes(cases: Sequence[Found], of_month: Mapping[date, Counting]) -> float | None:
    """The median of the cases before and after; None where there is no case."""
    counted = {Counting.BEFORE, Counting.AFTER}
    found = [case for case in cases if of_month.get(case.month) in counted]
    found.sort(key=lambda case: case.minutes)
    upto = list(accumulate(case.cases for case in found))
    if not upto:
        return None
    middle = (upto[-1] - 1) // 2, upto[-1] // 2  # one and the same for an odd number
    low, high = (found[bisect_right(upto, place)].minutes for place in middle)
    return (low + high) / 2


def _saved(before: Span, after: Span, ratio: Interval, each: float | None) -> Saved | None:
    if ratio.ratio is None or ratio.high is None or each is None:
        return None
    expected = before.cases / before.office_months * after.office_months

    def hours(change: float) -> float:
        return round(expected * (1 - change) * each / 60, 1)

    return Saved(hours(ratio.ratio), hours(ratio.high), hours(ratio.low), each, after.months)


def _previews(before: Span) -> tuple[Preview, ...]:
    """As if as many offices stayed active as before."""
    base = Counted(before.cases, before.months)
    if not before.months:
        return ()
    return tuple(
        Preview(months, chances.most_that_prove(base, months)) for months in PREVIEW_MONTHS
    )


def _none_proves_after(before: Span) -> int | None:
    """Months until no case at all would be proof, with as many offices active as before."""
    if not before.cases or not before.months:
        return None
    # (months / (months + x)) ** cases <= LEVEL, solved for x; then made sure of without rounding.
    guess = before.months * (chances.ABOUT ** (-1 / before.cases) - 1)
    base = Counted(before.cases, before.months)
    for months in range(max(1, math.floor(guess)), LONGEST_WAIT + 1):
        if chances.none_would_do(base, months):
            return months
    return None
