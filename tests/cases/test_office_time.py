"""The centre's clock runs while the town office is open: after closing the next working day counts.

The clock of the tests stands at Tuesday 24 November 2026, 10:00; the office closes at 17:15.
"""

from datetime import date, datetime, time

import pytest

from tests import factories, links
from tests.cases.test_turnaround import days, send_again
from tracker.cases import turnaround
from tracker.cases.models import CaseStatus, Disposition
from tracker.core import clock as the_clock
from tracker.core import workdays
from tracker.settings.values import trying
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key

CITY = 98201
EVENING = {"hours": 8}  # 18:00


def at(day, clock_time="10:00"):
    """An instant in Japan."""
    return datetime.combine(
        date.fromisoformat(day), time.fromisoformat(clock_time), tzinfo=the_clock.TOKYO
    )


@pytest.mark.parametrize(
    ("day", "clock_time", "counts_from"),
    [
        ("2026-11-24", "06:00", "2026-11-24"),  # before it opens
        ("2026-11-24", "17:14", "2026-11-24"),
        ("2026-11-24", "17:15", "2026-11-25"),  # at closing time it no longer is open
        ("2026-11-27", "20:00", "2026-11-30"),  # Friday evening
        ("2026-11-28", "10:00", "2026-11-30"),  # Saturday
        ("2026-11-23", "10:00", "2026-11-24"),  # Labour Thanksgiving Day
        ("2026-12-28", "18:00", "2027-01-04"),  # the last evening of the year
        ("2026-12-31", "10:00", "2027-01-04"),
    ],
)
def test_what_comes_when_the_office_is_closed_counts_from_the_next_working_day(
    day, clock_time, counts_from
):
    assert workdays.office_day(at(day, clock_time)) == date.fromisoformat(counts_from)


@pytest.mark.both
def test_a_case_that_comes_after_closing_has_a_day_more(aoi, clock):
    assert factories.make_case(by=aoi).due_on == date(2026, 12, 1)
    clock.move(**EVENING)
    assert factories.make_case(by=aoi).due_on == date(2026, 12, 2)


def test_a_case_of_saturday_is_due_like_one_of_monday(aoi, clock):
    clock.move(days=4)  # Saturday 28 November
    on_saturday = factories.make_case(by=aoi).due_on
    clock.move(days=2)
    assert factories.make_case(by=aoi).due_on == on_saturday == date(2026, 12, 7)


def test_in_a_town_that_is_open_until_seven_six_in_the_evening_is_the_same_day(aoi, mori, clock):
    links.set_value(mori, Key.CLOSES, 19 * 60)
    clock.move(**EVENING)
    assert factories.make_case(by=aoi).due_on == date(2026, 12, 1)


def test_a_question_and_its_answer_of_one_evening_cost_nobody_a_day(aoi, sato, clock):
    clock.move(**EVENING)
    case = factories.make_case(by=aoi)
    before = case.due_on
    factories.send_back(case, by=sato)
    assert days(case) == (None, 5, None)
    assert send_again(case, aoi).due_on == before


def test_acceptance_after_closing_begins_the_days_of_sorting_tomorrow(aoi, sato, clock):
    case = factories.make_case(by=aoi)
    clock.move(**EVENING)
    assert factories.accept(case, by=sato).due_on == date(2026, 12, 23)
    factories.sort(case, by=sato)
    assert case.due_on == date(2026, 12, 2)


def test_a_row_of_an_import_is_timed_by_the_same_hours(aoi, clock):
    case = factories.make_case(by=aoi)
    clock.move(**EVENING)
    row = {name: getattr(case, name) for name in ("due_on", "accept_days_left", "came_as")}
    row |= {"status": CaseStatus.SUBMITTED, "municipality_id": case.municipality_id}
    back = turnaround.of_row(row, CaseStatus.RETURNED, at=clock.now())
    assert back["accept_days_left"] == 4
    row |= {**back, "status": CaseStatus.RETURNED}
    assert turnaround.of_row(row, CaseStatus.SUBMITTED, at=clock.now())["due_on"] == case.due_on


def test_by_default_a_case_that_stands_since_an_evening_counts_from_the_next_day():
    evening = at("2026-11-24", "18:00")
    assert turnaround.due_by_default(CaseStatus.SUBMITTED, None, evening) == date(2026, 12, 2)
    answered = turnaround.due_by_default(CaseStatus.DISPOSED, Disposition.TO_ISSUE, evening)
    assert answered is None


# --- dry runs ---


def tried(mori, group, **changes):
    """What these numbers of the group would do."""
    held = {key: DEFINITIONS[key].default for key in keys_of(group)}
    numbers = {**held, **{Key(name): value for name, value in changes.items()}}
    return trying.trial(mori, CITY, numbers, today=the_clock.today())


def test_other_hours_say_how_many_open_cases_would_count_from_another_day(app, aoi, mori, clock):
    factories.make_case(by=aoi)
    clock.move(**EVENING)
    factories.make_case(by=aoi)
    with app.test_request_context("/?lang=en"):
        same = tried(mori, NumberGroup.HOURS)
        longer = tried(mori, NumberGroup.HOURS, closes=19 * 60)
    assert same.heading == "With these hours 0 open cases would count from another day"
    assert longer.heading == "With these hours 1 open case would count from another day"
    assert longer.sentences == (
        "2 cases wait to be accepted or sorted.",
        "Cases that are here already keep the day they were given.",
    )


def test_other_days_say_how_many_open_cases_would_have_another_day(app, aoi, sato, mori):
    factories.accept(factories.make_case(by=aoi), by=sato)
    factories.make_case(by=aoi)
    with app.test_request_context("/?lang=en"):
        found = tried(mori, NumberGroup.TARGETS, accept_days=7)
    assert "1 of them would have been given another day." in found.sentences


def test_nobody_but_officers_of_the_town_is_told_of_its_cases(sato, tani):
    assert tried(sato, NumberGroup.HOURS) is tried(tani, NumberGroup.HOURS) is None
