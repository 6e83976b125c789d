"""Pure: when a mail goes out, by what its reader chose; nobody is written to at night."""

from datetime import datetime, time, timedelta

from tracker.accounts.models import Pace
from tracker.core import clock

QUIET_FROM = time(20)
QUIET_UNTIL = time(7)
DIGEST_AT = time(8)
MONDAY = 0


def mail_due(ready_at: datetime, pace: Pace) -> datetime | None:
    """When a mail that could go at `ready_at` goes; None: not at all."""
    match pace:
        case Pace.AT_ONCE:
            return after_quiet(ready_at)
        case Pace.DAILY:
            return _next(ready_at, DIGEST_AT)
        case Pace.WEEKLY:
            return _next(ready_at, DIGEST_AT, weekday=MONDAY)
        case Pace.APP_ONLY:
            return None


def after_quiet(at: datetime) -> datetime:
    """The same instant, or the next morning when it falls into the quiet hours."""
    local = clock.local(at)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    return _next(at, QUIET_UNTIL)


def _next(at: datetime, hour: time, *, weekday: int | None = None) -> datetime:
    """The first instant from `at` on with this hour in Japan, on this day of the week if given."""
    local = clock.local(at)
    found = datetime.combine(local.date(), hour, tzinfo=local.tzinfo)
    while found < local or weekday not in {None, found.weekday()}:
        found += timedelta(days=1)
    return found.astimezone(at.tzinfo)
