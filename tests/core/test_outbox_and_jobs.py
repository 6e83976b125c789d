"""Work to be done later: asked for once, held by one worker, tried again, given up in the end."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from tests import factories
from tracker.core import clock as the_clock
from tracker.core import jobs, outbox
from tracker.core.db import db
from tracker.core.jobs import Job
from tracker.core.outbox import OutboxMail

pytestmark = pytest.mark.both


def all_jobs():
    return db.session.scalars(sa.select(Job).order_by(Job.id)).all()


def ask(key, *, in_minutes=0):
    """Somebody asks for a job, and it is stored."""
    due_at = the_clock.now() + timedelta(minutes=in_minutes)
    jobs.enqueue("expire-drafts", key, due_at=due_at)
    db.session.commit()


def claim(**how_many):
    """The keys of what a worker takes now."""
    keys = [job.key for job in jobs.claim(the_clock.now(), **how_many)]
    db.session.commit()
    return keys


# Jobs.


def test_a_job_asked_for_twice_is_there_once(app):
    ask("today")
    ask("today", in_minutes=5)
    assert [job.key for job in all_jobs()] == ["today"]


def test_asking_again_does_not_undo_that_it_is_done(app):
    ask("today")
    (job,) = all_jobs()
    jobs.finish(job, at=the_clock.now())
    ask("today")
    assert all_jobs()[0].done_at == the_clock.now()


def test_a_job_of_a_change_that_was_rolled_back_was_never_asked_for(app):
    jobs.enqueue("expire-drafts", "today", due_at=the_clock.now())
    db.session.rollback()
    assert all_jobs() == []


def test_due_jobs_are_taken_oldest_first(app):
    ask("younger", in_minutes=-1)
    ask("older", in_minutes=-2)
    assert claim() == ["older", "younger"]


def test_a_job_is_not_taken_before_its_time(app):
    ask("later", in_minutes=1)
    assert claim() == []


def test_a_worker_takes_no_more_than_it_asks_for(app):
    for key in ("a", "b", "c"):
        ask(key)
    assert claim(limit=2) == ["a", "b"]


def test_what_one_worker_holds_no_other_takes(app):
    ask("today")
    claim()
    assert claim() == []


def test_a_job_whose_worker_died_is_free_again_after_five_minutes(app, clock):
    ask("today")
    claim()
    clock.move(minutes=4, seconds=59)
    assert claim() == []
    clock.move(seconds=1)
    assert claim() == ["today"]


def test_a_job_that_is_done_is_not_taken_again(app, clock):
    ask("today")
    (job,) = jobs.claim(clock.now())
    jobs.finish(job, at=clock.now())
    db.session.commit()
    clock.move(days=1)
    assert claim() == []


def test_a_failed_job_says_what_kind_of_error_it_was_and_not_more(app):
    ask("today")
    (job,) = all_jobs()
    jobs.postpone(job, ValueError("a word of a case"), at=the_clock.now())
    db.session.commit()
    assert (all_jobs()[0].error, all_jobs()[0].attempts) == ("ValueError", 1)


def test_a_failed_job_is_tried_again_a_minute_later(app, clock):
    ask("today")
    (job,) = jobs.claim(clock.now())
    jobs.postpone(job, ValueError(), at=clock.now())
    db.session.commit()
    assert claim() == []
    clock.move(minutes=1)
    assert claim() == ["today"]


def test_a_job_that_failed_eight_times_is_given_up(app, clock):
    ask("today")
    (job,) = all_jobs()
    for _time in range(8):
        jobs.postpone(job, ValueError(), at=clock.now())
    db.session.commit()
    clock.move(days=365)
    assert (claim(), all_jobs()[0].given_up_at is None) == ([], False)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 1), (2, 2), (3, 4), (7, 64), (9, 256), (10, 360)]
)
def test_every_failure_doubles_the_wait_up_to_six_hours(app, failures, minutes):
    assert jobs.backoff(failures) == timedelta(minutes=minutes)


def test_four_workers_at_once_share_the_jobs_and_take_none_twice(app):
    for number in range(12):
        ask(f"job {number:02}")
    app, start = current_app._get_current_object(), threading.Barrier(4)

    def worker():
        start.wait(10)
        with app.app_context():
            keys = claim(limit=3)
            db.session.remove()
            return keys

    with ThreadPoolExecutor(4) as pool:
        taken = [done.result() for done in [pool.submit(worker) for _ in range(4)]]
    keys = [key for some in taken for key in some]
    assert len(keys) == len(set(keys))
    while more := claim():  # what a worker skipped because another held it just then
        keys += more
    assert sorted(keys) == [f"job {number:02}" for number in range(12)]


# The outbox.


def mails():
    return db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()


def test_an_accepted_case_leaves_one_mail_that_waits_fifteen_minutes(app, aoi, sato):
    factories.accept(factories.make_case(by=aoi), by=sato)
    (mail,) = mails()
    assert (mail.person_id, mail.due_at - mail.queued_at) == (
        aoi.person_id,
        timedelta(minutes=15),
    )


def test_the_wait_is_what_the_settings_say(app):
    app.config["NOTICE_DELAY_MINUTES"] = 3
    now = the_clock.now()
    assert outbox.due_after(now) == now + timedelta(minutes=3)


def test_a_mail_that_waits_holds_a_number_and_a_path_and_nothing_else(app, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    (mail,) = mails()
    assert mail.facts == {"number": case.number, "path": f"/cases/{case.id}"}


def test_taking_a_step_back_stops_its_mail(app, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.undo(case, by=sato)
    assert [mail.stopped_because for mail in mails()] == ["withdrawn by an undo"]


def test_taking_a_step_back_leaves_the_mail_of_another_case_alone(app, aoi, sato):
    factories.accept(factories.make_case(by=aoi), by=sato)
    factories.undo(factories.accept(factories.make_case(by=aoi), by=sato), by=sato)
    assert [mail.stopped_at is None for mail in mails()] == [True, False]


def test_a_mail_that_went_out_is_not_stopped_any_more(app, aoi, sato):
    factories.accept(factories.make_case(by=aoi), by=sato)
    (mail,) = mails()
    mail.sent_at = the_clock.now()
    outbox.withdraw(mail.act, at=the_clock.now())
    db.session.commit()
    assert mails()[0].stopped_at is None
