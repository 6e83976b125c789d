"""The invitation of a link: what it may still do, for somebody who has no account yet."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts import policy
from tracker.accounts.models import Invitation, OrganisationArea
from tracker.accounts.standing import token_hash, viewer_of
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError


def get_invitation(token: str, *, at: datetime, to_use: bool = False) -> Invitation:
    """The invitation of a link that can still be used, with its organisation.

    :param to_use: hold it, so that whoever comes second waits and then finds it used
    :raises NotFoundError: when it was used, cancelled, is too old, or never was
    """
    statement = (
        sa.select(Invitation)
        .where(Invitation.token_hash == token_hash(token), *usable(at))
        .options(joinedload(Invitation.organisation))
    )
    if to_use:
        statement = statement.with_for_update(of=Invitation)
    found = db.session.scalars(statement).one_or_none()
    if found is None or not _still_given(found, clock.local(at).date()):
        raise NotFoundError
    return found


def _still_given(invitation: Invitation, today: date) -> bool:
    """May whoever made the invitation still give this role there? Else it is as if cancelled."""
    organisation = invitation.organisation
    if organisation.closed_on is not None and organisation.closed_on <= today:
        return False
    try:
        inviter = viewer_of(invitation.invited_by_id, today=today)
    except NotFoundError:
        return False
    areas = db.session.scalars(
        sa.select(OrganisationArea.area_id).where(
            OrganisationArea.organisation_id == organisation.id
        )
    )
    return invitation.role in policy.roles_to_invite(inviter, organisation, frozenset(areas))


def usable(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Invitations that were neither used nor cancelled and have not run out."""
    return (
        Invitation.used_at.is_(None),
        Invitation.cancelled_at.is_(None),
        Invitation.expires_at > at,
    )
