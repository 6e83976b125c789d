"""Offices in which nobody signs in yet, and how far their invitations are."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from tracker.accounts import policy
from tracker.accounts.models import (
    Invitation,
    InvitationWay,
    Membership,
    Organisation,
    OrganisationKind,
)
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force, is_open
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.paging import Rows

INVITERS = (Role.CENTRE, Role.OFFICER, Role.ADMINISTRATOR)


class InvitationState(enum.StrEnum):
    """How far the last invitation of an office is."""

    NONE = "none"
    WAITING = "waiting"
    USED = "used"
    CANCELLED = "cancelled"
    OVER = "over"


STATE_LABELS: dict[InvitationState, LazyString] = {
    InvitationState.NONE: _l("Not invited yet"),
    InvitationState.WAITING: _l("Invited, not used yet"),
    InvitationState.USED: _l("Account made"),
    InvitationState.CANCELLED: _l("Invitation cancelled"),
    InvitationState.OVER: _l("Ran out"),
}


def inviting(viewer: Viewer) -> Viewer:
    """The viewer with only the standings in which they invite other bodies' first people."""
    standings = tuple(s for s in viewer.as_role(*INVITERS) if s.may_invite)
    return replace(viewer, standings=standings)


def offices_to_invite(viewer: Viewer, *, today: date) -> Rows:
    """Offices the viewer may invite in which nobody signs in, to page by id.

    With each stands its last invitation; its columns are None where there is none.
    """
    any_of_it = aliased(Invitation)
    last = (
        sa.select(sa.func.max(any_of_it.id))
        .where(any_of_it.organisation_id == Organisation.id, any_of_it.role == Role.AGENCY)
        .scalar_subquery()
    )
    return (
        sa.select(
            Organisation.id,
            Organisation.name_ja,
            Organisation.name_en,
            Organisation.address,
            Organisation.mail,
            Invitation.way,
            Invitation.made_at,
            Invitation.expires_at,
            Invitation.used_at,
            Invitation.cancelled_at,
        )
        .outerjoin(Invitation, Invitation.id == last)
        .where(_to_invite(viewer, today))
    )


def _to_invite(viewer: Viewer, today: date) -> sa.ColumnElement[bool]:
    peopled = sa.select(Membership.organisation_id).where(in_force(today))
    return sa.and_(
        policy.visible_to(inviting(viewer)),
        Organisation.kind == OrganisationKind.AGENCY,
        is_open(today),
        Organisation.id.not_in(peopled),
    )


def offices_called_for(
    viewer: Viewer, ids: Collection[int], *, today: date
) -> Sequence[Organisation]:
    """Those of these offices that can be invited now, by kana and id."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.id.in_(ids), _to_invite(viewer, today))
        .order_by(Organisation.kana, Organisation.id)
    ).all()


class Last(Protocol):
    """The columns of the last invitation of an office."""

    made_at: datetime | None
    expires_at: datetime
    used_at: datetime | None
    cancelled_at: datetime | None


def state_of(row: Last, *, at: datetime) -> InvitationState:
    """How far the invitation in this row of `offices_to_invite` is."""
    if row.made_at is None:
        return InvitationState.NONE
    if row.used_at is not None:
        return InvitationState.USED
    if row.cancelled_at is not None:
        return InvitationState.CANCELLED
    return InvitationState.WAITING if row.expires_at > at else InvitationState.OVER


def open_for(organisation_ids: Collection[int], *, at: datetime) -> Sequence[Invitation]:
    """Letters and mails to the first people of these offices that can still be used, by id."""
    return db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.organisation_id.in_(organisation_ids),
            Invitation.role == Role.AGENCY,
            Invitation.way != InvitationWay.LINK,
            Invitation.used_at.is_(None),
            Invitation.cancelled_at.is_(None),
            Invitation.expires_at > at,
        )
        .order_by(Invitation.id)
    ).all()
