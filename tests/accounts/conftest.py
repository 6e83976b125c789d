"""Somebody new, and the door."""

import pytest

from tests import factories
from tests.client import parsed
from tracker.accounts import queries, service
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.accounts.service import NewPerson
from tracker.accounts.standing import viewer_of
from tracker.core import clock as the_clock
from tracker.core.db import db

DEMO_PASSWORD = "kakehashi-demo"


@pytest.fixture
def office(app):
    """The organisation with this name in 見晴市, or in the town given."""

    def find(name, town=98201):
        found = queries.find_organisation(name, town)
        assert found is not None, f"no organisation is called {name}"
        return found

    return find


def new_person(login, **changes):
    """What somebody invited types."""
    fields = {"name": "夏川 葉", "email": None, "password": factories.PASSWORD, "language": "ja"}
    return NewPerson(login=login, **{**fields, **changes})


@pytest.fixture
def natsu(app, mori, aoi):
    """A care manager of Aoi's office whose account is no demo account."""
    (home,) = aoi.organisation_ids(Role.AGENCY)
    token = factories.invite(mori, home, Role.AGENCY)
    at, today = the_clock.now(), the_clock.today()
    person = service.accept_invitation(token, new_person("natsu"), at=at, today=today)
    db.session.commit()
    return viewer_of(person.id, today=today)


@pytest.fixture
def enter(app):
    """Somebody types a name and a password at the door; the answer."""

    def send(client, login, password=DEMO_PASSWORD, **how):
        page = client.get("/sign-in", **how)
        token = parsed(page.text).find(".//input[@name='csrf_token']").get("value")
        typed = {"csrf_token": token, "login": login, "password": password}
        return client.post("/sign-in", data=typed, **how)

    return send


def account(viewer):
    """The row of somebody's account."""
    return db.session.get_one(Person, viewer.person_id)
