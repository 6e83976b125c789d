"""Hours, prices and places as values, and when an offer has become less."""

from dataclasses import replace

import pytest

from tracker.resources.details import (
    Cost,
    Offer,
    Slot,
    Worse,
    clock_face,
    in_week_order,
    is_affordable,
    minutes_of,
    worsened,
)
from tracker.resources.models import Capacity, Tier

MORNINGS = Slot(("TU", "FR"), 9 * 60, 12 * 60)
OFFER = Offer(
    Capacity.FREE, "MARKET", (MORNINGS,), (Cost(Tier.EVERYONE, 500), Cost(Tier.WELFARE, 0))
)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("9:00", 540), ("905", 545), ("9時", 540), ("17時30分", 1050), ("24:00", 1440), ("0:00", 0)],
)
def test_a_time_is_read_in_any_usual_writing(typed, minutes):
    assert minutes_of(typed) == minutes


@pytest.mark.parametrize("typed", ["", "24:01", "9:60", "noon", "12345", "-1"])
def test_what_is_no_time_is_none(typed):
    assert minutes_of(typed) is None


def test_midnight_is_shown_as_the_end_of_the_day():
    assert (clock_face(0), clock_face(545), clock_face(1440)) == ("0:00", "9:05", "24:00")


def test_days_stand_in_the_order_of_the_week_each_once():
    assert in_week_order(["SU", "MO", "XX", "MO"]) == ("MO", "SU")


@pytest.mark.parametrize(
    ("fee", "costs", "is_one"),
    [
        ("FREE", (), True),
        ("PAID_VOL", (), True),
        ("MARKET", (), False),
        ("MARKET", (Cost(Tier.EVERYONE, 500),), False),
        ("MARKET", (Cost(Tier.WELFARE, 0),), True),
    ],
)
def test_affordable_is_what_has_a_way_in_for_people_with_little(fee, costs, is_one):
    assert is_affordable(fee, costs) is is_one


@pytest.mark.parametrize(
    ("now", "ways"),
    [
        (OFFER, []),
        (replace(OFFER, capacity=Capacity.FULL), [Worse.FULL]),
        (replace(OFFER, capacity=Capacity.UNKNOWN), []),
        (replace(OFFER, slots=(Slot(("TU",), 540, 720),)), [Worse.HOURS]),
        (replace(OFFER, slots=()), []),
        (replace(OFFER, costs=(Cost(Tier.EVERYONE, 600), Cost(Tier.WELFARE, 0))), [Worse.PRICE]),
        (replace(OFFER, costs=(Cost(Tier.EVERYONE, 500),)), [Worse.PRICE]),
        (replace(OFFER, costs=(Cost(Tier.EVERYONE, 400), Cost(Tier.WELFARE, 0))), []),
    ],
)
def test_an_offer_is_less_when_it_is_full_shorter_or_dearer(now, ways):
    assert worsened(OFFER, now) == ways


def test_what_was_full_before_has_not_become_worse():
    full = replace(OFFER, capacity=Capacity.FULL)
    assert worsened(full, full) == []


def test_hours_that_were_never_written_cannot_be_cut():
    assert worsened(replace(OFFER, slots=()), OFFER) == []
