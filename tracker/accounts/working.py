"""Who works in many organisations at once, to be told something; for notices, not for pages."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation, Person
from tracker.accounts.standing import goes_on_as, in_force
from tracker.core.db import db


def active_people(
    organisation_ids: Collection[int], *, today: date
) -> dict[int, list[tuple[Person, bool]]]:
    """People of these organisations who can be told something, by organisation and id.

    Those of one that was joined to another are that one's. Beside each stands whether they may
    invite; an organisation without anybody has no entry.
    """
    rows = db.session.execute(
        sa.select(Organisation.id, Person, Membership.may_invite)
        .join(Membership, Membership.organisation_id == goes_on_as())
        .join(Person, Membership.person_id == Person.id)
        .where(
            Organisation.id.in_(organisation_ids),
            in_force(today),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id, Membership.may_invite.desc(), Membership.id)
    )
    found: dict[int, dict[Person, bool]] = {}
    for organisation_id, person, may_invite in rows:
        found.setdefault(organisation_id, {}).setdefault(person, may_invite)
    return {key: list(people.items()) for key, people in found.items()}
