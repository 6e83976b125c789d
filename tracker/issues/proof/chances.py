"""Pure: how surprising a fall or a rise of counted cases is, without any approximation.

Two counts are compared whose exposures (active office-months) are known. Given both together, each
case falls into the later span with the share of its exposure: a binomial count. Tail sums are whole
numbers of Python, so nothing is rounded; limits of intervals are found by halving.

Source: conditional test of two Poisson rates (Przyborowski and Wilenski, 1940), limits by Clopper
and Pearson (1934), the ratio of two ratios by the conditional distribution of a fourfold table
(Fisher; Cornfield, 1956).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

LEVEL = Fraction(1, 20)  # one-sided, each way
ABOUT = float(LEVEL)  # for limits, which are found by halving
HALVINGS = 45  # of an interval of shares: far below what is shown
WIDEST = 40.0  # natural logarithm of the largest odds that are looked at
WHOLE_NUMBERS = (
    400  # cases from which on tail sums are floats: no verdict of many cases hangs on it
)
FOURFOLD = 2_000  # cases from which on the limits of a fourfold table are Woolf's
Z = 1.6448536269514722  # of the normal curve, for `LEVEL`


@dataclass(frozen=True)
class Counted:
    """Cases, and the active office-months they came from."""

    cases: int
    exposure: int


@dataclass(frozen=True)
class Interval:
    """A ratio with its limits; None: nothing can be said on that side."""

    ratio: float | None
    low: float
    high: float | None  # None: without limit


def fewer(before: Counted, after: Counted) -> Fraction:
    """The chance of so few cases afterwards, or fewer, if nothing has changed."""
    return _up_to(after.cases, before, after)


def more(before: Counted, after: Counted) -> Fraction:
    """The chance of so many cases afterwards, or more, if nothing has changed."""
    return 1 - _up_to(after.cases - 1, before, after)


def _up_to(most: int, before: Counted, after: Counted) -> Fraction:
    """The chance that at most so many of all the cases fall into the later span."""
    if not (before.exposure and after.exposure):
        return Fraction(1) if most >= 0 else Fraction(0)
    if before.cases + after.cases > WHOLE_NUMBERS:
        share = after.exposure / (before.exposure + after.exposure)
        return Fraction(_tail(most, before.cases + after.cases, share))
    shared = math.gcd(before.exposure, after.exposure)
    earlier, later = before.exposure // shared, after.exposure // shared
    cases = before.cases + after.cases
    ways = earlier**cases  # of no case at all in the later span
    found = 0
    for number in range(most + 1):
        found += ways
        ways = ways * (cases - number) * later // ((number + 1) * earlier)
    return Fraction(found, (earlier + later) ** cases)


def none_would_do(before: Counted, exposure: int) -> bool:
    """Would no case at all in so many office-months be proof of a fall?"""
    return fewer(before, Counted(0, exposure)) <= LEVEL


def most_that_prove(before: Counted, exposure: int) -> int | None:
    """The largest number of cases in so many office-months that proves a fall.

    None: not even none at all would.
    """
    if not none_would_do(before, exposure):
        return None
    low, high = 0, before.cases * exposure // max(before.exposure, 1) + 1
    while high - low > 1:  # the chance only rises with the number
        middle = (low + high) // 2
        proves = fewer(before, Counted(middle, exposure)) <= LEVEL
        low, high = (middle, high) if proves else (low, middle)
    return low


def rate_ratio(before: Counted, after: Counted) -> Interval:
    """Cases an office-month afterwards, divided by before, with the limits of the test.

    The upper limit is below 1 just when a fall is proved at `LEVEL`, the lower one above 1 just
    when a rise is.
    """
    cases = before.cases + after.cases
    if not (before.exposure and after.exposure and cases):
        return Interval(None, 0.0, None)
    per_odds = before.exposure / after.exposure
    ratio = after.cases / before.cases * per_odds if before.cases else None
    high = None
    if after.cases < cases:
        share = _halve(lambda p: _tail(after.cases, cases, p) <= ABOUT, 0.0, 1.0)
        high = share / (1 - share) * per_odds
    low = 0.0
    if after.cases:
        share = _halve(lambda p: 1 - _tail(after.cases - 1, cases, p) > ABOUT, 0.0, 1.0)
        low = share / (1 - share) * per_odds
    return Interval(ratio, low, high)


def _tail(most: int, cases: int, share: float) -> float:
    """The binomial tail as a float: the shorter side, until its terms no longer matter."""
    if most < 0 or most >= cases:
        return 0.0 if most < 0 else 1.0
    if most <= cases * share:
        return _side(most, cases, share)
    return 1 - _side(cases - most - 1, cases, 1 - share)


def _side(most: int, cases: int, share: float) -> float:
    """The sum of the terms from `most` down to none; they fall all the way."""
    if share >= 1:
        return 0.0
    log_term = _log_ways(cases, most) + most * math.log(share) if share > 0 else 0.0
    term = math.exp(log_term + (cases - most) * math.log1p(-share))
    if not share:
        return term
    found, odds = 0.0, (1 - share) / share
    for number in range(most, -1, -1):
        found += term
        if term < found * 1e-17:
            break
        term *= number * odds / (cases - number + 1)
    return found


def ratio_of_ratios(
    here: tuple[Counted, Counted], there: tuple[Counted, Counted]
) -> Interval | None:
    """The change here, divided by the change elsewhere; None where there is nothing to divide.

    :param here: before and after with the resource
    :param there: before and after in the same months without it
    """
    spans = (*here, *there)
    total_here, total_there = (sum(s.cases for s in side) for side in (here, there))
    later = here[1].cases + there[1].cases
    if not all(span.exposure for span in spans) or not (total_here and total_there):
        return None
    offset = (here[1].exposure * there[0].exposure) / (here[0].exposure * there[1].exposure)
    if total_here + total_there > FOURFOLD:
        return _woolf(here, there, offset)
    lowest, highest = max(0, later - total_there), min(total_here, later)
    weights = {
        k: _log_ways(total_here, k) + _log_ways(total_there, later - k)
        for k in range(lowest, highest + 1)
    }
    found = here[1].cases
    low = _odds(weights, lambda k: k >= found, rising=True) if found > lowest else None
    high = _odds(weights, lambda k: k <= found, rising=False) if found < highest else None
    products = here[1].cases * there[0].cases, here[0].cases * there[1].cases
    return Interval(
        products[0] / products[1] / offset if products[1] else None,
        0.0 if low is None else low / offset,
        None if high is None else high / offset,
    )


def _woolf(
    here: tuple[Counted, Counted], there: tuple[Counted, Counted], offset: float
) -> Interval | None:
    """By the normal curve of the logarithm, good for many cases; None where a count is none."""
    counts = [span.cases for span in (*here, *there)]
    if not all(counts):
        return None
    ratio = counts[1] * counts[2] / (counts[0] * counts[3]) / offset
    width = math.exp(Z * math.sqrt(sum(1 / count for count in counts)))
    return Interval(ratio, ratio / width, ratio * width)


def _odds(weights: dict[int, float], counts: Callable[[int], bool], *, rising: bool) -> float:
    """The odds at which what counts has just the chance `LEVEL`."""

    def beyond(log_odds: float) -> bool:
        terms = {k: weight + k * log_odds for k, weight in weights.items()}
        top = max(terms.values())
        whole = math.fsum(math.exp(term - top) for term in terms.values())
        part = math.fsum(math.exp(term - top) for k, term in terms.items() if counts(k))
        return (part / whole > ABOUT) if rising else (part / whole <= ABOUT)

    return math.exp(_halve(beyond, -WIDEST, WIDEST))


def _halve(beyond: Callable[[float], bool], low: float, high: float) -> float:
    """Where `beyond` turns from no to yes."""
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return (low + high) / 2


def _log_ways(cases: int, chosen: int) -> float:
    """The logarithm of how many ways there are to choose."""
    return math.lgamma(cases + 1) - math.lgamma(chosen + 1) - math.lgamma(cases - chosen + 1)
