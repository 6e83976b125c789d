"""What one person is told comes in few mails, by day, in the order in which it happened."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.models import Pace, Person
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.notifications import times
from tracker.notifications.models import Event
from tracker.notifications.service import About, tell


def japan(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=the_clock.TOKYO)


# When a mail goes.


@pytest.mark.parametrize(
    ("ready", "pace", "goes"),
    [
        (japan(24, 10), Pace.AT_ONCE, japan(24, 10)),
        (japan(24, 19, 59), Pace.AT_ONCE, japan(24, 19, 59)),
        (japan(24, 20), Pace.AT_ONCE, japan(25, 7)),
        (japan(25, 6, 59), Pace.AT_ONCE, japan(25, 7)),
        (japan(25, 7), Pace.AT_ONCE, japan(25, 7)),
        (japan(24, 7, 30), Pace.DAILY, japan(24, 8)),
        (japan(24, 8, 1), Pace.DAILY, japan(25, 8)),
        (japan(24, 10), Pace.WEEKLY, japan(30, 8)),
        (japan(30, 8), Pace.WEEKLY, japan(30, 8)),
    ],
)
def test_a_mail_goes_by_what_its_reader_chose_and_never_at_night(ready, pace, goes):
    assert times.mail_due(ready.astimezone(UTC), pace) == goes


def test_whoever_reads_in_the_app_only_is_not_written_to():
    assert times.mail_due(japan(24, 10), Pace.APP_ONLY) is None


# What goes together.


@pytest.fixture
def told(aoi, clock):
    """Aoi is told of so many cases, some minutes apart."""

    def go(*minutes, event=Event.CASE_ANSWERED):
        person = db.session.get_one(Person, aoi.person_id)
        for number, wait in enumerate(minutes):
            clock.move(minutes=wait)
            about = About(f"R8-98201-{number + 1:04}", f"/cases/{number + 1}")
            tell([person], event, about, act=f"act {number}", at=clock.now())
        db.session.commit()

    return go


def numbers(message):
    return [line for line in message.get_content().splitlines() if line.startswith("R8-")]


@pytest.mark.both
def test_what_comes_due_within_a_quarter_of_an_hour_is_one_mail(told, letterbox, work, clock):
    told(0, 10)
    work(clock, minutes=5)  # the first one is due, the second in ten minutes
    assert letterbox.arrived == []
    work(clock, minutes=11)
    (message,) = letterbox.arrived
    assert message["Subject"] == "かけはし: お知らせが2件あります"
    assert numbers(message) == ["R8-98201-0001", "R8-98201-0002"]


def test_nobody_waits_longer_than_a_quarter_of_an_hour_for_more(told, letterbox, work, clock):
    told(0, 10, 10)  # due after 15, 25 and 35 minutes
    work(clock, minutes=11)  # 31 minutes after the first one
    (message,) = letterbox.arrived
    assert len(numbers(message)) == 2


def test_what_was_taken_back_while_it_waited_is_no_line(told, letterbox, work, clock):
    told(0, 10)
    from tracker.notifications import service

    service.withdraw("act 1", at=clock.now())
    db.session.commit()
    work(clock, minutes=16)
    (message,) = letterbox.arrived
    assert "R8-98201-0001" in message["Subject"]


def test_two_people_have_two_mails(told, letterbox, work, clock, aoi, kato, sato):
    told(0, 1)
    factories.accept(factories.make_case(by=kato), by=factories.person_called("nishi"))
    work(clock, minutes=20)
    assert sorted(message["To"] for message in letterbox.arrived) == [
        "aoi@miharashi.example",
        "kato@miharashi.example",
    ]


def test_the_news_of_a_week_are_one_mail_on_monday(told, letterbox, work, clock):
    told(0, 60 * 24, 60 * 24, event=Event.ISSUE_DECIDED)  # Tuesday to Thursday
    work(clock, days=3, hours=20)  # Monday, 6:00
    assert letterbox.arrived == []
    work(clock, hours=2)
    (message,) = letterbox.arrived
    assert len(numbers(message)) == 3


def test_a_digest_is_in_the_readers_language(told, letterbox, work, clock, aoi):
    db.session.get_one(Person, aoi.person_id).language = "en"
    told(0, 1)
    work(clock, minutes=20)
    text = letterbox.arrived[0].get_content()
    assert (letterbox.arrived[0]["Subject"], "There is an answer to the case." in text) == (
        "Kakehashi: 2 notices",
        True,
    )


def test_a_digest_that_fails_is_tried_again_as_it_was(told, letterbox, work, clock):
    told(0, 1)
    letterbox.answer = "451 try again later"
    work(clock, minutes=20)
    told(0)
    letterbox.answer = "250 OK"
    work(clock, minutes=2)
    first, second = letterbox.arrived
    assert first["Message-ID"] == second["Message-ID"]
    assert numbers(first) == numbers(second)


def test_the_app_shows_at_once_what_the_mail_brings_on_monday(told, sign_in, aoi, clock):
    told(0, event=Event.ISSUE_DECIDED)
    clock.move(minutes=15)
    assert "R8-98201-0001" in sign_in(aoi).get("/notices/").text


def test_aoi_chooses_her_pace_on_her_account(told, sign_in, aoi):
    sign_in(aoi).post_form("/account/", {"mail_own": "daily", "mail_news": "app_only"})
    person = db.session.get_one(Person, aoi.person_id)
    assert (person.mail_own, person.mail_news) == (Pace.DAILY, Pace.APP_ONLY)
    told(0, event=Event.ISSUE_DECIDED)
    assert db.session.scalars(sa.select(OutboxMail)).all() == []
