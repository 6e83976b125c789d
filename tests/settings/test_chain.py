"""The emergency chain: whom somebody in an area is shown, when, and our default."""

from datetime import datetime

import pytest

from tests import factories, links
from tests.house.strangers import nobody
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.settings import queries
from tracker.settings.models import Danger, Hours

CITY, TOWN = 98201, 98321
DAY = datetime(2026, 11, 24, 10, 0, tzinfo=the_clock.TOKYO)  # a Tuesday
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=the_clock.TOKYO)
HOLIDAY = datetime(2026, 11, 23, 10, 0, tzinfo=the_clock.TOKYO)  # 勤労感謝の日, a Monday


@pytest.fixture
def east(sato):
    return min(sato.area_ids(Role.CENTRE))


@pytest.fixture
def west(nishi):
    return min(nishi.area_ids(Role.CENTRE))


@pytest.fixture
def kawase(ono):
    return min(ono.area_ids(Role.AGENCY))


def phones(viewer, area_id, danger=Danger.LIFE, at=DAY):
    """What is shown, by telephone, in order."""
    return [link.phone for link in queries.chain(viewer, area_id, danger, at=at)]


# --- the default ---


@pytest.mark.both
@pytest.mark.parametrize(
    ("danger", "first"), [(Danger.LIFE, "119"), (Danger.MISSING, "110")], ids=str
)
def test_where_a_town_set_nothing_the_number_and_the_areas_centre_are_shown(
    danger, first, aoi, east
):
    found = queries.chain(aoi, east, danger, at=DAY)
    assert [link.phone for link in found] == [first, "0980-00-2001"]
    assert all(link.is_default for link in found)
    assert found[1].name == "見晴市東地域包括支援センター"


def test_the_default_says_until_when_the_centre_is_there(aoi, east):
    found = queries.chain(aoi, east, Danger.LIFE, at=NIGHT)
    assert [link.hours for link in found] == [Hours.ALWAYS, Hours.OFFICE]


def test_a_centre_that_is_closed_for_good_is_not_in_the_default(aoi, east, office_of):
    office_of(east).closed_on = the_clock.today()
    db.session.commit()
    assert phones(aoi, east) == ["119"]


def test_a_centre_without_a_telephone_is_not_in_the_default(aoi, east, office_of):
    office_of(east).phone = ""
    db.session.commit()
    assert phones(aoi, east) == ["119"]


@pytest.fixture
def office_of(app):
    """The centre that serves an area."""
    from tracker.accounts.queries import centre_of_area

    return centre_of_area


def test_a_chain_for_one_danger_leaves_the_default_of_the_other(aoi, east, mori):
    links.make_link(mori, danger=Danger.MISSING, phone="0980-00-1110")
    assert phones(aoi, east, Danger.MISSING) == ["0980-00-1110"]
    assert phones(aoi, east, Danger.LIFE)[0] == "119"


def test_where_nothing_of_the_towns_holds_here_and_now_the_default_does(aoi, east, west, mori):
    links.make_link(mori, area_id=west, phone="0980-00-1001")
    links.make_link(mori, hours=Hours.AFTER, phone="0980-00-1002")
    assert phones(aoi, east, at=DAY) == ["119", "0980-00-2001"]
    assert phones(aoi, east, at=NIGHT) == ["0980-00-1002"]


# --- area and order ---


@pytest.mark.both
def test_links_of_the_area_and_of_all_areas_stand_in_the_towns_one_order(aoi, east, west, mori):
    for area_id, number in ((None, "1"), (east, "2"), (west, "3"), (None, "4")):
        links.make_link(mori, area_id=area_id, phone=f"0980-00-100{number}")
    assert [phone[-1] for phone in phones(aoi, east)] == ["1", "2", "4"]
    assert [phone[-1] for phone in phones(aoi, west)] == ["1", "3", "4"]


def test_a_link_says_what_the_town_wrote(aoi, east, mori):
    links.make_link(mori, note="圏域を伝える。", target="NETWORK", name="見守り網")
    (link,) = queries.chain(aoi, east, Danger.LIFE, at=DAY)
    assert (link.target, link.name, link.note) == ("NETWORK", "見守り網", "圏域を伝える。")
    assert (link.phone, link.hours, link.is_default) == ("0980-00-2119", Hours.ALWAYS, False)


# --- hours ---


@pytest.mark.both
@pytest.mark.parametrize(
    ("at", "shown"),
    [(DAY, ["1", "2"]), (NIGHT, ["1", "3"]), (HOLIDAY, ["1", "3"])],
    ids=["day", "night", "holiday"],
)
def test_only_what_can_be_called_at_that_hour_is_shown(at, shown, aoi, east, mori):
    for hours, number in ((Hours.ALWAYS, "1"), (Hours.OFFICE, "2"), (Hours.AFTER, "3")):
        links.make_link(mori, hours=hours, phone=f"0980-00-100{number}")
    assert [phone[-1] for phone in phones(aoi, east, at=at)] == shown


def test_the_preview_shows_both_dangers_as_the_filing_page_would(aoi, east, mori):
    links.make_link(mori, hours=Hours.AFTER, phone="0980-00-1003")
    for open_now, at in ((True, DAY), (False, NIGHT)):
        seen = queries.preview(aoi, east, in_office_hours=open_now)
        assert seen == {danger: queries.chain(aoi, east, danger, at=at) for danger in Danger}


# --- who ---


@pytest.mark.both
@pytest.mark.parametrize("login", ["aoi", "kato", "sato", "nishi", "mori", "hara", "yama"])
def test_people_of_the_town_are_shown_its_chain(login, request, east, mori):
    links.make_link(mori)
    assert phones(request.getfixturevalue(login), east) == ["0980-00-2119"]


@pytest.mark.both
@pytest.mark.parametrize("login", ["ono", "tani", "iin", "ken", "kanri", "kansa"])
def test_strangers_are_shown_nothing_not_even_the_default(login, request, east, mori):
    stranger = request.getfixturevalue(login)
    assert phones(stranger, east) == []
    links.make_link(mori)
    assert phones(stranger, east) == []
    assert queries.preview(stranger, east, in_office_hours=True) == {}


@pytest.mark.both
def test_an_agency_is_shown_the_chain_of_a_town_it_serves_across_the_border(
    aoi, kato, kawase, tani
):
    links.make_link(tani, phone="0980-00-3199")
    assert phones(aoi, kawase) == ["0980-00-3199"]
    assert phones(kato, kawase) == []
    factories.serve(min(kato.organisation_ids()), TOWN)
    assert phones(factories.person_called("kato"), kawase) == ["0980-00-3199"]


def test_an_area_that_is_not_there_has_no_chain(aoi):
    assert phones(aoi, 999_999) == []
    assert phones(nobody(), 1) == []


@pytest.mark.both
@pytest.mark.parametrize("many", [0, 6])
def test_a_chain_costs_three_statements(many, aoi, east, mori, statements):
    for _ in range(many):
        links.make_link(mori)
    with statements() as seen:
        queries.chain(aoi, east, Danger.LIFE, at=DAY)
    assert len(seen) == 3, seen


# --- what the page warns of ---


def warned(viewer):
    return {chain.danger for chain in queries.town_chains(viewer) if chain.lacks_first_call}


def test_a_chain_without_the_countrys_number_for_everybody_is_warned_of(mori, east):
    assert warned(mori) == set()
    links.make_link(mori)
    assert warned(mori) == {Danger.LIFE}
    links.make_link(mori, target="FIRE", phone="119", area_id=east)
    links.make_link(mori, target="FIRE", phone="119", hours=Hours.AFTER)
    assert warned(mori) == {Danger.LIFE}
    links.make_link(mori, target="FIRE", phone="119")
    assert warned(mori) == set()
