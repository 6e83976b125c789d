"""What somebody's rights opened opens nothing with the very next request after they are gone."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories, told
from tests.client import Client
from tests.directory import ask as ask_office
from tracker.accounts import renewing
from tracker.accounts.changing import merging
from tracker.accounts.changing import service as changing
from tracker.accounts.changing.closings import Closing, ClosingReason
from tracker.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    PasswordReset,
    Person,
    SignInSession,
)
from tracker.accounts.roles import Role
from tracker.accounts.standing import token_hash, viewer_of
from tracker.accounts.viewer import Viewer
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.exchange.calendar import service as calendar
from tracker.exchange.calendar.models import CalendarFeed
from tracker.followup.models import AnswerLink
from tracker.resources.asking.models import ResourceLink

PEOPLE = 10  # for each way of losing rights; together more than 200 keys are tried
PASSWORD = "傘の柄は竹でできています"


@dataclass
class Held:
    """A care manager, and everything that opens something for her."""

    viewer: Viewer
    browsers: list[Client]
    reset: str
    keys: dict[str, str]  # addresses that need no session

    @property
    def person(self) -> Person:
        """Her account."""
        return db.session.get_one(Person, self.viewer.person_id)

    @property
    def membership(self) -> Membership:
        """Her only one."""
        mine = sa.select(Membership).filter_by(person_id=self.viewer.person_id)
        return db.session.scalars(mine).one()

    def answers(self, stranger: Client, *names: str) -> list[int]:
        """What her windows and the keys of these names answer now."""
        windows = [browser.get("/cases/").status_code for browser in self.browsers]
        found = [stranger.get(self.keys[name]).status_code for name in names]
        return windows + [404 if status == 410 else status for status in found]  # over: as good


@pytest.fixture
def crowd(app, aoi, sato, mori, sign_in):
    """So many people of Aoi's office, each with two windows and four keys."""
    home = min(aoi.organisation_ids(Role.AGENCY))
    van = factories.make_resource(sato)

    def gather(name: str) -> list[Held]:
        found = []
        for number in range(PEOPLE):
            viewer = factories.make_person(f"{name}{number}", home, may_invite=True)
            person = db.session.get_one(Person, viewer.person_id)
            person.email = f"{name}{number}@office.example"
            db.session.commit()
            told.ask(factories.make_case(by=viewer), van)
            reset = renewing.make_link(person, by=mori, at=the_clock.now())
            feed = calendar.make_address(by=viewer, at=the_clock.now())
            keys = {
                "answer": f"/a/{told.mailed_key()}",
                "feed": f"/calendar/{feed}/meetings.ics",
                "invitation": f"/invitations/{factories.invite(viewer, home, Role.AGENCY)}",
                "reset": f"/sign-in/new-password/{reset}",
            }
            db.session.commit()
            found.append(Held(viewer, [sign_in(viewer) for _ in range(2)], reset, keys))
        return found

    return gather


ALL = ("answer", "feed", "invitation", "reset")


def each(crowd, stranger, name, way, *keys):
    """Lose rights in this way; what every window and key answers before, and after."""
    before, after = set(), set()
    for held in crowd(name):
        before |= set(held.answers(stranger, *ALL))
        way(held)
        db.session.commit()
        after.add(tuple(held.answers(stranger, *keys)))
    return before, after


def at_and_today():
    return {"at": the_clock.now(), "today": the_clock.today()}


def test_after_the_account_is_closed_and_even_after_it_is_opened_again(crowd, client, mori):
    people = []

    def close(held):
        changing.suspend(held.person, Closing(ClosingReason.LEFT), by=mori, **at_and_today())
        people.append(held)

    before, after = each(crowd, client, "closed", close, *ALL)
    assert (before, after) == ({200}, {(303, 303, 404, 404, 404, 404)})
    changing.take_up_again(people[0].person, by=mori, **at_and_today())
    db.session.commit()
    assert people[0].answers(client, "feed", "invitation", "reset") == [303, 303, 404, 404, 404]


def test_after_leaving_the_office(crowd, client):
    def leave(held):
        membership = held.membership
        yesterday = the_clock.today() - timedelta(days=1)
        membership.from_on = membership.until_on = yesterday

    before, after = each(crowd, client, "left", leave, "answer", "feed", "invitation")
    assert (before, after) == ({200}, {(403, 403, 404, 404, 404)})


def test_after_a_new_role_that_may_do_less(crowd, client):
    def change(held):
        membership = held.membership
        membership.role, membership.may_invite = Role.MEMBER, False

    before, after = each(crowd, client, "member", change, "invitation")
    assert (before, after) == ({200}, {(403, 403, 404)})


def test_after_the_password_was_renewed_by_a_link(crowd, client):
    def renew(held):
        renewing.use_link(held.reset, PASSWORD, at=the_clock.now())

    before, after = each(crowd, client, "renewed", renew, "feed", "reset")
    assert (before, after) == ({200}, {(303, 303, 404, 404)})


def test_after_the_office_was_joined_to_another(crowd, client, aoi, kato, mori):
    people = crowd("joined")
    gone, into = (
        db.session.get_one(Organisation, min(one.organisation_ids(Role.AGENCY)))
        for one in (aoi, kato)
    )
    merging.merge(gone, into, by=mori, **at_and_today())
    db.session.commit()
    assert {client.get(held.keys["invitation"]).status_code for held in people} <= {404, 410}
    standings = viewer_of(people[0].viewer.person_id, today=the_clock.today()).standings
    assert {one.organisation_id for one in standings} == {into.id}


def test_every_key_is_long_made_for_one_purpose_and_kept_as_a_hash(crowd, client, sato, app):
    held = crowd("keys")[0]
    office = ask_office(factories.make_resource(sato, office_mail="van@office.example"), sato)
    with held.browsers[0].session_transaction() as cookie:
        window = cookie["_user_id"]
    tokens = {name: address.split("/")[2] for name, address in held.keys.items()}
    tokens |= {"reset": held.reset, "window": window, "office": office}
    assert min(len(token) for token in tokens.values()) >= 43  # 256 bits in base 64
    assert len(set(tokens.values())) == len(tokens)
    tables = (AnswerLink, CalendarFeed, Invitation, PasswordReset, ResourceLink, SignInSession)
    hashes = {h for table in tables for h in db.session.scalars(sa.select(table.token_hash))}
    assert {token_hash(token) for token in tokens.values()} <= hashes
    assert not set(tokens.values()) & hashes
    places = ["/a/%s", "/calendar/%s/meetings.ics", "/invitations/%s"]
    places += ["/sign-in/new-password/%s", "/resources/confirm/%s"]
    own = {"/a/%s": "answer", "/calendar/%s/meetings.ics": "feed", "/invitations/%s": "invitation"}
    own |= {"/resources/confirm/%s": "office", "/sign-in/new-password/%s": "reset"}
    for place in places:
        for name, token in tokens.items():
            wanted = 200 if own[place] == name else 404
            assert client.get(place % token).status_code == wanted, (place, name)
