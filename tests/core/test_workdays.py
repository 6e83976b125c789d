"""Working days and hours of a town office."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import clock, workdays

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        ("2026-11-20", True),  # Friday
        ("2026-11-21", False),  # Saturday
        ("2026-11-22", False),  # Sunday
        ("2026-11-23", False),  # 勤労感謝の日
        ("2026-11-24", True),
        ("2026-09-22", False),  # 国民の休日, between two holidays
        ("2026-05-06", False),  # 振替休日
        ("2026-12-28", True),
        ("2026-12-29", False),
        ("2026-12-31", False),
        ("2027-01-01", False),
        ("2027-01-03", False),
        ("2027-01-04", True),
        ("2020-07-24", False),  # スポーツの日, moved for the Olympic Games
        ("2020-10-12", True),
    ],
)
def test_a_town_office_is_open_on_working_days(day, opened):
    assert workdays.is_workday(date.fromisoformat(day)) is opened


def test_a_holiday_has_its_name_and_other_days_have_none():
    assert workdays.holiday_name(date(2026, 11, 23)) == "勤労感謝の日"
    assert workdays.holiday_name(date(2026, 11, 24)) is None
    assert workdays.holiday_name(date(2026, 12, 30)) is None


@pytest.mark.parametrize(
    ("clock_time", "opened"),
    [("08:29", False), ("08:30", True), ("17:14", True), ("17:15", False), ("23:00", False)],
)
def test_the_office_opens_at_half_past_eight_and_closes_at_a_quarter_past_five(clock_time, opened):
    instant = datetime.fromisoformat(f"2026-11-24T{clock_time}:00+09:00")
    assert workdays.in_office_hours(instant) is opened
    assert workdays.in_office_hours(instant.astimezone(UTC)) is opened


def test_a_holiday_has_no_office_hours():
    assert not workdays.in_office_hours(datetime(2026, 11, 23, 10, tzinfo=clock.TOKYO))


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        ("2026-11-24", 0, "2026-11-24"),
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-20", 1, "2026-11-24"),  # over a weekend and a holiday
        ("2026-12-28", 1, "2027-01-04"),  # over the turn of the year
        ("2026-11-22", 2, "2026-11-25"),
    ],
)
def test_so_many_working_days_later(day, count, last):
    found = workdays.workdays_after(date.fromisoformat(day), count)
    assert found == date.fromisoformat(last)


@given(DAYS, st.integers(1, 30))
def test_between_are_exactly_so_many_working_days(day, count):
    last = workdays.workdays_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(map(workdays.is_workday, between)) == count
    assert workdays.is_workday(last)
