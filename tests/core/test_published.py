"""A table for strangers: nobody who can add and subtract learns what was hidden."""

from itertools import product

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.disclosure import Rule, national
from tracker.core.published import LEAST_CANDIDATES, TOTAL, Counts, Network, publish

ROWS, COLUMNS = ("east", "west"), ("rubbish", "shopping")
CITY, TOWN, HAMLET = national(60_000), national(12_000), national(1_500)


@pytest.fixture(autouse=True)
def english(app: Flask):
    with app.test_request_context(), force_locale("en"):
        yield


def counts(*numbers: int, offices=None) -> Counts:
    """A table of two areas and two types, row by row."""
    places = list(product(ROWS, COLUMNS))
    return Counts(ROWS, COLUMNS, dict(zip(places, numbers, strict=True)), offices or {})


def hidden(table, rule=CITY):
    return {place for place, figure in publish(table, rule).figures.items() if figure.hidden}


def test_a_table_of_large_figures_is_shown_whole():
    assert hidden(counts(40, 31, 22, 17)) == set()


def test_a_small_figure_takes_others_with_it_so_that_no_total_gives_it_away():
    found = hidden(counts(3, 31, 22, 17))
    assert ("east", "rubbish") in found
    assert len(found & {("east", "shopping"), ("east", TOTAL)}) >= 1
    assert len(found & {("west", "rubbish"), (TOTAL, "rubbish")}) >= 1


def test_zero_is_said_and_looks_unlike_a_hidden_figure():
    table = publish(counts(0, 31, 22, 17), CITY)
    assert (table.at("east", "rubbish").text, table.at("east", "rubbish").hidden) == ("0", False)


def test_small_and_large_hidden_figures_look_alike():
    table = publish(counts(3, 31, 22, 17), CITY)
    assert len({figure.text for figure in table.figures.values() if figure.hidden}) == 1


def test_in_a_small_town_more_is_hidden_and_in_a_hamlet_all():
    table = counts(40, 31, 22, 17)
    assert ("west", "shopping") in hidden(table, TOWN)
    assert len(hidden(table, HAMLET)) == 9


def test_a_figure_of_two_offices_is_hidden_however_large():
    table = counts(40, 31, 22, 17, offices={("east", "rubbish"): 2, ("west", "rubbish"): 5})
    assert ("east", "rubbish") in hidden(table)


def test_a_town_may_ask_for_more_offices_behind_its_figures():
    table = counts(40, 31, 22, 17, offices={("east", "rubbish"): 4, ("west", "rubbish"): 5})
    assert ("east", "rubbish") not in hidden(table)
    rules = {"east": Rule(10, offices=5), "west": CITY, TOTAL: CITY}
    assert ("east", "rubbish") in hidden(table, rules)


def test_a_single_row_with_one_small_figure_hides_its_total_too():
    table = Counts(("east",), ("a", "b"), {("east", "a"): 4, ("east", "b"): 50})
    found = hidden(table)
    assert ("east", "a") in found
    assert len(found) > 1


def test_figures_are_rounded_with_their_totals():
    table = publish(counts(41, 31, 22, 17), CITY)
    assert table.at("east", "rubbish").text == "about 40"
    assert table.at(TOTAL, TOTAL).text == "about 110"
    assert publish(counts(41, 31, 22, 17), CITY, rounded=False).at("east", "rubbish").text == "41"


def possible(table: Counts, place, found) -> set[int]:
    """Every value the hidden figure may have for somebody who sees the others, by trying."""
    values = {at: table.of(at) for at in table.places()}
    inner = [at for at in values if TOTAL not in at]
    near = {at: range(max(1, values[at] - 2), values[at] + 3) for at in inner}
    ranges = [near[at] if at in found else [values[at]] for at in inner]
    seen = set()
    for guess in product(*ranges):
        tried = Counts(table.rows, table.columns, dict(zip(inner, guess, strict=True)))
        fits = all(
            tried.of(at) >= 1 if at in found else tried.of(at) == values[at]
            for at in values
            if TOTAL in at
        )
        if fits:
            seen.add(tried.of(place))
    return seen


def test_each_row_has_the_limit_of_its_own_town():
    table = counts(40, 31, 15, 17)
    people = {"east": CITY, "west": TOWN, TOTAL: CITY}
    found = hidden(table, people)
    assert {("west", "rubbish"), ("west", "shopping")} <= found
    assert ("west", "rubbish") not in hidden(table, {**people, "west": CITY})


def test_of_a_row_without_a_limit_nothing_is_shown_not_even_a_zero():
    found = hidden(counts(40, 31, 0, 17), {"east": CITY, "west": HAMLET, TOTAL: CITY})
    assert {("west", "rubbish"), ("west", "shopping"), ("west", TOTAL)} <= found
    assert len({at for at in found if at[1] == "rubbish"}) > 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=12, max_size=12), st.sampled_from("abc"))
def test_with_a_hamlet_among_the_rows_every_hidden_figure_keeps_its_candidates(numbers, hamlet):
    rows, columns = ("a", "b", "c"), ("w", "x", "y", "z")
    table = Counts(rows, columns, dict(zip(product(rows, columns), numbers, strict=True)))
    found = hidden(table, {**dict.fromkeys(rows, CITY), hamlet: HAMLET, TOTAL: CITY})
    values = {place: table.of(place) for place in table.places()}
    network = Network(values, found, frozenset({hamlet}))
    everything = {place for place, value in values.items() if value}
    assert everything <= found or all(
        network.candidates(place) >= LEAST_CANDIDATES for place in found
    )


small_tables = st.lists(st.integers(0, 14), min_size=4, max_size=4)


@settings(deadline=None, max_examples=60)
@given(small_tables)
def test_an_attacker_who_tries_everything_narrows_no_hidden_figure_down(numbers):
    table = counts(*numbers)
    found = hidden(table)
    for place in found:
        assert len(possible(table, place, found)) >= 2, (numbers, place)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=12, max_size=12), st.data())
def test_whatever_the_table_every_hidden_figure_keeps_its_candidates(numbers, data):
    rows, columns = ("a", "b", "c"), ("w", "x", "y", "z")
    cells = dict(zip(product(rows, columns), numbers, strict=True))
    few = data.draw(st.sets(st.sampled_from(sorted(cells)), max_size=3))
    table = Counts(rows, columns, cells, dict.fromkeys(few, 1))
    values = {place: table.of(place) for place in table.places()}
    found = hidden(table)
    small = {place for place, value in values.items() if 0 < value < 10}
    assert small <= found
    everything = {place for place, value in values.items() if value}
    network = Network(values, found)
    assert found == everything or all(
        network.candidates(place) >= LEAST_CANDIDATES for place in found
    )
