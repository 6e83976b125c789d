"""What a town tells outside it: the country's rule or its own, which may only hide more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories, links
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tests.views import set_population
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.disclosure import Rule
from tracker.core.errors import InvalidInputError
from tracker.settings.values import small_cells, trying
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key

CITY, TOWN = 98201, 98321
PAGE = "/settings/values/figures"


def opened(browser):
    """What the open form of the group would send."""
    for form in parsed(browser.get(PAGE).text).iter("form"):
        if any(field.get("name") == "version" for field in form.iter()):
            return form_fields(form)
    raise AssertionError("no form")


def numbers(**changes):
    """What a town that has set nothing holds, with changes."""
    held = {key: DEFINITIONS[key].default_value for key in keys_of(NumberGroup.FIGURES)}
    return {**held, **{Key(name): value for name, value in changes.items()}}


# --- the rule that holds ---


@pytest.mark.both
def test_a_town_that_has_set_nothing_keeps_to_the_countrys_rule(mori):
    assert small_cells.rule_of(CITY) == Rule(20, offices=3)
    set_population(CITY, 60_000, mori)
    assert small_cells.rules_of([CITY, TOWN]) == {CITY: Rule(10), TOWN: Rule(20)}


@pytest.mark.both
def test_a_town_hides_more_than_the_country_asks(mori):
    set_population(CITY, 60_000, mori)
    links.set_value(mori, Key.CELL_LEAST, 15)
    links.set_value(mori, Key.CELL_OFFICES, 5)
    assert small_cells.rule_of(CITY) == Rule(15, offices=5)


def test_a_town_that_tells_nothing_has_no_threshold(mori):
    set_population(CITY, 60_000, mori)
    links.set_value(mori, Key.CELL_TOLD, 0)
    assert small_cells.rule_of(CITY).least is None


@pytest.mark.parametrize(("people", "least"), [(0, 19), (24_999, 10), (60_000, 9)])
def test_no_town_hides_less_than_the_country_and_is_told_why(mori, people, least):
    if people:
        set_population(CITY, people, mori)
    with pytest.raises(InvalidInputError) as refused:
        links.set_value(mori, Key.CELL_LEAST, least)
    assert refused.value.field == Key.CELL_LEAST
    assert small_cells.rule_of(CITY).least == (10 if people == 60_000 else 20)


def test_a_population_that_asks_for_more_than_the_towns_own_threshold_is_refused(mori):
    set_population(CITY, 60_000, mori)
    links.set_value(mori, Key.CELL_LEAST, 15)
    with pytest.raises(InvalidInputError):
        links.set_value(mori, Key.POPULATION, 12_000)


def test_a_smaller_population_planned_before_the_threshold_still_hides_more(mori):
    set_population(CITY, 60_000, mori)
    later = the_clock.today() + timedelta(days=30)
    links.set_value(mori, Key.POPULATION, 12_000, valid_from=later)
    links.set_value(mori, Key.CELL_LEAST, 15)
    assert small_cells.rule_of(CITY).least == 15
    assert small_cells.rule_of(CITY, today=later).least == 20


# --- what a change would hide ---


def tried(mori, **changes):
    """The effect of these numbers, as it is said."""
    return trying.trial(mori, CITY, numbers(**changes), today=the_clock.today())


def test_the_preview_says_how_many_figures_a_rule_shows_and_hides(app, aoi, mori):
    factories.make_many(factories.make_case(by=aoi), 29)
    for index in range(2):
        office = factories.make_organisation(f"第{index}事業所", CITY)
        of_office = sa.update(Case).where(Case.id % 3 == index)
        db.session.execute(of_office.values(organisation_id=office.id))
    db.session.commit()
    with app.test_request_context("/?lang=en"):
        plain = tried(mori, population=60_000)
        strict = tried(mori, population=60_000, cell_least=40)
        nothing = tried(mori, cell_told=0)
    assert plain.heading.startswith("With these numbers counts under 10 would be hidden")
    assert "of 2 figures 2 would be shown and 0 hidden" in plain.sentences[0]
    assert "of 2 figures 0 would be shown and 2 hidden" in strict.sentences[0]
    assert "by the numbers that hold now 2 are shown and 0 hidden" in strict.sentences[0]
    assert "no case is counted" in strict.sentences[1]  # the year before
    assert nothing.heading == "With these numbers no figure of the town would be told"


def test_only_the_towns_officers_are_shown_an_effect(sato, tani, mori):
    for stranger in (sato, tani):
        assert trying.trial(stranger, CITY, numbers(), today=the_clock.today()) is None


# --- the page ---


def test_mori_sets_a_stricter_rule_after_a_look_at_its_effect(sign_in, mori):
    browser = sign_in(mori)
    fields = {**opened(browser), "population": "60000", "cell_least": "15"}
    fields |= {"population_source": "住民基本台帳 令和8年9月30日"}
    looked = browser.post(f"{PAGE}?lang=en", data={**fields, "try": "1"})
    assert "Nothing is saved yet." in looked.text
    assert "counts under 15 would be hidden" in looked.text
    assert_sound(looked.text, PAGE, "en")
    assert browser.post(PAGE, data=fields).status_code == 303
    page = browser.get("/settings/?lang=ja").text
    assert "15未満の件数" in page
    assert "住民基本台帳 令和8年9月30日" in page


def test_a_threshold_that_tells_too_much_is_refused_with_the_bound_and_the_reason(sign_in, mori):
    browser = sign_in(mori)
    answer = browser.post(f"{PAGE}?lang=en", data={**opened(browser), "cell_least": "12"})
    assert answer.status_code == 422
    assert "hides counts under 20, and a town may only hide more" in answer.text
    assert 'value="12"' in answer.text
