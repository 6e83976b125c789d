"""The centre's clock: by which working day its next step is due.

It stands still while the office has the case: the days that were left go on when it comes back.
It runs while the town office is open: what happens after closing, or on a day it is closed, counts
as happening on the next working day, at every edge alike, so that no such hour costs anybody a day.
Every edge of the life cycle sets it, and what it was is kept with the step, so that taking the
step back puts it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from tracker.cases.models import STAYS_OPEN, Case, CaseStatus, CaseStep, Disposition
from tracker.cases.reasons import CameAs, DispositionReason
from tracker.core.workdays import office_day, workdays_after, workdays_until
from tracker.settings.values.definitions import DEFINITIONS, NUMBERS
from tracker.settings.values.models import Key
from tracker.settings.values.queries import values_of

# What a step puts back when it is taken back, each with its value when nothing was kept.
KEPT: dict[str, Any] = {
    "due_on": None,
    "accept_days_left": None,
    "sort_days_left": None,
    "came_as": CameAs.NEW,
    "asked_fields": "",
    "disposition_reason": None,
}

_KEY = {CaseStatus.SUBMITTED: Key.ACCEPT_DAYS, CaseStatus.ACCEPTED: Key.SORT_DAYS}


def kept(case: Case) -> dict[str, Any]:
    """What the clock and its marks are now, without what is as in a new case; fit for JSON."""
    values = {name: getattr(case, name) for name in KEPT}
    found = {name: value for name, value in values.items() if value != KEPT[name]}
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in found.items()}


@dataclass(frozen=True)
class Office:
    """How a town office counts days: when it closes, and how many it has for what."""

    numbers: Mapping[Key, int]

    def day(self, at: datetime) -> date:
        """The working day from which it counts what happens at this instant."""
        return office_day(at, time(*divmod(self.numbers[Key.CLOSES], 60)))

    def due(self, at: datetime, days: int) -> date:
        """The working day so many days after that."""
        return workdays_after(self.day(at), days)

    def accept_by(self, at: datetime) -> date:
        """By when a case that comes now is to be accepted or sent back."""
        return self.due(at, self.numbers[Key.ACCEPT_DAYS])


OUR_OFFICE = Office({key: DEFINITIONS[key].default for key in NUMBERS})  # no town has set anything


def office_of(municipality_id: int) -> Office:
    """The town's office as it is today; one statement."""
    return Office(values_of([municipality_id])[municipality_id])


def first_due(municipality_id: int, at: datetime) -> date:
    """By when a case that comes now is to be accepted or sent back."""
    return office_of(municipality_id).accept_by(at)


def turn(case: Case, was: CaseStatus, *, at: datetime) -> None:
    """The clock of a case that has just left the state `was` is set for the state it is in."""
    if case.status not in {CaseStatus.RETURNED, *_KEY}:
        case.due_on = None
        return
    office = office_of(case.municipality_id)
    match case.status:
        case CaseStatus.RETURNED:
            _pause(case, was, office.day(at))
        case CaseStatus.SUBMITTED:
            _go_on(case, office, at)
        case CaseStatus.ACCEPTED if was is CaseStatus.SUBMITTED:
            _begin_sorting(case, case.sort_days_left, office, at)
        case CaseStatus.ACCEPTED:
            _begin_sorting(case, None, office, at)
            case.came_as = CameAs.CONTESTED


def due_by_default(
    status: CaseStatus, disposition: Disposition | None, since: datetime
) -> date | None:
    """By when a case is due that stands there since then, in a town that has set nothing."""
    waits = status is CaseStatus.DISPOSED and disposition not in STAYS_OPEN
    key = Key.ACCEPT_DAYS if waits else _KEY.get(status)
    return OUR_OFFICE.due(since, OUR_OFFICE.numbers[key]) if key else None


def await_answer(case: Case, *, at: datetime) -> None:
    """A sorted case is due to be answered, unless a meeting or an issue comes first."""
    waits = case.status is CaseStatus.DISPOSED and case.disposition not in STAYS_OPEN
    case.due_on = first_due(case.municipality_id, at) if waits else None


def of_row(row: Mapping[str, Any], to: CaseStatus, *, at: datetime) -> dict[str, Any]:
    """The clock's columns of a case, read as a row, that an import sends again or takes back."""
    due, left, came = row["due_on"], row["accept_days_left"], row["came_as"]
    if row["status"] is CaseStatus.RETURNED and to is CaseStatus.SUBMITTED:
        office = office_of(row["municipality_id"])
        days = office.numbers[Key.ACCEPT_DAYS] if left is None else left
        due, left, came = office.due(at, days), None, CameAs.BACK
    elif row["status"] is CaseStatus.SUBMITTED and to is CaseStatus.RETURNED:
        today = office_of(row["municipality_id"]).day(at)
        due, left = None, workdays_until(due, today) if due else None
    return {"due_on": due, "accept_days_left": left, "came_as": came}


def _pause(case: Case, was: CaseStatus, today: date) -> None:
    left = workdays_until(case.due_on, today) if case.due_on else None
    if was is CaseStatus.SUBMITTED:
        case.accept_days_left = left
    else:
        case.accept_days_left, case.sort_days_left = None, left
    case.due_on = None


def _go_on(case: Case, office: Office, at: datetime) -> None:
    days = case.accept_days_left
    if days is None:
        days = office.numbers[Key.ACCEPT_DAYS]
    case.due_on, case.accept_days_left = office.due(at, days), None
    case.came_as = CameAs.BACK


def _begin_sorting(case: Case, left: int | None, office: Office, at: datetime) -> None:
    days = office.numbers[Key.SORT_DAYS] if left is None else left
    case.due_on, case.sort_days_left = office.due(at, days), None


def put_back(case: Case, undone: Iterable[CaseStep]) -> None:
    """The clock is as it was before these steps, given first to last.

    Steps from before there was a clock kept nothing: then the days of the state begin anew.
    """
    step = next((step for step in undone if step.was is not step.became), None)
    if step is None:
        return
    was = (step.changed or {}).get("was")
    for name, value in ({} if was is None else {**KEPT, **was}).items():
        setattr(case, name, _read(name, value))
    if was is None and step.was is not None:
        _begin_anew(case, step.at)


def _begin_anew(case: Case, at: datetime) -> None:
    if case.status in _KEY:
        office = office_of(case.municipality_id)
        case.due_on = office.due(at, office.numbers[_KEY[case.status]])
    else:
        await_answer(case, at=at)


def _read(name: str, value: Any) -> Any:
    read = {
        "due_on": date.fromisoformat,
        "came_as": CameAs,
        "disposition_reason": DispositionReason,
    }.get(name)
    return value if read is None or value is None else read(value)
