"""Dates as Japanese offices write them, and every usual way of typing one."""

import contextlib
from datetime import date, time
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import wareki
from tracker.core.wareki import DateError, DateProblem

TODAY = date(2026, 11, 3)  # 令和8年度
APRIL_FIRST = date(2026, 4, 1)
days = st.dates(date(1873, 1, 1), date(2100, 12, 31))


class Parser(Protocol):
    """parse_date or parse_month."""

    def __call__(self, text: str, *, today: date) -> date: ...


def refusal(text: str) -> DateError:
    with pytest.raises(DateError) as caught:
        wareki.parse_date(text, today=TODAY)
    return caught.value


def month_refusal(text: str) -> DateError:
    with pytest.raises(DateError) as caught:
        wareki.parse_month(text, today=TODAY)
    return caught.value


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 4, 1), "令和8年4月1日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1868, 1, 25), "明治元年1月25日"),
        (date(1868, 1, 24), "1868年1月24日"),
        (date.min, "0001年1月1日"),
        (date.max, "令和7981年12月31日"),
    ],
)
def test_a_long_date_names_the_era_in_force_that_day(day: date, name: str) -> None:
    assert wareki.long_date(day) == name


def test_a_date_can_be_echoed_with_its_weekday() -> None:
    assert wareki.long_date_weekday(APRIL_FIRST) == "令和8年4月1日（水）"
    assert wareki.long_date_weekday(date(2026, 11, 1)) == "令和8年11月1日（日）"


def test_short_forms_leave_zeros_out() -> None:
    assert wareki.short_date(APRIL_FIRST) == "令和8.4.1"
    assert wareki.compact_date(APRIL_FIRST) == "R8.4.1"


def test_year_one_is_gannen_in_words_and_1_after_a_letter() -> None:
    day = date(2019, 5, 1)
    assert wareki.short_date(day) == "令和元.5.1"
    assert wareki.compact_date(day) == "R1.5.1"
    assert wareki.month_name(day) == "令和元年5月"


def test_a_month_is_named_by_the_era_of_the_given_day() -> None:
    assert wareki.month_name(APRIL_FIRST) == "令和8年4月"
    assert wareki.month_name(date(2019, 4, 1)) == "平成31年4月"


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_the_fiscal_year_turns_on_the_first_of_april(day: date, year: int) -> None:
    assert wareki.fiscal_year(day) == year


@pytest.mark.parametrize(
    ("year", "name", "short"),
    [
        (2026, "令和8年度", "R8"),
        (2020, "令和2年度", "R2"),
        (2019, "令和元年度", "R1"),
        (2018, "平成30年度", "H30"),
        (1989, "平成元年度", "H1"),
        (1988, "昭和63年度", "S63"),
    ],
)
def test_a_fiscal_year_is_named_by_the_era_at_the_end_of_its_calendar_year(
    year: int, name: str, short: str
) -> None:
    assert wareki.fiscal_year_name(year) == name
    assert wareki.era_fiscal_year(year) == short


@pytest.mark.parametrize(
    ("at", "spoken", "in_table"),
    [
        (time(14, 0), "午後2時", "午後2:00"),
        (time(14, 5), "午後2時5分", "午後2:05"),
        (time(9, 30), "午前9時30分", "午前9:30"),
        (time(12, 0), "正午", "正午"),
        (time(12, 0, 30), "正午", "正午"),
        (time(12, 30), "午後0時30分", "午後0:30"),
        (time(0, 0), "午前0時", "午前0:00"),
        (time(23, 59), "午後11時59分", "午後11:59"),
    ],
)
def test_times_are_told_on_a_twelve_hour_clock(at: time, spoken: str, in_table: str) -> None:
    assert wareki.clock_time(at) == spoken
    assert wareki.table_time(at) == in_table


@pytest.mark.parametrize(
    "text",
    [
        "令和8年4月1日",
        "令和８年４月１日",
        "令和 8年 4月 1日",
        "令和08年04月01日",
        "㋿8年4月1日",
        "令和8年4月1日（水）",
        "令和8年4月1日(水曜日)",
        "令和8.4.1",
        "令8.4.1",
        "令和8/4/1",
        "R8.4.1",
        "r8.4.1",
        "Ｒ８．４．１",
        "R8/4/1",
        "R8-4-1",
        "R08.04.01",
        "8.4.1",
        "8 / 4 / 1",
        "８・４・１",
        "８。４。１",
        "8年4月1日",
        "2026年4月1日",
        "2026/4/1",
        "2026-4-1",
        "2026-04-01",
        "２０２６ー４ー１",
        "2026.4.1",
        "20260401",
        "２０２６０４０１",
        "4/1",
        "4月1日",
        "\u3000令和8年4月1日\u3000\n",
    ],
)
def test_every_usual_way_of_typing_a_date_is_understood(text: str) -> None:
    assert wareki.parse_date(text, today=TODAY) == APRIL_FIRST


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("H30-4-1", date(2018, 4, 1)),
        ("平31.4.30", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S12.7.7", date(1937, 7, 7)),
        ("T15.12.24", date(1926, 12, 24)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("令和6年2月29日", date(2024, 2, 29)),
        ("12/31", date(2026, 12, 31)),
        ("1/31", date(2027, 1, 31)),
        ("3月31日", date(2027, 3, 31)),
    ],
)
def test_dates_of_other_eras_and_other_months_are_understood(text: str, day: date) -> None:
    assert wareki.parse_date(text, today=TODAY) == day


def test_a_date_without_a_year_lies_in_the_fiscal_year_of_today() -> None:
    assert wareki.parse_date("4/1", today=date(2027, 3, 31)) == date(2026, 4, 1)
    assert wareki.parse_date("3/31", today=date(2027, 4, 1)) == date(2028, 3, 31)


def test_a_year_without_an_era_belongs_to_the_era_of_today() -> None:
    assert wareki.parse_date("30.4.1", today=date(2018, 6, 1)) == date(2018, 4, 1)


@pytest.mark.parametrize(
    ("text", "reason", "probable"),
    [
        ("平成35年1月1日", DateProblem.AFTER_ERA, date(2023, 1, 1)),
        ("平成31年5月1日", DateProblem.AFTER_ERA, date(2019, 5, 1)),
        ("H31.5.1", DateProblem.AFTER_ERA, date(2019, 5, 1)),
        ("昭和99年4月1日", DateProblem.AFTER_ERA, date(2024, 4, 1)),
        ("令和元年4月30日", DateProblem.BEFORE_ERA, date(2019, 4, 30)),
        ("R1.4.1", DateProblem.BEFORE_ERA, date(2019, 4, 1)),
        ("平成元年1月7日", DateProblem.BEFORE_ERA, date(1989, 1, 7)),
        ("1.4.1", DateProblem.BEFORE_ERA, date(2019, 4, 1)),
    ],
)
def test_a_day_outside_its_era_is_refused_with_the_day_probably_meant(
    text: str, reason: DateProblem, probable: date
) -> None:
    error = refusal(text)
    assert (error.reason, error.part, error.probable) == (reason, "year", probable)


def test_the_refusal_of_heisei_35_can_name_reiwa_5() -> None:
    probable = refusal("平成35年1月1日").probable
    assert probable is not None
    assert wareki.long_date(probable) == "令和5年1月1日"


@pytest.mark.parametrize(
    ("text", "reason", "part"),
    [
        ("令和8年2月30日", DateProblem.NO_SUCH_DAY, "day"),
        ("2月30日", DateProblem.NO_SUCH_DAY, "day"),
        ("2月29日", DateProblem.NO_SUCH_DAY, "day"),
        ("令和8年4月31日", DateProblem.NO_SUCH_DAY, "day"),
        ("R8.4.0", DateProblem.NO_SUCH_DAY, "day"),
        ("20260230", DateProblem.NO_SUCH_DAY, "day"),
        ("平成35年2月30日", DateProblem.NO_SUCH_DAY, "day"),
        ("R8.13.1", DateProblem.NO_SUCH_MONTH, "month"),
        ("令和8年0月1日", DateProblem.NO_SUCH_MONTH, "month"),
        ("13/32", DateProblem.NO_SUCH_MONTH, "month"),
        ("令和0年4月1日", DateProblem.UNREADABLE, "year"),
        ("0000-01-01", DateProblem.UNREADABLE, "year"),
        ("令和2026年4月1日", DateProblem.UNREADABLE, "year"),
    ],
)
def test_a_wrong_part_is_named_without_a_guess(text: str, reason: DateProblem, part: str) -> None:
    error = refusal(text)
    assert (error.reason, error.part, error.probable) == (reason, part, None)


@pytest.mark.parametrize(
    "text",
    ["", "　", "来週", "令和八年四月一日", "8", "2026", "202604", "260401", "R8.4", "126.4.1",
     "R8.4-1", "慶応3年1月1日", "X8.4.1", "4/1/2026", "令和8年4月1日ごろ", "1" * 5000,
     "R٨.4.1", "9" * 8 + "/1/1", "\x00", "\ud800"],
)  # fmt: skip
def test_anything_else_is_unreadable_and_no_part_is_blamed(text: str) -> None:
    error = refusal(text)
    assert (error.reason, error.part, error.probable) == (DateProblem.UNREADABLE, None, None)


def test_a_date_error_is_a_value_error() -> None:
    assert isinstance(refusal("x"), ValueError)


@pytest.mark.parametrize(
    "text",
    ["令和8年4月", "令和８年４月", "8年4月", "R8.4", "r8/04", "令8-4", "2026年4月", "2026-04",
     "2026/4", "２０２６ー０４", "202604", "4月", "４月"],
)  # fmt: skip
def test_every_usual_way_of_typing_a_month_is_understood(text: str) -> None:
    assert wareki.parse_month(text, today=TODAY) == APRIL_FIRST


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("3月", date(2027, 3, 1)),
        ("令和元年5月", date(2019, 5, 1)),
        ("平成31年4月", date(2019, 4, 1)),
        ("昭和64年1月", date(1989, 1, 1)),
        ("平成元年1月", date(1989, 1, 1)),
        ("大正元年7月", date(1912, 7, 1)),
    ],
)
def test_a_month_in_which_the_era_changed_belongs_to_both(text: str, first: date) -> None:
    assert wareki.parse_month(text, today=TODAY) == first


@pytest.mark.parametrize(
    ("text", "reason", "part", "probable"),
    [
        ("平成31年5月", DateProblem.AFTER_ERA, "year", date(2019, 5, 1)),
        ("令和元年4月", DateProblem.BEFORE_ERA, "year", date(2019, 4, 1)),
        ("令和8年13月", DateProblem.NO_SUCH_MONTH, "month", None),
        ("202600", DateProblem.NO_SUCH_MONTH, "month", None),
        ("8/4", DateProblem.UNREADABLE, None, None),
        ("令和8年", DateProblem.UNREADABLE, None, None),
        ("R2026.4", DateProblem.UNREADABLE, "year", None),
    ],
)
def test_a_wrong_month_is_refused_with_the_facts(
    text: str, reason: DateProblem, part: str | None, probable: date | None
) -> None:
    error = month_refusal(text)
    assert (error.reason, error.part, error.probable) == (reason, part, probable)


@given(days)
def test_every_written_form_reads_back_as_the_same_day(day: date) -> None:
    forms = (
        wareki.long_date(day),
        wareki.long_date_weekday(day),
        wareki.short_date(day),
        wareki.compact_date(day),
        f"{day:%Y%m%d}",
        day.isoformat(),
    )
    assert {wareki.parse_date(form, today=TODAY) for form in forms} == {day}


@given(days)
def test_every_month_name_reads_back_as_its_first_day(day: date) -> None:
    assert wareki.parse_month(wareki.month_name(day), today=TODAY) == day.replace(day=1)


@given(days)
def test_a_day_without_its_year_reads_back_within_its_fiscal_year(day: date) -> None:
    assert wareki.parse_date(f"{day.month}/{day.day}", today=day) == day


@given(st.text(), st.sampled_from([wareki.parse_date, wareki.parse_month]))
def test_any_text_is_a_date_or_a_date_error(text: str, parse: Parser) -> None:
    with contextlib.suppress(DateError):
        assert isinstance(parse(text, today=TODAY), date)
