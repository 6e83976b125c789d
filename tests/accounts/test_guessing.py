"""Somebody guesses: at one account for hours, one word at many accounts, or inside a session."""

import argon2
import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.conftest import DEMO_PASSWORD, account
from tracker.accounts import passwords, service, signing_in, spraying
from tracker.accounts.models import GuessedPassword, SignInAttempt
from tracker.accounts.roles import Role
from tracker.accounts.signing_in import SignInDraft
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, TooManyError
from tracker.jobs import daily
from tracker.notifications.models import Event, Notice

SPRAYED = "Hanamidori2026!"


class Counting(argon2.PasswordHasher):
    """The cheap hasher of the tests, which counts how often somebody's hash was looked at."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.looked = 0

    def verify(self, *args, **kwargs):
        self.looked += 1
        return super().verify(*args, **kwargs)


@pytest.fixture
def hashing(monkeypatch):
    """How often a hash was looked at so far: `hashing.looked`."""
    counting = Counting()
    monkeypatch.setattr(passwords, "hasher", counting)
    return counting


def guess(login, password, *, address="10.0.0.1", known_as=""):
    """One try, and what it came to; always a browser of its own."""
    draft = SignInDraft(login, password, address, "Edge", True, known_as)
    try:
        signing_in.sign_in(draft, at=the_clock.now())
        db.session.commit()
    except (InvalidInputError, TooManyError) as error:
        db.session.rollback()
        return str(error.message)
    return "in"


def known_to(viewer):
    """The token of a browser this person has used before."""
    token = signing_in.remember_browser(viewer.person_id, "", at=the_clock.now())
    db.session.commit()
    return token


# One account.


def test_of_an_hour_of_guesses_from_fifty_addresses_at_most_thirty_are_looked_at(
    app, clock, aoi, hashing
):
    device = known_to(aoi)
    said = set()
    for number in range(715):  # one every five seconds, until a minute before the hour
        said.add(guess("aoi", f"guess {number} of many", address=f"10.0.1.{number % 50}"))
        clock.move(seconds=5)
    assert hashing.looked <= 30
    assert "in" not in said
    assert guess("aoi", DEMO_PASSWORD, address="10.0.9.1", known_as=device) == "in"
    assert guess("aoi", DEMO_PASSWORD, address="10.0.9.2") != "in"
    clock.move(minutes=15)
    assert guess("aoi", DEMO_PASSWORD, address="10.0.9.2") == "in"


def test_a_hash_of_an_older_cost_is_renewed_when_its_owner_comes_in(app, natsu, monkeypatch):
    before = account(natsu).password_hash
    dearer = argon2.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", dearer)
    assert guess("natsu", "not this one") != "in"
    assert account(natsu).password_hash == before
    assert guess("natsu", factories.PASSWORD) == "in"
    assert "t=2" in account(natsu).password_hash
    assert guess("natsu", factories.PASSWORD) == "in"


def test_unknown_wrong_and_closed_cost_one_look_each_and_say_the_same(app, hashing):
    service.disable_person(account_of("aoi"), at=the_clock.now())
    db.session.commit()
    passwords.nobodys_hash()
    said, looks = set(), []
    for login, word in (("nobody", DEMO_PASSWORD), ("kato", "wrong"), ("aoi", DEMO_PASSWORD)):
        before = hashing.looked
        said.add(guess(login, word))
        looks.append(hashing.looked - before)
    assert (looks, len(said)) == ([1, 1, 1], 1)


def account_of(login):
    from tracker.accounts import queries

    return queries.find_person(login)


# One word at many accounts.


def spray(times, word=SPRAYED, start=0, vary=False):
    """The word is tried at so many accounts, each time from another address; what was said."""
    return [
        guess(
            f"person{number}",
            f"{word}{number}" if vary else word,
            address=f"10.{number // 250 + 1}.0.{number % 250}",
        )
        for number in range(start, start + times)
    ]


@pytest.mark.both
def test_of_one_word_at_five_hundred_accounts_two_in_a_hundred_are_looked_at(app, hashing):
    said = spray(60)
    assert hashing.looked == spraying.ACCOUNTS == 10
    assert len(set(said[10:])) == 1
    assert "15分ほど待ってから" in said[-1]


def test_small_changes_to_the_word_are_the_same_word(app, hashing):
    spray(30, vary=True)
    assert hashing.looked == spraying.ACCOUNTS


def test_different_words_are_not_taken_for_one(app, hashing):
    for number in range(15):
        spray(1, word=f"{chr(97 + number) * 9} quite different", start=number)
    assert hashing.looked == 15


def test_a_sprayed_word_opens_nothing_even_where_it_is_right_but_in_a_known_browser(
    app, clock, natsu, hashing
):
    device = known_to(natsu)
    spray(12, word=factories.PASSWORD)
    assert guess("natsu", factories.PASSWORD, address="10.9.0.1") != "in"
    assert guess("natsu", factories.PASSWORD, address="10.9.0.2", known_as=device) == "in"
    assert guess("kato", DEMO_PASSWORD, address="10.9.0.3") == "in"
    clock.move(hours=24)
    assert guess("natsu", factories.PASSWORD, address="10.9.0.1") == "in"


def test_ten_people_who_get_in_with_one_word_are_no_spraying(app, aoi, hashing):
    home = min(aoi.organisation_ids(Role.AGENCY))
    for number in range(12):
        person = account(factories.make_person(f"person{number}", home))
        person.password_hash = passwords.hashed(factories.PASSWORD)
    db.session.commit()
    assert set(spray(12, word=factories.PASSWORD)) == {"in"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GuessedPassword)) == 0


def test_of_the_word_nothing_is_kept_but_a_tag_and_that_for_a_day(app, clock):
    guess("aoi", SPRAYED)
    (row,) = db.session.scalars(sa.select(GuessedPassword)).all()
    assert 0 <= row.tag < 2**16
    clock.move(hours=24)
    daily.forget_sign_ins(the_clock.now())
    db.session.commit()
    assert db.session.scalars(sa.select(GuessedPassword)).all() == []
    assert len(db.session.scalars(sa.select(SignInAttempt)).all()) == 1


def test_the_tag_depends_on_the_key_of_the_installation(app):
    here = [spraying.tag_of(f"word number {number} of some") for number in range(4)]
    app.secret_key, before = "another key", app.secret_key
    there = [spraying.tag_of(f"word number {number} of some") for number in range(4)]
    app.secret_key = before
    assert here != there


def notices_of(viewer):
    mine = sa.select(Notice.path).where(
        Notice.person_id == viewer.person_id, Notice.event == Event.PASSWORD_SPRAYED
    )
    return db.session.scalars(mine).all()


@pytest.mark.both
def test_officers_of_privacy_and_administrators_hear_of_it_once_a_day(
    app, clock, kansa, kanri, mori, sign_in
):
    for word in (SPRAYED, "Yamabuki-iro2026"):
        spray(15, word=word)
    told = [notices_of(one) for one in (kansa, kanri, mori)]
    assert told == [["/audit/?subject=sign_in_attempts"], ["/people/"], []]
    noted = sa.select(AuditEntry.chain).where(AuditEntry.verb == spraying.VERB)
    chains = db.session.scalars(noted).all()
    assert (chains.count(0), chains.count(min(kansa.municipality_ids(Role.PRIVACY)))) == (2, 2)
    page = sign_in(kansa).get("/audit/?subject=sign_in_attempts")
    assert "同じパスワードが多くのアカウントで試されました" in page.text
    clock.move(hours=25)
    spray(15)
    assert len(notices_of(kansa)) == 2


# Inside a session.


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        ("/account/sure", {"password": "not this one"}),
        (
            "/account/password",
            {
                "old_password": "not this one",
                "password": "傘の柄は竹でできています",
                "again": "傘の柄は竹でできています",
            },
        ),
    ],
)
def test_who_holds_a_session_does_not_find_the_password_by_trying(
    sign_in, natsu, hashing, url, typed
):
    browser = sign_in(natsu)
    answers = [browser.send(url, typed) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429] + [303] * 2
    assert hashing.looked == 5
    assert "サインアウトしました" in answers[4].text
    assert browser.get("/").status_code == 303
    ended = sa.select(AuditEntry.facts).where(AuditEntry.verb == "person.shut_out")
    assert [facts["now"] for facts in db.session.scalars(ended)] == [{"wrong_passwords": 5}]
    assert guess("natsu", factories.PASSWORD) == "in"


@pytest.mark.parametrize("way", ["sure", "password"])
def test_showing_again_who_one_is_gives_the_session_a_new_token(app, sign_in, natsu, way):
    browser = sign_in(natsu)
    stolen = browser.get_cookie("kakehashi").value
    new = "傘の柄は竹でできています"
    if way == "sure":
        done = browser.send("/account/sure", {"password": factories.PASSWORD})
    else:
        typed = {"old_password": factories.PASSWORD, "password": new, "again": new}
        done = browser.send("/account/password", typed)
    assert done.status_code == 303
    assert browser.get("/").status_code == 200
    thief = app.test_client()
    thief.set_cookie("kakehashi", stolen)
    assert thief.get("/").status_code == 303


def test_whose_account_it_is_stands_nowhere_in_what_is_kept(app, natsu):
    guess("natsu", SPRAYED)
    tables = (SignInAttempt.__table__, GuessedPassword.__table__)
    kept = str([db.session.execute(sa.select(table)).all() for table in tables])
    assert account(natsu).login not in kept
    assert SPRAYED.casefold() not in kept.casefold()
