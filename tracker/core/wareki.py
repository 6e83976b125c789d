"""Dates, fiscal years and times as Japanese offices write them, and the way back.

Babel has no era calendar and prints 西暦, so the five eras are kept here. Words for a refusal
are the caller's: `DateError` carries facts only.
Source: 元号を改める政令 (start days); 公用文 habit of 12-hour time and of 元年 for year 1.
"""

import calendar
import enum
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

DatePart = Literal["year", "month", "day"]

WEEKDAYS = "月火水木金土日"
FISCAL_START_MONTH = 4


class DateProblem(enum.StrEnum):
    """Why a text is not a date."""

    UNREADABLE = "unreadable"
    NO_SUCH_DAY = "no_such_day"
    NO_SUCH_MONTH = "no_such_month"
    AFTER_ERA = "after_era"
    BEFORE_ERA = "before_era"


class DateError(ValueError):
    """A text that is not a date: the reason, the box at fault, the date probably meant."""

    def __init__(
        self, reason: DateProblem, part: DatePart | None = None, probable: date | None = None
    ) -> None:
        """Keep the facts.

        :param part: None when the text as a whole cannot be read
        :param probable: known only when the calendar day exists but the era does not reach it
        """
        super().__init__(reason.value)
        self.reason = reason
        self.part = part
        self.probable = probable


@dataclass(frozen=True)
class Era:
    """One era: its name, its letter, its first day."""

    name: str
    letter: str
    start: date


# Newest first. Days of Meiji before 1873-01-01 are counted in today's calendar, not in the
# lunisolar one of their time; nobody in these files was born that early.
ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)

_ERA = r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHR])?"
_YEAR = r"(?P<year>元|[0-9]{4}|[0-9]{1,2})"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DAY = r"(?P<day>[0-9]{1,2})"
_SEPARATOR = r"(?P<separator>[./・-])"
_DATE_FORMS = (
    re.compile(rf"{_ERA}{_YEAR}年{_MONTH}月{_DAY}日"),
    re.compile(rf"{_ERA}{_YEAR}{_SEPARATOR}{_MONTH}(?P=separator){_DAY}"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    re.compile(rf"{_MONTH}月{_DAY}日"),
    re.compile(rf"{_MONTH}[./・-]{_DAY}"),
)
_MONTH_FORMS = (
    re.compile(rf"{_ERA}{_YEAR}年{_MONTH}月"),
    re.compile(rf"(?P<year>[0-9]{{4}}){_SEPARATOR}{_MONTH}"),
    re.compile(rf"{_ERA.removesuffix('?')}{_YEAR}{_SEPARATOR}{_MONTH}"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})"),
    re.compile(rf"{_MONTH}月"),
)
_WEEKDAY_SUFFIX = re.compile(rf"\([{WEEKDAYS}](?:曜日?)?\)$")
# NFKC leaves these dashes alone; 。 is what an IME makes of a full stop.
_SEPARATORS = str.maketrans({**dict.fromkeys("‐‑‒–—―−ー", "-"), "。": "."})


def era_of(day: date) -> Era | None:
    """The era a day belongs to; None before Meiji."""
    return next((era for era in ERAS if day >= era.start), None)


def long_date(day: date) -> str:
    """`令和8年4月1日`; 元年 for year 1; the western year before Meiji."""
    era, year = _era_and_year(day)
    return f"{era}{year}年{day.month}月{day.day}日"


def long_date_weekday(day: date) -> str:
    """`令和8年4月1日（水）`."""
    return f"{long_date(day)}（{WEEKDAYS[day.weekday()]}）"


def short_date(day: date) -> str:
    """`令和8.4.1`, for tables; `令和元.5.1` in year 1."""
    era, year = _era_and_year(day)
    return f"{era}{year}.{day.month}.{day.day}"


def compact_date(day: date) -> str:
    """`R8.4.1`, for the narrowest columns; year 1 is `R1`."""
    return f"{_letter_and_year(day)}.{day.month}.{day.day}"


def month_name(day: date) -> str:
    """`令和8年4月`, of the given day (the first day of 令和元年5月 is 令和, of 4月 平成)."""
    era, year = _era_and_year(day)
    return f"{era}{year}年{day.month}月"


def fiscal_year(day: date) -> int:
    """The western year in which the day's fiscal year began (April to March)."""
    return day.year if day.month >= FISCAL_START_MONTH else day.year - 1


def fiscal_year_name(year: int) -> str:
    """`令和8年度` for 2026.

    The era is the one in force on 31 December, so 2019 is 令和元年度 although it began in 平成.
    """
    era, number = _era_and_year(date(year, 12, 31))
    return f"{era}{number}年度"


def era_fiscal_year(year: int) -> str:
    """`R8` for 2026, the head of case numbers; 2019 is `R1`."""
    return _letter_and_year(date(year, 12, 31))


def clock_time(at: time) -> str:
    """`午後2時`, `午後2時5分`, `正午`, `午前0時`; seconds are left out."""
    if (at.hour, at.minute) == (12, 0):
        return "正午"
    minutes = f"{at.minute}分" if at.minute else ""
    return f"{_half_day(at)}{at.hour % 12}時{minutes}"


def table_time(at: time) -> str:
    """`午後2:00`, for tables; noon is 正午 here too, as 午後0:00 is misread."""
    if (at.hour, at.minute) == (12, 0):
        return "正午"
    return f"{_half_day(at)}{at.hour % 12}:{at.minute:02}"


def parse_date(text: str, *, today: date) -> date:
    """The day a person wrote, in any of the usual forms, full-width or with spaces.

    Read are 令和8年4月1日, 令8.4.1, R8.4.1, R8/4/1, H30-4-1, 2026/4/1, 2026年4月1日, 20260401,
    8.4.1 (era of `today`) and 4/1 (fiscal year of `today`). A weekday in brackets at the end is
    passed over, not checked.

    :raises DateError: when it cannot be read, names no day, or lies outside the named era
    """
    fields = _fields(text, _DATE_FORMS)
    month = _month(fields)
    year = _year(fields, month, today)
    day = int(fields["day"])
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise DateError(DateProblem.NO_SUCH_DAY, "day")
    found = date(year, month, day)
    _check_era(fields, today, first=found, last=found)
    return found


def parse_month(text: str, *, today: date) -> date:
    """The first day of the month a person wrote.

    Read are 令和8年4月, R8.4, 2026-04, 2026/4, 202604, 8年4月 (era of `today`) and 4月 (fiscal
    year of `today`). 8/4 is refused: it may be a day. A month in which the era changed belongs
    to both eras.

    :raises DateError: when it cannot be read, names no month, or lies outside the named era
    """
    fields = _fields(text, _MONTH_FORMS)
    month = _month(fields)
    year = _year(fields, month, today)
    first = date(year, month, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    _check_era(fields, today, first=first, last=last)
    return first


def _era_and_year(day: date) -> tuple[str, str]:
    """Era name and year as written (元 for 1); no name and the western year before Meiji."""
    era = era_of(day)
    if era is None:
        return "", f"{day.year:04}"
    number = day.year - era.start.year + 1
    return era.name, "元" if number == 1 else str(number)


def _letter_and_year(day: date) -> str:
    """`R8`; the western year before Meiji."""
    era = era_of(day)
    return f"{era.letter}{day.year - era.start.year + 1}" if era else f"{day.year:04}"


def _half_day(at: time) -> str:
    return "午前" if at.hour < 12 else "午後"


def _fields(text: str, forms: tuple[re.Pattern[str], ...]) -> dict[str, str]:
    """The named parts of the first form that fits the whole text; those unwritten left out.

    :raises DateError: when no form fits, or an era stands before a western year
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper().translate(_SEPARATORS)
    plain = _WEEKDAY_SUFFIX.sub("", plain)
    match = next((found for form in forms if (found := form.fullmatch(plain))), None)
    if match is None:
        raise DateError(DateProblem.UNREADABLE)
    fields = {name: value for name, value in match.groupdict().items() if value is not None}
    if "era" in fields and len(fields["year"]) == 4:
        raise DateError(DateProblem.UNREADABLE, "year")
    return fields


def _month(fields: dict[str, str]) -> int:
    month = int(fields["month"])
    if not 1 <= month <= 12:
        raise DateError(DateProblem.NO_SUCH_MONTH, "month")
    return month


def _year(fields: dict[str, str], month: int, today: date) -> int:
    """The western year meant; without a year, the one that puts the month in this fiscal year."""
    written = fields.get("year")
    if written is None:
        return fiscal_year(today) + (month < FISCAL_START_MONTH)
    number = 1 if written == "元" else int(written)
    if number == 0:
        raise DateError(DateProblem.UNREADABLE, "year")
    era = _era_meant(fields, today)
    return number if era is None else era.start.year + number - 1


def _era_meant(fields: dict[str, str], today: date) -> Era | None:
    """The era written, or today's for a short year; None for a western year or no year."""
    mark = fields.get("era")
    if mark is None:
        return era_of(today) if len(fields.get("year", "0000")) < 4 else None
    return next(era for era in ERAS if mark in (era.name, era.name[0], era.letter))


def _check_era(fields: dict[str, str], today: date, *, first: date, last: date) -> None:
    """Refuse a day or month that lies wholly outside the era meant.

    :raises DateError: with the same day of the calendar as the probable one
    """
    era = _era_meant(fields, today)
    if era is None:
        return
    if last < era.start:
        raise DateError(DateProblem.BEFORE_ERA, "year", first)
    if any(first >= later.start for later in ERAS if later.start > era.start):
        raise DateError(DateProblem.AFTER_ERA, "year", first)
