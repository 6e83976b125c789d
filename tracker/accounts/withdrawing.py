"""Nothing that was open for a person stays open: for an account closed, or a password renewed."""

from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.invited import usable
from tracker.accounts.models import Invitation, PasswordReset, Person
from tracker.core import events
from tracker.core.db import db


def end_all(person: Person, *, at: datetime) -> None:
    """Sessions, links for a password and secret addresses of this person open nothing any more."""
    end_sessions(person, at=at)
    events.access_withdrawn.send(person_id=person.id, at=at)


def end_sessions(person: Person, *, at: datetime) -> None:
    """Every session and every link for a new password is over with the next request."""
    person.epoch += 1
    person.updated_at = at
    db.session.execute(
        sa.update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.expires_at > at)
        .values(expires_at=at)
    )


def cancel_invitations(person: Person, *, at: datetime) -> None:
    """What this person has invited to and nobody has used is cancelled, and stays so."""
    db.session.execute(
        sa.update(Invitation)
        .where(Invitation.invited_by_id == person.id, *usable(at))
        .values(cancelled_at=at)
    )
