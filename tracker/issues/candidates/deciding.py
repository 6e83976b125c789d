"""Pure: what becomes of a cell's candidate after the rule has looked at the cell again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.issues.candidates.models import CandidateState, CandidateStepKind
from tracker.issues.candidates.rule import Finding

DOUBLE = 2  # what was turned down is proposed again when so many times as many cases speak for it


@dataclass(frozen=True)
class Held:
    """What is stored of a cell's candidate."""

    state: CandidateState
    case_ids: frozenset[int]  # those it rested on last; of a decided one, when it was decided
    faded: bool = False
    parked_until: date | None = None
    wakes_after_cases: int | None = None


@dataclass(frozen=True)
class Around:
    """What issues say of the cell."""

    covered_by: int | None = None  # an issue of the type and area that was not turned down
    declined_cases: int = 0  # of the last issue that was turned down; 0: there is none


def decide(
    held: Held | None, finding: Finding | None, around: Around, *, today: date
) -> CandidateStepKind | None:
    """The one step that follows; None when there is none, though figures may be new.

    A cell an issue speaks of is not proposed; what was turned down waits until it has doubled.
    """
    if around.covered_by is not None:
        return _covered(held, finding)
    if held is None or held.state in {CandidateState.ACCEPTED, CandidateState.COVERED}:
        return _anew(held, finding, around)
    return _BY_STATE[held.state](held, finding, today)


def _covered(held: Held | None, finding: Finding | None) -> CandidateStepKind | None:
    if held is None:
        return CandidateStepKind.COVERED if finding else None
    known = held.state in {CandidateState.ACCEPTED, CandidateState.COVERED}
    return None if known else CandidateStepKind.COVERED


def _anew(held: Held | None, finding: Finding | None, around: Around) -> CandidateStepKind | None:
    if finding is None or finding.cases < DOUBLE * around.declined_cases:
        return None
    return CandidateStepKind.PROPOSED if held is None else CandidateStepKind.UNCOVERED


def _open(held: Held, finding: Finding | None, _today: date) -> CandidateStepKind | None:
    if finding is None:
        return None if held.faded else CandidateStepKind.FADED
    return CandidateStepKind.FIRES_AGAIN if held.faded else None


def _parked(held: Held, finding: Finding | None, today: date) -> CandidateStepKind | None:
    if held.parked_until is not None and held.parked_until <= today:
        return CandidateStepKind.WOKEN
    if held.wakes_after_cases is None or finding is None:
        return None
    came = len(set(finding.case_ids) - held.case_ids)
    return CandidateStepKind.WOKEN if came >= held.wakes_after_cases else None


def _rejected(held: Held, finding: Finding | None, _today: date) -> CandidateStepKind | None:
    doubled = finding is not None and finding.cases >= DOUBLE * len(held.case_ids)
    return CandidateStepKind.DOUBLED if doubled else None


_BY_STATE: dict[
    CandidateState, Callable[[Held, Finding | None, date], CandidateStepKind | None]
] = {
    CandidateState.OPEN: _open,
    CandidateState.PARKED: _parked,
    CandidateState.REJECTED: _rejected,
}
