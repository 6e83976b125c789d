"""Pure: when a series usually sits next, and the title a meeting of it is given."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from tracker.core import wareki
from tracker.meetings.series.models import MeetingSeries, Rule, Week

# What a town may write into the pattern of a title, in its own language.
YEAR, ROUND, AREA, NAME, ALSO = "{年度}", "{回}", "{圏域}", "{名称}", "{併催}"
MARKS = (YEAR, ROUND, AREA, NAME, ALSO)
USUAL_PATTERN = f"{YEAR} 第{ROUND}回 {AREA} {NAME}"
BOTH_PATTERN = f"{YEAR} 第{ROUND}回 {NAME}・{ALSO}"
LONGEST_TITLE = 80
LOOKED_AHEAD_MONTHS = 13
_ANY_MARK = re.compile(r"\{[^{}]*\}|[{}]")


def unknown_marks(pattern: str) -> list[str]:
    """What stands in braces and is none of the marks, and braces that stand alone."""
    return [mark for mark in _ANY_MARK.findall(pattern) if mark not in MARKS]


def title(series: MeetingSeries, area: str, held_on: date, count: int) -> str:
    """The title in the town's own pattern; spaces where a mark was empty are taken out.

    :param area: Japanese name of the series' area; "" where it has none
    :param count: which of the series in the fiscal year, from 1
    """
    year = wareki.fiscal_year_name(wareki.fiscal_year(held_on))
    said = dict(zip(MARKS, (year, str(count), area, series.name, series.also_name), strict=True))
    words = series.title_pattern
    for mark, word in said.items():
        words = words.replace(mark, word)
    return " ".join(words.split())[:LONGEST_TITLE]


def next_day(series: MeetingSeries, last: date | None, today: date) -> date | None:
    """The next day of the series' custom after today and after its last meeting; None: no custom.

    Counted in months from the last meeting where the series does not sit every month. A holiday
    is proposed as well: whoever plans is told of it.

    :param last: day of the newest meeting that was not cancelled
    """
    if series.week is None or series.weekday is None:
        return None
    start = today if last is None else max(today, last)
    for first in _months(start):
        if last is not None and _months_between(last, first) % series.every_months:
            continue
        day = _day_of(first, series.week, series.weekday)
        if day is not None and day > start:
            return day
    return None


def _months(start: date) -> Iterator[date]:
    first = start.replace(day=1)
    for _month in range(LOOKED_AHEAD_MONTHS):
        yield first
        first = (first + timedelta(days=32)).replace(day=1)


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _day_of(first: date, week: Week, weekday: int) -> date | None:
    length = calendar.monthrange(first.year, first.month)[1]
    days = [day for day in range(1, length + 1) if first.replace(day=day).weekday() == weekday]
    return first.replace(day=days[-1 if week is Week.LAST else list(Week).index(week)])


# What a new series begins with, in the town's own language; to be changed by hand.
# Source: 会議次第 of towns' minutes (あいさつ, 報告, 協議, その他).
_OPENING = ("開会・あいさつ", Rule.LINE, 5)
_CLOSING = ("その他・閉会", Rule.LINE, 5)
_AGAIN = ("継続審議", Rule.AGAIN, 0)
INDIVIDUAL_HEADINGS = (
    _OPENING,
    ("前回検討した事例のその後", Rule.AGAIN, 0),
    ("事例の検討", Rule.CASES, 0),
    _CLOSING,
)
ISSUE_HEADINGS = (
    _OPENING,
    ("前回までの決定の進捗", Rule.DECISIONS, 10),
    _AGAIN,
    ("地域課題の検討", Rule.ISSUES, 0),
    _CLOSING,
)
TOWN_HEADINGS = (
    _OPENING,
    ("前回までの決定の進捗", Rule.DECISIONS, 10),
    ("遅れている取組", Rule.LATE, 5),
    _AGAIN,
    ("再開する保留中の課題", Rule.WAKING, 0),
    ("市町村がケアマネジャーに依頼している業務", Rule.ASKED, 0),
    ("地域課題の検討", Rule.ISSUES, 0),
    ("新しい事例の動き", Rule.CASES, 5),
    _CLOSING,
)
