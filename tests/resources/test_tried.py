"""What came of trying a resource: counted by offices, hidden from outsiders, and it sinks."""

import pytest

from tests import directory, factories
from tracker.cases import tried
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.resources import asked, queries, service
from tracker.resources.models import Resource


@pytest.fixture
def failed(aoi, kato, sato, clock):
    """A van that failed Aoi twice and Kato once, the day after it was assured."""
    van = factories.make_resource(by=sato)
    clock.move(days=1)
    for person, result in ((aoi, "FULL"), (aoi, "FULL"), (kato, "HOURS"), (kato, "USED")):
        directory.tried(person, result, van)
    return van


def doubts(resource):
    """How many offices it failed, as it is stored."""
    db.session.expire_all()
    return db.session.get_one(Resource, resource.id).doubts


@pytest.mark.both
def test_offices_count_once_and_only_what_failed_lowers_trust(failed, sato):
    came = asked.experience(sato, failed, the_clock.today())
    assert {(one.label_en, one.offices.text, one.failed) for one in came} == {
        ("Full", "1", True),
        ("Hours do not fit", "1", True),
        ("Used", "1", False),
    }
    assert doubts(failed) == 2


def test_an_outsider_reads_no_small_number(failed, aoi):
    came = asked.experience(aoi, failed, the_clock.today())
    assert all(one.offices.hidden for one in came)


def test_the_order_tells_an_outsider_nothing_of_hidden_numbers(failed, aoi, kato, sato):
    directory.tried(aoi, "HOURS", failed)
    directory.tried(aoi, "USED", failed)
    today = the_clock.today()
    keeper = [one.label_en for one in asked.experience(sato, failed, today)]
    outsider = [one.label_en for one in asked.experience(aoi, failed, today)]
    assert keeper == ["Hours do not fit", "Used", "Full"]
    assert outsider == ["Full", "Hours do not fit", "Used"]


def test_making_sure_again_answers_the_doubt(failed, sato):
    service.confirm(directory.read(failed, sato), **directory.acting(sato))
    db.session.commit()
    assert doubts(failed) == 0
    tried.recount(today=the_clock.today())
    assert doubts(failed) == 0


def test_after_half_a_year_it_is_no_doubt_any_more(failed, clock):
    clock.move(days=181)
    tried.recount(today=the_clock.today())
    db.session.commit()
    assert doubts(failed) == 0


def test_a_withdrawn_case_is_no_doubt(aoi, sato, clock):
    van = factories.make_resource(by=sato)
    clock.move(days=1)
    factories.withdraw(directory.tried(aoi, "COST", van), by=aoi)
    tried.recount(today=the_clock.today())
    assert doubts(van) == 0


def test_what_failed_three_offices_sinks_and_says_so(failed, yama, sato, sign_in):
    surer = factories.make_resource(by=sato, assured_days_ago=100, name_ja="別の車")
    assert [one.id for one in _serving(yama)] == [failed.id, surer.id]
    db.session.get_one(Resource, failed.id).doubts = 3
    db.session.commit()
    assert [(one.id, one.doubted) for one in _serving(yama)] == [
        (surer.id, False),
        (failed.id, True),
    ]
    assert "複数の事業所で使えなかった" in sign_in(yama).get(f"/resources/{failed.id}").text


def _serving(viewer):
    return queries.serving(viewer, "HK03", today=the_clock.today())


def test_cases_that_wait_are_listed_for_those_who_may_read_them(aoi, sato, iin):
    van = factories.make_resource(by=sato)
    case = directory.tried(aoi, "WAITLIST", van)
    for person in (aoi, sato):
        assert asked.waiting(person, van).cases == ((case.id, case.number),)
    assert asked.waiting(iin, van).count == 0
