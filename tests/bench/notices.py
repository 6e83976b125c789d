"""How long 10,000 notices take to queue in one transaction and to send, and what pages wait."""

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from tests import databases, factories
from tests.jobs.mail_server import Letterbox, mail_server
from tracker.accounts import signing_in
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.core.outbox import OutboxMail
from tracker.jobs import mail
from tracker.notifications import service
from tracker.notifications.models import Event
from tracker.notifications.service import About

NOTICES, PEOPLE = 10_000, 2_000
WITHIN_SECONDS = 5.0
THINKS_SECONDS = 0.25  # between two cases


def people() -> list[Person]:
    """So many readers with an address each."""
    rows = [
        {
            "login": f"reader{number}",
            "name": f"読み手{number}",
            "email": f"reader{number}@town.example",
            "language": "ja",
            "password_hash": "no password fits this",
            "created_at": clock.now(),
            "updated_at": clock.now(),
        }
        for number in range(PEOPLE)
    ]
    db.session.execute(sa.insert(Person), rows)
    db.session.commit()
    readers = sa.select(Person).where(Person.login.like("reader%")).order_by(Person.id)
    return list(db.session.scalars(readers))


def queued() -> float:
    """Seconds to queue all of them in one transaction, commit included."""
    readers = people()
    tellings = [
        (readers[number % PEOPLE], About(f"R8-98201-{number:05}", f"/cases/{number}"))
        for number in range(NOTICES)
    ]
    began = time.perf_counter()
    service.tell_each(tellings, Event.CASE_ANSWERED, act="the bench", at=clock.now())
    db.session.commit()
    return time.perf_counter() - began


def sent(app: Flask) -> Iterator[str]:
    """Seconds to send them, one mail a reader, while somebody files cases and reads a list."""
    everybody = sa.update(OutboxMail).values(due_at=clock.now(), hold_until=None)
    db.session.execute(everybody)
    db.session.commit()
    letterbox, over = Letterbox(), threading.Event()
    waits: list[float] = []
    reader = threading.Thread(target=_use_pages, args=(app, over, waits))
    with mail_server(app, letterbox):
        reader.start()
        began, mails = time.perf_counter(), 0
        while done := mail.send_due(clock.now()):
            mails += done
        seconds = time.perf_counter() - began
        over.set()
        reader.join()
    waits.sort()
    assert mails == len(letterbox.arrived) == PEOPLE, (mails, len(letterbox.arrived))
    yield (
        f"{NOTICES:,} notices sent as {mails:,} mails in {seconds:.1f} s "
        f"({mails / seconds:.0f} mails a second)"
    )
    half, most = (waits[int(len(waits) * part)] * 1000 for part in (0.5, 0.95))
    yield (
        f"meanwhile {len(waits)} cases were filed and lists read: p50 {half:.0f} ms, "
        f"p95 {most:.0f} ms, longest {waits[-1] * 1000:.0f} ms"
    )


def _use_pages(app: Flask, over: threading.Event, waits: list[float]) -> None:
    """Files a case and reads the list, again and again, and notes how long both took."""
    with app.app_context():
        WRITING.set(True)
        aoi = factories.person_called("aoi")
        token = signing_in.open_session(aoi.person_id, "the bench", clock.now())
        db.session.commit()
        client = app.test_client()
        client.carry(token)
        while not over.is_set():
            began = time.perf_counter()
            factories.make_case(by=aoi)
            assert client.get("/cases/").status_code == 200
            waits.append(time.perf_counter() - began)
            over.wait(THINKS_SECONDS)


def report() -> list[str]:
    """The times as lines to print."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        databases.fill(url, Path(folder))
        app = databases.build_app(url, Path(folder))
        with app.app_context():
            WRITING.set(True)
            seconds = queued()
            verdict = "ok" if seconds <= WITHIN_SECONDS else f"— more than {WITHIN_SECONDS:.0f} s"
            lines = [f"{NOTICES:,} notices queued in one transaction: {seconds:.2f} s {verdict}"]
            lines += sent(app)
        databases.let_go(app)
    return lines


if __name__ == "__main__":
    print("\n".join(report()))  # noqa: T201
