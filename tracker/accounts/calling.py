"""Whom to call about a letter or a link: a body of the town, by name and telephone."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.accounts.models import Membership, Municipality, Organisation, OrganisationKind
from tracker.core.db import db


@dataclass(frozen=True)
class Contact:
    """A body as strangers are told of it: town and division, telephone, mail address."""

    town: str
    name: str  # with the town before it
    phone: str
    mail: str


def contact_of(organisation_id: int) -> Contact:
    """How this body is named and reached; telephone and mail are empty where none is entered."""
    body, town = db.session.execute(
        sa.select(Organisation, Municipality.name_ja)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(Organisation.id == organisation_id)
    ).one()
    return _contact(body, town)


def who_invited(person_id: int, town_id: int) -> Contact | None:
    """The body in which somebody works who invited others in this town.

    Where they have left it, or were the administrator of the system, it is the first department of
    the town; None when there is none.
    """
    where_they_work = sa.select(Membership.organisation_id).where(Membership.person_id == person_id)
    theirs = Organisation.id.in_(where_they_work)
    row = db.session.execute(
        sa.select(Organisation, Municipality.name_ja)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(
            Organisation.municipality_id == town_id,
            sa.or_(theirs, Organisation.kind == OrganisationKind.OFFICE),
        )
        .order_by(sa.case((theirs, 0), else_=1), Organisation.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _contact(row[0], row[1])


def _contact(body: Organisation, town: str) -> Contact:
    # Letters are read by people who know the town, not the system: its Japanese name leads.
    name = body.name_ja if body.name_ja.startswith(town) else f"{town} {body.name_ja}"
    return Contact(town, name, body.phone, body.mail or "")
