"""An office is asked by mail whether its entry is true, and answers without signing in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import directory, factories
from tests.client import parsed
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.jobs import mail as post
from tracker.notifications.models import Event, Notice
from tracker.resources.asking.models import ResourceAnswer, ResourceLink
from tracker.resources.models import Resource, ResourceStatus

OFFICE = "office@example.jp"


@pytest.fixture
def asked(yama):
    """An entry of 200 days ago whose office was asked by Yama; entry and key."""
    made = factories.make_resource(by=yama, assured_days_ago=200, office_mail=OFFICE)
    return made, directory.ask(made, yama)


def page(key):
    """Where the link leads."""
    return f"/resources/confirm/{key}"


def press(browser, key, answer, **more):
    """A button of the page is pressed, also of a page that was opened before it was used up."""
    token = next(
        box.get("value")
        for box in parsed(browser.get("/sign-in").text).iter("input")
        if box.get("name") == "csrf_token"
    )
    return browser.post(page(key), data={"csrf_token": token, "answer": answer, **more})


def now_is(resource):
    """The entry as it is stored now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Resource, resource.id)


def test_the_mail_goes_to_the_office_with_number_and_link_only(asked, app):
    made, key = asked
    waiting = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()[-1]
    letter = post.compose([waiting], None)
    assert letter["To"] == OFFICE
    assert page(key) in letter.get_content()
    assert "見晴らし号" not in letter.as_string() + letter.get_content()
    assert key not in str(waiting.facts)  # no table holds what opens the page


def test_opening_the_page_changes_nothing(asked, client):
    made, key = asked
    for _ in range(2):
        assert client.get(page(key)).status_code == 200
    assert now_is(made).assured_on == the_clock.today() - timedelta(days=200)
    assert db.session.scalars(sa.select(ResourceLink.answered_at)).all() == [None]


@pytest.mark.both
def test_one_press_says_that_it_is_true_and_uses_the_link_up(asked, client):
    made, key = asked
    assert press(client, key, "true").status_code == 303
    found = now_is(made)
    assert (found.assured_on, found.assured_by_id) == (the_clock.today(), None)
    assert found.assured_by_provider
    again = press(client, key, "ended")
    assert again.status_code == 409
    assert now_is(made).status is ResourceStatus.LIVE
    assert "ありがとうございます" in client.get(page(key)).text


@pytest.mark.both
def test_what_changed_waits_for_a_keeper_who_is_told(asked, client, sign_in, yama):
    made, key = asked
    assert press(client, key, "changed").status_code == 422
    press(client, key, "changed", words="火曜は休みです。")
    assert now_is(made).assured_on == the_clock.today() - timedelta(days=200)
    told = sa.select(Notice.person_id).where(Notice.event == Event.RESOURCE_ANSWERED)
    assert db.session.scalars(told).all() == [yama.person_id]
    browser = sign_in(yama)
    assert "火曜は休みです。" in browser.get(f"/resources/{made.id}").text
    answer = db.session.scalars(sa.select(ResourceAnswer.id)).one()
    done = f"/resources/answers/{answer}/handled"
    browser.post_form(f"/resources/{made.id}", to=done)
    assert "火曜は休みです。" not in browser.get(f"/resources/{made.id}").text
    assert browser.send(done).status_code == 409


def test_what_its_office_says_has_ended_is_paused_until_a_keeper_ends_it(asked, client):
    made, key = asked
    press(client, key, "ended", ended_on="令和8年11月1日")
    assert now_is(made).status is ResourceStatus.SUSPENDED


def test_a_day_to_come_is_no_day_it_has_ended(asked, client):
    made, key = asked
    answer = press(client, key, "ended", ended_on="令和20年1月1日")
    assert answer.status_code == 422
    assert now_is(made).status is ResourceStatus.LIVE


def test_a_link_nobody_was_sent_is_not_found(client, asked):
    assert client.get(page("0" * 64)).status_code == 404
    assert press(client, "0" * 64, "true").status_code == 404


def test_after_thirty_days_the_link_says_that_it_is_over(asked, client, clock):
    made, key = asked
    clock.move(days=31)
    assert client.get(page(key)).status_code == 410
    assert press(client, key, "true").status_code == 409
    assert now_is(made).assured_by_provider is False


def test_asking_again_sends_a_new_link_and_shuts_the_old_one(asked, client, yama):
    made, old = asked
    new = directory.ask(made, yama)
    assert client.get(page(old)).status_code == 410
    assert client.get(page(new)).status_code == 200


def test_a_link_taken_back_is_shut_and_its_mail_stays(asked, client, sign_in, yama):
    made, key = asked
    withdraw = f"/resources/{made.id}/ask/withdraw"
    sign_in(yama).post_form(f"/resources/{made.id}", to=withdraw)
    assert client.get(page(key)).status_code == 410
    assert db.session.scalars(sa.select(OutboxMail.stopped_at)).one() is not None
    assert sign_in(yama).send(withdraw).status_code == 409


def test_without_an_address_nobody_is_asked(sign_in, yama):
    made = factories.make_resource(by=yama)
    answer = sign_in(yama).send(f"/resources/{made.id}/ask", follow_redirects=True)
    assert "メールアドレスを書いてください" in answer.text
    assert directory.keys() == []


@pytest.mark.both
def test_one_press_asks_all_that_are_stale_and_have_an_address(sign_in, yama, tani):
    stale = [
        factories.make_resource(by=yama, assured_days_ago=days, office_mail=mail)
        for days, mail in ((200, OFFICE), (300, OFFICE), (400, ""), (10, OFFICE))
    ]
    factories.make_resource(by=tani, assured_days_ago=200, office_mail=OFFICE)
    browser = sign_in(yama)
    shown = browser.get("/resources/to-ask").text
    assert [f"/resources/{one.id}" in shown for one in stale] == [True, True, True, False]
    browser.post_form("/resources/to-ask")
    asked = sa.select(ResourceLink.resource_id).order_by(ResourceLink.resource_id)
    assert db.session.scalars(asked).all() == [stale[0].id, stale[1].id]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_is_sound_in_every_state(lang, asked, client, yama, clock):
    made, key = asked
    other = factories.make_resource(by=yama, office_mail=OFFICE)
    old = directory.ask(other, yama)
    directory.ask(other, yama)
    for url in (page(key), page(old)):
        assert_sound(client.get(f"{url}?lang={lang}").text, url, lang)
    press(client, key, "true")
    assert_sound(client.get(f"{page(key)}?lang={lang}").text, page(key), lang)
