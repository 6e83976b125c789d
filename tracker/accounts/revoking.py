"""Everything that is open for an organisation is over at once, after an incident; by a command."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tracker.accounts import service, withdrawing
from tracker.accounts.invited import usable
from tracker.accounts.models import Invitation, Membership, Organisation, Person
from tracker.accounts.standing import in_force
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db


@dataclass(frozen=True)
class Revoked:
    """What is over."""

    closed: int  # accounts
    kept: int  # accounts that are something elsewhere: out of this one, and signed out
    invitations: int


def revoke(organisation: Organisation, *, at: datetime, today: date) -> Revoked:
    """Nobody of the organisation is signed in, and no link of theirs opens anything.

    Accounts that belong nowhere else are closed; others lose their membership here. What people
    did stays as it is; each account can be opened again by whoever looks after it.
    """
    rows = db.session.execute(
        sa.select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation.id, in_force(today))
        .order_by(Membership.id)
    ).all()
    people = {person.id: person for _membership, person in rows}
    elsewhere = _elsewhere(set(people), organisation.id, today)
    for membership, person in rows:
        if person.id in elsewhere:
            # One that begins today is over as well: it counts as of the day before alone.
            membership.until_on = today - timedelta(days=1)
            membership.from_on = min(membership.from_on, membership.until_on)
            audit.record(None, "membership.changed", membership, at=at)
    closed = [one for one in people.values() if one.id not in elsewhere and not one.disabled_at]
    for person in closed:
        service.disable_person(person, at=at)
    for person_id in elsewhere:
        withdrawing.end_all(people[person_id], at=at)
    done = Revoked(len(closed), len(elsewhere), _cancel_invitations(organisation.id, at))
    now = {"closed": done.closed, "signed_out": done.kept, "invitations": done.invitations}
    audit.record(None, "organisation.revoked", organisation, at=at, change=Change({}, now, {}, {}))
    return done


def _elsewhere(people: set[int], organisation_id: int, today: date) -> set[int]:
    found = sa.select(Membership.person_id).where(
        Membership.person_id.in_(people),
        Membership.organisation_id != organisation_id,
        in_force(today),
    )
    return set(db.session.scalars(found))


def _cancel_invitations(organisation_id: int, at: datetime) -> int:
    mine = sa.select(Invitation).where(Invitation.organisation_id == organisation_id, *usable(at))
    found = db.session.scalars(mine.order_by(Invitation.id)).all()
    for invitation in found:
        invitation.cancelled_at = at
        audit.record(None, "invitation.cancelled", invitation, at=at)
    return len(found)
