"""Erasing what is past its time, a little at a time, so that nobody waits long."""

from collections import Counter
from datetime import datetime

from tracker.core import clock
from tracker.core.db import db
from tracker.privacy.keeping import queries, service


def retain(at: datetime) -> Counter[str]:
    """Nothing is left that is past its time, in the rows and in SQLite's journal; how much went."""
    today = clock.local(at).date()
    gone: Counter[str] = Counter()
    for town, times in queries.times_of(queries.town_ids()).items():
        for count in service.retain_town(town, times, at=at, today=today):
            db.session.commit()
            gone["texts of cases and meetings"] += count
    gone["rows"] += service.retain_everywhere(at)
    db.session.commit()
    service.sweep_up()
    return gone


def retain_daily(at: datetime) -> None:
    """The same, as a job of the daily round."""
    retain(at)
