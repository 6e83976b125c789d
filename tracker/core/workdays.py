"""Working days and hours of a town office, in Japan's calendar.

Source: 地方自治法 4条の2 and 行政機関の休日に関する法律 1条: closed on Saturdays, Sundays, national
holidays and from 29 December to 3 January. Hours as most towns keep them: 8:30 to 17:15.
"""

import functools
from datetime import date, datetime, time, timedelta

import jpholiday

from tracker.core import clock

OPENS, CLOSES = time(8, 30), time(17, 15)
SATURDAY = 5
_TURN_OF_THE_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def holiday_name(day: date) -> str | None:
    """The Japanese name of the national holiday; None on any other day."""
    return jpholiday.is_holiday_name(day)


@functools.lru_cache(maxsize=4096)  # a list of cases asks for the same weeks again and again
def is_workday(day: date) -> bool:
    """Is a town office open on this day?"""
    turn = (day.month, day.day) in _TURN_OF_THE_YEAR
    return day.weekday() < SATURDAY and not turn and holiday_name(day) is None


def in_office_hours(instant: datetime, opens: time = OPENS, closes: time = CLOSES) -> bool:
    """Is a town office with these hours open at this instant? At closing time it no longer is."""
    local = clock.local(instant)
    return is_workday(local.date()) and opens <= local.time() < closes


def office_day(instant: datetime, closes: time = CLOSES) -> date:
    """The day an office that closes then counts something from that comes at this instant.

    What comes on a day it is closed, or from closing time on, counts from the next working day;
    what comes before it opens counts from the day itself.
    """
    local = clock.local(instant)
    day = local.date()
    return day if is_workday(day) and local.time() < closes else workdays_after(day, 1)


def workdays_after(day: date, count: int) -> date:
    """The day that comes so many working days later; the day itself for 0, before it below 0."""
    step = 1 if count > 0 else -1
    while count:
        day += timedelta(days=step)
        count -= step * is_workday(day)
    return day


def workdays_until(day: date, today: date) -> int:
    """Working days from today to the day: 0 on the day itself, below 0 when it is past."""
    first, last = sorted((today, day))
    count = sum(
        is_workday(first + timedelta(days=offset + 1)) for offset in range((last - first).days)
    )
    return count if day >= today else -count
