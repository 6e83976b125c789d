"""What is missing: family by area, with the cases behind each hole."""

import csv
import io

import pytest

from tests import directory, factories
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.insights.coverage import queries
from tracker.insights.coverage.rule import Hole, Supply, hole
from tracker.resources import drafting, service
from tracker.resources.details import Cost
from tracker.resources.models import Capacity, ResourceStatus, Tier


@pytest.mark.parametrize(
    ("supply", "found"),
    [
        (Supply(), Hole.NOTHING),
        (Supply(2), Hole.STALE),
        (Supply(2, 1), Hole.FULL),
        (Supply(2, 1, 1), Hole.DEAR),
        (Supply(2, 2, 1, 1), Hole.SERVED),
    ],
)
def test_the_rule_names_the_first_thing_that_is_missing(supply, found):
    assert hole(supply) is found


def of(viewer, area, family="HK"):
    """The cell of the viewer's page."""
    return queries.coverage(viewer, today=the_clock.today()).cells[(family, area)]


@pytest.fixture
def east(sato):
    """The eastern area."""
    (area,) = factories.areas_kept(sato)
    return area


@pytest.mark.both
def test_a_cell_goes_from_nothing_to_served(mori, sato, east):
    assert of(mori, east).hole is Hole.NOTHING
    planned = factories.make_resource(by=sato, status=ResourceStatus.PLANNED)
    lifelong = factories.make_resource(by=sato, category="RS_GUAR", fee="FREE")
    assert of(mori, east).hole is Hole.NOTHING
    factories.make_resource(by=sato, assured_days_ago=200, fee="FREE")
    assert of(mori, east).hole is Hole.STALE
    van = factories.make_resource(by=sato, act_types=("HK03", "HK04"))
    directory.note_places(van, sato, Capacity.FULL)
    assert of(mori, east).hole is Hole.FULL
    directory.note_places(van, sato, Capacity.UNKNOWN)
    assert of(mori, east).hole is Hole.DEAR
    assert of(mori, east).supply == Supply(2, 1, 1, 0)
    directory.check_all(lifelong, sato)
    assert of(mori, east).hole is Hole.SERVED
    assert planned.id


@pytest.mark.both
def test_free_for_people_with_little_is_affordable(mori, sato, east):
    van = factories.make_resource(by=sato)
    found = directory.read(van, sato)
    draft = vars(drafting.as_drafted(found)) | {
        "costs": (Cost(Tier.EVERYONE, 500), Cost(Tier.WELFARE, 0))
    }
    service.change_resource(found, drafting.ResourceDraft(**draft), **directory.acting(sato))
    assert of(mori, east).hole is Hole.SERVED


@pytest.mark.both
def test_cases_stand_behind_holes_for_those_who_count_them(aoi, sato, nishi, mori, iin, east):
    for _ in range(2):
        factories.make_case(by=aoi)
    assert [of(person, east).cases for person in (mori, sato)] == [2, 2]
    assert [of(person, east).cases for person in (nishi, aoi, iin)] == [None, None, None]
    (worst,) = queries.coverage(mori, today=the_clock.today()).worst
    assert (worst.family, worst.area_id, worst.hole) == ("HK", east, Hole.NOTHING)


def test_areas_of_another_town_are_not_there(tani, mori):
    ours, theirs = (
        {key for key, _name in queries.coverage(who, today=the_clock.today()).areas}
        for who in (mori, tani)
    )
    assert ours
    assert theirs
    assert not ours & theirs


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", ["mori", "aoi"])
def test_the_page_leads_to_cases_and_resources(login, lang, request, aoi, sato, sign_in, east):
    factories.make_case(by=aoi)
    van = factories.make_resource(by=sato)
    browser = sign_in(request.getfixturevalue(login))
    page = browser.get(f"/insights/coverage/?lang={lang}").text
    assert_sound(page, "/insights/coverage/", lang)
    assert f"/resources/?act_type=HK&amp;area={east}" in page
    assert ("/matrix/cases/" in page) is (login == "mori")
    listed = browser.get(f"/resources/?act_type=HK&area={east}").text
    assert f'href="/resources/{van.id}"' in listed


def test_the_file_says_the_same_as_the_page(aoi, mori, sign_in, east):
    factories.make_case(by=aoi)
    read = {}
    for person in (mori, aoi):
        answer = sign_in(person).get("/insights/coverage.csv")
        lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        read[person.name] = {line[3] for line in lines[1:]}
        assert {line[2] for line in lines[1:]} == {"ない"}
    assert read == {mori.name: {"0", "1"}, aoi.name: {"非表示"}}


def test_the_page_costs_the_same_however_much_there_is(mori, sato, aoi, sign_in, statements):
    browser = sign_in(mori)
    seen_by = []
    for _ in range(2):
        with statements() as seen:
            browser.get("/insights/coverage/")
        seen_by.append(len(seen))
        for act_type in ("HK01", "MV01", "SP01"):
            factories.make_resource(by=sato, act_types=(act_type,))
            factories.make_case(by=aoi, act_type=act_type)
    assert seen_by[0] == seen_by[1]
