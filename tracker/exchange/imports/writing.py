"""Many cases written at once, as `cases.filing` writes one: row, ticks, step, sealed entry.

Whatever a listener of the session would do for one row is done here by hand: the gate is asked
about every text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import filing, history, turnaround
from tracker.cases.models import (
    Case,
    CaseSerial,
    CaseStatus,
    CaseStep,
    CaseTick,
    Channel,
    StepKind,
    TickKind,
)
from tracker.core import audit, personal, wareki
from tracker.core.audit import Change, Deed
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.core.gate import forbidden_message
from tracker.core.serials import take_range
from tracker.exchange.imports.columns import BY_FIELD, KEYS
from tracker.exchange.imports.outcome import Outcome
from tracker.exchange.imports.queries import Found
from tracker.exchange.imports.rows import draft_of

AT_ONCE = 500
# Fields of a file that are columns of a case by the same name, and those that are free texts.
_FIELDS = tuple(name for name in BY_FIELD if name not in {*KEYS, "act_type", "household"})
TEXTS = tuple(name for name in filing.TEXTS if name in BY_FIELD)
# What a file says in the row of a case; what an import keeps of it for taking a change back.
COLUMNS = (*_FIELDS, "act_type_code", "search_text", "client_key", "row_key")


@dataclass(frozen=True)
class Act:
    """Who writes, for which import and office, when; the steps share one key."""

    batch_id: int
    organisation_id: int
    by: Viewer
    at: datetime
    today: date
    key: str

    def body(self, area_id: int) -> int:
        """The organisation that acts: the office itself, or the centre that files for it."""
        if self.organisation_id in self.by.organisation_ids(Role.AGENCY):
            return self.organisation_id
        centres = self.by.as_role(Role.CENTRE)
        serving = [s for s in centres if area_id in s.area_ids] or list(centres)
        return serving[0].organisation_id


@dataclass(frozen=True)
class Ready:
    """A row as it will be written: made outside the transaction that writes it."""

    row_id: int
    columns: dict[str, Any]  # of the case, without number and dates
    household: list[str]
    found: Found | None

    @classmethod
    def of(cls, outcome: Outcome) -> "Ready":
        """What becomes of a row that is taken in."""
        answers = outcome.row.answers
        columns = columns_of(outcome.says)
        kept = outcome.case.client_key if outcome.case else None
        columns["client_key"] = answers.client_key or kept
        columns["row_key"] = answers.key or (outcome.case.row_key if outcome.case else None)
        return cls(outcome.row.id, columns, sorted(outcome.says["household"]), outcome.case)


def require_storable(cases: Iterable[Mapping[str, Any]]) -> None:
    """Return only when no text of these cases holds what may never be stored.

    :raises InvalidInputError: naming the field
    """
    looked: set[str] = set()
    for says in cases:
        for name in TEXTS:
            forbidden = says[name] not in looked and personal.refused(personal.find(says[name]))
            if forbidden:
                raise InvalidInputError(name, forbidden_message(forbidden[0]))
            looked.add(says[name])


def columns_of(says: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a case that says this; what no column of a file speaks of is left alone."""
    draft = draft_of(says)
    columns = {name: getattr(draft, name) for name in _FIELDS}
    return {**columns, "act_type_code": draft.act_type, "search_text": filing.search_text(draft)}


def file_many(rows: Sequence[Ready], towns: Mapping[int, int], act: Act) -> dict[int, int]:
    """There is a submitted case for each row; row → case. Numbers follow the order of the rows."""
    made: dict[int, int] = {}
    for town in sorted({towns[row.columns["area_id"]] for row in rows}):
        of_town = [row for row in rows if towns[row.columns["area_id"]] == town]
        made |= _file_in_town(of_town, town, act)
    return made


def _file_in_town(rows: Sequence[Ready], town: int, act: Act) -> dict[int, int]:
    fiscal_year = wareki.fiscal_year(act.today)
    serials = take_range(CaseSerial, town, fiscal_year, len(rows))
    fixed = {
        "municipality_id": town,
        "fiscal_year": fiscal_year,
        "organisation_id": act.organisation_id,
        "filed_by_id": act.by.person_id,
        "channel": Channel.IMPORT,
        "import_batch_id": act.batch_id,
        "status": CaseStatus.SUBMITTED,
        "version": 1,
    }
    fixed["due_on"] = turnaround.first_due(town, act.at)
    fixed |= dict.fromkeys(("status_since", "submitted_at", "created_at", "updated_at"), act.at)
    cases = [
        {
            **fixed,
            **row.columns,
            "serial": serial,
            "number": filing.number_of(town, fiscal_year, serial),
        }
        for row, serial in zip(rows, serials, strict=True)
    ]
    db.session.execute(sa.insert(Case), cases)
    ids = _ids(town, fiscal_year, serials)
    of_rows = {row.row_id: ids[serial] for row, serial in zip(rows, serials, strict=True)}
    insert_ticks({of_rows[row.row_id]: row.household for row in rows})
    steps = ((ids[case["serial"]], None, case["area_id"]) for case in cases)
    insert_steps(steps, StepKind.FILED, CaseStatus.SUBMITTED, act)
    audit.record_many(act.by, [_filed(ids[c["serial"]], c, act) for c in cases], at=act.at)
    return of_rows


def _ids(town: int, fiscal_year: int, serials: range) -> dict[int, int]:
    """Serial → id of the cases that were just made."""
    rows = db.session.execute(
        sa.select(Case.serial, Case.id).where(
            Case.municipality_id == town,
            Case.fiscal_year == fiscal_year,
            Case.serial.between(serials.start, serials.stop - 1),
        )
    )
    return {row.serial: row.id for row in rows}


def insert_ticks(household: Mapping[int, Sequence[str]]) -> None:
    """Each case has these circumstances of the household beside what it has."""
    ticks = [
        {"case_id": case_id, "kind": TickKind.HOUSEHOLD, "code": code, "result": ""}
        for case_id, codes in household.items()
        for code in codes
    ]
    if ticks:
        db.session.execute(sa.insert(CaseTick), ticks)


def insert_steps(
    cases: Iterator[tuple[int, CaseStatus | None, int]],
    kind: StepKind,
    became: CaseStatus | None,
    act: Act,
    *,
    undone: bool = False,
) -> None:
    """One entry in the history of each case.

    :param cases: its id, where it stood, its area
    :param became: None: it stands where it stood
    """
    steps = [
        {
            "case_id": case_id,
            "kind": kind,
            "was": was,
            "became": became or was,
            "sentence": "",
            "person_id": act.by.person_id,
            "organisation_id": act.body(area_id),
            "act": act.key,
            "at": act.at,
            "undone_at": act.at if undone else None,
        }
        for case_id, was, area_id in cases
    ]
    if steps:
        db.session.execute(sa.insert(CaseStep), steps)


def _filed(case_id: int, case: Mapping[str, Any], act: Act) -> Deed:
    now = {name: value for name, value in coded(case).items() if value is not None}
    texts = {name: case[name] for name in TEXTS if case[name]}
    change = Change({}, {**now, "import_batch_id": act.batch_id}, {}, texts)
    return Deed(case["municipality_id"], "case.filed", "cases", case_id, change)


def coded(case: Mapping[str, Any]) -> dict[str, Any]:
    """The coded fields of a case's columns, as the audit log has them."""
    values = {name: case.get(name) for name in history.CODED}
    return {**values, "occurred_month": case["occurred_month"].isoformat()}


def change_many(rows: Sequence[Ready], act: Act) -> dict[int, dict[str, Any]]:
    """Each case says what its row says; one that was sent back is submitted again.

    What each case said before comes back by row, to be kept for taking it back.
    """
    before = rows_of([row.found.id for row in rows if row.found])
    deeds, steps, updates = [], [], []
    for row in rows:
        if row.found is None:
            continue
        was = before[row.found.id]
        now = {**was, **row.columns, "status": CaseStatus.SUBMITTED}
        updates.append(update_of(was, now, act))
        steps.append((row.found.id, was["status"], now["area_id"]))
        deeds.append(changed(_verb(was["status"]), was, now, act))
    db.session.execute(sa.update(Case), updates)
    again = [step for step in steps if step[1] is CaseStatus.RETURNED]
    plain = [step for step in steps if step[1] is not CaseStatus.RETURNED]
    insert_steps(iter(plain), StepKind.CHANGED, None, act)
    insert_steps(iter(again), StepKind.RESUBMITTED, CaseStatus.SUBMITTED, act)
    replace_ticks({row.found.id: row.household for row in rows if row.found})
    audit.record_many(act.by, deeds, at=act.at)
    return {row.row_id: _kept(row, before) for row in rows if row.found}


def rows_of(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Every column of these cases, by id."""
    names = [column.key for column in Case.__table__.columns]
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        rows = db.session.execute(
            sa.select(*(getattr(Case, name) for name in names)).where(Case.id.in_(some))
        )
        found |= {row.id: dict(zip(names, row, strict=True)) for row in rows}
    return found


def _verb(was: CaseStatus) -> str:
    return "case.resubmitted" if was is CaseStatus.RETURNED else "case.changed"


def update_of(was: Mapping[str, Any], now: Mapping[str, Any], act: Act) -> dict[str, Any]:
    """What is written into the row of a case that says something else now."""
    since = was["status_since"] if was["status"] is now["status"] else act.at
    told = {name: now[name] for name in COLUMNS}
    # The version it has: the session asks for it in the row and puts the next one there.
    stamp = {"status_since": since, "updated_at": act.at, "version": was["version"]}
    clock = turnaround.of_row(was, now["status"], at=act.at)
    return {"id": was["id"], **told, "status": now["status"], **stamp, **clock}


def changed(verb: str, was: Mapping[str, Any], now: Mapping[str, Any], act: Act) -> Deed:
    """The entry of a case that says something else now."""
    old, new = coded(was), coded(now)
    differs = [name for name in new if old[name] != new[name]]
    change = Change(
        was={name: old[name] for name in differs},
        now={**{name: new[name] for name in differs}, "import_batch_id": act.batch_id},
        replaced_texts={n: was[n] for n in TEXTS if was[n] and was[n] != now[n]},
        written_texts={n: now[n] for n in TEXTS if now[n]},
    )
    return Deed(was["municipality_id"], verb, "cases", was["id"], change)


def replace_ticks(household: Mapping[int, Sequence[str]]) -> None:
    """The circumstances of these households are these and no others; other ticks stay."""
    ids = sorted(household)
    for start in range(0, len(ids), AT_ONCE):
        gone = sa.delete(CaseTick).where(
            CaseTick.case_id.in_(ids[start : start + AT_ONCE]), CaseTick.kind == TickKind.HOUSEHOLD
        )
        db.session.execute(gone)
    insert_ticks(household)


def _kept(row: Ready, before: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    if row.found is None:
        return {}
    was = before[row.found.id]
    columns = {name: was[name] for name in COLUMNS}
    return {
        "columns": {**columns, "occurred_month": was["occurred_month"].isoformat()},
        "household": row.found.says["household"],
        "status": was["status"].value,
        "version": was["version"] + 1,
    }
