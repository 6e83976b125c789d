"""What people do with a candidate: accept it as an issue, park it, reject it, take that back."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.issues import history
from tracker.issues import service as issues
from tracker.issues.candidates import looking, policy, queries
from tracker.issues.candidates.models import (
    EDGES,
    Candidate,
    CandidateState,
    CandidateStepKind,
)
from tracker.issues.models import RegionalIssue

MOST_CASES = 999
FROM_OPEN = frozenset({CandidateState.OPEN})
FROM_DECIDED = frozenset({CandidateState.PARKED, CandidateState.REJECTED})


def accept(
    candidate: Candidate,
    draft: issues.IssueDraft,
    case_ids: Sequence[int],
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> RegionalIssue:
    """A regional issue is raised from the candidate, and these cases support it.

    :param case_ids: of the candidate, or some of them; a person may leave one out
    :raises InvalidInputError: naming the field
    :raises ConflictError: when somebody else has decided on it meanwhile
    :raises NotFoundError: when one of the cases is not the person's to know
    """
    require(policy.can_decide(by, candidate))
    _check_start(candidate, CandidateState.ACCEPTED, FROM_OPEN)
    if not set(case_ids) <= set(queries.case_ids(candidate.id)):
        raise InvalidInputError("case_ids", _("Please tick cases of this candidate."))
    issue = issues.raise_issue(draft, case_ids, by=by, at=at, today=today)
    candidate.issue_id = issue.id
    _move(candidate, CandidateState.ACCEPTED, CandidateStepKind.ACCEPTED, by=by, at=at)
    return issue


def park(
    candidate: Candidate,
    *,
    until: date | None,
    more_cases: int | None,
    reason: str,
    by: Viewer,
    at: datetime,
) -> None:
    """The candidate sleeps until the day comes, or so many more cases have.

    :raises InvalidInputError: without a reason, or with nothing that would wake it
    :raises ConflictError: when somebody else has decided on it meanwhile
    """
    require(policy.can_decide(by, candidate))
    require_sentence("reason", reason)
    if until is None and more_cases is None:
        raise InvalidInputError("until", _("Please say what will wake it: a day, or cases."))
    if until is not None and until <= history.day(at):
        raise InvalidInputError("until", _("Please choose a day to come."))
    if more_cases is not None and not 1 <= more_cases <= MOST_CASES:
        raise InvalidInputError("more_cases", _("Please write how many cases more, at least 1."))
    _check_start(candidate, CandidateState.PARKED, FROM_OPEN)
    candidate.parked_until, candidate.wakes_after_cases = until, more_cases
    _move(candidate, CandidateState.PARKED, CandidateStepKind.PARKED, by=by, at=at, sentence=reason)


def reject(candidate: Candidate, reason: str, *, by: Viewer, at: datetime) -> None:
    """The candidate is no issue of the region; it is silent until twice as many cases speak.

    :raises InvalidInputError: without a reason
    :raises ConflictError: when somebody else has decided on it meanwhile
    """
    require(policy.can_decide(by, candidate))
    require_sentence("reason_rejected", reason)
    _move(
        candidate,
        CandidateState.REJECTED,
        CandidateStepKind.REJECTED,
        by=by,
        at=at,
        sentence=reason,
    )


def undo_last(candidate: Candidate, *, by: Viewer, at: datetime) -> None:
    """Parking or rejecting never happened; the candidate shows what the rule finds now.

    :raises ConflictError: too late, another's, or something came after
    """
    require(policy.can_decide(by, candidate))
    last = queries.last_step(candidate.id)
    if last is None or not policy.can_undo(by, last, at):
        raise ConflictError(_("The last step cannot be taken back any more."))
    last.undone_at = at
    candidate.parked_until = candidate.wakes_after_cases = None
    _move(
        candidate,
        CandidateState.OPEN,
        CandidateStepKind.UNDONE,
        start=FROM_DECIDED,
        by=by,
        at=at,
        undone=True,
    )
    cell = (candidate.area_id, candidate.act_type_code)
    looking.look(candidate.municipality_id, at=at, only={cell})


def require_open(candidate: Candidate) -> None:
    """Return only when it waits for somebody to decide.

    :raises ConflictError: when somebody has
    """
    _check_start(candidate, CandidateState.ACCEPTED, FROM_OPEN)


def _check_start(
    candidate: Candidate, to: CandidateState, start: Collection[CandidateState]
) -> None:
    if (candidate.state, to) not in EDGES or candidate.state not in start:
        raise ConflictError(
            _(
                "This step does not follow from where the candidate stands: %(state)s.",
                state=str(candidate.state.label),
            )
        )


def _move(
    candidate: Candidate,
    to: CandidateState,
    kind: CandidateStepKind,
    *,
    by: Viewer,
    at: datetime,
    start: Collection[CandidateState] = FROM_OPEN,
    sentence: str = "",
    undone: bool = False,
) -> None:
    """Walk one edge, write the history, seal the audit entry."""
    _check_start(candidate, to, start)
    was, candidate.state = candidate.state, to
    candidate.state_since = candidate.updated_at = at
    db.session.add(
        looking.step_of(
            candidate,
            kind,
            was,
            at=at,
            sentence=sentence,
            by=by,
            organisation_id=_acting(candidate, by),
            undone=undone,
        )
    )
    written = {"reason": sentence} if sentence else {}
    change = Change({"state": was}, looking.coded(candidate), {}, written)
    audit.record(by, f"candidate.{kind}", candidate, at=at, change=change)


def _acting(candidate: Candidate, by: Viewer) -> int:
    here = [s for s in by.standings if s.municipality_id == candidate.municipality_id]
    staff = [s for s in here if s.role in {Role.CENTRE, Role.OFFICER}]
    return (staff or here or list(by.standings))[0].organisation_id
