"""The invitation of a link: what it may still do, for somebody who has no account yet."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.accounts import calling, policy
from tracker.accounts.calling import Contact
from tracker.accounts.models import Invitation, OrganisationArea
from tracker.accounts.standing import token_hash, viewer_of
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError


class Over(enum.StrEnum):
    """Why a link that was an invitation once opens nothing now."""

    USED = "used"
    RAN_OUT = "ran_out"
    WITHDRAWN = "withdrawn"


class OverError(NotFoundError):
    """The link was an invitation: whoever holds it may know what became of it, and whom to call."""

    status = 410

    def __init__(self, why: Over, at: datetime | None, contact: Contact | None) -> None:
        super().__init__()
        self.why, self.at, self.contact = why, at, contact


class UnknownLinkError(NotFoundError):
    """No invitation has this link; most often a part of it is missing or mistyped."""

    def __init__(self) -> None:
        super().__init__()
        self.message = _(
            "This is not the address of an invitation. Please compare it with the letter sign by "
            "sign, or open it with the square code. If it does not open then, ask whoever sent "
            "the letter."
        )


def get_invitation(token: str, *, at: datetime, to_use: bool = False) -> Invitation:
    """The invitation of a link that can still be used, with its organisation.

    :param to_use: hold it, so that whoever comes second waits and then finds it used
    :raises OverError: when it was used, was cancelled or is too old
    :raises UnknownLinkError: when there never was one
    """
    statement = (
        sa.select(Invitation)
        .where(Invitation.token_hash == token_hash(token))
        .options(joinedload(Invitation.organisation))
    )
    if to_use:
        # Read anew: whoever was first may have used it while this one waited.
        statement = statement.with_for_update(of=Invitation)
        statement = statement.execution_options(populate_existing=True)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise UnknownLinkError
    _refuse_over(found, at)
    return found


def _refuse_over(found: Invitation, at: datetime) -> None:
    """Return only for an invitation that can still be used."""
    why: Over | None = None
    since: datetime | None = None
    if found.used_at is not None:
        why, since = Over.USED, found.used_at
    elif found.cancelled_at is not None:
        why, since = Over.WITHDRAWN, found.cancelled_at
    elif found.expires_at <= at:
        why, since = Over.RAN_OUT, found.expires_at
    elif not _still_given(found, clock.local(at).date()):
        why = Over.WITHDRAWN
    if why is not None:
        town = found.organisation.municipality_id
        raise OverError(why, since, calling.who_invited(found.invited_by_id, town))


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
