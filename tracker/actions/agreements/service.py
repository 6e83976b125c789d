"""Keeping the register of agreements. Every verb: may they, does it follow, change, record."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Membership, Person
from tracker.accounts.standing import in_force
from tracker.accounts.viewer import Viewer
from tracker.actions import queries as actions
from tracker.actions.agreements import policy, queries
from tracker.actions.agreements.models import (
    DOCUMENT_LENGTH,
    PARTIES_LENGTH,
    SUBJECT_LENGTH,
    TITLE_LENGTH,
    Agreement,
    AgreementActType,
    AgreementKind,
    AgreementSerial,
)
from tracker.actions.models import Action
from tracker.actions.policy import WORKERS
from tracker.cases.history import new_act
from tracker.core import audit, wareki
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    require,
    require_sentence,
    require_short,
)
from tracker.core.serials import next_serial
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.notifications.service import About
from tracker.taxonomy import queries as taxonomy

TEXTS = {
    "title": TITLE_LENGTH,
    "parties": PARTIES_LENGTH,
    "subject": SUBJECT_LENGTH,
}
CODED = ("kind", "document_no", "owner_id", "holder_id", "action_id")
DAYS = ("valid_from", "valid_until")


@dataclass(frozen=True)
class AgreementDraft:
    """What the register says; field names are those of the form and the row."""

    kind: AgreementKind
    title: str
    parties: str
    subject: str
    valid_from: date
    valid_until: date | None
    owner_id: int
    act_types: tuple[str, ...] = ()
    document_no: str = ""
    action_id: int | None = None

    def columns(self) -> dict[str, Any]:
        """Names and values of the row's columns."""
        values = asdict(self)
        del values["act_types"]
        return values


def enter(draft: AgreementDraft, *, by: Viewer, at: datetime, today: date) -> Agreement:
    """The register has an agreement with its number; its writer has it in hand.

    :raises InvalidInputError: naming the field
    """
    require(policy.can_enter(by, draft.owner_id))
    town_id = _checked(draft, by, today)
    fiscal_year = wareki.fiscal_year(today)
    serial = next_serial(AgreementSerial, town_id, fiscal_year)
    agreement = Agreement(
        municipality_id=town_id,
        fiscal_year=fiscal_year,
        serial=serial,
        number=f"{wareki.era_fiscal_year(fiscal_year)}-{serial:02}",
        holder_id=by.person_id,
        created_at=at,
        updated_at=at,
        **draft.columns(),
    )
    db.session.add(agreement)
    db.session.flush()
    _link(agreement.id, draft)
    _record(agreement, "agreement.entered", {}, draft, by=by, at=at)
    return agreement


def change(
    agreement: Agreement,
    draft: AgreementDraft,
    version: int,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> None:
    """The register says this now; with another end it reminds anew.

    :param agreement: with its act types, as `queries.get_agreement` gives it
    :raises ConflictError: when somebody changed it since it was opened
    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, agreement))
    if version != agreement.version:
        raise ConflictError(_("Somebody changed this meanwhile. Please look at it again."))
    if _checked(draft, by, today) != agreement.municipality_id:
        raise InvalidInputError("owner_id", _("Please choose one of the organisations."))
    was, were = _coded(agreement), {name: getattr(agreement, name) for name in TEXTS}
    was["act_types"] = [act.code for act in agreement.act_types]
    for name, value in draft.columns().items():
        setattr(agreement, name, value)
    agreement.updated_at = at
    _link(agreement.id, draft)
    db.session.flush()
    db.session.expire(agreement, ["owner", "act_types"])
    _record(agreement, "agreement.changed", was, draft, by=by, at=at, were=were)


def remind(*, at: datetime, today: date) -> int:
    """Whoever has an agreement in hand that ends within 60 days is told, once for each end; with
    nobody in hand, everybody of the organisation that keeps it. How many agreements that were."""
    ending = queries.ending_unreminded(today)
    for agreement in ending:
        agreement.reminded_for = agreement.valid_until
        about = About(agreement.number, f"/actions/agreements/{agreement.id}")
        told = _keepers(agreement, today)
        notifications.tell(told, Event.AGREEMENT_ENDING, about, act=new_act(), at=at)
    db.session.flush()
    return len(ending)


def _keepers(agreement: Agreement, today: date) -> list[Person]:
    works_there = sa.select(Membership.person_id).where(
        Membership.organisation_id == agreement.owner_id,
        Membership.role.in_(WORKERS),
        in_force(today),
    )
    active = sa.select(Person).where(Person.disabled_at.is_(None)).order_by(Person.id)
    if agreement.holder_id is not None:
        holder = list(db.session.scalars(active.where(Person.id == agreement.holder_id)))
        if holder:
            return holder
    return list(db.session.scalars(active.where(Person.id.in_(works_there))))


def _checked(draft: AgreementDraft, by: Viewer, today: date) -> int:
    """The town of the agreement; everything is in order."""
    for name, length in TEXTS.items():
        require_sentence(name, getattr(draft, name), length)
    require_short("document_no", draft.document_no, DOCUMENT_LENGTH)
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise InvalidInputError("valid_until", _("The last day cannot be before the first."))
    known = {act.code for act in taxonomy.act_types(today)}
    if not draft.act_types or not known >= set(draft.act_types):
        raise InvalidInputError("act_types", _("Please choose at least one of the types."))
    town = next(
        (t for t in by.municipality_ids(*WORKERS) if actions.is_owner(by, draft.owner_id, t)), None
    )
    if town is None:
        raise InvalidInputError("owner_id", _("Please choose one of the organisations."))
    _require_action(draft.action_id, town, by)
    return town


def _require_action(action_id: int | None, town: int, by: Viewer) -> None:
    if action_id is None:
        return
    try:
        action: Action | None = actions.get_action(by, action_id)
    except NotFoundError:
        action = None
    if action is None or action.municipality_id != town:
        raise InvalidInputError("action_id", _("Please choose one of the actions."))


def _link(agreement_id: int, draft: AgreementDraft) -> None:
    db.session.execute(
        sa.delete(AgreementActType).where(AgreementActType.agreement_id == agreement_id)
    )
    db.session.add_all(
        AgreementActType(agreement_id=agreement_id, act_type_code=code)
        for code in sorted(set(draft.act_types))
    )
    db.session.flush()


def _coded(agreement: Agreement) -> dict[str, Any]:
    days = {name: getattr(agreement, name) for name in DAYS}
    return {
        **{name: getattr(agreement, name) for name in CODED},
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def _record(
    agreement: Agreement,
    verb: str,
    was: dict[str, Any],
    draft: AgreementDraft,
    *,
    by: Viewer,
    at: datetime,
    were: dict[str, str] | None = None,
) -> None:
    now = {**_coded(agreement), "act_types": sorted(set(draft.act_types))}
    changed = {name: value for name, value in now.items() if was.get(name) != value}
    texts = {name: getattr(agreement, name) for name in TEXTS}
    replaced = {name: old for name, old in (were or {}).items() if old != texts[name]}
    written = texts if were is None else {name: texts[name] for name in replaced}
    change = Change(
        was={name: was[name] for name in changed if name in was},
        now=changed,
        replaced_texts=replaced,
        written_texts=written,
    )
    audit.record(by, verb, agreement, at=at, change=change)
