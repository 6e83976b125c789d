"""How much work it was to prepare a meeting, and the steps of an order; nothing of it is stored."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker.meetings import agenda
from tracker.meetings.series.effort import effort, usual_minutes

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_work_leaves_long_pauses_out_and_counts_a_press_once():
    steps = [START, START, START + timedelta(minutes=4), START + timedelta(days=1)]
    found = effort(steps)
    assert (found.presses, found.minutes, found.days) == (3, 5, 1)
    assert effort([]) is None


def test_the_usual_work_is_the_median_and_unknown_without_any():
    efforts = [effort([START, START + timedelta(minutes=m)]) for m in (3, 5, 14)]
    assert usual_minutes(efforts) == 5
    assert usual_minutes([]) is None


def test_a_new_item_comes_last_under_its_heading():
    assert agenda.inserted([(7, 0), (8, 2)], 9, 1) == [7, 9, 8]
    assert agenda.inserted([], 9, 1) == [9]


@pytest.mark.parametrize(
    ("item", "up", "expected"),
    [
        (8, True, ([8, 7, 9], 1)),  # past its neighbour
        (9, True, ([7, 8, 9], 1)),  # into the heading before
        (9, False, ([7, 8, 9], 4)),  # into an empty one after
        (7, True, ([7, 8, 9], 1)),  # nothing before takes items
    ],
)
def test_a_step_goes_past_the_neighbour_or_into_the_next_heading(item, up, expected):
    order = [(7, 1), (8, 1), (9, 3)]
    assert agenda.moved_between(order, item, up=up, open_ranks=[1, 3, 4]) == expected
