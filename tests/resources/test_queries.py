"""The directory read: who knows of what, searching, narrowing, and what serves a need."""

import pytest

from tests import directory, factories
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.resources import queries, reading, service
from tracker.resources.models import STALE_AFTER_DAYS, Resource, ResourceStatus
from tracker.resources.queries import ResourceFilter

IN_TOWN = ("sato", "nishi", "mori", "hara", "yama")
READERS = ("aoi", "kato", "iin")
STRANGERS = ("ono", "tani", "ken", "kanri", "kansa")


def ids(viewer, **wanted):
    """Ids of the list, newest first."""
    rows = queries.resources(viewer, ResourceFilter(**wanted), today=the_clock.today())
    return [row.id for row in db.session.execute(rows.order_by(Resource.id.desc()))]


def names(found):
    """Names of what serves, in its order."""
    return [one.name_ja for one in found]


def serving(viewer, code="HK03", area_id=None, **more):
    """What serves this type today."""
    return queries.serving(viewer, code, area_id, today=the_clock.today(), **more)


@pytest.fixture
def three(yama):
    """One in use, one on trial, one being prepared."""
    states = (ResourceStatus.LIVE, ResourceStatus.TRIAL, ResourceStatus.PLANNED)
    return [factories.make_resource(by=yama, status=status).id for status in states]


# --- who knows of what ---


@pytest.mark.both
@pytest.mark.parametrize("login", IN_TOWN)
def test_keepers_list_everything_of_their_town(login, request, three):
    assert ids(request.getfixturevalue(login)) == three[::-1]


@pytest.mark.both
@pytest.mark.parametrize("login", READERS)
def test_others_of_the_town_list_all_but_what_is_only_prepared(login, request, three):
    viewer = request.getfixturevalue(login)
    assert ids(viewer) == [three[1], three[0]]
    with pytest.raises(NotFoundError):
        queries.get_resource(viewer, three[2])


@pytest.mark.both
@pytest.mark.parametrize("login", STRANGERS)
def test_strangers_know_of_nothing(login, request, three):
    viewer = request.getfixturevalue(login)
    assert ids(viewer) == []
    assert serving(viewer) == []
    assert queries.choices(viewer) == []
    assert queries.areas_of(viewer, three) == {}
    for resource_id in three:
        with pytest.raises(NotFoundError):
            queries.get_resource(viewer, resource_id)


def test_a_role_yet_to_come_knows_of_nothing(three):
    nobody = Viewer(0, "x", "ja", (Standing("caretaker", 1, 98201),))
    assert ids(nobody) == []
    assert queries.areas_seen(nobody) == queries.areas_kept(nobody) == []


# --- narrowing ---


@pytest.mark.both
@pytest.mark.parametrize(
    "typed",
    [
        *("見晴らし号", "ミナト商店", "みなと商店", "食料品 日用品", "集会所"),
        *("Ｍｉｈａｒａｓｈｉ", "買い物", "Shopping", "企業"),
    ],
)
def test_words_are_found_in_the_entry_and_in_the_names_of_its_codes(typed, yama):
    made = factories.make_resource(by=yama)
    assert ids(yama, query=typed) == [made.id]


@pytest.mark.parametrize("typed", ["除雪", "見晴らし号 除雪", "%", "_"])
def test_words_that_stand_nowhere_find_nothing(typed, yama):
    factories.make_resource(by=yama)
    assert ids(yama, query=typed) == []


@pytest.mark.both
def test_the_list_narrows_to_kind_type_and_area(yama, sato, nishi):
    (east,), (west,) = factories.areas_kept(sato), factories.areas_kept(nishi)
    shop = factories.make_resource(by=yama, area_ids=[east]).id
    meal = factories.make_resource(
        by=yama, area_ids=[west], category="RS_MEAL", act_types=("HK04", "SF01")
    ).id
    assert ids(yama, category="RS_MEAL") == [meal]
    assert ids(yama, act_type="SF01") == ids(yama, act_type="HK04") == [meal]
    assert ids(yama, area_id=east) == [shop]
    assert ids(yama, area_id=east, category="RS_MEAL") == []


@pytest.mark.both
def test_what_has_ended_is_listed_only_on_request(yama, clock):
    made = factories.make_resource(by=yama)
    service.end_resource(made, by=yama, at=clock.now(), today=the_clock.today())
    db.session.commit()
    assert ids(yama) == []
    assert ids(yama, ended=True) == [made.id]


@pytest.mark.both
@pytest.mark.parametrize(("days", "stale"), [(0, False), (STALE_AFTER_DAYS, False), (181, True)])
def test_an_assurance_counts_for_180_days(days, stale, yama):
    made = factories.make_resource(by=yama, assured_days_ago=days)
    assert made.is_stale(the_clock.today()) is stale
    assert ids(yama, lately=True) == ([] if stale else [made.id])
    assert [one.stale for one in serving(yama)] == [stale]


def test_what_nobody_ever_assured_is_stale(yama):
    made = factories.make_resource(by=yama)
    made.assured_on = None
    db.session.commit()
    assert made.is_stale(the_clock.today())
    assert ids(yama, lately=True) == []
    assert [one.stale for one in serving(yama)] == [True]


def test_areas_of_a_list_come_in_one_statement(yama, statements):
    made = [factories.make_resource(by=yama).id for _ in range(3)]
    with statements() as seen:
        found = queries.areas_of(yama, made)
    assert found == {key: ["東圏域", "西圏域"] for key in made}
    assert len(seen) == 1


# --- what serves a need ---


@pytest.mark.both
def test_only_what_can_be_used_now_serves(yama, clock):
    usable = [ResourceStatus.LIVE, ResourceStatus.TRIAL]
    for status in (*usable, ResourceStatus.PLANNED, ResourceStatus.SUSPENDED):
        factories.make_resource(by=yama, status=status, name_ja=status.value)
    gone = factories.make_resource(by=yama, name_ja="ended")
    service.end_resource(gone, by=yama, at=clock.now(), today=the_clock.today())
    db.session.commit()
    found = serving(yama)
    assert names(found) == ["live", "trial"]
    assert [one.is_trial for one in found] == [False, True]


@pytest.mark.both
def test_what_was_assured_lately_comes_first_and_what_never_was_last(yama):
    never = factories.make_resource(by=yama, name_ja="never")
    never.assured_on = None
    db.session.commit()
    for days in (300, 10, 181, 90):
        factories.make_resource(by=yama, assured_days_ago=days, name_ja=str(days))
    assert names(serving(yama)) == ["10", "90", "181", "300", "never"]
    assert names(serving(yama, limit=2)) == ["10", "90"]


@pytest.mark.both
def test_an_area_is_served_by_what_names_it(yama, sato, nishi):
    (east,), (west,) = factories.areas_kept(sato), factories.areas_kept(nishi)
    factories.make_resource(by=yama, area_ids=[east], name_ja="east")
    factories.make_resource(by=yama, area_ids=[west], name_ja="west")
    assert names(serving(yama, area_id=west)) == ["west"]
    assert sorted(names(serving(yama))) == ["east", "west"]


def test_a_type_nothing_takes_over_is_served_by_nothing(yama):
    factories.make_resource(by=yama)
    assert serving(yama, "PT01") == []


def test_what_serves_says_what_is_needed_to_ask_for_it(aoi, yama):
    made = factories.make_resource(by=yama, category="RS_GUAR", act_types=("GR01",))
    directory.check_all(made, yama)
    (found,) = serving(aoi, "GR01", min(aoi.area_ids(Role.AGENCY)))
    assert (found.id, found.is_lifelong, found.assured_on) == (made.id, True, made.assured_on)
    assert (found.content, found.cost) == (made.content, made.cost)
    assert (found.how_to_apply, found.contact) == (made.how_to_apply, made.contact)


def test_what_serves_costs_one_statement(yama, statements):
    for _ in range(4):
        factories.make_resource(by=yama)
    with statements() as seen:
        assert len(serving(yama)) == 4
    assert len(seen) == 1


# --- choices and the page ---


def test_choices_are_what_has_not_ended(yama, clock, three):
    gone = factories.make_resource(by=yama)
    service.end_resource(gone, by=yama, at=clock.now(), today=the_clock.today())
    db.session.commit()
    assert queries.choices(yama) == [(key, "見晴らし号") for key in three]


@pytest.mark.both
def test_a_directory_names_the_body_that_made_sure_not_the_person(aoi, sato):
    made = factories.make_resource(by=sato)
    page = reading.resource_page(aoi, made.id, today=the_clock.today())
    assert page.assured_by == "見晴市東地域包括支援センター"
    assert not page.may_edit


def test_the_types_stand_by_family(yama):
    made = factories.make_resource(by=yama, act_types=("HK03", "HK02", "MV02"))
    page = reading.resource_page(yama, made.id, today=the_clock.today())
    assert [(family, [act.code for act in acts]) for family, acts in page.families] == [
        ("家事・暮らしの手伝い", ["HK02", "HK03"]),
        ("通院・外出・移動", ["MV02"]),
    ]


def test_areas_carry_their_town_only_where_there_are_several(yama, tani):
    assert [name for _key, name in queries.areas_kept(yama)] == ["東圏域", "西圏域"]
    both = Viewer(0, "x", "ja", (*yama.standings, *tani.standings))
    assert [name for _key, name in queries.areas_kept(both)][-1] == "川瀬町 全域"
