"""Reading the directory: the list, one resource, and what serves a need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from tracker.accounts.models import Area, Municipality
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.core.paging import Rows
from tracker.resources import narrowing, policy
from tracker.resources.models import (
    AFFORDABLE_FEES,
    DOUBTED_FROM,
    LIFELONG,
    USABLE,
    Capacity,
    Resource,
    ResourceArea,
    ResourceStatus,
    Tier,
    is_stale,
)
from tracker.resources.narrowing import ResourceFilter
from tracker.taxonomy.models import ActType, Code, CodeList


def resources(viewer: Viewer, wanted: ResourceFilter, *, today: date) -> Rows:
    """Resources the viewer may know of, to page by `narrowing.rank`, the surest first."""
    category = sa.and_(Code.list == CodeList.RESOURCE_CATEGORY, Code.code == Resource.category)
    return (
        sa.select(
            Resource.id,
            Resource.name_ja,
            Resource.name_en,
            Resource.provider_name,
            Resource.fee,
            Resource.cost,
            Resource.status,
            Resource.assured_on,
            Resource.capacity,
            Resource.capacity_on,
            Resource.doubts,
            sa.not_(narrowing.recommendable()).label("unread"),
            Code.name_ja.label("category_ja"),
            Code.name_en.label("category_en"),
        )
        .outerjoin(Code, category)
        .where(policy.visible_to(viewer), *narrowing.conditions(wanted, today))
    )


def rank_of(resource_id: int, today: date) -> sa.ScalarSelect[int]:
    """Where this entry stands in the list, for going on from it."""
    row = aliased(Resource)
    return sa.select(narrowing.rank(today, row)).where(row.id == resource_id).scalar_subquery()


def areas_of(viewer: Viewer, resource_ids: Iterable[int]) -> dict[int, list[str]]:
    """Names of the areas of these resources, by resource, in order; one statement."""
    rows = db.session.execute(
        sa.select(ResourceArea.resource_id, Area.name_ja, Area.name_en)
        .join(Area, Area.id == ResourceArea.area_id)
        .join(Resource, Resource.id == ResourceArea.resource_id)
        .where(ResourceArea.resource_id.in_(list(resource_ids)), policy.visible_to(viewer))
        .order_by(Area.code)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.resource_id, []).append(named(row))
    return found


def areas_seen(viewer: Viewer) -> list[tuple[int, str]]:
    """Areas of the towns whose directory the viewer may look in, by code."""
    return _areas_in(policy.towns_seen(viewer))


def areas_kept(viewer: Viewer) -> list[tuple[int, str]]:
    """Areas of the towns whose directory the viewer keeps, by code."""
    return _areas_in(policy.towns_kept(viewer))


def _areas_in(towns: frozenset[int]) -> list[tuple[int, str]]:
    rows = db.session.execute(
        sa.select(
            Area.id,
            Area.name_ja,
            Area.name_en,
            Municipality.name_ja.label("town_ja"),
            Municipality.name_en.label("town_en"),
        )
        .join(Municipality, Municipality.id == Area.municipality_id)
        .where(Area.municipality_id.in_(towns))
        .order_by(Area.code)
    ).all()
    several = len({row.town_ja for row in rows}) > 1
    return [
        (row.id, f"{named(row, 'town')} {named(row)}" if several else named(row)) for row in rows
    ]


def get_resource(viewer: Viewer, resource_id: int) -> Resource:
    """The resource with its town, areas, hours, costs, contacts, checklist and act types.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Resource)
        .where(Resource.id == resource_id, policy.visible_to(viewer))
        .options(
            joinedload(Resource.municipality),
            selectinload(Resource.areas),
            selectinload(Resource.slots),
            selectinload(Resource.costs),
            selectinload(Resource.contacts),
            selectinload(Resource.points),
            selectinload(Resource.act_types).joinedload(ActType.family),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def catalogue(viewer: Viewer, wanted: ResourceFilter, *, today: date) -> Sequence[Resource]:
    """Entries to take along, the surest first, at most MOST_TAKEN; a fixed number of statements."""
    return db.session.scalars(
        sa.select(Resource)
        .where(policy.visible_to(viewer), *narrowing.conditions(wanted, today))
        .options(
            joinedload(Resource.municipality),
            selectinload(Resource.areas),
            selectinload(Resource.act_types),
            selectinload(Resource.slots),
            selectinload(Resource.costs),
            selectinload(Resource.contacts),
        )
        .order_by(narrowing.rank(today).desc(), Resource.id.desc())
        .limit(MOST_TAKEN)
    ).all()


def choices(viewer: Viewer) -> list[tuple[int, str]]:
    """Resources that have not ended, as choices by id."""
    rows = db.session.execute(
        sa.select(Resource.id, Resource.name_ja, Resource.name_en)
        .where(policy.visible_to(viewer), Resource.status != ResourceStatus.ENDED)
        .order_by(Resource.id)
    )
    return [(row.id, named(row)) for row in rows]


MOST_TAKEN = 2000  # entries of one file
# What somebody can pay for, by list ability_to_pay; every other answer: anything.
AFFORDABLE = {"NONE": frozenset({"FREE"}), "PARTLY": AFFORDABLE_FEES}
SERVING_COLUMNS = (
    *("id", "name_ja", "name_en", "content", "cost", "how_to_apply", "contact", "assured_on"),
    *("status", "category", "capacity", "capacity_on", "doubts"),
)


@dataclass(frozen=True)
class Serving:
    """A resource that may meet a need, with what is needed to ask for it."""

    id: int
    name_ja: str
    name_en: str
    content: str
    cost: str
    how_to_apply: str
    contact: str
    stale: bool
    assured_on: date | None
    is_trial: bool
    is_lifelong: bool
    capacity: Capacity
    capacity_on: date | None
    doubted: bool  # it did not work for several offices since it was assured
    too_expensive: bool  # for the ability to pay that was said


def names(viewer: Viewer, resource_ids: Iterable[int]) -> dict[int, str]:
    """Names of these resources as far as the viewer may know of them; no statement without keys."""
    wanted = sorted(set(resource_ids))
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(Resource.id, Resource.name_ja, Resource.name_en).where(
            Resource.id.in_(wanted), policy.visible_to(viewer)
        )
    )
    return {row.id: named(row) for row in rows}


def serving(
    viewer: Viewer,
    act_type_code: str,
    area_id: int | None = None,
    *,
    today: date,
    band: str | None = None,
    limit: int = 5,
) -> list[Serving]:
    """What can be used now for this type, in this area if one is given; one statement.

    What the person can pay for comes first, then what takes people and did not fail, then what
    somebody made sure of lately, the latest first. A lifelong-support business whose checklist is
    not complete is left out.

    :param band: ability to pay, a code of its list; None: not asked
    """
    dear, rank = _too_dear(band), narrowing.rank(today)
    conditions = [
        policy.visible_to(viewer),
        Resource.status.in_(sorted(USABLE)),
        narrowing.recommendable(),
        narrowing.serves_type(act_type_code),
    ]
    if area_id is not None:
        conditions.append(narrowing.serves_area(area_id))
    rows = db.session.execute(
        sa.select(
            *(getattr(Resource, name) for name in SERVING_COLUMNS),
            sa.case((dear, 1), else_=0).label("dear"),
        )
        .where(*conditions)
        .order_by("dear", rank.desc(), Resource.assured_on.desc().nulls_last(), Resource.id)
        .limit(limit)
    ).all()
    return [_serving(row, today) for row in rows]


def _too_dear(band: str | None) -> sa.ColumnElement[bool]:
    """It costs more than can be paid; what is free for people with little is not too dear."""
    affordable = AFFORDABLE.get(band or "")
    if affordable is None:
        return sa.false()
    free = narrowing.costs_nothing(Tier.EVERYONE, Tier.WELFARE, Tier.NO_TAX)
    return sa.and_(Resource.fee.not_in(affordable), sa.not_(free))


def _serving(row: sa.Row[*tuple[object, ...]], today: date) -> Serving:
    return Serving(
        id=row.id,
        name_ja=row.name_ja,
        name_en=row.name_en,
        content=row.content,
        cost=row.cost,
        how_to_apply=row.how_to_apply,
        contact=row.contact,
        stale=is_stale(row.assured_on, today),
        assured_on=row.assured_on,
        is_trial=row.status is ResourceStatus.TRIAL,
        is_lifelong=row.category == LIFELONG,
        capacity=row.capacity,
        capacity_on=row.capacity_on,
        doubted=row.doubts >= DOUBTED_FROM,
        too_expensive=bool(row.dear),
    )


def areas_by_id(area_ids: Iterable[int]) -> Sequence[Area]:
    """These areas, by code. For the service, which checks the towns."""
    return db.session.scalars(
        sa.select(Area).where(Area.id.in_(list(area_ids))).order_by(Area.code)
    ).all()
