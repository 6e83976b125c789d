"""The worker: looks every two seconds for due mail and jobs.

It keeps nothing of its own: whatever it was doing when it dies is claimed again five minutes later.
"""

import logging
import threading
from datetime import datetime

from flask import Flask

from tracker.core import clock, jobs
from tracker.core.db import WRITING, db
from tracker.core.jobs import Job
from tracker.jobs import daily, mail

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0


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
    """One look: plan the day, do due jobs, send due mail; how many things were done."""
    with app.app_context():
        WRITING.set(True)
        daily.plan(clock.local(at).date(), at)
        claimed = [job.id for job in jobs.claim(at)]
        db.session.commit()
        for job_id in claimed:
            _do(job_id, at)
        return len(claimed) + mail.send_due(at)


def _do(job_id: int, at: datetime) -> None:
    job = db.session.get_one(Job, job_id)
    try:
        daily.DAILY[job.kind](at)
    except Exception as error:
        db.session.rollback()
        log.exception("job.failed", extra={"job_id": job_id})
        jobs.postpone(db.session.get_one(Job, job_id), error, at=at)
    else:
        jobs.finish(job, at=at)
    db.session.commit()
