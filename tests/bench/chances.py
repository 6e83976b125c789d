"""How often "fewer cases" is said although nothing changed, on invented years without an effect."""

import random
from collections.abc import Sequence

from tracker.issues.proof import chances
from tracker.issues.proof.chances import Counted
from tracker.issues.proof.figures import Verdict
from tracker.issues.proof.reading import BASE_MONTHS, judge

RUNS = 10_000
SEED = 20261123
RATES = (0.4, 1.0, 3.0, 8.0)  # cases a month that never change
AFTER = (6, 12)  # months
RULE_CASES, RULE_MONTHS = 3, 6  # what makes people look, as the rule begins
WAITED = 3  # months from there until a resource is in use


def poisson(chance: random.Random, mean: float) -> int:
    """A count that comes by chance around a mean."""
    number, reached = 0, chance.expovariate(1.0)
    while reached < mean:
        number, reached = number + 1, reached + chance.expovariate(1.0)
    return number


def says_fewer(before: Sequence[int], after: Sequence[int]) -> bool:
    """Is "fewer cases" said of these months, with one office active in each?"""
    spans = Counted(sum(before), len(before)), Counted(sum(after), len(after))
    verdict = judge(*spans, chances.fewer(*spans), chances.more(*spans))
    return verdict is Verdict.REDUCED


def plain(chance: random.Random, rate: float, months: int) -> bool:
    """A year before and some months after, whoever looked why."""
    before = [poisson(chance, rate) for _month in range(BASE_MONTHS)]
    return says_fewer(before, [poisson(chance, rate) for _month in range(months)])


def triggered(chance: random.Random, rate: float, months: int, *, left_out: bool) -> bool:
    """Looked at because cases came together, as candidates are; with those months left out or not.

    The need stays as it always was; only the luck of the trigger is over.
    """
    course = [poisson(chance, rate) for _month in range(2 * BASE_MONTHS)]
    while sum(course[-RULE_MONTHS:]) < max(RULE_CASES, 1.5 * rate * RULE_MONTHS):
        course.append(poisson(chance, rate))
    known = len(course)
    course += [poisson(chance, rate) for _month in range(WAITED)]
    window = range(known - RULE_MONTHS, known) if left_out else range(0)
    kept = [count for month, count in enumerate(course) if month not in window]
    return says_fewer(kept[-BASE_MONTHS:], [poisson(chance, rate) for _month in range(months)])


def share(rate: float, months: int, *, runs: int = RUNS, seed: int = SEED) -> float:
    """Of so many runs without any effect, the share (0 to 1) in which a fall is called proved."""
    chance = random.Random(seed)  # noqa: S311 - figures, no secret
    return sum(plain(chance, rate, months) for _run in range(runs)) / runs


def triggered_share(rate: float, months: int, *, left_out: bool, runs: int) -> float:
    """The same where people looked because of a peak."""
    chance = random.Random(SEED)  # noqa: S311 - figures, no secret
    found = (triggered(chance, rate, months, left_out=left_out) for _run in range(runs))
    return sum(found) / runs


def report() -> list[str]:
    """The shares as lines to print; the promise is 5 % at most."""
    lines = [f'"fewer cases" said although nothing changed, {RUNS:,} runs each (at most 5.0 %):']
    worst = 0.0
    for rate in RATES:
        shares = [share(rate, months) for months in AFTER]
        worst = max(worst, *shares)
        said = ", ".join(
            f"{months} months {100 * found:.1f} %"
            for months, found in zip(AFTER, shares, strict=True)
        )
        lines.append(f"  {rate:g} cases a month: {said}")
    lines.append(f"  the most: {100 * worst:.1f} % - {'kept' if worst <= 0.05 else 'BROKEN'}")
    some = RUNS // 10
    without, kept = (
        triggered_share(1.0, 12, left_out=left_out, runs=some) for left_out in (True, False)
    )
    lines.append(
        f"  looked at because of a peak, 1 case a month, {some:,} runs:"
        f" {100 * without:.1f} % with those months left out, {100 * kept:.1f} % with them"
    )
    return lines


if __name__ == "__main__":
    print("\n".join(report()))  # noqa: T201 - it is a command
