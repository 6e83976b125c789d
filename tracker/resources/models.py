"""A resource of a town, formal or informal."""

import enum
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Area, Municipality
from tracker.core.db import BilingualName, FreeText, Model, Timestamps, Versioned
from tracker.taxonomy.models import ActType

STALE_AFTER_DAYS = 180  # assured longer ago: shown as not confirmed, and sinks in results
TEXT_LENGTH = 400
LINE_LENGTH = 120
SEARCH_LENGTH = 4000

# Contracts for life: what they say has to be read before one is recommended.
# Source: committee on care management, 24 June 2024.
LIFELONG = "RS_GUAR"


class ResourceStatus(enum.StrEnum):
    """Can it be used?"""

    PLANNED = "planned"
    TRIAL = "trial"
    LIVE = "live"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return RESOURCE_LABELS[self]


RESOURCE_LABELS: dict[ResourceStatus, LazyString] = {
    ResourceStatus.PLANNED: _l("Being prepared"),
    ResourceStatus.TRIAL: _l("On trial"),
    ResourceStatus.LIVE: _l("In use"),
    ResourceStatus.SUSPENDED: _l("Paused"),
    ResourceStatus.ENDED: _l("Ended"),
}

USABLE = frozenset({ResourceStatus.TRIAL, ResourceStatus.LIVE})
# What an entry may be written as; it ends by a step of its own.
OPEN = tuple(status for status in ResourceStatus if status is not ResourceStatus.ENDED)


def assured_since(today: date) -> date:
    """The first day on which an assurance still counts."""
    return today - timedelta(days=STALE_AFTER_DAYS)


def is_stale(assured_on: date | None, today: date) -> bool:
    """Was it last assured too long ago, or never?"""
    return assured_on is None or assured_on < assured_since(today)


class ResourceArea(Model):
    """The resource serves this area."""

    __tablename__ = "resource_areas"

    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("areas.id"), primary_key=True, index=True)


class ResourceActType(Model):
    """The resource can take over this act type."""

    __tablename__ = "resource_act_types"

    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"), primary_key=True)
    act_type_code: Mapped[str] = mapped_column(
        sa.ForeignKey("act_types.code"), primary_key=True, index=True
    )


class Resource(Timestamps, Versioned, BilingualName, Model):
    """Something that can help: a service, a shop's van, a group, a rule, a leaflet."""

    __tablename__ = "resources"
    __table_args__ = (sa.Index("ix_resources_municipality", "municipality_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    category: Mapped[str] = mapped_column(sa.String(20))  # codes, list resource_category
    provider_type: Mapped[str] = mapped_column(sa.String(20))  # codes, list provider_type
    provider_name: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))
    formality: Mapped[str] = mapped_column(sa.String(20))  # codes, list formality
    fee: Mapped[str] = mapped_column(sa.String(20))  # codes, list fee
    content: Mapped[str] = mapped_column(FreeText(TEXT_LENGTH))  # what it does, for whom
    hours: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))
    cost: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))  # in words: "500円／30分"
    how_to_apply: Mapped[str] = mapped_column(FreeText(TEXT_LENGTH))
    contact: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))  # of the office, never of a person
    search_text: Mapped[str] = mapped_column(sa.String(SEARCH_LENGTH), default="")  # folded
    status: Mapped[ResourceStatus] = mapped_column(default=ResourceStatus.LIVE)
    assured_on: Mapped[date | None]  # last day somebody made sure that all this is true
    assured_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    areas: Mapped[list[Area]] = relationship(
        secondary="resource_areas", lazy="raise", order_by="Area.code"
    )
    act_types: Mapped[list[ActType]] = relationship(
        secondary="resource_act_types", lazy="raise", order_by="ActType.code"
    )

    def is_stale(self, today: date) -> bool:
        """Was it last assured too long ago, or never?"""
        return is_stale(self.assured_on, today)

    @property
    def is_lifelong(self) -> bool:
        """Is it a contract for life, whose clauses have to be read before recommending it?"""
        return self.category == LIFELONG
