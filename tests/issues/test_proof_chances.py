"""The exact test, against tables of the literature's kind and an independent computation."""

from fractions import Fraction
from math import comb, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench import chances as bench
from tracker.issues.proof import chances
from tracker.issues.proof.chances import Counted
from tracker.issues.proof.figures import Verdict
from tracker.issues.proof.reading import judge

FEW = st.integers(0, 40)
OFFICES = st.integers(1, 60)


def verdict(before, after, months):
    """Of so many cases in twelve months and in so many after, as many offices in each month."""
    spans = Counted(before, 12), Counted(after, months)
    return judge(*spans, chances.fewer(*spans), chances.more(*spans))


@pytest.mark.parametrize(
    ("before", "after", "months", "chance", "said"),
    [
        (12, 1, 6, 0.0385, Verdict.REDUCED),
        (12, 3, 6, 0.2092, Verdict.NO_EVIDENCE),
        (5, 1, 6, 0.3512, Verdict.TOO_FEW),
        (5, 0, 12, 0.03125, Verdict.REDUCED),
        (12, 16, 6, 0.9973, Verdict.INCREASED),
        (0, 0, 12, 1.0, Verdict.TOO_FEW),
    ],
)
def test_what_so_many_before_and_after_mean(before, after, months, chance, said):
    found = chances.fewer(Counted(before, 12), Counted(after, months))
    assert float(found) == pytest.approx(chance, abs=6e-5)
    assert verdict(before, after, months) is said


@pytest.mark.parametrize(
    ("before", "half_a_year", "a_year"), [(5, None, 0), (12, 1, 4), (20, 3, 10), (40, 11, 25)]
)
def test_how_few_cases_it_takes_to_prove_a_fall(before, half_a_year, a_year):
    base = Counted(before, 12)
    assert chances.most_that_prove(base, 6) == half_a_year
    assert chances.most_that_prove(base, 12) == a_year


def by_hand(before, after):
    """The binomial tail, term by term as fractions."""
    cases = before.cases + after.cases
    share = Fraction(after.exposure, before.exposure + after.exposure)
    terms = [comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in range(cases + 1)]
    return sum(terms[: after.cases + 1]), sum(terms[after.cases :])


@settings(max_examples=150, deadline=None)
@given(FEW, FEW, OFFICES, OFFICES)
def test_both_tails_are_the_sums_of_their_terms(before, after, earlier, later):
    spans = Counted(before, earlier), Counted(after, later)
    assert (chances.fewer(*spans), chances.more(*spans)) == by_hand(*spans)


@settings(max_examples=100, deadline=None)
@given(FEW, FEW, OFFICES, OFFICES)
def test_at_its_limits_the_counts_are_just_as_rare_as_the_level(before, after, earlier, later):
    spans = Counted(before, earlier), Counted(after, later)
    found = chances.rate_ratio(*spans)
    cases = before + after

    def tail(ratio, numbers):
        share = ratio * later / (ratio * later + earlier)
        return sum(comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in numbers)

    if before:
        assert tail(found.high, range(after + 1)) == pytest.approx(0.05, rel=1e-6)
    if after:
        assert tail(found.low, range(after, cases + 1)) == pytest.approx(0.05, rel=1e-6)
    assert found.low <= (found.ratio if found.ratio is not None else inf)


@settings(max_examples=100, deadline=None)
@given(FEW, FEW, OFFICES, OFFICES)
def test_the_verdict_and_its_interval_never_contradict_each_other(before, after, earlier, later):
    spans = Counted(before, earlier), Counted(after, later)
    found = chances.rate_ratio(*spans)
    if (before or after) and abs(float(chances.fewer(*spans)) - 0.05) > 1e-9:
        below = found.high is not None and found.high < 1
        assert (chances.fewer(*spans) <= chances.LEVEL) == below


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), OFFICES)
def test_the_ratio_of_ratios_has_the_limits_of_the_fourfold_table(a, b, c, d, offices):
    here, there = (Counted(a, 12), Counted(b, offices)), (Counted(c, 24), Counted(d, offices))
    found = chances.ratio_of_ratios(here, there)
    if not (a + b) or not (c + d):
        assert found is None
        return
    numbers = range(max(0, b + d - (c + d)), min(a + b, b + d) + 1)
    offset = 24 / 12  # more office-months before there than here

    def tail(ratio, counted):
        odds = ratio * offset
        terms = {k: comb(a + b, k) * comb(c + d, b + d - k) * odds**k for k in numbers}
        return sum(terms[k] for k in numbers if counted(k)) / sum(terms.values())

    if found.high is not None:
        assert tail(found.high, lambda k: k <= b) == pytest.approx(0.05, rel=1e-6)
    if found.low:
        assert tail(found.low, lambda k: k >= b) == pytest.approx(0.05, rel=1e-6)


def test_nothing_is_said_of_months_without_an_office():
    empty = Counted(0, 0)
    assert chances.rate_ratio(empty, Counted(0, 6)).ratio is None
    assert chances.ratio_of_ratios((empty, Counted(3, 6)), (Counted(1, 6), Counted(1, 6))) is None
    assert judge(empty, Counted(5, 6), Fraction(1), Fraction(0)) is Verdict.TOO_FEW


@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_where_nothing_changed_a_fall_is_said_in_at_most_one_of_twenty(rate):
    assert 0 < bench.share(rate, 12, runs=600) <= 0.05
