"""How a centre sorts a case: accept, send back, dispose, answer, take back; showing an office."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.accounts.viewer import Viewer
from tracker.cases import history, policy, queries, turnaround
from tracker.cases.models import (
    STAYS_OPEN,
    Case,
    CaseStatus,
    CaseStep,
    Disposition,
    OfficeReveal,
    StepKind,
)
from tracker.cases.reasons import ASKABLE, OF_REDIRECTING, CameAs, DispositionReason
from tracker.core import audit, events
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.taxonomy import queries as taxonomy


def accept_case(case: Case, *, by: Viewer, at: datetime, act: str | None = None) -> None:
    """The centre has taken the case on.

    :param act: key of the click, when it does this to several cases
    """
    require(policy.can_sort(by, case))
    if case.status is not CaseStatus.SUBMITTED:  # from `closed` only the office leads back
        raise ConflictError(history.not_now(case))
    was = history.coded(case)
    act = history.move(case, CaseStatus.ACCEPTED, StepKind.ACCEPTED, by=by, at=at, act=act)
    history.record(case, "case.accepted", was, by=by, at=at)
    events.case_accepted.send(case_id=case.id)
    history.tell(case, Event.CASE_ACCEPTED, act, at=at)


def return_case(
    case: Case, reason: str, *, by: Viewer, at: datetime, fields: Collection[str] = ()
) -> None:
    """The case is back at its office with a question; the office may change and send it again.

    :param fields: which parts of the form are asked for, names of `ASKABLE`
    :raises InvalidInputError: without a question, or on a part that nobody can fill in
    """
    require(policy.can_sort(by, case))
    require_sentence("reason", reason)
    if not set(fields) <= ASKABLE.keys():
        raise InvalidInputError("fields_asked", _("Please choose one of the answers."))
    was = history.coded(case)
    act = history.move(case, CaseStatus.RETURNED, StepKind.RETURNED, by=by, at=at, sentence=reason)
    case.asked_fields = " ".join(name for name in ASKABLE if name in fields)
    history.record(case, "case.returned", was, by=by, at=at)
    history.tell(case, Event.CASE_RETURNED, act, at=at)


@dataclass(frozen=True)
class SortDraft:
    """How a case goes on; `answer` may be given at once or later."""

    disposition: Disposition
    redirect_body: str
    redirect_contact: str
    answer: str
    reason: DispositionReason | None = None


def dispose_case(
    case: Case, draft: SortDraft, *, by: Viewer, at: datetime, act: str | None = None
) -> None:
    """The case is sorted and, when an answer was written and nothing is awaited, answered.

    :param act: key of the click, when it does this to several cases
    :raises InvalidInputError: handed on without a reason, a body and its contact
    """
    require(policy.can_sort(by, case))
    _require_responsible(draft)
    was, act = history.coded(case), act or history.new_act()
    history.move(case, CaseStatus.DISPOSED, StepKind.DISPOSED, by=by, at=at, act=act)
    case.disposition = draft.disposition
    redirected = draft.disposition is Disposition.REDIRECTED
    case.redirect_body = draft.redirect_body if redirected else None
    case.redirect_contact = draft.redirect_contact if redirected else None
    case.disposition_reason = draft.reason
    turnaround.await_answer(case, at=at)
    history.record(case, "case.disposed", was, by=by, at=at)
    if draft.answer:
        _answer(case, draft.answer, by=by, at=at, act=act)
    else:
        history.tell(case, Event.CASE_SORTED, act, at=at)


def answer_case(case: Case, sentence: str, *, by: Viewer, at: datetime) -> None:
    """The office has an answer; a case that waits for no meeting or issue is closed with it."""
    require(policy.can_sort(by, case))
    require_sentence("answer", sentence)
    if case.status is not CaseStatus.DISPOSED:
        raise ConflictError(history.not_now(case))
    _answer(case, sentence, by=by, at=at, act=history.new_act())


def undo_last(case: Case, *, by: Viewer, at: datetime) -> None:
    """The last act of sorting never happened; whoever was told already is told of that.

    :raises ConflictError: too late, another's, or something came after
    """
    last = queries.last_step(case.id)
    gone = last is not None and policy.handed_over(by, last)
    require(policy.can_sort(by, case) or gone)
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
    _put_back(case, steps)
    act = history.step(case, StepKind.UNDONE, last.became, by=by, at=at, undone=True)
    history.record(case, "case.undone", was, by=by, at=at)
    if notifications.withdraw(last.act, at=at):
        history.tell(case, Event.CASE_TAKEN_BACK, act, at=at)


def _put_back(case: Case, steps: Sequence[CaseStep]) -> None:
    """The clock is as before, and a type or area that was changed is the earlier one."""
    turnaround.put_back(case, steps)
    for step in steps:
        if step.kind is StepKind.RECLASSIFIED and step.changed:
            was = step.changed["was"]
            case.act_type_code, case.area_id = was["act_type_code"], was["area_id"]
            case.assigned_to_id, case.came_as = was["assigned_to_id"], CameAs(was["came_as"])


@dataclass(frozen=True)
class ClassDraft:
    """Where a case belongs: its type and its area, and why that is changed."""

    act_type: str
    area_id: int
    reason: str


def reclassify_case(
    case: Case,
    draft: ClassDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    act: str | None = None,
) -> None:
    """The case has this type and stands before the centre of this area; both stay in its history.

    Whoever looked after it in the old area no longer does. Its days go on.

    :param act: key of the click, when it does this to several cases
    :raises InvalidInputError: naming the field, also when nothing would change
    :raises ConflictError: when it is sorted already, or with its office
    """
    require(policy.can_sort(by, case))
    if case.status not in policy.OPEN_TO_RECLASSIFY or case.duplicate_of_id is not None:
        raise ConflictError(history.not_now(case))
    _check_class(case, draft, today)
    was = history.coded(case)
    before = {name: getattr(case, name) for name in ("act_type_code", "area_id", "assigned_to_id")}
    now = {"act_type_code": draft.act_type, "area_id": draft.area_id}
    kept = {"was": {**before, "came_as": case.came_as.value}, "now": now}
    act = history.step(
        case,
        StepKind.RECLASSIFIED,
        case.status,
        by=by,
        at=at,
        act=act,
        sentence=draft.reason,
        changed=kept,
    )
    case.act_type_code, case.updated_at = draft.act_type, at
    if draft.area_id != case.area_id:
        case.area_id, case.assigned_to_id = draft.area_id, None
        if not policy.can_sort(by, case):
            case.came_as = CameAs.MOVED
    history.record(case, "case.reclassified", was, by=by, at=at)
    history.tell(case, Event.CASE_RECLASSIFIED, act, at=at)


def _check_class(case: Case, draft: ClassDraft, today: date) -> None:
    require_sentence("class_reason", draft.reason)
    if (draft.act_type, draft.area_id) == (case.act_type_code, case.area_id):
        raise InvalidInputError("act_type", _("Please choose another type or another area."))
    if draft.act_type != case.act_type_code:
        taxonomy.require_known({}, draft.act_type, today)
    towns = frozenset({case.municipality_id})
    if draft.area_id not in {area.id for area in accounts.areas_with_centre(towns)}:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))


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
    if draft.reason not in OF_REDIRECTING:
        message = _("Please say why another body is in charge.")
        raise InvalidInputError("disposition_reason", message)


def reveal_office(case: Case, reason: str, *, by: Viewer, at: datetime) -> None:
    """For a day this person reads the name of the office; the reason stands in the audit log."""
    require(policy.can_reveal(by, case))
    require_sentence("reason", reason)
    reveal = OfficeReveal(case_id=case.id, person_id=by.person_id, reason=reason, at=at)
    db.session.add(reveal)
    db.session.flush()
    change = Change({}, {"reveal": reveal.id}, {}, {"reason": reason})
    audit.record(by, "case.office_revealed", case, at=at, change=change)
