"""Where somebody belongs, asked at the door, before there is a viewer."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force
from tracker.core.db import db


def roles_of(person_id: int, *, today: date) -> set[Role]:
    """The roles this person has today."""
    mine = sa.select(Membership.role).where(Membership.person_id == person_id, in_force(today))
    return set(db.session.scalars(mine))


def organisations_of(person_id: int) -> Sequence[Organisation]:
    """Everywhere this person belongs or belonged, by key."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.id.in_(
                sa.select(Membership.organisation_id).where(Membership.person_id == person_id)
            )
        )
        .order_by(Organisation.id)
    ).all()


def words_about(person: Person) -> list[str]:
    """Names that somebody who guesses this person's password would try."""
    places = [one.name_ja for one in organisations_of(person.id)]
    return [*person.name.split(), *places]
