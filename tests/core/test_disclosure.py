"""What the prefecture and the public may read of a count."""

import pytest
from flask import Flask
from flask_babel import force_locale

from tracker.core.disclosure import disclosed, threshold


@pytest.mark.parametrize(
    ("population", "least"), [(None, 20), (1999, None), (2000, 20), (24999, 20), (25000, 10)]
)
def test_the_smaller_the_town_the_more_is_hidden(population: int | None, least: int | None) -> None:
    assert threshold(population) == least


@pytest.mark.parametrize("count", [1, 9, 10, 19])
def test_a_small_count_of_an_unknown_town_is_hidden(app: Flask, count: int) -> None:
    with app.test_request_context(), force_locale("en"):
        figure = disclosed(count, None)
    assert figure.hidden
    assert str(count) not in figure.text.replace("20", "")


def test_nothing_may_be_said_as_zero_but_not_in_a_tiny_town(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert disclosed(0, 30000).text == "0"
        assert disclosed(0, 1500).hidden


def test_two_months_differ_by_tens_only(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert disclosed(57, None).text == disclosed(62, None).text == "about 60"
