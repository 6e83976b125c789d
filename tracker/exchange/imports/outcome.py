"""What taking in a row would do: make a case, change one, nothing, or it cannot be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import ON_BEHALF
from tracker.cases.policy import EDITABLE
from tracker.exchange.imports import queries
from tracker.exchange.imports.queries import Found
from tracker.exchange.imports.reasons import Fault, Reason
from tracker.exchange.imports.rows import Answers, Lists, Matching, settled
from tracker.exchange.models import RowResult


@dataclass
class Staged:
    """A row on its way: what it says and what is wrong with its cells alone."""

    id: int
    number: int
    answers: Answers
    faults: list[Fault]
    noted: Mapping[str, Any]  # as it is stored beside them


@dataclass(frozen=True)
class Outcome:
    """What taking in one row would do."""

    row: Staged
    result: RowResult
    faults: list[Fault] = field(default_factory=list)
    case: Found | None = None
    says: Mapping[str, Any] = field(default_factory=dict)  # the case afterwards, by field
    differs: Mapping[str, list[Any]] = field(default_factory=dict)  # field → [was, will be]


class Judge:
    """Compares the rows of one file with the cases of its office and with each other."""

    def __init__(self, organisation_id: int, matching: Matching, lists: Lists, by: Viewer) -> None:
        self._office, self._matching, self._lists = organisation_id, matching, lists
        self._by, self._own = by, organisation_id in by.organisation_ids(Role.AGENCY)
        self._imports = frozenset() if self._own else queries.ids_of_batches(by, organisation_id)

    def judge(self, rows: Iterable[Staged]) -> list[Outcome]:
        """The outcome of every row, in order; three or four statements for five hundred."""
        rows = list(rows)
        answers = [row.answers for row in rows]
        by_number = queries.cases_by_number(self._office, (a.number for a in answers if a.number))
        by_key = queries.cases_by_key(self._office, (a.key for a in answers if a.key))
        first: dict[object, int] = {}  # key or case → row in which it stands first
        return [self._judged(row, by_number, by_key, first) for row in rows]

    def _judged(
        self,
        row: Staged,
        by_number: Mapping[str, Found],
        by_key: Mapping[str, Found],
        first: dict[object, int],
    ) -> Outcome:
        answers, faults = row.answers, list(row.faults)
        case = by_number.get(answers.number) if answers.number else by_key.get(answers.key or "")
        name = case.id if case else answers.key
        if name is not None and first.setdefault(name, row.number) != row.number:
            faults.append(Fault(self._named_by(), Reason.TWICE, {"row": first[name]}))
        if case is not None and not self._may_know(case):
            faults.append(Fault(self._named_by(), Reason.NOT_YOURS))
            case = None
        elif answers.number and case is None:
            faults.append(Fault("number", Reason.NO_CASE))
        if faults:
            return Outcome(row, RowResult.BAD, faults, case)
        if case is None:
            return Outcome(row, RowResult.NEW, says=answers.whole(self._matching))
        return self._compared(row, case)

    def _may_know(self, case: Found) -> bool:
        """A centre that files for an office knows the cases of its own areas alone."""
        return self._own or case.says["area_id"] in self._by.area_ids(Role.CENTRE)

    def _may_change(self, case: Found) -> bool:
        """The office itself, or who filed or imported it on its behalf."""
        on_behalf = case.channel in ON_BEHALF or case.import_batch_id in self._imports
        return self._own or (on_behalf and case.filed_by_id == self._by.person_id)

    def _named_by(self) -> str:
        """The field beside which it is said that a row stands twice."""
        mapped = self._matching.columns
        return next((name for name in ("row_id", "number") if name in mapped), "summary")

    def _compared(self, row: Staged, case: Found) -> Outcome:
        answers = row.answers
        says = settled({**case.says, **answers.said})
        was = case.says
        differs = {name: [was[name], says[name]] for name in says if was[name] != says[name]}
        if answers.client_key not in {None, case.client_key}:
            differs["office_ref"] = [None, None]
        if not differs:
            return Outcome(row, RowResult.UNCHANGED, case=case, says=says)
        faults = []
        if not self._may_change(case):
            faults.append(Fault(self._named_by(), Reason.NOT_YOURS))
        elif case.status not in EDITABLE:
            fault = Fault(self._named_by(), Reason.GONE_ON, {"status": case.status.value})
            faults.append(fault)
        elif self._lists.towns.get(says["area_id"]) != case.municipality_id:
            faults.append(Fault("area_id", Reason.OTHER_TOWN))
        result = RowResult.BAD if faults else RowResult.CHANGED
        return Outcome(row, result, faults, case, says, differs)
