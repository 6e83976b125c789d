"""Dry run: how many cases would be late if the town set other days for its centres."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case, CaseStatus, CaseStep
from tracker.core import clock
from tracker.core.db import db
from tracker.core.workdays import workdays_after
from tracker.settings import policy as settings_policy
from tracker.settings.values import queries as values
from tracker.settings.values.definitions import NumberGroup, keys_of
from tracker.settings.values.models import Key
from tracker.settings.values.trying import Trial

# What waits in a state: by which number it is due, and to which state it goes on.
WAITS = {
    CaseStatus.SUBMITTED: Key.ACCEPT_DAYS,
    CaseStatus.ACCEPTED: Key.SORT_DAYS,
}
Span = tuple[date, date]  # from, until


def on_tried(
    _sender: object = None,
    *,
    viewer: Viewer,
    municipality_id: int,
    numbers: Mapping[Key, int],
    today: date,
) -> Trial | None:
    """Listens to the settings: what these days would make of the town's cases; three statements."""
    may_know = municipality_id in settings_policy.towns_edited(viewer)
    if not may_know or not set(keys_of(NumberGroup.TARGETS)) <= set(numbers):
        return None
    in_force = values.values_of([municipality_id], today=today)[municipality_id]
    waiting = _waiting(municipality_id, today)
    taken = _taken(municipality_id, today)
    late, late_now = (_late(waiting, asked) for asked in (numbers, in_force))
    slow, slow_now = (_slow(taken, asked) for asked in (numbers, in_force))
    heading = ngettext(
        "With these numbers %(num)s case would be late today",
        "With these numbers %(num)s cases would be late today",
        late,
    )
    return Trial(heading, (_of_waiting(waiting, late_now), _of_taken(taken, slow, slow_now)))


def _of_waiting(waiting: Mapping[CaseStatus, list[Span]], late_now: int) -> str:
    return ngettext(
        "%(num)s case waits to be accepted or sorted."
        " By the numbers that hold now %(now)s is late.",
        "%(num)s cases wait to be accepted or sorted."
        " By the numbers that hold now %(now)s are late.",
        sum(map(len, waiting.values())),
        now=late_now,
    )


def _of_taken(taken: list[Span], slow: int, slow_now: int) -> str:
    return ngettext(
        "%(num)s case was accepted in the past year: with these numbers %(slow)s of them too late,"
        " by those that hold now %(now)s.",
        "%(num)s cases were accepted in the past year: with these numbers %(slow)s of them too"
        " late, by those that hold now %(now)s.",
        len(taken),
        slow=slow,
        now=slow_now,
    )


def _late(waiting: Mapping[CaseStatus, list[Span]], numbers: Mapping[Key, int]) -> int:
    return sum(_longer(spans, numbers[WAITS[status]]) for status, spans in waiting.items())


def _slow(taken: Iterable[Span], numbers: Mapping[Key, int]) -> int:
    return _longer(taken, numbers[Key.ACCEPT_DAYS])


def _longer(spans: Iterable[Span], days: int) -> int:
    """How many took more working days than these."""
    return sum(until > workdays_after(begun, days) for begun, until in spans)


def _waiting(municipality_id: int, today: date) -> dict[CaseStatus, list[Span]]:
    """Since when each waits, until today, by state."""
    rows = db.session.execute(
        sa.select(Case.status, Case.status_since)
        .where(Case.municipality_id == municipality_id, Case.status.in_(list(WAITS)))
        .order_by(Case.id)
    )
    found: dict[CaseStatus, list[Span]] = {status: [] for status in WAITS}
    for status, since in rows:
        found[status].append((_day(since), today))
    return found


def _taken(municipality_id: int, today: date) -> list[Span]:
    """From coming to being accepted, of the cases accepted in the past year."""
    first = clock.midnight(today.replace(day=1, year=today.year - 1))
    rows = db.session.execute(
        sa.select(Case.submitted_at, CaseStep.at)
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(
            Case.municipality_id == municipality_id,
            CaseStep.was == CaseStatus.SUBMITTED,
            CaseStep.became == CaseStatus.ACCEPTED,
            CaseStep.at >= first,
            CaseStep.undone_at.is_(None),
        )
        .order_by(CaseStep.id)
    )
    return [(_day(came), _day(at)) for came, at in rows]


def _day(at: datetime) -> date:
    return clock.local(at).date()
