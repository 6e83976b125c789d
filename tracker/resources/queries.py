"""Reading the directory: the list, one resource, and what serves a need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Area, Membership, Municipality, Organisation
from tracker.accounts.viewer import Viewer
from tracker.core import text
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.core.paging import Rows
from tracker.resources import policy
from tracker.resources.models import (
    LIFELONG,
    USABLE,
    Resource,
    ResourceActType,
    ResourceArea,
    ResourceStatus,
    assured_since,
    is_stale,
)
from tracker.taxonomy.models import ActType, Code, CodeList


@dataclass(frozen=True)
class ResourceFilter:
    """What the directory is narrowed to; everything empty: all that has not ended."""

    query: str = ""
    category: str = ""
    act_type: str = ""
    area_id: int | None = None
    lately: bool = False  # only what was assured lately
    ended: bool = False  # also what has ended


def resources(viewer: Viewer, wanted: ResourceFilter, *, today: date) -> Rows:
    """Resources the viewer may know of, to page by id."""
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
            Code.name_ja.label("category_ja"),
            Code.name_en.label("category_en"),
        )
        .outerjoin(Code, category)
        .where(policy.visible_to(viewer), *_narrowed(wanted, today))
    )


def _narrowed(wanted: ResourceFilter, today: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        Resource.search_text.contains(word, autoescape=True) for word in text.words(wanted.query)
    ]
    if wanted.category:
        conditions.append(Resource.category == wanted.category)
    if wanted.act_type:
        conditions.append(_serves_type(wanted.act_type))
    if wanted.area_id is not None:
        conditions.append(_serves_area(wanted.area_id))
    if wanted.lately:
        conditions.append(Resource.assured_on >= assured_since(today))
    if not wanted.ended:
        conditions.append(Resource.status != ResourceStatus.ENDED)
    return conditions


def _serves_type(code: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ResourceActType.resource_id == Resource.id, ResourceActType.act_type_code == code
    )


def _serves_area(area_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ResourceArea.resource_id == Resource.id, ResourceArea.area_id == area_id
    )


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
    """The resource with its town, areas, and act types with their families.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Resource)
        .where(Resource.id == resource_id, policy.visible_to(viewer))
        .options(
            joinedload(Resource.municipality),
            selectinload(Resource.areas),
            selectinload(Resource.act_types).joinedload(ActType.family),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True)
class ResourcePage:
    """A resource as one viewer may read it."""

    resource: Resource
    assured_by: str  # the organisation of whoever made sure; "" when nobody did
    stale: bool
    may_edit: bool
    families: list[tuple[str, list[ActType]]] = field(default_factory=list)


def resource_page(viewer: Viewer, resource_id: int, *, today: date) -> ResourcePage:
    """The resource, who made sure of it last, and its act types by family.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    resource = get_resource(viewer, resource_id)
    families: dict[str, list[ActType]] = {}
    for act_type in resource.act_types:
        families.setdefault(named(act_type.family), []).append(act_type)
    return ResourcePage(
        resource=resource,
        assured_by=_organisation_of_assurer(resource),
        stale=resource.is_stale(today),
        may_edit=policy.can_edit(viewer, resource),
        families=list(families.items()),
    )


def _organisation_of_assurer(resource: Resource) -> str:
    """The keeper's organisation in the town: a directory names bodies, not persons."""
    found = db.session.scalars(
        sa.select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == resource.assured_by_id,
            Membership.role.in_(policy.KEEPERS),
            Organisation.municipality_id == resource.municipality_id,
        )
        .order_by(Membership.id.desc())
        .limit(1)
    ).one_or_none()
    return named(found) if found else ""


def choices(viewer: Viewer) -> list[tuple[int, str]]:
    """Resources that have not ended, as choices by id."""
    rows = db.session.execute(
        sa.select(Resource.id, Resource.name_ja, Resource.name_en)
        .where(policy.visible_to(viewer), Resource.status != ResourceStatus.ENDED)
        .order_by(Resource.id)
    )
    return [(row.id, named(row)) for row in rows]


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
    too_expensive: bool  # for the ability to pay that was said


# What somebody can pay for, by list ability_to_pay; every other answer: anything.
AFFORDABLE = {"NONE": frozenset({"FREE"}), "PARTLY": frozenset({"FREE", "PAID_VOL"})}


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

    What the person can pay for comes first, then what somebody made sure of lately, the latest
    first of all.

    :param band: ability to pay, a code of its list; None: not asked
    """
    affordable = AFFORDABLE.get(band or "")
    dear = Resource.fee.not_in(affordable) if affordable is not None else sa.false()
    conditions = [
        policy.visible_to(viewer),
        Resource.status.in_(sorted(USABLE)),
        _serves_type(act_type_code),
    ]
    if area_id is not None:
        conditions.append(_serves_area(area_id))
    rows = db.session.execute(
        sa.select(
            Resource.id,
            Resource.name_ja,
            Resource.name_en,
            Resource.content,
            Resource.cost,
            Resource.how_to_apply,
            Resource.contact,
            Resource.assured_on,
            Resource.status,
            Resource.category,
            sa.case((dear, 1), else_=0).label("dear"),
        )
        .where(*conditions)
        .order_by("dear", Resource.assured_on.desc().nulls_last(), Resource.id)
        .limit(limit)
    ).all()
    return [_serving(row, today) for row in rows]


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
        too_expensive=bool(row.dear),
    )


def areas_by_id(area_ids: Iterable[int]) -> Sequence[Area]:
    """These areas, by code. For the service, which checks the towns."""
    return db.session.scalars(
        sa.select(Area).where(Area.id.in_(list(area_ids))).order_by(Area.code)
    ).all()
