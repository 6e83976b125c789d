"""Dry runs: what other days for its centres, or other hours, would make of a town's cases."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case, CaseStatus, CaseStep
from tracker.cases.turnaround import Office
from tracker.core import clock
from tracker.core.db import db
from tracker.settings import policy as settings_policy
from tracker.settings.values import queries as values
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key
from tracker.settings.values.trying import Trial, speaks_of

# What waits in a state: by which number it is due, and to which state it goes on.
WAITS = {
    CaseStatus.SUBMITTED: Key.ACCEPT_DAYS,
    CaseStatus.ACCEPTED: Key.SORT_DAYS,
}
Waiting = list[tuple[CaseStatus, datetime]]  # where a case stands, and since when
Taken = list[tuple[datetime, datetime]]  # when a case came, and when it was accepted


def on_tried(
    _sender: object = None,
    *,
    viewer: Viewer,
    municipality_id: int,
    numbers: Mapping[Key, int],
    today: date,
) -> Trial | None:
    """Listens to the settings: what these days or hours would make of the town's cases.

    At most three statements.
    """
    if municipality_id not in settings_policy.towns_edited(viewer):
        return None
    groups = (NumberGroup.TARGETS, NumberGroup.HOURS)
    group = next((one for one in groups if speaks_of(one, numbers)), None)
    if group is None:
        return None
    in_force = values.values_of([municipality_id], today=today)[municipality_id]
    present, tried = Office(in_force), Office({**in_force, **numbers})
    waiting = _waiting(municipality_id)
    if group is NumberGroup.HOURS:
        return _of_hours(waiting, tried, present)
    taken = _taken(municipality_id, today)
    return _of_days(waiting, taken, tried, present, today)


def _of_hours(waiting: Waiting, tried: Office, present: Office) -> Trial:
    moved = sum(tried.day(since) != present.day(since) for _status, since in waiting)
    heading = ngettext(
        "With these hours %(num)s open case would count from another day",
        "With these hours %(num)s open cases would count from another day",
        moved,
    )
    return Trial(heading, (_all(waiting), _kept()))


def _of_days(waiting: Waiting, taken: Taken, tried: Office, present: Office, today: date) -> Trial:
    late = _late(waiting, tried, today)
    heading = ngettext(
        "With these numbers %(num)s case would be late today",
        "With these numbers %(num)s cases would be late today",
        late,
    )
    return Trial(
        heading,
        (
            _of_waiting(waiting, _late(waiting, present, today)),
            _moved(waiting, tried, present),
            _of_taken(taken, _slow(taken, tried), _slow(taken, present)),
            _kept(),
        ),
    )


def _all(waiting: Waiting) -> str:
    return ngettext(
        "%(num)s case waits to be accepted or sorted.",
        "%(num)s cases wait to be accepted or sorted.",
        len(waiting),
    )


def _moved(waiting: Waiting, tried: Office, present: Office) -> str:
    moved = sum(_due(tried, *one) != _due(present, *one) for one in waiting)
    return ngettext(
        "%(num)s of them would have been given another day.",
        "%(num)s of them would have been given another day.",
        moved,
    )


def _kept() -> str:
    return _("Cases that are here already keep the day they were given.")


def _of_waiting(waiting: Waiting, late_now: int) -> str:
    return ngettext(
        "%(num)s case waits to be accepted or sorted."
        " By the numbers that hold now %(now)s is late.",
        "%(num)s cases wait to be accepted or sorted."
        " By the numbers that hold now %(now)s are late.",
        len(waiting),
        now=late_now,
    )


def _of_taken(taken: Taken, slow: int, slow_now: int) -> str:
    return ngettext(
        "%(num)s case was accepted in the past year: with these numbers %(slow)s of them too late,"
        " by those that hold now %(now)s.",
        "%(num)s cases were accepted in the past year: with these numbers %(slow)s of them too"
        " late, by those that hold now %(now)s.",
        len(taken),
        slow=slow,
        now=slow_now,
    )


def _due(office: Office, status: CaseStatus, since: datetime) -> date:
    return office.due(since, office.numbers[WAITS[status]])


def _late(waiting: Waiting, office: Office, today: date) -> int:
    return sum(today > _due(office, *one) for one in waiting)


def _slow(taken: Taken, office: Office) -> int:
    return sum(clock.local(at).date() > office.accept_by(came) for came, at in taken)


def _waiting(municipality_id: int) -> Waiting:
    """Where each stands that waits, and since when."""
    rows = db.session.execute(
        sa.select(Case.status, Case.status_since)
        .where(Case.municipality_id == municipality_id, Case.status.in_(list(WAITS)))
        .order_by(Case.id)
    )
    return [(status, since) for status, since in rows]


def _taken(municipality_id: int, today: date) -> Taken:
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
    return [(came, at) for came, at in rows]
