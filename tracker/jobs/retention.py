"""Erasing what is past its time, a little at a time, so that nobody waits long."""

from collections import Counter
from datetime import datetime, timedelta

from tracker.core import clock, request_keys
from tracker.core.db import db
from tracker.exchange.imports import service as imports
from tracker.insights.sheets import service as sheets
from tracker.privacy.keeping import due, outside, service

KEYS_KEPT = timedelta(days=2)
IMPORTS_KEPT = timedelta(days=30)


def retain(at: datetime) -> Counter[str]:
    """Nothing is left that is past its time, in the rows and in SQLite's journal; how much went.

    By kind, as the dry run counts it: texts by their owners, all else by rows.
    """
    outside.begin()
    today = clock.local(at).date()
    gone: Counter[str] = Counter()
    for town, times in due.times_of(due.town_ids()).items():
        for kind, count in service.retain_town(town, times, at=at, today=today):
            db.session.commit()
            gone[kind] += count
    for kind, count in service.retain_everywhere(at):
        gone[kind] += count
    db.session.commit()
    _forget_files(at)
    db.session.commit()
    service.sweep_up()
    return gone


def _forget_files(at: datetime) -> None:
    """Rows of files that were read, and papers made for offices, as the daily round does too."""
    imports.forget(at - IMPORTS_KEPT)
    sheets.forget(at - sheets.KEPT)
    request_keys.expire(at - KEYS_KEPT)


def retain_daily(at: datetime) -> None:
    """The same, as a job of the daily round."""
    retain(at)
