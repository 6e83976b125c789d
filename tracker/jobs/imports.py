"""Imports in the worker: rows are checked in steps, and taken in all at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db, reading
from tracker.core.errors import TrackerError, require
from tracker.exchange.imports import applying, checking, queries, service
from tracker.exchange.imports.checking import Context
from tracker.exchange.models import BatchStatus, ImportBatch

REFUSED = "refused"


def check(payload: Mapping[str, Any], at: datetime) -> None:
    """Every row has its result; done again after a crash, it begins again."""
    batch_id: int = payload["batch_id"]
    try:
        with reading():
            batch = db.session.get_one(ImportBatch, batch_id)
            context = Context.of(batch, by=_worker_for(batch, at), at=at)
        if not _read_in_steps(context):
            return
        with reading():
            outcomes = checking.judged(context)
        batch = queries.batch_at_work(batch_id)
        if batch.status is BatchStatus.CHECKING:
            checking.finish(batch, outcomes)
    except TrackerError:
        _give_up(batch_id, BatchStatus.CHECKING)


def _read_in_steps(context: Context) -> bool:
    """Each step is stored before the next; False when the import was thrown away meanwhile."""
    done, last = 0, 0
    while True:
        with reading():
            rows = queries.staged(context.batch_id, after=last, limit=checking.AT_ONCE)
            read = checking.read_rows(context, rows)
        if not rows:
            return True
        if queries.batch_at_work(context.batch_id).status is not BatchStatus.CHECKING:
            return False
        checking.write_rows(read)
        done, last = done + len(rows), rows[-1].id
        progress = sa.update(ImportBatch).where(ImportBatch.id == context.batch_id)
        db.session.execute(progress.values(checked=done))  # no new version: nobody looked at it
        db.session.commit()


def apply(payload: Mapping[str, Any], at: datetime) -> None:
    """The rows are cases; done again after a crash, it is done once."""
    batch_id: int = payload["batch_id"]
    try:
        with reading():
            batch = db.session.get_one(ImportBatch, batch_id)
            by = _worker_for(batch, at)
            prepared = applying.prepare(batch, by=by, at=at)
        applying.apply(queries.batch_at_work(batch_id), prepared, by=by, at=at)
    except TrackerError:
        _give_up(batch_id, BatchStatus.APPLYING)


def _worker_for(batch: ImportBatch, at: datetime) -> Viewer:
    """Whoever asked for it, as they stand today.

    :raises TrackerError: when they may no longer file for the office
    """
    today = clock.local(at).date()
    by = viewer_of(batch.person_id, today=today)
    require(batch.organisation_id in {key for key, _name in queries.offices(by, today=today)})
    return by


def _give_up(batch_id: int, status: BatchStatus) -> None:
    """What was refused is not tried again: the office sees that nothing was taken in."""
    db.session.rollback()
    batch = queries.batch_at_work(batch_id)
    if batch.status is status:
        batch.status, batch.error = BatchStatus.FAILED, REFUSED


HANDLERS = {service.CHECK: check, service.APPLY: apply}
