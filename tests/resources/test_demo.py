"""The demo's directory: both towns, every state, fictional telephones, told in days ago."""

import csv
import re

import pytest
import sqlalchemy as sa

from tracker.accounts.models import Area
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.demo import resources as demo
from tracker.demo.resources import FILE
from tracker.resources.models import Resource, ResourceStatus

KEYS = {"98201-01": "east", "98201-02": "west", "98321-01": "kawase"}


@pytest.fixture
def loaded(yama, clock):
    """The demo's resources by key, Yama keeping the city's."""
    areas = {KEYS[code]: key for code, key in db.session.execute(sa.select(Area.code, Area.id))}
    found = demo.load(areas, yama, clock.now())
    db.session.commit()
    return found


@pytest.mark.both
def test_both_towns_have_a_directory(loaded):
    towns = [resource.municipality_id for resource in loaded.values()]
    assert towns.count(98201) >= 10
    assert towns.count(98321) == 3


def test_every_state_but_the_pause_is_there(loaded):
    states = {resource.status for resource in loaded.values()}
    assert states == set(ResourceStatus) - {ResourceStatus.SUSPENDED}


def test_two_of_the_city_were_not_confirmed_lately(loaded):
    stale = [
        key
        for key, resource in loaded.items()
        if resource.is_stale(the_clock.today())
        and resource.municipality_id == 98201
        and resource.status is not ResourceStatus.ENDED
    ]
    assert stale == ["rides_west", "cafe_west"]


def test_the_van_has_come_for_215_days(loaded):
    van = loaded["van_east"]
    assert van.status is ResourceStatus.LIVE
    assert (the_clock.today() - van.started_on).days == 215
    assert (the_clock.today() - van.assured_on).days == 18


def test_what_ended_says_when(loaded):
    bus = loaded["shopping_bus"]
    assert (the_clock.today() - bus.ended_on).days == 128
    assert bus.assured_on < bus.ended_on


def test_kawase_is_kept_by_somebody_of_kawase(loaded, yama):
    keepers = {r.assured_by_id for r in loaded.values() if r.municipality_id == 98321}
    assert len(keepers) == 1
    assert yama.person_id not in keepers


def test_telephones_are_fictional():
    with FILE.open(encoding="utf-8", newline="") as file:
        numbers = re.findall(r"[0-9]{2,5}-[0-9]{1,4}-[0-9]{3,4}", file.read())
    assert numbers
    assert all(number.startswith("0980-00-") for number in numbers)


def test_every_line_of_the_file_is_used(loaded):
    with FILE.open(encoding="utf-8", newline="") as file:
        assert [row["key"] for row in csv.DictReader(file)] == list(loaded)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Resource)) == len(loaded)
