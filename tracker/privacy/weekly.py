"""What the rules of unusual reading look at, read from the traces and the log."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation, OrganisationArea, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force, is_open
from tracker.cases.models import Case
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.traces import AccessTrace, How
from tracker.privacy import policy
from tracker.privacy.exports.models import Export

TEXTS = ("cases", "issues", "candidates", "meetings", "redactions")


def openings(
    towns: frozenset[int], since: datetime, until: datetime
) -> list[sa.Row[*tuple[Any, ...]]]:
    """When, person, table, key, and the area of a case: of these towns in this time, by time."""
    area = sa.case((AccessTrace.subject == "cases", Case.area_id))
    statement = (
        sa.select(
            AccessTrace.at, AccessTrace.person_id, AccessTrace.subject, AccessTrace.subject_id, area
        )
        .outerjoin(Case, Case.id == AccessTrace.subject_id)
        .where(*_texts_opened(towns), AccessTrace.at >= since, AccessTrace.at < until)
        .order_by(AccessTrace.at, AccessTrace.id)
    )
    return list(db.session.execute(statement))


def _texts_opened(towns: frozenset[int]) -> tuple[sa.ColumnElement[bool], ...]:
    """Texts that were opened: not lists, refusals, or pages of people and of the log."""
    opened = AccessTrace.how == How.OPENED
    return policy.opened_of(towns), opened, AccessTrace.subject.in_(TEXTS)


def opening_counts(towns: frozenset[int], since: datetime, until: datetime) -> dict[int, int]:
    """Person → openings of texts of these towns in this time; nobody without any."""
    statement = (
        sa.select(AccessTrace.person_id, sa.func.count(AccessTrace.id))
        .where(*_texts_opened(towns), AccessTrace.at >= since, AccessTrace.at < until)
        .group_by(AccessTrace.person_id)
    )
    return dict(db.session.execute(statement).all())


def reveals(towns: frozenset[int], since: datetime, until: datetime) -> dict[int, int]:
    """Person → cases of these towns of which they asked for the office's name in this time."""
    statement = (
        sa.select(AuditEntry.actor_id, sa.func.count(AuditEntry.subject_id.distinct()))
        .where(
            AuditEntry.chain.in_(towns),
            AuditEntry.verb == "case.office_revealed",
            AuditEntry.actor_id.is_not(None),
            AuditEntry.at >= since,
            AuditEntry.at < until,
        )
        .group_by(AuditEntry.actor_id)
    )
    rows = db.session.execute(statement)
    return {key: count for key, count in rows if key is not None}


def files(towns: frozenset[int], since: datetime, until: datetime) -> dict[int, int]:
    """Person → files and papers taken out in these towns in this time."""
    statement = (
        sa.select(Export.person_id, sa.func.count(Export.id))
        .where(Export.municipality_id.in_(towns), Export.taken_at >= since, Export.taken_at < until)
        .group_by(Export.person_id)
    )
    return dict(db.session.execute(statement).all())


def centre_areas(people: Collection[int], *, on: date) -> dict[int, frozenset[int]]:
    """Areas of the centres they work in; who has any other role is left out."""
    roles = (
        sa.select(Membership.person_id, Membership.role, OrganisationArea.area_id)
        .outerjoin(OrganisationArea, OrganisationArea.organisation_id == Membership.organisation_id)
        .where(Membership.person_id.in_(people), in_force(on))
        .order_by(Membership.id, OrganisationArea.area_id)
    )
    areas: dict[int, set[int]] = defaultdict(set)
    others = set()
    for row in db.session.execute(roles):
        if row.role is Role.CENTRE:
            areas[row.person_id] |= {row.area_id} - {None}
        else:
            others.add(row.person_id)
    return {one: frozenset(found) for one, found in areas.items() if one not in others}


def privacy_officers(*, today: date) -> dict[int, list[Person]]:
    """Town → its privacy officers, by id; towns without one are left out."""
    statement = (
        sa.select(Organisation.municipality_id, Person)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.role == Role.PRIVACY,
            in_force(today),
            is_open(today),
            Person.disabled_at.is_(None),
        )
        .order_by(Organisation.municipality_id, Person.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for town, person in db.session.execute(statement):
        if person not in found[town]:
            found[town].append(person)
    return dict(found)


def names_of(people: Collection[int]) -> dict[int, str]:
    """Person → name."""
    statement = sa.select(Person.id, Person.name).where(Person.id.in_(people))
    return dict(db.session.execute(statement).all())
