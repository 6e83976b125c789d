"""What the office does with a case: file it, revise it, add to it, withdraw it, contest it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import duplicates, history, policy, ticks, tried, turnaround
from tracker.cases.models import (
    LATEST_MONTHS,
    ON_BEHALF,
    OPEN_CLASS,
    Case,
    CaseSerial,
    CaseStatus,
    Channel,
    StepKind,
)
from tracker.cases.ticks import Ticks
from tracker.core import pseudonym, text, wareki
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.core.serials import next_serial
from tracker.notifications.models import Event
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

TEXTS = ("summary", "wanted", "work_class_reason", "extra_answer")
NOT_A_COLUMN = frozenset({"act_type", "area_id", "office_ref", "same_as", "ticks"})


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
    times_handled: int
    minutes_each: int
    summary: str
    wanted: str = ""
    ability_to_pay: str | None = None
    hour_band: str | None = None
    charge: str | None = None
    charge_band: str | None = None
    paid_by: str | None = None
    age_band: str | None = None
    care_level: str | None = None
    danger: str | None = None
    acted_because: str | None = None
    department: str = ""
    bodies_agreed: str | None = None
    work_class: str | None = None  # None: as the table places the type
    work_class_reason: str = ""
    extra_question: str = ""  # of the town, as it stood on the page
    extra_answer: str = ""
    office_ref: str = ""  # the office's own; only its keyed hash is kept. "": as it was, or none
    same_as: int | None = None  # a case of this office about the same person
    ticks: Ticks = field(default_factory=Ticks)

    @classmethod
    def of(cls, case: Case) -> "CaseDraft":
        """What the case says now, for a form that changes it; its ticks must be loaded."""
        names = [f.name for f in fields(cls) if f.name not in NOT_A_COLUMN - {"area_id"}]
        values = {name: getattr(case, name) for name in names}
        return cls(act_type=case.act_type_code, ticks=Ticks.of(case.ticks), **values)

    def answers(self) -> dict[CodeList, str | None]:
        """The coded answers by their list."""
        lists = [name for name in CodeList if name.value in self.__dataclass_fields__]
        return {name: getattr(self, name.value) for name in lists}

    def columns(self) -> dict[str, Any]:
        """Names and values of the row's columns, without area and client."""
        values = {k: v for k, v in asdict(self).items() if k not in NOT_A_COLUMN}
        return {**values, "act_type_code": self.act_type}


@dataclass(frozen=True)
class Whence:
    """For which office a case is filed, and how it came in."""

    organisation_id: int
    channel: Channel = Channel.OWN


def file_case(
    draft: CaseDraft,
    whence: Whence,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    confirmed_details: Sequence[str] = (),
) -> Case:
    """There is a submitted case with its number, waiting in the inbox of the area's centre.

    Filed on behalf of an office, the office has a receipt.

    :param confirmed_details: free texts that were marked and that the filer vouched for
    :raises InvalidInputError: naming the field
    """
    own = _files_for_own(whence, by, today)
    _check(draft, today, by)
    town = _town_of(draft.area_id, whence.organisation_id, by)
    fiscal_year = wareki.fiscal_year(today)
    serial = next_serial(CaseSerial, town, fiscal_year)
    case = Case(
        number=number_of(town, fiscal_year, serial),
        municipality_id=town,
        fiscal_year=fiscal_year,
        serial=serial,
        organisation_id=whence.organisation_id,
        filed_by_id=by.person_id,
        channel=whence.channel,
        area_id=draft.area_id,
        status=CaseStatus.SUBMITTED,
        due_on=turnaround.first_due(town, at),
        **dict.fromkeys(("status_since", "submitted_at", "created_at", "updated_at"), at),
        search_text=search_text(draft),
        ticks=ticks.rows(draft.ticks),
        **draft.columns(),
    )
    db.session.add(case)
    case.client_key = _client_key(draft, whence.organisation_id, None)
    db.session.flush()
    tried.recount(draft.ticks.resources, today=today)
    acting = whence.organisation_id if own else None
    act = history.step(case, StepKind.FILED, None, by=by, organisation_id=acting, at=at)
    history.record(
        case, "case.filed", {}, by=by, at=at, written=_texts(draft), confirmed=confirmed_details
    )
    if not own:
        history.tell(case, Event.CASE_FILED_FOR, act, at=at)
    return case


def _files_for_own(whence: Whence, by: Viewer, today: date) -> bool:
    """True for the filer's own office, False for an office on whose behalf a centre files."""
    own = whence.organisation_id in by.organisation_ids(Role.AGENCY)
    if not own:
        offices = {key for key, _name in accounts.offices_to_file_for(by, today=today)}
        require(whence.organisation_id in offices)
    if own is (whence.channel in ON_BEHALF):
        raise InvalidInputError("channel", _("Please say how it reached you."))
    return own


def number_of(municipality_id: int, fiscal_year: int, serial: int) -> str:
    """The number of a case as people say it: R8-13101-0042."""
    return f"{wareki.era_fiscal_year(fiscal_year)}-{municipality_id:05}-{serial:04}"


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
    _require_editor(case, by)
    _check(draft, today, by)
    if _town_of(draft.area_id, case.organisation_id, by) != case.municipality_id:
        raise InvalidInputError(
            "area_id", _("The number is of another town. Please withdraw this and file it anew.")
        )
    was = history.coded(case)
    replaced = {name: getattr(case, name) for name in TEXTS}
    for name, value in draft.columns().items():
        setattr(case, name, value)
    case.area_id, case.search_text, case.updated_at = draft.area_id, search_text(draft), at
    case.client_key = _client_key(draft, case.organisation_id, case.client_key)
    ticks.replace(case, draft.ticks)
    tried.recount(draft.ticks.resources, today=today)
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
    duplicates.require_stands_for_none(case)
    was = history.coded(case)
    history.move(case, CaseStatus.WITHDRAWN, StepKind.WITHDRAWN, by=by, at=at)
    history.record(case, "case.withdrawn", was, by=by, at=at)


def add_to_case(case: Case, sentence: str, *, by: Viewer, at: datetime) -> None:
    """What the office learnt since stands in the history of the case; nothing else changes.

    :raises ConflictError: when the case was withdrawn, or is answered: then it is contested
    """
    require_open_to_add(case, by=by)
    require_sentence("addition", sentence)
    history.step(case, StepKind.ADDED, case.status, by=by, at=at, sentence=sentence)
    history.record(case, "case.added", history.coded(case), by=by, at=at)
    case.updated_at = at


def require_open_to_add(case: Case, *, by: Viewer) -> None:
    """Return only when this person may still add to the case.

    :raises ConflictError: when it was withdrawn, sent back or answered
    """
    _require_office(case, by, policy.can_add(by, case))


def contest_case(case: Case, reason: str, *, by: Viewer, at: datetime) -> None:
    """The answer did not settle it: the centre has the case before it again."""
    require_contestable(case, by=by)
    was = history.coded(case)
    history.move(case, CaseStatus.ACCEPTED, StepKind.CONTESTED, by=by, at=at, sentence=reason)
    case.disposition = case.redirect_body = case.redirect_contact = None
    case.disposition_reason = None
    history.record(case, "case.contested", was, by=by, at=at)


def require_contestable(case: Case, *, by: Viewer) -> None:
    """Return only when this person may ask the centre to look at the case again.

    :raises ConflictError: when it has no answer yet
    """
    _require_office(case, by, policy.can_contest(by, case))


def client_key(organisation_id: int, reference: str) -> str | None:
    """What is kept of an office's own reference to a person; None when there is none."""
    key = text.fold(reference)
    return pseudonym.keyed("client", organisation_id, key) if key else None


def search_text(draft: CaseDraft) -> str:
    """What the case is found by, folded."""
    return text.fold(f"{draft.summary} {draft.wanted}")[:1000]


def _client_key(draft: CaseDraft, organisation_id: int, kept: str | None) -> str | None:
    """The key of the reference; of the case about the same person; else what it was."""
    if draft.office_ref:
        return client_key(organisation_id, draft.office_ref)
    if draft.same_as is None:
        return kept
    other = db.session.scalars(
        sa.select(Case).where(Case.id == draft.same_as, Case.organisation_id == organisation_id)
    ).one_or_none()
    if other is None:
        raise InvalidInputError("same_as", _("Please choose one of your own cases."))
    if other.client_key is None:  # from now on both stand for one person, nobody knows which
        other.client_key = pseudonym.keyed("client", organisation_id, uuid.uuid4())
    return other.client_key


def _check(draft: CaseDraft, today: date, by: Viewer) -> None:
    taxonomy.require_known(draft.answers(), draft.act_type, today)
    ticks.require_known(draft.ticks, by=by)
    _check_month(draft.occurred_month, today)
    if not draft.summary:
        raise InvalidInputError("summary", _("Please fill this in."))
    if draft.work_class is not None:
        if draft.work_class not in {OPEN_CLASS, *(c.code for c in taxonomy.work_classes())}:
            raise InvalidInputError("work_class", _("Please choose one of the answers."))
        if not draft.work_class_reason:
            raise InvalidInputError("work_class_reason", _("Please say why, in a few words."))


def _check_month(month: date, today: date) -> None:
    months = (today.year - month.year) * 12 + today.month - month.month
    if months < 0:
        raise InvalidInputError("occurred_month", _("That month has not begun yet."))
    if months > LATEST_MONTHS:
        raise InvalidInputError(
            "occurred_month", _("Please file what happened within the last three years.")
        )


def _town_of(area_id: int, organisation_id: int, by: Viewer) -> int:
    """The area's town, when the filer's own office serves it; for others, the filer's centre."""
    own = [s for s in by.as_role(Role.AGENCY) if s.organisation_id == organisation_id]
    town = accounts.town_with_centre(area_id)
    served = any(town in s.town_ids for s in own) if own else area_id in by.area_ids(Role.CENTRE)
    if town is None or not served:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))
    return town


def _texts(draft: CaseDraft) -> Mapping[str, str]:
    return {name: value for name in TEXTS if (value := getattr(draft, name))}


def _require_editor(case: Case, by: Viewer) -> None:
    require(policy.is_editor(by, case))
    if not policy.can_edit(by, case):
        raise ConflictError(history.not_now(case))


def _require_office(case: Case, by: Viewer, allowed: bool) -> None:
    """Another office is refused; a step of the office's own that comes too late is a conflict."""
    require(policy.is_filers_office(by, case))
    if not allowed:
        raise ConflictError(history.not_now(case))
