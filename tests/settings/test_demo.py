"""The demo's emergency chains: both towns, fictional telephones, the country's numbers first."""

import re
from datetime import datetime

import pytest

from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.demo import settings as demo
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.settings import queries
from tracker.settings.models import Danger

NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=the_clock.TOKYO)


@pytest.fixture
def loaded(aoi, kato, ono, clock):
    """The chains of the file."""
    people = {"east": aoi, "west": kato, "kawase": ono}
    areas = {key: min(person.area_ids(Role.AGENCY)) for key, person in people.items()}
    found = demo.load(Cast(areas), clock.now())
    db.session.commit()
    return found


def phones(viewer, danger, at):
    """What somebody's own area is shown."""
    area_id = min(viewer.area_ids(Role.AGENCY))
    return [link.phone for link in queries.chain(viewer, area_id, danger, at=at)]


@pytest.mark.both
def test_the_east_has_a_duty_telephone_at_night_and_the_west_has_none(loaded, aoi, kato):
    assert phones(aoi, Danger.LIFE, NIGHT) == ["119", "0980-00-2191", "0980-00-2119"]
    assert phones(kato, Danger.LIFE, NIGHT) == ["119", "0980-00-2119"]


def test_kawase_has_a_search_network_and_the_default_for_danger_to_life(loaded, ono, clock):
    assert phones(ono, Danger.MISSING, NIGHT) == ["110", "0980-00-3199"]
    area_id = min(ono.area_ids(Role.AGENCY))
    shown = queries.chain(ono, area_id, Danger.LIFE, at=clock.now())
    assert [link.phone for link in shown] == ["119", "0980-00-3003"]
    assert all(link.is_default for link in shown)


def test_no_chain_is_without_the_countrys_number(loaded, mori, tani):
    chains = [*queries.town_chains(mori), *queries.town_chains(tani)]
    assert not [chain for chain in chains if chain.lacks_first_call]


def test_telephones_are_fictional_but_for_the_countrys_own():
    numbers = {row["phone"] for row in rows("emergency_links")} - {"119", "110"}
    assert numbers
    assert all(re.fullmatch(r"0980-00-[0-9]{4}", number) for number in numbers)


def test_every_line_of_the_file_is_used(loaded):
    assert [link.name for link in loaded] == [row["name"] for row in rows("emergency_links")]
