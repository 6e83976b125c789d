"""Reading the register of agreements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Organisation, Person
from tracker.accounts.viewer import Viewer
from tracker.actions import policy as action_policy
from tracker.actions.agreements import policy
from tracker.actions.agreements.models import (
    REMINDED_BEFORE,
    Agreement,
    AgreementActType,
    AgreementKind,
    Validity,
)
from tracker.actions.models import Action
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.paging import Rows
from tracker.taxonomy.models import ActType


@dataclass(frozen=True)
class AgreementFilter:
    """What the register is narrowed to; everything empty: all."""

    kind: AgreementKind | None = None
    validity: Validity | None = None
    act_type: str | None = None


def agreements(viewer: Viewer, wanted: AgreementFilter, *, today: date) -> Rows:
    """Agreements the viewer may know of, to page by id."""
    return (
        sa.select(
            Agreement.id,
            Agreement.number,
            Agreement.kind,
            Agreement.title,
            Agreement.parties,
            Agreement.subject,
            Agreement.document_no,
            Agreement.valid_from,
            Agreement.valid_until,
            Organisation.name_ja.label("owner_ja"),
            Organisation.name_en.label("owner_en"),
            Person.name.label("holder"),
        )
        .join(Organisation, Organisation.id == Agreement.owner_id)
        .outerjoin(Person, Person.id == Agreement.holder_id)
        .where(policy.visible_to(viewer), *_narrowed(wanted, today))
    )


def _narrowed(wanted: AgreementFilter, today: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.kind:
        conditions.append(Agreement.kind == wanted.kind)
    if wanted.validity:
        conditions.append(_is(wanted.validity, today))
    if wanted.act_type:
        about = sa.select(AgreementActType.agreement_id).where(
            AgreementActType.act_type_code == wanted.act_type
        )
        conditions.append(Agreement.id.in_(about))
    return conditions


def _is(validity: Validity, today: date) -> sa.ColumnElement[bool]:
    """The same as `models.validity`, in SQL."""
    begun, soon = Agreement.valid_from <= today, today + REMINDED_BEFORE
    match validity:
        case Validity.PLANNED:
            return Agreement.valid_from > today
        case Validity.ACTIVE:
            later = sa.or_(Agreement.valid_until.is_(None), Agreement.valid_until > soon)
            return sa.and_(begun, later)
        case Validity.EXPIRING:
            return sa.and_(begun, Agreement.valid_until >= today, Agreement.valid_until <= soon)
    return sa.and_(begun, Agreement.valid_until < today)


def act_types_of(agreement_ids: Sequence[int]) -> dict[int, list[ActType]]:
    """Agreement → its act types by code, for rows that were read for the viewer before."""
    found: dict[int, list[ActType]] = {}
    rows = db.session.execute(
        sa.select(AgreementActType.agreement_id, ActType)
        .join(ActType, ActType.code == AgreementActType.act_type_code)
        .where(AgreementActType.agreement_id.in_(agreement_ids))
        .order_by(AgreementActType.agreement_id, ActType.code)
    )
    for agreement_id, act_type in rows:
        found.setdefault(agreement_id, []).append(act_type)
    return found


def get_agreement(viewer: Viewer, agreement_id: int) -> Agreement:
    """One agreement with its keeper and its act types.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Agreement)
        .where(Agreement.id == agreement_id, policy.visible_to(viewer))
        .options(
            joinedload(Agreement.owner),
            joinedload(Agreement.holder),
            selectinload(Agreement.act_types),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def actions_to_name(viewer: Viewer) -> list[tuple[int, str, str]]:
    """Actions of the viewer's town that an agreement may come of: id, number, title; newest first,
    at most 200."""
    rows = db.session.execute(
        sa.select(Action.id, Action.number, Action.title)
        .where(action_policy.visible_to(viewer))
        .order_by(Action.id.desc())
        .limit(200)
    )
    return [(row.id, row.number, row.title) for row in rows]


def ending_unreminded(today: date) -> Sequence[Agreement]:
    """Agreements that end within 60 days and of whose end nobody was reminded, by id; of every
    town. For the service."""
    return db.session.scalars(
        sa.select(Agreement)
        .where(
            Agreement.valid_until >= today,
            Agreement.valid_until <= today + REMINDED_BEFORE,
            sa.or_(
                Agreement.reminded_for.is_(None), Agreement.reminded_for != Agreement.valid_until
            ),
        )
        .order_by(Agreement.id)
    ).all()
