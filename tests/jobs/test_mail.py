"""Mail to the filer: what it says, when it goes, and what happens when the server does not."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import factories
from tests.jobs.mail_server import Letterbox, mail_server
from tracker.accounts.models import Person
from tracker.core import clock as the_clock
from tracker.core import outbox
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.jobs import mail
from tracker.jobs.smtp import Line
from tracker.notifications.models import Event

TEXTS = Path(__file__).parent / "texts"
WAIT = 16  # minutes, one more than the notice delay


def outbox_rows():
    return db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()


@pytest.fixture
def accepted(app, aoi, sato):
    """A case of Aoi that Sato has accepted: one mail waits."""
    return factories.accept(factories.make_case(by=aoi), by=sato)


# What it says.


def _speaks(person, language):
    db.session.get_one(Person, person.person_id).language = language
    db.session.commit()


def _queue(person, event, *, act="an act"):
    outbox.queue(
        person.person_id,
        event,
        facts={"number": "R8-98201-0042", "path": "/cases/42"},
        act=act,
        at=the_clock.now(),
        due_at=the_clock.now(),
    )
    db.session.commit()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("event", [event.value for event in Event])
def test_a_mail_reads_as_it_was_agreed(app, letterbox, work, aoi, event, language):
    app.config["BASE_URL"] = "https://kakehashi.town.example"
    _speaks(aoi, language)
    _queue(aoi, event)
    work()
    (message,) = letterbox.arrived
    agreed = (TEXTS / f"{event}.{language}.txt").read_text("utf-8")
    assert f"{message['Subject']}\n\n{message.get_content()}" == agreed


@pytest.mark.both
def test_the_filer_gets_a_mail_when_the_wait_is_over(accepted, letterbox, work, clock, aoi):
    work(clock, minutes=WAIT)
    (message,) = letterbox.arrived
    assert message["To"] == "aoi@miharashi.example"
    assert accepted.number in message["Subject"]


def test_nobody_else_gets_a_mail(accepted, letterbox, work, clock):
    work(clock, minutes=WAIT)
    assert letterbox.envelopes == [("k@town.example", ["aoi@miharashi.example"])]


def test_nothing_goes_out_before_the_wait_is_over(accepted, letterbox, work, clock):
    work(clock, minutes=14)
    assert letterbox.arrived == []


def test_a_mail_that_went_out_does_not_go_out_again(accepted, letterbox, work, clock):
    work(clock, minutes=WAIT)
    work(clock, hours=1)
    assert len(letterbox.arrived) == 1


def test_a_mail_holds_no_word_of_the_case(app, letterbox, work, clock, aoi, sato):
    case = factories.make_case(by=aoi, summary="桜餅の話をした。", wanted="柏餅の配達")
    factories.send_back(case, by=sato, reason="草餅のことを教えてください。")
    work(clock, minutes=WAIT)
    (message,) = letterbox.arrived
    text = f"{message['Subject']} {message.get_content()}"
    assert not [word for word in ("桜餅", "柏餅", "草餅", "青井") if word in text]


def test_a_mail_links_to_the_case(app, letterbox, work, clock, accepted):
    app.config["BASE_URL"] = "https://kakehashi.town.example"
    work(clock, minutes=WAIT)
    assert (
        f"https://kakehashi.town.example/cases/{accepted.id}\n"
        in letterbox.arrived[0].get_content()
    )


def test_a_mail_says_that_a_machine_wrote_it(accepted, letterbox, work, clock):
    work(clock, minutes=WAIT)
    assert letterbox.arrived[0]["Auto-Submitted"] == "auto-generated"


# Who gets none.


@pytest.mark.parametrize(
    "change",
    [{"wants_mail": False}, {"email": None}, {"disabled_at": the_clock.now()}],
    ids=lambda change: next(iter(change)),
)
def test_who_takes_no_mail_any_more_gets_none(accepted, letterbox, work, clock, aoi, change):
    for name, value in change.items():
        setattr(db.session.get_one(Person, aoi.person_id), name, value)
    db.session.commit()
    work(clock, minutes=WAIT)
    (row,) = outbox_rows()
    assert (letterbox.arrived, row.stopped_because) == ([], "the person takes no mail")


def test_a_step_taken_back_within_the_wait_sends_no_mail(accepted, letterbox, work, clock, sato):
    clock.move(minutes=5)
    factories.undo(accepted, by=sato)
    work(clock, hours=1)
    (row,) = outbox_rows()
    assert (letterbox.arrived, row.stopped_because) == ([], "withdrawn by an undo")


@pytest.mark.both
def test_a_change_that_was_rolled_back_sends_no_mail(app, letterbox, work, clock, aoi, sato):
    case = factories.make_case(by=aoi)
    factories.service.accept_case(case, by=sato, at=the_clock.now())
    assert len(outbox_rows()) == 1
    db.session.rollback()
    work(clock, minutes=WAIT)
    assert (letterbox.arrived, outbox_rows()) == ([], [])


def test_without_a_mail_server_in_the_settings_the_reason_is_kept(accepted, work, clock):
    work(clock, minutes=WAIT)
    (row,) = outbox_rows()
    assert (row.sent_at, row.stopped_because) == (None, "no mail server is set")


# When the server is in trouble.


@pytest.fixture
def silence(app):
    """A mail server is set, and nobody answers there."""
    with mail_server(app, Letterbox()):
        pass


@pytest.mark.both
def test_while_the_server_is_down_nothing_is_lost(app, accepted, silence, work, clock):
    work(clock, minutes=WAIT)
    letterbox = Letterbox()
    with mail_server(app, letterbox):
        work(clock, minutes=2)
    assert [message["To"] for message in letterbox.arrived] == ["aoi@miharashi.example"]


def test_the_next_try_waits_a_minute_and_then_twice_as_long_each_time(
    accepted, silence, work, clock
):
    clock.move(minutes=WAIT)
    waits = []
    for _try in range(7):
        work()
        (row,) = outbox_rows()
        waits.append((row.due_at - clock.now()).total_seconds() / 60)
        clock.move(minutes=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64]


def test_a_mail_is_not_tried_before_its_time(accepted, silence, work, clock):
    work(clock, minutes=WAIT)
    work(clock, seconds=59)
    assert outbox_rows()[0].attempts == 1


def test_after_eight_tries_a_mail_is_given_up_with_the_reason(accepted, silence, work, clock):
    clock.move(minutes=WAIT)
    for _try in range(16):  # those of the night wait for the morning
        work()
        clock.move(hours=3)
    (row,) = outbox_rows()
    assert (row.attempts, row.stopped_because) == (8, "ConnectionRefusedError")


def test_a_mail_given_up_is_still_in_the_outbox(accepted, silence, work, clock):
    clock.move(minutes=WAIT)
    for _try in range(9):
        work()
        clock.move(hours=3)
    (row,) = outbox_rows()
    assert (row.sent_at, row.facts["number"]) == (None, accepted.number)


def test_a_refused_address_does_not_hold_up_the_next_mail(app, letterbox, work, aoi, kato):
    letterbox.refused.add("aoi@miharashi.example")
    _queue(aoi, "case_accepted")
    _queue(kato, "case_accepted")
    work()
    assert [message["To"] for message in letterbox.arrived] == ["kato@miharashi.example"]


@pytest.mark.parametrize("poison", ["an event without words", "an address over two lines"])
def test_a_mail_that_cannot_be_written_does_not_hold_up_the_next_one(
    app, letterbox, work, clock, aoi, kato, poison
):
    if poison == "an address over two lines":
        db.session.get_one(Person, aoi.person_id).email = "aoi@town.example\nBcc: x@town.example"
    _queue(aoi, "case_accepted" if poison == "an address over two lines" else "case_sung")
    _queue(kato, "case_accepted")
    for _round in range(3):
        _survive(work, clock)
    assert [message["To"] for message in letterbox.arrived] == ["kato@miharashi.example"]


def _survive(work, clock):
    """A round as in the worker's loop, which lives on whatever happens."""
    try:
        work(clock, minutes=6)
    except Exception:
        db.session.rollback()


# Sent twice rather than never.


def test_a_mail_keeps_its_message_id_when_it_is_tried_again(accepted, letterbox, work, clock):
    letterbox.answer = "451 try again later"
    work(clock, minutes=WAIT)
    letterbox.answer = "250 OK"
    work(clock, minutes=2)
    ids = [message["Message-ID"] for message in letterbox.arrived]
    assert ids == [f"<kakehashi-{outbox_rows()[0].id}@town.example>"] * 2


def test_two_mails_have_two_message_ids(app, letterbox, work, aoi, kato):
    _queue(aoi, "case_accepted")
    _queue(kato, "case_accepted")
    work()
    assert len({message["Message-ID"] for message in letterbox.arrived}) == 2


@pytest.fixture
def died_after_sending(accepted, letterbox, clock):
    """A worker claimed the mail, handed it to the server, and died before it could say so."""
    clock.move(minutes=WAIT)
    ((mail_id,),) = mail.claim(clock.now())
    row = db.session.get_one(OutboxMail, mail_id)
    with Line() as line:
        line.send(mail.compose([row], db.session.get_one(Person, row.person_id)))
    db.session.remove()


@pytest.mark.both
def test_after_a_worker_died_the_next_one_sends_with_the_same_message_id(
    died_after_sending, letterbox, work, clock
):
    work(clock, minutes=6)
    first, second = letterbox.arrived
    assert first["Message-ID"] == second["Message-ID"]


def test_for_five_minutes_nobody_else_takes_what_a_worker_has_claimed(
    died_after_sending, letterbox, work, clock
):
    work(clock, minutes=4)
    assert len(letterbox.arrived) == 1


def test_a_slow_worker_does_not_send_what_another_has_sent_since(accepted, letterbox, work, clock):
    clock.move(minutes=WAIT)
    (claimed,) = mail.claim(clock.now())
    work(clock, minutes=6)
    with Line() as line:
        mail.send_bundle(claimed, line)
    assert len(letterbox.arrived) == 1
