"""Which towns may be set up, what they are made of, and what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import (
    Area,
    Invitation,
    Membership,
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    TownSetUp,
)
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force, is_open
from tracker.accounts.towns import policy
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError

MOST_FOUND = 30


def town_to_set_up(viewer: Viewer, town_id: int) -> Municipality:
    """The town, when the viewer may set it up.

    :raises NotFoundError: otherwise
    """
    found = db.session.scalars(
        sa.select(Municipality).where(Municipality.id == town_id, policy.towns_visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def towns_begun(viewer: Viewer) -> Sequence[Municipality]:
    """Towns the viewer may set up in which there is an organisation or a start, by code."""
    begun = sa.select(TownSetUp.municipality_id)
    peopled = sa.select(Organisation.municipality_id)
    return db.session.scalars(
        sa.select(Municipality)
        .where(
            policy.towns_visible_to(viewer),
            sa.or_(Municipality.id.in_(begun), Municipality.id.in_(peopled)),
        )
        .order_by(Municipality.code)
        .limit(MOST_FOUND)
    ).all()


def towns_called(viewer: Viewer, words: str) -> Sequence[Municipality]:
    """Towns the viewer may set up whose name, kana or code begins so, by code; at most 30."""
    if not words:
        return []
    begins = [
        column.startswith(words, autoescape=True)
        for column in (Municipality.name_ja, Municipality.kana, Municipality.code)
    ]
    return db.session.scalars(
        sa.select(Municipality)
        .where(policy.towns_visible_to(viewer), sa.or_(*begins))
        .order_by(Municipality.code)
        .limit(MOST_FOUND)
    ).all()


@dataclass(frozen=True)
class Counts:
    """What there is of a town, counted in one statement."""

    areas: int
    areas_without_centre: int
    centres: int
    departments: int
    offices: int
    offices_without_area: int
    offices_with_people: int
    invited: int
    centres_with_people: int
    silent_centre: int | None  # the first without a telephone
    silent_department: int | None
    is_finished: bool


def counts(town_id: int, *, today: date) -> Counts:
    """How far the town is."""
    here = sa.and_(Organisation.municipality_id == town_id, is_open(today))
    served = (
        sa.select(OrganisationArea.area_id)
        .join(Organisation, Organisation.id == OrganisationArea.organisation_id)
        .where(Organisation.kind == OrganisationKind.CENTRE, is_open(today))
    )
    placed = sa.select(OrganisationArea.organisation_id)
    peopled = sa.select(Membership.organisation_id).where(in_force(today))
    agency = sa.and_(here, Organisation.kind == OrganisationKind.AGENCY)
    invited = (
        sa.select(sa.func.count(sa.distinct(Invitation.organisation_id)))
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(here, Invitation.role == Role.AGENCY)
    )
    row: Any = db.session.execute(
        sa.select(
            _count(Area.id, Area.municipality_id == town_id),
            _count(Area.id, Area.municipality_id == town_id, Area.id.not_in(served)),
            _count(Organisation.id, here, Organisation.kind == OrganisationKind.CENTRE),
            _count(Organisation.id, here, Organisation.kind == OrganisationKind.OFFICE),
            _count(Organisation.id, agency),
            _count(Organisation.id, agency, Organisation.id.not_in(placed)),
            _count(Organisation.id, agency, Organisation.id.in_(peopled)),
            invited.scalar_subquery(),
            _count(
                Organisation.id,
                here,
                Organisation.kind == OrganisationKind.CENTRE,
                Organisation.id.in_(peopled),
            ),
            _silent(here, OrganisationKind.CENTRE),
            _silent(here, OrganisationKind.OFFICE),
            sa.exists().where(
                TownSetUp.municipality_id == town_id, TownSetUp.finished_at.is_not(None)
            ),
        )
    ).one()
    return Counts(*row)


def _silent(here: sa.ColumnElement[bool], kind: OrganisationKind) -> Any:
    """The first body of this kind that has no telephone."""
    found = sa.select(sa.func.min(Organisation.id))
    return found.where(here, Organisation.kind == kind, Organisation.phone == "").scalar_subquery()


def _count(column: Any, *conditions: sa.ColumnElement[bool]) -> Any:
    return sa.select(sa.func.count(column)).where(*conditions).scalar_subquery()


def areas_of_town(town_id: int) -> Sequence[Area]:
    """The areas of the town, by code."""
    return db.session.scalars(
        sa.select(Area).where(Area.municipality_id == town_id).order_by(Area.code)
    ).all()


@dataclass(frozen=True)
class Body:
    """An organisation of a town and the areas it serves or lies in."""

    organisation: Organisation
    area_ids: frozenset[int]


def bodies_of_town(town_id: int, *, today: date) -> list[Body]:
    """Centres, departments, councils and others of the town that are at work, by kind and key."""
    rows = db.session.execute(
        sa.select(Organisation, OrganisationArea.area_id)
        .outerjoin(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .where(
            Organisation.municipality_id == town_id,
            Organisation.kind != OrganisationKind.AGENCY,
            is_open(today),
        )
        .order_by(Organisation.kind, Organisation.id, OrganisationArea.area_id)
    )
    return _with_areas(rows)


def offices_of_town(town_id: int, *, today: date) -> sa.Select[Any]:
    """Care management offices of the town at work, to page by id, with the first area of each."""
    first = (
        sa.select(sa.func.min(OrganisationArea.area_id))
        .where(OrganisationArea.organisation_id == Organisation.id)
        .scalar_subquery()
    )
    return sa.select(
        Organisation.id,
        Organisation.name_ja,
        Organisation.name_en,
        Organisation.office_no,
        Organisation.address,
        first.label("area_id"),
    ).where(
        Organisation.municipality_id == town_id,
        Organisation.kind == OrganisationKind.AGENCY,
        is_open(today),
    )


def _with_areas(rows: Any) -> list[Body]:
    areas: dict[Organisation, set[int]] = {}
    for organisation, area_id in rows:
        areas.setdefault(organisation, set()).update({area_id} - {None})
    return [Body(organisation, frozenset(ids)) for organisation, ids in areas.items()]
