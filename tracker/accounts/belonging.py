"""Where somebody belongs: asked at the door, and before anything about them is changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation, OrganisationArea, Person
from tracker.accounts.policy import ROLES_OF, Place
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


def places_of(person_id: int, *, today: date) -> list[Place]:
    """What the person is today or will be, by membership; asked before they are helped or changed.

    [] for somebody who belongs nowhere any more.
    """
    rows = db.session.execute(
        sa.select(Organisation, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == person_id,
            sa.or_(Membership.until_on.is_(None), Membership.until_on >= today),
        )
        .order_by(Membership.id)
    ).all()
    areas = areas_by_body([row[0].id for row in rows])
    return [Place(body, role, areas.get(body.id, frozenset())) for body, role in rows]


def areas_by_body(organisation_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The areas of each of these organisations; those without any are left out."""
    rows = db.session.execute(
        sa.select(OrganisationArea.organisation_id, OrganisationArea.area_id)
        .where(OrganisationArea.organisation_id.in_(organisation_ids))
        .order_by(OrganisationArea.organisation_id, OrganisationArea.area_id)
    )
    found: dict[int, set[int]] = {}
    for organisation_id, area_id in rows:
        found.setdefault(organisation_id, set()).add(area_id)
    return {key: frozenset(ids) for key, ids in found.items()}


def unfit(*, today: date) -> list[str]:
    """Memberships, today's and later, in a role that their kind of body does not have; in words."""
    rows = db.session.execute(
        sa.select(Person.login, Membership.role, Organisation.name_ja, Organisation.kind)
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            sa.or_(Membership.until_on.is_(None), Membership.until_on >= today),
            *(
                sa.or_(Organisation.kind != kind, Membership.role.not_in(roles))
                for kind, roles in ROLES_OF.items()
            ),
        )
        .order_by(Membership.id)
    )
    return [
        f"{row.login} is {row.role.value} in {row.name_ja} ({row.kind.value}), which has no such "
        "role: give another one on the person's page, or end it"
        for row in rows
    ]


def words_about(person: Person) -> list[str]:
    """Names that somebody who guesses this person's password would try."""
    return words_of(person.name, organisations_of(person.id))


def words_of(name: str, places: Iterable[Organisation]) -> list[str]:
    """The same for somebody who has no account yet: their name, and what their places are called.

    A place by its names in both languages, their parts, its reading and its number.
    """
    of_places = [
        text
        for place in places
        for called in (place.name_ja, place.name_en, place.kana, place.office_no or "")
        for text in (called, *called.split())
    ]
    return [word for word in (name, *name.split(), *of_places) if len(word) > 1]
