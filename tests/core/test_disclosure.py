"""What the prefecture and the public may read of a count."""

import pytest
from flask import Flask
from flask_babel import force_locale

from tracker.core.disclosure import Rule, disclosed, national, stricter


@pytest.mark.parametrize(
    ("population", "least"), [(None, 20), (1999, None), (2000, 20), (24999, 20), (25000, 10)]
)
def test_the_smaller_the_town_the_more_is_hidden(population: int | None, least: int | None) -> None:
    assert national(population) == Rule(least, offices=3)


@pytest.mark.parametrize("count", [1, 9, 10, 19])
def test_a_small_count_of_an_unknown_town_is_hidden(app: Flask, count: int) -> None:
    with app.test_request_context(), force_locale("en"):
        figure = disclosed(count, national(None))
    assert figure.hidden
    assert str(count) not in figure.text.replace("20", "")


def test_nothing_may_be_said_as_zero_but_not_in_a_tiny_town(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert disclosed(0, national(30_000)).text == "0"
        assert disclosed(0, national(1_500)).hidden


def test_two_months_differ_by_tens_only(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert disclosed(57, Rule(20)).text == disclosed(62, Rule(20)).text == "about 60"


def test_of_two_rules_what_either_hides_is_hidden() -> None:
    assert stricter(Rule(20, 3), Rule(10, 5)) == stricter(Rule(10, 5), Rule(20, 3)) == Rule(20, 5)
    assert stricter(Rule(10), Rule(0)) == Rule(10)
    assert stricter(Rule(10), Rule(None)).least is stricter(Rule(None), Rule(10)).least is None
