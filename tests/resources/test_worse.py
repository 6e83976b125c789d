"""Ended, full, dearer: who is told, what has to be said first, and who waits."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests import directory, factories
from tracker.accounts.models import OrganisationKind
from tracker.actions.models import Action
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.notifications.models import Event, Notice
from tracker.resources import drafting, service
from tracker.resources.details import Cost
from tracker.resources.models import Capacity, Resource, ResourceStatus, Tier
from tracker.resources.service import Ending


@pytest.fixture
def brought(aoi, sato):
    """A van in use that an action of Sato's centre brought for an issue, and its case."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    issue = factories.make_issue(sato, case)
    van = factories.make_resource(by=sato)
    action = factories.make_action(issue, by=sato)
    db.session.execute(sa.update(Action).where(Action.id == action.id).values(resource_id=van.id))
    db.session.commit()
    return van, issue, action


def told():
    """Who was told that a resource has become less, about which path."""
    rows = sa.select(Notice.person_id, Notice.path).where(
        Notice.event == Event.RESOURCE_WORSE, Notice.withdrawn_at.is_(None)
    )
    return sorted(map(tuple, db.session.execute(rows)))


@pytest.mark.both
def test_the_owners_of_its_issue_are_told_once_when_it_ends(brought, sato):
    van, _issue, _action = brought
    service.end_resource(directory.read(van, sato), **directory.acting(sato))
    db.session.commit()
    first = told()
    assert (sato.person_id, f"/resources/{van.id}") in first
    service.set_live(directory.read(van, sato), **directory.acting(sato))
    service.end_resource(directory.read(van, sato), **directory.acting(sato))
    db.session.commit()
    assert told() == first


@pytest.mark.both
def test_put_back_into_use_in_time_nobody_hears_that_it_ended(brought, sato, clock):
    van, _issue, _action = brought
    service.end_resource(directory.read(van, sato), **directory.acting(sato))
    clock.move(minutes=14)
    service.set_live(directory.read(van, sato), **directory.acting(sato))
    db.session.commit()
    assert told() == []
    service.end_resource(directory.read(van, sato), **directory.acting(sato))
    clock.move(minutes=16)
    service.set_live(directory.read(van, sato), **directory.acting(sato))
    db.session.commit()
    assert (sato.person_id, f"/resources/{van.id}") in told()


def test_where_the_owner_has_no_account_whoever_carries_the_issue_is_told(brought, sato, mori):
    van, _issue, action = brought
    club = factories.make_organisation(
        "ささえあいの会", van.municipality_id, kind=OrganisationKind.OTHER
    )
    db.session.execute(sa.update(Action).where(Action.id == action.id).values(owner_id=club.id))
    service.end_resource(directory.read(van, sato), **directory.acting(sato))
    db.session.commit()
    assert {sato.person_id, mori.person_id} <= {person for person, _path in told()}


def test_they_are_told_when_it_is_full_and_when_it_costs_more(brought, sato):
    van, _issue, _action = brought
    directory.note_places(van, sato, Capacity.FULL, waiting=3)
    once = len(told())
    assert once
    for yen in (300, 500):
        found = directory.read(van, sato)
        draft = replace(drafting.as_drafted(found), costs=(Cost(Tier.EVERYONE, yen),))
        service.change_resource(found, draft, **directory.acting(sato))
        db.session.commit()
    assert len(told()) == 2 * once  # a first price is no rise


def test_what_brought_nothing_about_tells_nobody(sato):
    van = factories.make_resource(by=sato)
    service.end_resource(directory.read(van, sato), **directory.acting(sato))
    assert told() == []


@pytest.mark.both
def test_it_cannot_end_while_cases_wait_until_somebody_says_what_instead(aoi, sato):
    van, other = (factories.make_resource(by=sato) for _ in range(2))
    case = directory.tried(aoi, "WAITLIST", van)
    for ending, field in (
        (None, "instead"),
        (Ending(instead="移動販売は別の店が回る。"), "despite_waiting"),
        (Ending(instead_id=van.id, despite_waiting=True), "instead_id"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            service.end_resource(directory.read(van, sato), ending=ending, **directory.acting(sato))
        assert refused.value.field == field
    said = Ending(instead_id=other.id, despite_waiting=True)
    service.end_resource(directory.read(van, sato), ending=said, **directory.acting(sato))
    assert db.session.get_one(Resource, van.id).instead_id == other.id
    assert case.id


def test_the_page_of_ending_lists_cases_and_issues_and_says_what_is_missing(
    brought, aoi, sato, sign_in
):
    van, issue, _action = brought
    case = directory.tried(aoi, "WAITLIST", van)
    url, browser = f"/resources/{van.id}/end", sign_in(sato)
    page = browser.get(url).text
    assert case.number in page
    assert issue.number in page
    refused = browser.post_form(url)
    assert refused.status_code == 422
    assert case.number in refused.text
    done = {"instead": "別の店が回る。", "despite_waiting": "y"}
    assert browser.post_form(url, done).status_code == 303
    assert "別の店が回る。" in browser.get(f"/resources/{van.id}").text


def test_a_resource_and_its_issue_are_two_clicks_apart(brought, sato, aoi, sign_in):
    van, issue, action = brought
    page = sign_in(sato).get(f"/resources/{van.id}").text
    assert f'href="/issues/{issue.id}"' in page
    assert f'href="/actions/{action.id}"' in page
    assert f'href="/resources/{van.id}"' in sign_in(sato).get(f"/actions/{action.id}").text
    outside = sign_in(aoi).get(f"/resources/{van.id}").text
    assert issue.title in outside
    assert f'href="/issues/{issue.id}"' not in outside


@pytest.mark.parametrize(
    ("room", "field"),
    [
        ({"capacity": Capacity.FULL, "free_places": 2}, "free_places"),
        ({"capacity": Capacity.FREE, "free_places": 0}, "free_places"),
        ({"capacity": Capacity.WAITING, "waiting": -1}, "waiting"),
    ],
)
def test_places_that_contradict_themselves_are_refused(room, field, sato):
    van = factories.make_resource(by=sato)
    with pytest.raises(InvalidInputError) as refused:
        directory.note_places(van, sato, **room)
    assert refused.value.field == field


def test_not_knowing_whether_it_takes_people_is_an_answer(sato):
    van = directory.note_places(factories.make_resource(by=sato), sato, Capacity.UNKNOWN)
    assert van.capacity_on is not None
    assert van.status is ResourceStatus.LIVE
