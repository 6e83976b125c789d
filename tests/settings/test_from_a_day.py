"""Values of a town that hold from a day on: planned, put back, used again, tried before."""

from datetime import date, datetime, time, timedelta

import pytest

from tests import factories, links
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError
from tracker.exchange import folder
from tracker.exchange.content import Content
from tracker.exchange.word_templates import sample
from tracker.issues.candidates import cells
from tracker.settings import queries as chains
from tracker.settings.models import Danger, Hours
from tracker.settings.values import queries, service, trying
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key

CITY = 98201
ALL = "/settings/"


@pytest.fixture
def today(app):
    return the_clock.today()


def version_of(by, key):
    """The version of the value's group, as it is read now."""
    return queries.group_version(queries.town_values(by, CITY)[DEFINITIONS[key].group])


@pytest.mark.both
def test_a_planned_number_holds_from_its_day_on_and_not_before(mori, today):
    links.set_value(mori, Key.ACCEPT_DAYS, 7)
    links.set_value(mori, Key.ACCEPT_DAYS, 9, valid_from=today + timedelta(days=30))
    assert queries.value_of(CITY, Key.ACCEPT_DAYS) == 7
    assert queries.values_of([CITY])[CITY][Key.ACCEPT_DAYS] == 7
    later = today + timedelta(days=30)
    assert queries.value_of(CITY, Key.ACCEPT_DAYS, today=later) == 9
    held = queries.town_values(mori, CITY)[NumberGroup.TARGETS][0]
    assert (held.value, held.planned.value) == (7, 9)


def test_the_page_says_who_planned_a_value_when_nothing_else_was_changed(sign_in, mori, today):
    links.set_value(mori, Key.ACCEPT_DAYS, 9, valid_from=today + timedelta(days=30))
    page = sign_in(mori).get(ALL).text
    row = page.partition('id="accept_days"')[2].partition("</tr>")[0]
    assert "令和8年12月24日から" in row
    assert f"{mori.name}さんが予定" in row
    assert "変更なし" not in row


def test_of_two_versions_for_one_day_the_later_one_holds(mori):
    links.set_value(mori, Key.ACCEPT_DAYS, 7)
    links.set_value(mori, Key.ACCEPT_DAYS, 8)
    assert queries.value_of(CITY, Key.ACCEPT_DAYS) == 8
    states = [
        (one.row.number, one.in_force) for one in queries.versions(mori, CITY, Key.ACCEPT_DAYS)
    ]
    assert states == [(2, True), (1, False)]


def test_nothing_holds_from_a_day_that_is_past(mori, today):
    with pytest.raises(InvalidInputError) as refused:
        links.set_value(mori, Key.ACCEPT_DAYS, 7, valid_from=today - timedelta(days=1))
    assert refused.value.field == "valid_from"


def test_putting_back_takes_what_was_planned_away_too(mori, today):
    later = today + timedelta(days=30)
    links.set_value(mori, Key.ACCEPT_DAYS, 7)
    links.set_value(mori, Key.ACCEPT_DAYS, 9, valid_from=later)
    after = version_of(mori, Key.ACCEPT_DAYS)
    service.put_back(CITY, Key.ACCEPT_DAYS, by=mori, at=the_clock.now(), after=after)
    db.session.commit()
    for day in (today, later):
        assert queries.value_of(CITY, Key.ACCEPT_DAYS, today=day) == 5


def test_an_older_version_is_used_again_only_while_it_fits_the_others(mori):
    high = links.set_value(mori, Key.BAND_B, 20)
    links.set_value(mori, Key.BAND_B, 10)
    after = version_of(mori, Key.BAND_B)
    service.use_again(high, by=mori, at=the_clock.now(), after=after)
    db.session.commit()
    assert queries.value_of(CITY, Key.BAND_B) == 20
    links.set_value(mori, Key.BAND_B, 10)
    links.set_value(mori, Key.BAND_A, 15)
    with pytest.raises(InvalidInputError):
        service.use_again(high, by=mori, at=the_clock.now(), after=version_of(mori, Key.BAND_B))


@pytest.mark.parametrize("login", ["sato", "tani", "aoi"])
def test_only_officers_of_the_town_use_a_version_again(login, request, mori):
    version = links.set_value(mori, Key.ACCEPT_DAYS, 7)
    with pytest.raises(NotAllowedError):
        service.use_again(version, by=request.getfixturevalue(login), at=the_clock.now(), after=1)


def test_candidates_are_looked_at_anew_when_a_planned_rule_begins(mori, clock, today):
    links.set_value(mori, Key.RULE_CASES, 5, valid_from=today + timedelta(days=2))
    clock.move(days=1)
    looked = clock.now()
    assert not cells.rule_changed(CITY, looked)
    clock.move(days=1)
    assert cells.rule_changed(CITY, looked)
    assert not cells.rule_changed(CITY, clock.now())


# --- office hours ---


def test_the_town_decides_by_its_own_hours_who_is_shown_in_an_emergency(aoi, mori):
    links.make_link(mori, name="宿直室", hours=Hours.AFTER)
    links.make_link(mori, name="日中の窓口", hours=Hours.OFFICE)
    (area,) = aoi.area_ids(Role.AGENCY)
    evening = datetime(2026, 11, 24, 18, 0, tzinfo=the_clock.TOKYO)

    def shown():
        return [link.name for link in chains.chain(aoi, area, Danger.LIFE, at=evening)]

    assert shown() == ["宿直室"]
    links.set_value(mori, Key.CLOSES, 19 * 60)
    assert queries.office_hours(CITY) == (time(8, 30), time(19, 0))
    assert shown() == ["日中の窓口"]


@pytest.mark.parametrize(
    "typed", ["", "8", "24:00", "8:60", "-1:30", "８時９０分", "a:b", "8:30:00"]
)
def test_what_is_no_time_is_refused_beside_its_field(typed, sign_in, mori):
    browser = sign_in(mori)
    answer = browser.post(
        f"{ALL}values/hours?lang=en", data={**opened(browser, "hours"), "opens": typed}
    )
    assert answer.status_code == 422
    assert "opens-error" in answer.text


@pytest.mark.parametrize("typed", ["9:00", "９：００", "9時00分"])
def test_a_time_may_be_written_in_many_ways(typed, sign_in, mori):
    browser = sign_in(mori)
    browser.post(f"{ALL}values/hours", data={**opened(browser, "hours"), "opens": typed})
    assert queries.office_hours(CITY)[0] == time(9, 0)


def test_an_office_that_closes_before_it_opens_is_refused(sign_in, mori):
    browser = sign_in(mori)
    fields = {**opened(browser, "hours"), "opens": "18:00"}
    answer = browser.post(f"{ALL}values/hours?lang=en", data=fields)
    assert answer.status_code == 422
    assert "The office has to open before it closes." in answer.text


def opened(browser, group):
    """The form of a group as it is open."""
    form = next(
        form
        for form in parsed(browser.get(f"{ALL}values/{group}").text).iter("form")
        if any(field.get("name") == "version" for field in form.iter())
    )
    return form_fields(form)


# --- titles ---


def test_papers_carry_the_towns_own_titles_from_the_day_on(app, mori, today):
    links.set_value(mori, Key.TITLE_MINUTES, "議事概要")
    with app.test_request_context("/?lang=ja"):
        words = queries.words_of(CITY)
        assert words[Key.TITLE_MINUTES] == "議事概要"
        assert words[Key.TITLE_ORDER] == "次第"
        content = with_names(sample.sample(), words)
        listed = [one.name for one in folder.numbered(content)]
    assert "議事概要" in listed


def with_names(content: Content, names):
    """The same meeting in a town with these names."""
    return Content(**{**vars(content), "names": names})


def test_mori_names_the_minutes_and_the_meetings_papers_say_so(sign_in, mori, sato):
    browser = sign_in(mori)
    fields = {**opened(browser, "titles"), "title_minutes": "議事概要"}
    fields |= {"area_type": "other", "area_kind": "支所の区域"}
    assert browser.post(f"{ALL}values/titles", data=fields).status_code == 303
    assert queries.words_of(CITY)[Key.TITLE_MINUTES] == "議事概要"
    assert "支所の区域" in sign_in(sato).get("/cases/new").text
    assert version_of(mori, Key.TITLE_MINUTES) == 3  # the other titles stayed the default


# --- dry runs ---


def test_fewer_days_show_how_many_cases_would_be_late(aoi, mori, clock):
    factories.make_case(by=aoi)
    clock.move(days=10)
    numbers = {key: DEFINITIONS[key].default for key in keys_of(NumberGroup.TARGETS)}

    def heading(days):
        tried = {**numbers, Key.ACCEPT_DAYS: days}
        return trying.trial(mori, CITY, tried, today=the_clock.today()).heading

    assert "1" in heading(2)
    assert "0" in heading(30)


def test_other_weights_show_how_many_issues_would_change_their_band(aoi, sato, mori):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.make_issue(sato, case)
    numbers = {key: DEFINITIONS[key].default for key in keys_of(NumberGroup.PRIORITY)}
    same = trying.trial(mori, CITY, numbers, today=the_clock.today())
    other = trying.trial(
        mori, CITY, {**numbers, Key.BAND_A: 2, Key.BAND_B: 1}, today=the_clock.today()
    )
    assert "0" in same.heading
    assert "1" in other.heading


def test_a_dry_run_saves_nothing_and_says_so(sign_in, mori):
    browser = sign_in(mori)
    for group in ("targets", "priority"):
        answer = browser.post(
            f"{ALL}values/{group}?lang=en", data={**opened(browser, group), "try": "1"}
        )
        assert answer.status_code == 200
        assert "Nothing is saved yet." in answer.text
        assert_sound(answer.text, group, "en")
    assert version_of(mori, Key.ACCEPT_DAYS) == 0


# --- pages ---


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_versions_of_a_value_say_who_and_from_when(sign_in, mori, yama, today, lang):
    links.set_value(mori, Key.ACCEPT_DAYS, 7)
    links.set_value(mori, Key.ACCEPT_DAYS, 9, valid_from=today + timedelta(days=30))
    url = f"{ALL}values/accept_days/versions?lang={lang}"
    page = sign_in(yama).get(url).text
    assert_sound(page, url, lang)
    assert mori.name in page
    assert "/again" not in page
    assert "/again" in sign_in(mori).get(url).text


def test_mori_goes_back_to_an_older_version_by_one_press(sign_in, mori):
    old = links.set_value(mori, Key.ACCEPT_DAYS, 7)
    links.set_value(mori, Key.ACCEPT_DAYS, 9)
    browser, action = sign_in(mori), f"{ALL}values/versions/{old.id}/again"
    page = parsed(browser.get(f"{ALL}values/accept_days/versions").text)
    form = next(form for form in page.iter("form") if form.get("action") == action)
    fields = form_fields(form)
    assert [browser.post(action, data=fields).status_code for _ in "ab"] == [303, 303]
    assert queries.value_of(CITY, Key.ACCEPT_DAYS) == 7
    assert version_of(mori, Key.ACCEPT_DAYS) == 3


def test_a_refusal_of_a_press_is_said_on_the_page_of_all(sign_in, mori):
    links.set_value(mori, Key.BAND_A, 40)
    low = links.set_value(mori, Key.BAND_A, 15)
    links.set_value(mori, Key.BAND_A, 40)
    links.set_value(mori, Key.BAND_B, 30)
    browser, action = sign_in(mori), f"{ALL}values/versions/{low.id}/again"
    page = parsed(browser.get(f"{ALL}values/band_a/versions").text)
    form = next(form for form in page.iter("form") if form.get("action") == action)
    answer = browser.post(f"{action}?lang=en", data=form_fields(form))
    assert answer.status_code == 303
    said = browser.get("/settings/?lang=en").text
    assert "Priority B has to begin with fewer points than priority A." in said
    assert queries.value_of(CITY, Key.BAND_A) == 40


def test_a_day_that_is_past_is_refused_beside_the_field(sign_in, mori):
    browser = sign_in(mori)
    fields = {**opened(browser, "targets"), "accept_days": "7", "valid_from": "2020-01-01"}
    answer = browser.post(f"{ALL}values/targets?lang=en", data=fields)
    assert answer.status_code == 422
    assert "Please choose today or a later day." in answer.text
    assert date(2020, 1, 1) < the_clock.today()
