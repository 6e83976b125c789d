"""Are two people who agree with each other really two, or is one the other's creature?"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Invitation, Membership, PasswordReset
from tracker.core.audit import AuditEntry
from tracker.core.db import db

SOON = timedelta(days=30)  # long enough for a list of rights to show who came in by whom


def are_apart(one_id: int, other_id: int, *, at: datetime) -> bool:
    """True when neither let the other in lately, and nobody let both of them in.

    Letting in is an invitation that was used, a link for a password that was used, and a role or
    the right to invite that was given; also by way of third people.
    """
    since = at - SOON
    return one_id != other_id and not (_behind(one_id, since) & _behind(other_id, since))


def too_close() -> str:
    """Why these two do not count as two."""
    return _(
        "One of you two gave the other an account or rights within the last %(days)s days, or the "
        "same person did so for both. Please ask somebody else to agree.",
        days=SOON.days,
    )


def _behind(person_id: int, since: datetime) -> frozenset[int]:
    """The person, and everybody who could have entered as them since then."""
    found: set[int] = set()
    fresh = {person_id}
    while fresh:
        found |= fresh
        fresh = (_let_in(fresh, since) | _gave_rights(fresh, since)) - found
    return frozenset(found)


def _let_in(people: Collection[int], since: datetime) -> set[int]:
    invited = sa.select(Invitation.invited_by_id).where(
        Invitation.person_id.in_(people), Invitation.used_at > since
    )
    renewed = sa.select(PasswordReset.made_by_id).where(
        PasswordReset.person_id.in_(people),
        PasswordReset.used_at > since,
        PasswordReset.made_by_id.is_not(None),
    )
    return {int(key) for key in db.session.scalars(invited.union(renewed)) if key is not None}


def _gave_rights(people: Collection[int], since: datetime) -> set[int]:
    mine = sa.select(Membership.id).where(Membership.person_id.in_(people))
    rows = db.session.execute(
        sa.select(AuditEntry.actor_id, AuditEntry.facts).where(
            AuditEntry.subject == Membership.__tablename__,
            AuditEntry.subject_id.in_(mine),
            AuditEntry.verb.in_(("membership.added", "membership.changed")),
            AuditEntry.at > since,
            AuditEntry.actor_id.is_not(None),
        )
    )
    return {int(actor) for actor, facts in rows if _gives_more(facts)}


def _gives_more(facts: dict[str, Any]) -> bool:
    was, now = facts.get("was", {}), facts.get("now", {})
    invites_now = bool(now.get("may_invite")) and not was.get("may_invite")
    return was.get("role") != now.get("role") or invites_now
