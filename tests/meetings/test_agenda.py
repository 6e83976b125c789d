"""Pure: order, sums, clock, the title a town would write, and the hash of a sheet."""

from datetime import UTC, date, datetime, time

import pytest

from tracker.meetings import agenda, freezing
from tracker.meetings.models import OUTCOMES, ItemKind, MeetingLevel

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "up", "order"),
    [(2, True, [2, 1, 3]), (2, False, [1, 3, 2]), (1, True, [1, 2, 3]), (3, False, [1, 2, 3])],
)
def test_an_item_changes_places_with_its_neighbour_and_stays_at_an_end(item, up, order):
    assert agenda.moved([1, 2, 3], item, up=up) == order


@pytest.mark.parametrize(
    ("minutes", "over", "left"), [([20, 20], False, 20), ([40, 30], True, -10)]
)
def test_the_sum_of_the_minutes_stands_against_the_length(minutes, over, left):
    timing = agenda.timing(minutes, 60)
    assert (timing.is_over, timing.left) == (over, left)


def test_an_overrun_is_said_in_words(app):
    assert "10" in agenda.timing([40, 30], 60).words
    assert agenda.timing([40, 30], 60).words != agenda.timing([30, 20], 60).words


def test_each_item_begins_when_those_before_it_end():
    assert agenda.start_times(time(13, 50), [20, 15]) == [time(13, 50), time(14, 10)]
    assert agenda.ends_at(time(13, 50), 70) == time(15, 0)


@pytest.mark.parametrize(
    ("level", "area", "day", "title"),
    [
        (MeetingLevel.MUNICIPAL, "", date(2026, 11, 24), "令和8年度 第3回 地域ケア推進会議"),
        (MeetingLevel.MUNICIPAL, "", date(2027, 3, 31), "令和8年度 第3回 地域ケア推進会議"),
        (MeetingLevel.MUNICIPAL, "", date(2027, 4, 1), "令和9年度 第3回 地域ケア推進会議"),
        (
            MeetingLevel.INDIVIDUAL,
            "東圏域",
            date(2026, 11, 24),
            "令和8年度 第3回 東圏域 地域ケア個別会議",
        ),
    ],
)
def test_a_title_says_fiscal_year_count_and_the_towns_word(level, area, day, title):
    assert agenda.proposed_title(level, area, day, 3) == title


def test_the_same_sheet_has_the_same_hash_in_any_order():
    one = freezing.frozen({"b": 1, "a": [("G1", 2)], "at": "今日"})
    two = freezing.frozen({"at": "今日", "a": [["G1", 2]], "b": 1})
    assert one == two
    assert freezing.holds(one.sheet, two.digest)


def test_a_sheet_with_one_number_changed_does_not_hold():
    kept = freezing.frozen(freezing.issue_sheet([{"number": "R8-01", "cases": 4}], at=AT))
    kept.sheet["issues"][0]["cases"] = 5
    assert not freezing.holds(kept.sheet, kept.digest)
    assert not freezing.holds(None, kept.digest)


def test_a_sheet_that_json_cannot_say_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        freezing.frozen({"share": float("nan")})


def test_an_issue_ends_in_six_ways_and_a_case_in_four():
    words = {kind: {outcome.value for outcome in found} for kind, found in OUTCOMES.items()}
    assert words == {
        ItemKind.ISSUE: {"adopt", "ask", "hold", "refer", "decline", "note"},
        ItemKind.CASE: {"settled", "to_issue", "again", "statistics"},
    }
