"""A worker that is killed in the middle of its mails: nothing is lost, one may come twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from tests.jobs.mail_server import Letterbox, mail_server
from tracker.core import outbox
from tracker.core.db import db
from tracker.core.outbox import OutboxMail

ROOT = Path(__file__).parents[2]
MAILS = 40
COMES_UP_WITHIN = 60


def _worker(app, folder):
    """`flask work` on the database of the test, as a process of its own."""
    settings = {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "SECRET_KEY": "a secret of the tests",
        "AUDIT_KEY": "a seal of the tests",
        "CLIENT_KEY": "a key of the tests",
        "AUDIT_HEADS_FILE": str(folder / "heads.txt"),
        "MAIL_HOST": app.config["MAIL_HOST"],
        "MAIL_PORT": str(app.config["MAIL_PORT"]),
        "MAIL_FROM": app.config["MAIL_FROM"],
    }
    plain = {name: v for name, v in os.environ.items() if not name.startswith("TRACKER_")}
    own = {f"TRACKER_{name}": value for name, value in settings.items()}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "work"],
            cwd=ROOT,
            env={**plain, **own},
            stdout=log,
            stderr=log,
        )


def _until(condition, process, log):
    ends = time.monotonic() + COMES_UP_WITHIN
    while not condition():
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < ends, log.read_text("utf-8")
        time.sleep(0.02)


def _queue(people, at):
    """So many mails, each to a person of its own or as a bundle of its own."""
    for number in range(MAILS):
        facts = {"number": f"R8-98201-{number:04}", "path": f"/cases/{number}"}
        outbox.queue(
            people[number % len(people)],
            "case_accepted",
            facts=facts,
            act=str(number),
            at=at,
            due_at=at,
        )
    for number, mail in enumerate(db.session.scalars(sa.select(OutboxMail)), start=1):
        mail.bundle_id = number  # as if each had been tried alone before
    db.session.commit()


def test_a_worker_killed_in_the_middle_loses_no_mail_and_sends_one_twice_at_most(
    app, tmp_path, aoi, kato, sato
):
    letterbox, log = Letterbox(), tmp_path / "log"
    letterbox.slow_seconds = 0.02
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)  # the worker has a clock of its own
    _queue([person.person_id for person in (aoi, kato, sato)], an_hour_ago)
    db.session.remove()
    with mail_server(app, letterbox):
        first = _worker(app, tmp_path)
        _until(lambda: len(letterbox.arrived) >= MAILS // 3, first, log)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        assert len(letterbox.arrived) < MAILS
        db.session.execute(sa.update(OutboxMail).values(claimed_until=None))  # five minutes later
        db.session.commit()
        second = _worker(app, tmp_path)
        try:
            _until(lambda: len(set(_ids(letterbox))) == MAILS, second, log)
        finally:
            second.terminate()
            second.wait(30)
    times = Counter(_ids(letterbox))
    assert len(times) == MAILS
    assert sum(times.values()) <= MAILS + 1


def _ids(letterbox):
    return [message["Message-ID"] for message in letterbox.arrived]
