"""How a centre sorts a case: accept, send back, dispose, answer, take back; showing an office."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import history, policy, queries
from tracker.cases.models import (
    STAYS_OPEN,
    Case,
    CaseStatus,
    Disposition,
    OfficeReveal,
    StepKind,
)
from tracker.core import audit, events
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.notifications import service as notifications
from tracker.notifications.models import Event


def accept_case(case: Case, *, by: Viewer, at: datetime) -> None:
    """The centre has taken the case on."""
    require(policy.can_sort(by, case))
    if case.status is not CaseStatus.SUBMITTED:  # from `closed` only the office leads back
        raise ConflictError(history.not_now(case))
    was = history.coded(case)
    act = history.move(case, CaseStatus.ACCEPTED, StepKind.ACCEPTED, by=by, at=at)
    history.record(case, "case.accepted", was, by=by, at=at)
    events.case_accepted.send(case_id=case.id)
    history.tell(case, Event.CASE_ACCEPTED, act, at=at)


def return_case(case: Case, reason: str, *, by: Viewer, at: datetime) -> None:
    """The case is back at its office with a question; the office may change and send it again."""
    require(policy.can_sort(by, case))
    history.require_sentence("reason", reason)
    was = history.coded(case)
    act = history.move(case, CaseStatus.RETURNED, StepKind.RETURNED, by=by, at=at, sentence=reason)
    history.record(case, "case.returned", was, by=by, at=at)
    history.tell(case, Event.CASE_RETURNED, act, at=at)


@dataclass(frozen=True)
class SortDraft:
    """How a case goes on; `answer` may be given at once or later."""

    disposition: Disposition
    redirect_body: str
    redirect_contact: str
    answer: str


def dispose_case(case: Case, draft: SortDraft, *, by: Viewer, at: datetime) -> None:
    """The case is sorted and, when an answer was written and nothing is awaited, answered.

    :raises InvalidInputError: handed on without a body and its contact
    """
    require(policy.can_sort(by, case))
    _require_responsible(draft)
    was, act = history.coded(case), history.new_act()
    history.move(case, CaseStatus.DISPOSED, StepKind.DISPOSED, by=by, at=at, act=act)
    case.disposition = draft.disposition
    redirected = draft.disposition is Disposition.REDIRECTED
    case.redirect_body = draft.redirect_body if redirected else None
    case.redirect_contact = draft.redirect_contact if redirected else None
    history.record(case, "case.disposed", was, by=by, at=at)
    if draft.answer:
        _answer(case, draft.answer, by=by, at=at, act=act)
    else:
        history.tell(case, Event.CASE_SORTED, act, at=at)


def answer_case(case: Case, sentence: str, *, by: Viewer, at: datetime) -> None:
    """The office has an answer; a case that waits for no meeting or issue is closed with it."""
    require(policy.can_sort(by, case))
    history.require_sentence("answer", sentence)
    if case.status is not CaseStatus.DISPOSED:
        raise ConflictError(history.not_now(case))
    _answer(case, sentence, by=by, at=at, act=history.new_act())


def undo_last(case: Case, *, by: Viewer, at: datetime) -> None:
    """The last act of sorting never happened; whoever was told already is told of that.

    :raises ConflictError: too late, another's, or something came after
    """
    require(policy.can_sort(by, case))
    last = queries.last_step(case.id)
    if last is None or not policy.can_undo(by, last, at):
        raise ConflictError(_("The last step cannot be taken back any more."))
    was = history.coded(case)
    steps = queries.steps_of_act(case.id, last.act)
    for step in steps:
        step.undone_at = at
    first = steps[0].was
    if first is not None:
        case.status = first
    case.status_since, case.updated_at = at, at
    if case.status in {CaseStatus.SUBMITTED, CaseStatus.ACCEPTED}:
        case.disposition = case.redirect_body = case.redirect_contact = None
    act = history.step(case, StepKind.UNDONE, last.became, by=by, at=at, undone=True)
    history.record(case, "case.undone", was, by=by, at=at)
    if notifications.withdraw(last.act, at=at):
        history.tell(case, Event.CASE_TAKEN_BACK, act, at=at)


def _answer(case: Case, sentence: str, *, by: Viewer, at: datetime, act: str) -> None:
    was = history.coded(case)
    if case.disposition in STAYS_OPEN:
        history.step(case, StepKind.ANSWERED, case.status, by=by, at=at, act=act, sentence=sentence)
    else:
        history.move(
            case, CaseStatus.CLOSED, StepKind.ANSWERED, by=by, at=at, act=act, sentence=sentence
        )
        events.case_closed.send(case_id=case.id)
    history.record(case, "case.answered", was, by=by, at=at)
    history.tell(case, Event.CASE_ANSWERED, act, at=at)


def _require_responsible(draft: SortDraft) -> None:
    if draft.disposition is not Disposition.REDIRECTED:
        return
    if not draft.redirect_body:
        raise InvalidInputError("redirect_body", _("Please name the body that is responsible."))
    if not draft.redirect_contact:
        raise InvalidInputError("redirect_contact", _("Please say how that body can be reached."))


def reveal_office(case: Case, reason: str, *, by: Viewer, at: datetime) -> None:
    """For a day this person reads the name of the office; the reason stands in the audit log."""
    require(policy.can_reveal(by, case))
    history.require_sentence("reason", reason)
    reveal = OfficeReveal(case_id=case.id, person_id=by.person_id, reason=reason, at=at)
    db.session.add(reveal)
    db.session.flush()
    change = Change({}, {"reveal": reveal.id}, {}, {"reason": reason})
    audit.record(by, "case.office_revealed", case, at=at, change=change)
