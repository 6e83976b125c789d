"""What comes next and by which working day, and when it is late."""

from datetime import date

import pytest

from tests import factories
from tests.client import parsed
from tracker.cases.models import Disposition
from tracker.cases.stages import next_of
from tracker.core import clock as the_clock


def moved_to(clock, day):
    """It is ten in the morning of this day."""
    clock.move(days=(day - the_clock.today()).days)
    assert the_clock.today() == day


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        (date(2026, 11, 24), date(2026, 12, 1)),
        (date(2026, 11, 20), date(2026, 11, 30)),  # 23 November is a holiday
        (date(2026, 11, 21), date(2026, 12, 1)),  # a Saturday before a holiday counts as the 24th
        (date(2026, 12, 25), date(2027, 1, 7)),  # 29 December to 3 January the office is shut
        (date(2027, 4, 28), date(2027, 5, 11)),  # the holidays of May
    ],
)
def test_the_centre_accepts_within_five_working_days(aoi, clock, filed, due):
    moved_to(clock, filed)
    assert next_of(factories.make_case(by=aoi)).by == due


def test_the_centre_sorts_within_twenty_working_days(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    assert next_of(case).by == date(2026, 12, 22)


def test_twenty_working_days_over_the_year_end(aoi, sato, clock):
    moved_to(clock, date(2026, 12, 15))
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    assert next_of(case).by == date(2027, 1, 19)  # with Coming-of-Age Day on 11 January


def test_a_returned_case_waits_for_its_office_without_a_day(aoi, sato):
    following = next_of(factories.send_back(factories.make_case(by=aoi), by=sato))
    assert (following.by, following.is_late(date(2099, 1, 1))) == (None, False)


@pytest.mark.parametrize("how", [Disposition.INDIVIDUAL_MEETING, Disposition.TO_ISSUE])
def test_what_waits_for_a_meeting_or_an_issue_has_no_day(aoi, sato, how):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    assert next_of(factories.sort(case, sato, how)).by is None


def test_an_answer_is_due_five_working_days_after_sorting(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    assert next_of(factories.sort(case, by=sato)).by == date(2026, 12, 1)


def test_an_answered_case_can_be_contested_and_a_withdrawn_one_has_nothing_before_it(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    assert next_of(factories.sort(case, by=sato, answer=factories.ANSWER)).by is None
    assert next_of(factories.withdraw(factories.make_case(by=aoi), by=aoi)) is None


def next_step(html):
    """The line under the stages, and whether it is marked as late."""
    (line,) = [p for p in parsed(html).iter("p") if p.get("class") == "next-step"]
    late = [span for span in line.iter("span") if span.get("class") == "late"]
    return " ".join("".join(line.itertext()).split()), bool(late)


def test_the_page_says_by_when_and_then_that_it_is_late(sign_in, aoi, clock):
    case = factories.make_case(by=aoi)
    said, late = next_step(sign_in(aoi).get(f"/cases/{case.id}").text)
    assert ("12月1日" in said, late) == (True, False)
    clock.move(days=7)
    assert next_step(sign_in(aoi).get(f"/cases/{case.id}").text)[1] is False  # the day itself
    clock.move(days=1)
    assert next_step(sign_in(aoi).get(f"/cases/{case.id}").text)[1] is True
