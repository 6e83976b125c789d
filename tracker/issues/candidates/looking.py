"""Looking for what repeats: nightly, on demand, and only where something came since the last look.

Nothing is decided here: candidates are proposed, fade, wake and are proposed again. Looking twice
changes nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Municipality
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core import audit, clock
from tracker.core.audit import Change, Deed
from tracker.core.db import db
from tracker.core.errors import require
from tracker.issues.candidates import cells as reading
from tracker.issues.candidates import policy
from tracker.issues.candidates.cells import Cell, LastLook, TownLearnt
from tracker.issues.candidates.deciding import Around, Held, decide
from tracker.issues.candidates.models import (
    Candidate,
    CandidateCase,
    CandidateState,
    CandidateStep,
    CandidateStepKind,
)
from tracker.issues.candidates.rule import Fact, Finding, Rule, find, groups, weight
from tracker.issues.evidence import months_back
from tracker.issues.relating.queries import kept_apart
from tracker.settings.values import queries as values

# A transaction that began before the last look may have ended after it.
OVERLAP = timedelta(hours=1)
AT_ONCE = 2_000  # cases in one statement
FIVE_DIGITS = 5  # of a town's code without the digit that checks

BECOMES: dict[CandidateStepKind, CandidateState] = {
    CandidateStepKind.PROPOSED: CandidateState.OPEN,
    CandidateStepKind.FADED: CandidateState.OPEN,
    CandidateStepKind.FIRES_AGAIN: CandidateState.OPEN,
    CandidateStepKind.WOKEN: CandidateState.OPEN,
    CandidateStepKind.DOUBLED: CandidateState.OPEN,
    CandidateStepKind.UNCOVERED: CandidateState.OPEN,
    CandidateStepKind.COVERED: CandidateState.COVERED,
}


@dataclass
class Looked:
    """What a look did."""

    cells: int = 0  # that were looked at
    steps: dict[CandidateStepKind, int] = field(default_factory=dict)

    @property
    def proposed(self) -> int:
        """Candidates that stand before people now and did not before."""
        new = {
            CandidateStepKind.PROPOSED,
            CandidateStepKind.WOKEN,
            CandidateStepKind.DOUBLED,
            CandidateStepKind.UNCOVERED,
        }
        return sum(count for kind, count in self.steps.items() if kind in new)

    @property
    def faded(self) -> int:
        """Candidates the rule no longer speaks for."""
        return self.steps.get(CandidateStepKind.FADED, 0)


def towns_to_look_at(code: str | None = None) -> list[int]:
    """Towns in which any case was ever filed, or the one with this code; by key.

    :param code: of five digits, or of six with the one that checks
    """
    filed = sa.exists().where(Case.municipality_id == Municipality.id)
    named = Municipality.code == code
    if code is not None and len(code) == FIVE_DIGITS and code.isdecimal():
        named = Municipality.id == int(code)
    wanted = filed if code is None else named
    return list(
        db.session.scalars(sa.select(Municipality.id).where(wanted).order_by(Municipality.id))
    )


def look_now(municipality_id: int, *, by: Viewer, at: datetime) -> Looked:
    """The town is looked at because somebody asked for it."""
    require(policy.can_look(by, municipality_id))
    return look(municipality_id, at=at)


def look(
    municipality_id: int,
    *,
    at: datetime,
    everything: bool = False,
    only: Collection[Cell] | None = None,
) -> Looked:
    """The town's candidates are as the rule and people's decisions want them now.

    :param everything: every cell, not only those touched since the last look
    :param only: these cells alone, and the look is not noted
    """
    today = clock.local(at).date()
    if only is not None:
        return _Look(municipality_id, at, today).at_cells(only)
    last = reading.last_look(municipality_id, at=at)
    chosen = None if everything else _since(last, municipality_id, today)
    looked = _Look(municipality_id, at, today).at_cells(chosen)
    month = today.replace(day=1)
    if chosen is None or chosen or last is None or last.month != month:
        reading.note_look(municipality_id, at=at, month=month)
    return looked


def _since(last: LastLook | None, municipality_id: int, today: date) -> set[Cell] | None:
    """Cells to look at after the last look; None for all: there was none, or the rule changed."""
    if last is None:
        return None
    since = last.at - OVERLAP
    if reading.rule_changed(municipality_id, since):
        return None
    new_month = last.month != today.replace(day=1)
    return reading.touched(municipality_id, since, today=today, new_month=new_month)


class Finder:
    """Applies a town's rule and its learnt rules to cells."""

    def __init__(self, rule: Rule | None, learnt: Collection[TownLearnt]) -> None:
        self._rule, self._learnt = rule, learnt
        self.months = max([rule.months if rule else 1, *(one.months for _c, _a, one in learnt)])

    def find_all(self, facts: Mapping[Cell, Sequence[Fact]], *, today: date) -> dict[Cell, Finding]:
        """What the rules say of each cell; cells they say nothing of are left out.

        Cases that people have separated do not speak together.
        """
        found: dict[Cell, Finding] = {}
        for cell, known in facts.items():
            if (finding := self._of(cell, known, today)) is not None:
                found[cell] = finding
        for some in _by_ids(found, AT_ONCE):
            apart = kept_apart([case_id for cell in some for case_id in found[cell].case_ids])
            for cell in some if apart else ():
                finding = self._parted(cell, facts[cell], apart, today)
                if finding is None:
                    del found[cell]
                else:
                    found[cell] = finding
        return found

    def _parted(
        self, cell: Cell, facts: Sequence[Fact], apart: Collection[frozenset[int]], today: date
    ) -> Finding | None:
        """The first of the groups, the largest first, of which the rules say something."""
        parted = (self._of(cell, group, today) for group in groups(facts, apart))
        return next((finding for finding in parted if finding is not None), None)

    def _of(self, cell: Cell, facts: Sequence[Fact], today: date) -> Finding | None:
        area_id, act_type = cell
        learnt = [
            one for code, area, one in self._learnt if code == act_type and area in {None, area_id}
        ]
        return find(facts, self._rule, today=today, learnt=learnt)


def _by_ids(found: Mapping[Cell, Finding], most: int) -> Iterator[list[Cell]]:
    """The cells in portions of about so many cases; no cell is cut."""
    portion: list[Cell] = []
    size = 0
    for cell, finding in found.items():
        portion.append(cell)
        size += finding.cases
        if size >= most:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def finder_of(municipality_id: int) -> Finder:
    """The town's rules as they are now."""
    numbers = values.values_of([municipality_id])[municipality_id]
    return Finder(reading.town_rule(numbers), reading.learnt_rules(municipality_id))


class _Look:
    """One look at a town: gathers what follows, and writes it at the end."""

    def __init__(self, municipality_id: int, at: datetime, today: date) -> None:
        self.town, self.at, self.today = municipality_id, at, today
        self.looked = Looked()
        self._steps: list[tuple[Candidate, CandidateStepKind, CandidateState | None]] = []

    def at_cells(self, chosen: Collection[Cell] | None) -> Looked:
        if chosen is not None and not chosen:
            return self.looked
        finder = finder_of(self.town)
        first = months_back(self.today, finder.months)[0]
        facts = reading.facts(self.town, first, self.today, chosen)
        findings = finder.find_all(facts, today=self.today)
        known = reading.candidates_of(self.town, chosen)
        issues = reading.issues_of(self.town)
        held = reading.held_cases([row.id for row in known.values()])
        wanted = chosen if chosen is not None else facts.keys() | known.keys()
        for cell in sorted(wanted):
            row = known.get(cell)
            around = issues.around(cell, row.issue_id if row else None)
            case_ids = held[row.id] if row else frozenset()
            self._settle(cell, row, case_ids, findings.get(cell), around)
        self.looked.cells = len(wanted)
        self._write()
        return self.looked

    def _settle(
        self,
        cell: Cell,
        row: Candidate | None,
        case_ids: frozenset[int],
        finding: Finding | None,
        around: Around,
    ) -> None:
        held = _held(row, case_ids) if row else None
        kind = decide(held, finding, around, today=self.today)
        if row is None:
            if kind is not None and finding is not None:
                self._new(cell, kind, finding, around)
            return
        if kind is not None:
            self._move(row, kind, around)
        if row.state is CandidateState.OPEN:
            self._refresh(row, case_ids, finding)
        elif row.state is CandidateState.COVERED and row.issue_id != around.covered_by:
            row.issue_id, row.updated_at = around.covered_by, self.at

    def _new(self, cell: Cell, kind: CandidateStepKind, finding: Finding, around: Around) -> None:
        row = Candidate(
            municipality_id=self.town,
            area_id=cell[0],
            act_type_code=cell[1],
            state=BECOMES[kind],
            state_since=self.at,
            issue_id=around.covered_by,
            created_at=self.at,
            updated_at=self.at,
            **figures(finding),
        )
        db.session.add(row)
        db.session.flush()
        _hold(row, frozenset(), finding)
        self._steps.append((row, kind, None))

    def _move(self, row: Candidate, kind: CandidateStepKind, around: Around) -> None:
        was, row.state = row.state, BECOMES[kind]
        if was is not row.state:
            row.state_since = self.at
            row.issue_id = around.covered_by
        row.parked_until = row.wakes_after_cases = None
        row.updated_at = self.at
        self._steps.append((row, kind, was))

    def _refresh(self, row: Candidate, case_ids: frozenset[int], finding: Finding | None) -> None:
        """An open candidate shows what the rule finds now; one that faded what it found last."""
        if finding is None:
            if row.faded_on is None:
                row.faded_on, row.updated_at = self.today, self.at
            return
        new = {**figures(finding), "faded_on": None}
        if any(getattr(row, name) != value for name, value in new.items()):
            for name, value in new.items():
                setattr(row, name, value)
            row.updated_at = self.at
        _hold(row, case_ids, finding)

    def _write(self) -> None:
        """History and audit entries of every step, sealed under one lock."""
        db.session.flush()
        deeds = []
        for row, kind, was in self._steps:
            db.session.add(step_of(row, kind, was, at=self.at))
            change = Change({"state": was} if was else {}, coded(row), {}, {})
            deeds.append(Deed(self.town, f"candidate.{kind}", "candidates", row.id, change))
            self.looked.steps[kind] = self.looked.steps.get(kind, 0) + 1
        if deeds:
            audit.record_many(None, deeds, at=self.at)


def _held(row: Candidate, case_ids: frozenset[int]) -> Held:
    return Held(
        row.state,
        case_ids,
        faded=row.faded_on is not None,
        parked_until=row.parked_until,
        wakes_after_cases=row.wakes_after_cases,
    )


def figures(finding: Finding) -> dict[str, Any]:
    """What a candidate stores of a finding."""
    return {
        "rules": ",".join(finding.fired),
        "learnt_rule_id": finding.learnt_rule_id,
        "first_month": finding.first_month,
        "last_month": finding.last_month,
        "case_count": finding.cases,
        "office_count": finding.offices,
        "client_count": finding.clients.number,
        "clients_exact": finding.clients.exact,
        "minutes": finding.minutes,
        "weight": weight(finding),
    }


def _hold(row: Candidate, held: frozenset[int], finding: Finding) -> None:
    """The candidate rests on the cases of the finding, and on no other."""
    now = frozenset(finding.case_ids)
    if gone := sorted(held - now):
        db.session.execute(
            sa.delete(CandidateCase).where(
                CandidateCase.candidate_id == row.id, CandidateCase.case_id.in_(gone)
            )
        )
    if new := sorted(now - held):
        rows = [{"candidate_id": row.id, "case_id": case_id} for case_id in new]
        db.session.execute(sa.insert(CandidateCase), rows)


def coded(row: Candidate) -> dict[str, Any]:
    """The coded fields of a candidate, for the audit log."""
    names = ("state", "rules", "case_count", "office_count", "minutes", "wakes_after_cases")
    found: Mapping[str, Any] = {name: getattr(row, name) for name in names}
    days = {
        name: day.isoformat() if (day := getattr(row, name)) else None
        for name in ("faded_on", "parked_until")
    }
    return {**found, **days, "issue_id": row.issue_id}


def step_of(
    row: Candidate,
    kind: CandidateStepKind,
    was: CandidateState | None,
    *,
    at: datetime,
    sentence: str = "",
    by: Viewer | None = None,
    organisation_id: int | None = None,
    undone: bool = False,
) -> CandidateStep:
    """One entry of the candidate's history, not yet stored.

    :param by: None when nobody decided it
    """
    return CandidateStep(
        candidate_id=row.id,
        kind=kind,
        was=was,
        became=row.state,
        case_count=row.case_count,
        sentence=sentence,
        person_id=by.person_id if by else None,
        organisation_id=organisation_id,
        at=at,
        undone_at=at if undone else None,
    )
