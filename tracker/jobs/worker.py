"""The worker: looks every two seconds for due mail and jobs.

It keeps nothing of its own: whatever it was doing when it dies is claimed again five minutes later.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask

from tracker.core import clock, jobs, read_only
from tracker.core.db import WRITING, db
from tracker.core.jobs import Job
from tracker.jobs import daily, door, followup, heads, imports, mail, sheets

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
HANDLERS = {**door.HANDLERS, **imports.HANDLERS, **followup.HANDLERS, **sheets.HANDLERS}

Handler = Callable[[Mapping[str, Any], datetime], None]


def run(app: Flask, stop: threading.Event, *, every: float = EVERY_SECONDS) -> None:
    """Work until told to stop; trouble is logged and tried again."""
    log.info("worker.started")
    while not stop.is_set():
        try:
            round_of_work(app, clock.now())
        except Exception:  # the loop must live; the row it failed on is tried again later
            log.exception("worker.failed")
        stop.wait(every)
    log.info("worker.stopped")


def round_of_work(app: Flask, at: datetime) -> int:
    """One look: plan the day, do due jobs, send due mail; how many things were done.

    In read-only mode nothing: what is due waits.
    """
    with app.app_context():
        if read_only.is_on():
            return 0
        WRITING.set(True)
        daily.plan(clock.local(at).date(), at)
        claimed = [job.id for job in jobs.claim(at)]
        db.session.commit()
        for job_id in claimed:
            _do(job_id, at)
        heads.note_moved(at)
        return len(claimed) + mail.send_due(at)


def _do(job_id: int, at: datetime) -> None:
    job = db.session.get_one(Job, job_id)
    try:
        _handler(job.kind)(job.payload, at)
    except Exception as error:
        db.session.rollback()
        log.exception("job.failed", extra={"job_id": job_id})
        jobs.postpone(db.session.get_one(Job, job_id), error, at=at)
    else:
        jobs.finish(db.session.get_one(Job, job_id), at=at)
    db.session.commit()


def _handler(kind: str) -> Handler:
    """What does jobs of this kind: once a day without more to know, or with what was asked.

    :raises KeyError: for a kind that nobody knows any more
    """
    if kind in daily.DAILY:
        return lambda _payload, at: daily.DAILY[kind](at)
    return HANDLERS[kind]
