"""What people do with cases. Every verb: may they, does it follow, change, record, tell."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.accounts.models import Area
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import history, policy, queries
from tracker.cases.models import (
    LATEST_MONTHS,
    STAYS_OPEN,
    Case,
    CaseSerial,
    CaseStatus,
    Disposition,
    StepKind,
)
from tracker.core import events, text, wareki
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.serials import next_serial
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

TEXTS = ("summary", "wanted")


@dataclass(frozen=True)
class CaseDraft:
    """What a care manager says of a need; field names are those of the form and the row."""

    area_id: int
    occurred_month: date
    act_type: str
    gap: str
    requester: str
    outcome: str
    urgency: str
    ability_to_pay: str | None
    times_handled: int
    minutes_each: int
    summary: str
    wanted: str

    @classmethod
    def of(cls, case: Case) -> "CaseDraft":
        """What the case says now, for a form that changes it."""
        names = [name for name in cls.__dataclass_fields__ if name != "act_type"]
        return cls(act_type=case.act_type_code, **{name: getattr(case, name) for name in names})

    def answers(self) -> dict[CodeList, str | None]:
        """The coded answers by their list."""
        return {
            CodeList.GAP: self.gap,
            CodeList.REQUESTER: self.requester,
            CodeList.OUTCOME: self.outcome,
            CodeList.URGENCY: self.urgency,
            CodeList.ABILITY_TO_PAY: self.ability_to_pay,
        }

    def columns(self) -> dict[str, Any]:
        """Names and values of the row's columns, without the area."""
        values = asdict(self)
        values["act_type_code"] = values.pop("act_type")
        del values["area_id"]
        return values


def file_case(
    draft: CaseDraft,
    organisation_id: int,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    confirmed_details: Sequence[str] = (),
) -> Case:
    """There is a submitted case with its number, waiting in the inbox of the area's centre.

    :param confirmed_details: free texts that were marked and that the filer vouched for
    :raises InvalidInputError: naming the field
    """
    require(policy.can_file(by, organisation_id))
    _check(draft, today)
    area = _open_area(draft.area_id, by)
    fiscal_year = wareki.fiscal_year(today)
    serial = next_serial(CaseSerial, area.municipality_id, fiscal_year)
    case = Case(
        number=f"{wareki.era_fiscal_year(fiscal_year)}-{area.municipality_id:05}-{serial:04}",
        municipality_id=area.municipality_id,
        fiscal_year=fiscal_year,
        serial=serial,
        organisation_id=organisation_id,
        filed_by_id=by.person_id,
        area_id=area.id,
        status=CaseStatus.SUBMITTED,
        status_since=at,
        submitted_at=at,
        created_at=at,
        updated_at=at,
        search_text=_search_text(draft),
        **draft.columns(),
    )
    db.session.add(case)
    db.session.flush()
    history.step(case, StepKind.FILED, None, by=by, organisation_id=organisation_id, at=at)
    history.record(
        case, "case.filed", {}, by=by, at=at, written=_texts(draft), confirmed=confirmed_details
    )
    return case


def revise_case(
    case: Case,
    draft: CaseDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    confirmed_details: Sequence[str] = (),
) -> None:
    """The case says this now; one that was sent back is submitted again.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when the area is of another town, or the case was accepted meanwhile
    """
    _require_office(case, by, policy.can_edit(by, case))
    _check(draft, today)
    area = _open_area(draft.area_id, by)
    if area.municipality_id != case.municipality_id:
        raise InvalidInputError(
            "area_id", _("The number is of another town. Please withdraw this and file it anew.")
        )
    was = history.coded(case)
    replaced = {name: getattr(case, name) for name in TEXTS}
    for name, value in draft.columns().items():
        setattr(case, name, value)
    case.area_id, case.search_text, case.updated_at = area.id, _search_text(draft), at
    if case.status is CaseStatus.RETURNED:
        history.move(case, CaseStatus.SUBMITTED, StepKind.RESUBMITTED, by=by, at=at)
        verb = "case.resubmitted"
    else:
        history.step(case, StepKind.CHANGED, case.status, by=by, at=at)
        verb = "case.changed"
    kept = {name: old for name, old in replaced.items() if old and old != getattr(case, name)}
    history.record(
        case,
        verb,
        was,
        by=by,
        at=at,
        written=_texts(draft),
        replaced=kept,
        confirmed=confirmed_details,
    )


def withdraw_case(case: Case, *, by: Viewer, at: datetime) -> None:
    """The case is withdrawn: kept, counted nowhere, answered by nobody."""
    _require_office(case, by, policy.can_withdraw(by, case))
    was = history.coded(case)
    history.move(case, CaseStatus.WITHDRAWN, StepKind.WITHDRAWN, by=by, at=at)
    history.record(case, "case.withdrawn", was, by=by, at=at)


def contest_case(case: Case, reason: str, *, by: Viewer, at: datetime) -> None:
    """The answer did not settle it: the centre has the case before it again."""
    require_contestable(case, by=by)
    was = history.coded(case)
    history.move(case, CaseStatus.ACCEPTED, StepKind.CONTESTED, by=by, at=at, sentence=reason)
    case.disposition = case.redirect_body = case.redirect_contact = None
    history.record(case, "case.contested", was, by=by, at=at)


def require_contestable(case: Case, *, by: Viewer) -> None:
    """Return only when this person may ask the centre to look at the case again.

    :raises ConflictError: when it has no answer yet
    """
    _require_office(case, by, policy.can_contest(by, case))


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
    _require_sentence("reason", reason)
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
    _require_sentence("answer", sentence)
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


def _check(draft: CaseDraft, today: date) -> None:
    taxonomy.require_known(draft.answers(), draft.act_type, today)
    months = (today.year - draft.occurred_month.year) * 12
    months += today.month - draft.occurred_month.month
    if months < 0:
        raise InvalidInputError("occurred_month", _("That month has not begun yet."))
    if months > LATEST_MONTHS:
        raise InvalidInputError(
            "occurred_month", _("Please file what happened within the last three years.")
        )
    if not draft.summary:
        raise InvalidInputError("summary", _("Please fill this in."))


def _open_area(area_id: int, by: Viewer) -> Area:
    towns = by.municipality_ids(Role.AGENCY)
    if area_id not in {choice.id for choice in accounts.areas_with_centre(towns)}:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))
    return db.session.get_one(Area, area_id)


def _search_text(draft: CaseDraft) -> str:
    return text.fold(f"{draft.summary} {draft.wanted}")[:1000]


def _texts(draft: CaseDraft) -> dict[str, str]:
    return {name: getattr(draft, name) for name in TEXTS}


def _require_office(case: Case, by: Viewer, allowed: bool) -> None:
    """Another office is refused; a step of the office's own that comes too late is a conflict."""
    require(policy.is_filers_office(by, case))
    if not allowed:
        raise ConflictError(history.not_now(case))


def _require_sentence(field: str, sentence: str) -> None:
    if not sentence:
        raise InvalidInputError(field, _("Please fill this in."))


def _require_responsible(draft: SortDraft) -> None:
    if draft.disposition is not Disposition.REDIRECTED:
        return
    if not draft.redirect_body:
        raise InvalidInputError("redirect_body", _("Please name the body that is responsible."))
    if not draft.redirect_contact:
        raise InvalidInputError("redirect_contact", _("Please say how that body can be reached."))
