"""The labelled sentences: what is found of what is there."""

import pytest

from tests.bench import details
from tracker.core.personal import Kind

NEVER_MISSED = [Kind.MY_NUMBER, Kind.PHONE, Kind.MAIL, Kind.INSURED, Kind.BIRTH]


@pytest.fixture(scope="module")
def scores() -> details.Scores:
    return details.measure()


@pytest.mark.parametrize("kind", NEVER_MISSED)
def test_what_tells_most_is_never_missed(scores: details.Scores, kind: Kind) -> None:
    assert scores.kinds[kind].recall == 1.0


def test_nearly_everything_is_found_and_nearly_nothing_else(scores: details.Scores) -> None:
    assert scores.total.recall >= 0.95
    assert scores.total.precision >= 0.95


def test_the_sentences_written_after_the_rules_do_as_well() -> None:
    late = details.measure(one for one in details.sentences() if one.heldout).total
    assert late.recall >= 0.95
    assert late.precision >= 0.95


def test_no_disguise_helps() -> None:
    missed = [one for one in details.sentences() if one.bypass and not one.kinds <= one.found]
    assert [one.text for one in missed] == []


def test_the_set_is_large_mixed_and_without_repetition() -> None:
    every = details.sentences()
    assert len({one.text for one in every}) == len(every) >= 340
    assert sum(one.bypass for one in every) >= 40
    assert sum(one.heldout for one in every) >= 120
    assert 0.4 < sum(not one.kinds for one in every) / len(every) < 0.6
    assert set().union(*(one.kinds for one in every)) == set(Kind)


def test_the_report_has_a_line_for_each_kind_and_two_for_all() -> None:
    lines = details.report()
    assert len(lines) == 1 + len(Kind) + 2
    assert lines[-1].startswith("all, held out")
