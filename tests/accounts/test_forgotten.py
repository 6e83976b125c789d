"""Forgotten password: who gets a link, what nobody learns, and what ends with a new one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.conftest import account
from tracker.accounts import renewing, service
from tracker.accounts.models import Membership, PasswordReset, Person
from tracker.core import clock as the_clock
from tracker.core import outbox
from tracker.core.db import WRITING, db
from tracker.core.outbox import OutboxMail
from tracker.exchange.calendar import service as calendar
from tracker.exchange.calendar.models import CalendarFeed
from tracker.jobs import mail as mails
from tracker.jobs import worker

NEW = "four blue bicycles"


@pytest.fixture
def browser(app, natsu, monkeypatch):
    """A browser at the door of a town that sends mail; Natsu has an address."""
    monkeypatch.setitem(app.config, "MAIL_HOST", "mail.example")
    monkeypatch.setattr(mails, "send_due", lambda _at: 0)
    account(natsu).email = "natsu@office.example"
    db.session.commit()
    return app.test_client()


def ask(browser, login, **where):
    """The answer to whoever forgot this account's password."""
    return browser.send("/sign-in/forgotten", {"login": login}, environ_overrides=where)


@pytest.fixture
def asks(browser):
    """The same from a browser that holds a form's token."""
    browser.carry("nobody")
    return lambda login="natsu", **where: ask(browser, login, **where)


@pytest.fixture
def sent(app):
    """The worker has looked; addresses of the links that were sent, the oldest first."""

    def look():
        with app.app_context():
            worker.round_of_work(app, the_clock.now())
        WRITING.set(True)
        db.session.rollback()
        waiting = sa.select(OutboxMail).where(OutboxMail.event == renewing.EVENT)
        return db.session.scalars(waiting.order_by(OutboxMail.id)).all()

    return look


def link(mail):
    """Where the link of this mail leads."""
    return mail.facts["path"] + outbox.link_key(mail.event, mail.facts["seed"])


@pytest.mark.both
@pytest.mark.parametrize("login", ["natsu", "nobody", "aoi"])
def test_the_same_is_said_to_everybody_and_mailed_to_who_has_an_address(browser, asks, sent, login):
    answer = asks(login)
    assert "リンクをお送りしました" in browser.get(answer.location).text
    found = sent()
    assert [mail.address for mail in found] == (
        ["natsu@office.example"] if login == "natsu" else []
    )
    for mail in found:
        assert browser.get(link(mail)).status_code == 200
        key = outbox.link_key(mail.event, mail.facts["seed"])
        assert key not in str(db.session.execute(sa.select(PasswordReset.__table__)).all())


def test_asking_does_the_same_work_for_every_name(asks, statements):
    asks("somebody else")
    seen = {}
    for login in ("natsu", "nobody", "aoi"):
        with statements() as seen[login]:
            assert asks(login).status_code == 303
    assert seen["natsu"] == seen["nobody"] == seen["aoi"]


def test_a_name_is_asked_for_three_times_an_hour(asks, clock):
    for login in ("natsu", "nobody"):
        answers = [asks(login) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [303] * 3 + [429]
        assert answers[-1].headers["Retry-After"] == "3600"
    clock.move(minutes=61)
    assert asks().status_code == 303


def test_from_one_place_twenty_names_are_asked_for_an_hour(asks):
    answers = [asks(f"name{number}").status_code for number in range(22)]
    assert answers == [303] * 20 + [429] * 2
    assert asks("natsu", REMOTE_ADDR="10.0.0.9").status_code == 303


def test_asking_keeps_nobody_from_signing_in(app, asks, enter, clock):
    for number in range(8):
        asks("natsu", REMOTE_ADDR=f"10.0.0.{number}")
    assert enter(app.test_client(), "natsu", factories.PASSWORD).status_code == 303


def test_natsu_is_sent_three_links_a_day_at_most(asks, sent, clock):
    for _hour in range(5):
        asks()
        clock.move(minutes=61)
    assert len(sent()) == 3


def test_to_an_address_changed_today_no_link_goes(sign_in, natsu, asks, sent, clock):
    hers = sign_in(natsu)
    hers.post_form("/account/", {"email": "thief@elsewhere.example"}, to="/account/")
    asks()
    assert sent() == []
    (told,) = db.session.scalars(sa.select(OutboxMail)).all()
    assert (told.address, told.event) == ("natsu@office.example", "address_changed")
    clock.move(hours=24, minutes=1)
    asks()
    assert [mail.address for mail in sent()] == ["thief@elsewhere.example"]


def test_the_mail_to_the_address_before_names_nobody(browser, sign_in, natsu, sent):
    hers = sign_in(natsu)
    hers.post_form("/account/", {"email": "new@office.example"}, to="/account/")
    (told,) = db.session.scalars(sa.select(OutboxMail)).all()
    text = mails.compose([told], None).as_string()
    body = mails.compose([told], None).get_content()
    assert "natsu@office.example" in text
    assert "メールアドレスが変更されました" in mails.compose([told], None)["Subject"]
    assert natsu.name not in body
    assert "new@office.example" not in body


def test_who_belongs_nowhere_any_more_has_no_use_for_a_link(browser, asks, sent, natsu, clock):
    asks()
    (mail,) = sent()
    assert browser.get(link(mail)).status_code == 200
    yesterday = the_clock.today() - timedelta(days=1)
    left = sa.update(Membership).where(Membership.person_id == natsu.person_id)
    db.session.execute(left.values(from_on=yesterday, until_on=yesterday))
    db.session.commit()
    assert browser.get(link(mail)).status_code == 404
    clock.move(minutes=61)
    asks()
    assert len(sent()) == 1


# The secret address of a calendar.


@pytest.fixture
def feed(browser, natsu):
    """Natsu's secret address, straight from the service: her role reads no meetings."""
    calendar.make_address(by=natsu, at=the_clock.now())
    db.session.commit()
    return lambda: db.session.scalars(sa.select(CalendarFeed.ended_at)).one() is None


def test_it_ends_with_a_password_one_changes(feed, sign_in, natsu):
    assert feed()
    typed = {"old_password": factories.PASSWORD, "password": NEW, "again": NEW}
    assert sign_in(natsu).send("/account/password", typed).status_code == 303
    assert not feed()


def test_it_ends_with_a_password_chosen_by_a_link(feed, browser, asks, sent):
    asks()
    (mail,) = sent()
    assert browser.send(link(mail), {"password": NEW, "again": NEW}).status_code == 303
    assert not feed()


def test_it_stays_ended_after_an_account_was_closed_and_opened(feed, natsu):
    service.disable_person(account(natsu), at=the_clock.now())
    db.session.commit()
    db.session.get_one(Person, natsu.person_id).disabled_at = None
    db.session.commit()
    assert not feed()
