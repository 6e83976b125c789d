"""What the directory is narrowed to, and what stands first in it: conditions, and no statement."""

import enum
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.core import text
from tracker.resources.models import (
    DOUBTED_FROM,
    LIFELONG,
    USABLE,
    Capacity,
    Resource,
    ResourceActType,
    ResourceArea,
    ResourceCost,
    ResourceSlot,
    ResourceStatus,
    Tier,
    assured_since,
)
from tracker.taxonomy.models import ActType

INFORMAL = "INFORMAL"  # list formality
FREE = "FREE"  # list fee
FAMILY_LETTERS = 2


class When(enum.StrEnum):
    """When help is needed."""

    WEEKDAY = "weekday"
    EVENING = "evening"
    NIGHT = "night"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return WHEN_LABELS[self]


WHEN_LABELS: dict[When, LazyString] = {
    When.WEEKDAY: _l("On a weekday"),
    When.EVENING: _l("After 6 in the evening"),
    When.NIGHT: _l("At night, 10 to 6"),
    When.SATURDAY: _l("On Saturday"),
    When.SUNDAY: _l("On Sunday or a holiday"),
}


class Pays(enum.StrEnum):
    """What somebody can pay, as a price list knows it."""

    NOTHING = "nothing"
    WELFARE = "welfare"
    NO_TAX = "no_tax"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return PAYS_LABELS[self]


PAYS_LABELS: dict[Pays, LazyString] = {
    Pays.NOTHING: _l("Free for everyone"),
    Pays.WELFARE: _l("Free or reduced on public assistance"),
    Pays.NO_TAX: _l("Free or reduced when exempt from resident tax"),
}


@dataclass(frozen=True)
class ResourceFilter:
    """What the directory is narrowed to; everything empty: all that has not ended."""

    query: str = ""
    category: str = ""
    act_type: str = ""  # or the two letters of a family
    area_id: int | None = None
    when: When | None = None
    pays: Pays | None = None
    informal: bool = False  # only what rests on no scheme
    open_now: bool = False  # only what takes somebody new
    lately: bool = False  # only what was assured lately
    stale: bool = False  # only what was not
    ended: bool = False  # also what has ended


def conditions(wanted: ResourceFilter, today: date) -> list[sa.ColumnElement[bool]]:
    """What a row has to be; [] lets everything through."""
    found: list[sa.ColumnElement[bool]] = [
        Resource.search_text.contains(word, autoescape=True) for word in text.words(wanted.query)
    ]
    if wanted.category:
        found.append(Resource.category == wanted.category)
    if wanted.act_type:
        found.append(serves_type(wanted.act_type))
    if wanted.area_id is not None:
        found.append(serves_area(wanted.area_id))
    if not wanted.ended:
        found.append(Resource.status != ResourceStatus.ENDED)
    return [*found, *_terms(wanted, today)]


def _terms(wanted: ResourceFilter, today: date) -> list[sa.ColumnElement[bool]]:
    """When, for how much, and how sure one can be."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.when is not None:
        found.append(_open_when(wanted.when))
    if wanted.pays is not None:
        found.append(_payable(wanted.pays))
    if wanted.informal:
        found.append(Resource.formality == INFORMAL)
    if wanted.open_now:
        found.append(Resource.capacity == Capacity.FREE)
    if wanted.lately:
        found.append(Resource.assured_on >= assured_since(today))
    if wanted.stale:
        found.append(is_stale(today))
    return found


def serves_type(code: str) -> sa.ColumnElement[bool]:
    """It takes over this act type, or with two letters anything of this family."""
    if len(code) == FAMILY_LETTERS:
        of_family = sa.select(ActType.code).where(ActType.family_code == code)
        return sa.exists().where(
            ResourceActType.resource_id == Resource.id, ResourceActType.act_type_code.in_(of_family)
        )
    return sa.exists().where(
        ResourceActType.resource_id == Resource.id, ResourceActType.act_type_code == code
    )


def serves_area(area_id: int) -> sa.ColumnElement[bool]:
    """It serves this area."""
    return sa.exists().where(
        ResourceArea.resource_id == Resource.id, ResourceArea.area_id == area_id
    )


def recommendable() -> sa.ColumnElement[bool]:
    """The same as `Resource.may_be_recommended`, in SQL."""
    return sa.or_(Resource.category != LIFELONG, Resource.checked_on.is_not(None))


def is_stale(today: date, row: Any = Resource) -> sa.ColumnElement[bool]:
    """The same as `Resource.is_stale`, in SQL."""
    return sa.or_(row.assured_on.is_(None), row.assured_on < assured_since(today))


def costs_nothing(*tiers: Tier) -> sa.ColumnElement[bool]:
    """It is free for one of these groups."""
    return sa.exists().where(
        ResourceCost.resource_id == Resource.id,
        ResourceCost.tier.in_(tiers),
        ResourceCost.yen == 0,
    )


def rank(today: date, row: Any = Resource) -> sa.ColumnElement[int]:
    """The larger the surer: 4 assured and open, 3 full or in doubt, 2 stale, 1 paused, 0 ended."""
    unread = sa.and_(row.category == LIFELONG, row.checked_on.is_(None))
    doubtful = sa.or_(row.doubts >= DOUBTED_FROM, row.capacity == Capacity.FULL, unread)
    return sa.case(
        (row.status == ResourceStatus.ENDED, 0),
        (row.status.not_in(sorted(USABLE)), 1),
        (is_stale(today, row), 2),
        (doubtful, 3),
        else_=4,
    )


def _open_when(when: When) -> sa.ColumnElement[bool]:
    days = ResourceSlot.days
    fits = {
        When.WEEKDAY: sa.or_(*(days.contains(day) for day in ("MO", "TU", "WE", "TH", "FR"))),
        When.EVENING: ResourceSlot.closes > 18 * 60,
        When.NIGHT: sa.or_(ResourceSlot.closes > 22 * 60, ResourceSlot.opens < 6 * 60),
        When.SATURDAY: days.contains("SA"),
        When.SUNDAY: sa.or_(days.contains("SU"), days.contains("PH")),
    }
    return sa.exists().where(ResourceSlot.resource_id == Resource.id, fits[when])


def _payable(pays: Pays) -> sa.ColumnElement[bool]:
    free = sa.or_(Resource.fee == FREE, costs_nothing(Tier.EVERYONE))
    if pays is Pays.NOTHING:
        return free
    tier = Tier.WELFARE if pays is Pays.WELFARE else Tier.NO_TAX
    reduced = sa.exists().where(ResourceCost.resource_id == Resource.id, ResourceCost.tier == tier)
    return sa.or_(free, reduced)
