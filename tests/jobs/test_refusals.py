"""Addresses that refuse mail: seen by the administrator, stopped, and tried again."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tests.jobs.mail_server import Letterbox, mail_server
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core import outbox
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.notifications.delivery.models import MailAddress

AOI = "aoi@miharashi.example"


def rows():
    return db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()


def queue(person_id, times=1, event="case_accepted"):
    for _time in range(times):
        outbox.queue(
            person_id,
            event,
            facts={"number": "R8-98201-0042", "path": "/cases/42"},
            act="an act",
            at=the_clock.now(),
            due_at=the_clock.now(),
        )
    db.session.commit()


@pytest.fixture
def refused(letterbox, work, aoi):
    """The server knows nobody of Aoi's name."""
    letterbox.refused.add(AOI)
    queue(aoi.person_id)
    work()


@pytest.mark.both
def test_two_hundred_readers_with_one_bad_address(app, letterbox, work, aoi, kanri, sign_in):
    office = min(aoi.organisation_ids(Role.AGENCY))
    for number in range(200):
        person = factories.make_person(f"reader{number}", office)
        db.session.get_one(Person, person.person_id).email = f"reader{number}@town.example"
        queue(person.person_id)
    letterbox.refused.add("reader77@town.example")
    work()
    assert (len(letterbox.arrived), sum(row.sent_at is not None for row in rows())) == (199, 199)
    page = sign_in(kanri).get("/settings/mail/").text
    assert [f"reader{n}@town.example" in page for n in (76, 77)] == [False, True]
    assert "550" in page


def test_an_address_that_refuses_for_good_is_not_tried_again(refused, letterbox, work, clock):
    letterbox.refused.clear()
    work(clock, hours=5)
    (row,) = rows()
    assert (row.sent_at, row.attempts, row.code, row.dead) == (None, 1, 550, True)


def test_after_three_refusals_nothing_goes_there_any_more(refused, letterbox, work, clock, aoi):
    for _time in range(3):
        queue(aoi.person_id)
        work(clock, hours=1)
    assert [row.stopped_because for row in rows()][-1] == "the address is stopped"


def test_a_mail_that_is_taken_ends_the_trouble(refused, letterbox, work, clock, aoi):
    letterbox.refused.clear()
    queue(aoi.person_id)
    work()
    assert db.session.scalars(sa.select(MailAddress)).all() == []


def test_another_address_is_not_stopped_with_the_old_one(refused, letterbox, work, aoi):
    state = db.session.scalars(sa.select(MailAddress)).one()
    state.stopped_at = the_clock.now()
    db.session.get_one(Person, aoi.person_id).email = "aoi.new@miharashi.example"
    queue(aoi.person_id)
    work()
    assert [message["To"] for message in letterbox.arrived] == ["aoi.new@miharashi.example"]


def test_kanri_stops_an_address_and_has_it_tried_again(
    refused, letterbox, work, sign_in, kanri, aoi
):
    browser = sign_in(kanri)
    browser.post_form("/settings/mail/", to=f"/settings/mail/addresses/{aoi.person_id}/stop")
    queue(aoi.person_id)
    work()
    letterbox.refused.clear()
    browser.post_form("/settings/mail/", to=f"/settings/mail/addresses/{aoi.person_id}/again")
    work()
    (message,) = letterbox.arrived
    assert [row.sent_at is not None for row in rows()] == [True, False]


def test_kanri_sends_a_mail_again_that_was_given_up(refused, letterbox, work, sign_in, kanri):
    letterbox.refused.clear()
    browser = sign_in(kanri)
    browser.post_form("/settings/mail/", to=f"/settings/mail/{rows()[0].id}/again")
    work()
    assert len(letterbox.arrived) == 1
    assert "送信をあきらめたメールはありません" in browser.get("/settings/mail/").text


def test_the_page_of_mail_says_no_number_of_a_case(refused, sign_in, kanri):
    assert "R8-98201-0042" not in sign_in(kanri).get("/settings/mail/").text


def test_nobody_else_looks_after_mail(refused, sign_in, aoi, sato, mori, kansa):
    answers = [sign_in(who).get("/settings/mail/").status_code for who in (aoi, sato, mori, kansa)]
    assert answers == [403] * 4


def test_without_trouble_the_page_says_so(app, sign_in, kanri):
    page = parsed(sign_in(kanri).get("/settings/mail/").text)
    text = " ".join(page.itertext())
    assert "メールを受け取らなかったあて先はありません。" in text


# Answers that are not for good.


@pytest.mark.parametrize("answer", ["451 try again later", "421 closing"])
def test_a_server_that_cannot_now_is_asked_again(letterbox, work, clock, aoi, answer):
    letterbox.answer = answer
    queue(aoi.person_id)
    work()
    letterbox.answer = "250 OK"
    work(clock, minutes=1)
    assert (rows()[0].sent_at, rows()[0].dead) == (clock.now(), False)


def test_a_mail_that_is_refused_for_what_it_is_is_given_up_and_the_address_is_not(
    letterbox, work, aoi
):
    letterbox.answer = "554 looks like spam"
    queue(aoi.person_id)
    work()
    assert (rows()[0].dead, rows()[0].code) == (True, 554)
    assert db.session.scalars(sa.select(MailAddress)).all() == []


def test_a_server_that_hangs_up_in_the_middle_is_asked_again(app, letterbox, work, clock, aoi):
    letterbox.hangs_up = 1
    queue(aoi.person_id)
    work()
    assert rows()[0].sent_at is None
    work(clock, minutes=1)
    assert len(letterbox.arrived) == 1


def test_one_line_serves_many_mails(letterbox, work, aoi, kato, sato):
    for person in (aoi, kato, sato):
        queue(person.person_id)
    work()
    assert (len(letterbox.arrived), letterbox.greeted) == (3, 1)


def test_while_nobody_answers_one_try_is_enough_for_all(app, work, aoi, kato, statements):
    with mail_server(app, Letterbox()):
        pass
    for person in (aoi, kato):
        queue(person.person_id)
    work()
    assert [(row.attempts, row.dead) for row in rows()] == [(1, False), (1, False)]


@pytest.mark.parametrize(
    ("event", "hour"), [("case_accepted", 7), ("resource_confirm", 7), ("password_reset", 20)]
)
def test_what_failed_in_the_evening_is_tried_in_the_morning_unless_somebody_waits(
    letterbox, work, clock, aoi, event, hour
):
    clock.move(minutes=(19 * 60 + 59 - minute_of_day()) % (24 * 60))
    letterbox.answer = "451 try again later"
    queue(aoi.person_id, event=event)
    work()
    assert the_clock.local(rows()[0].due_at).hour == hour


def minute_of_day():
    now = the_clock.local(the_clock.now())
    return now.hour * 60 + now.minute
