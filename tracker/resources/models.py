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
DOUBTED_FROM = 3  # so many offices for whom it did not work since: it sinks, and says so
TEXT_LENGTH = 400
LINE_LENGTH = 120
SEARCH_LENGTH = 4000
MAIL_LENGTH = 254
NOTE_LENGTH = 200
DAY_MINUTES = 24 * 60
MOST_YEN = 9_999_999
MOST_PLACES = 9_999

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


class Capacity(enum.StrEnum):
    """Does it take somebody new? Not knowing is an answer."""

    FREE = "free"
    WAITING = "waiting"
    FULL = "full"
    UNKNOWN = "unknown"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return CAPACITY_LABELS[self]


CAPACITY_LABELS: dict[Capacity, LazyString] = {
    Capacity.FREE: _l("Takes people now"),
    Capacity.WAITING: _l("Has a waiting list"),
    Capacity.FULL: _l("Full at present"),
    Capacity.UNKNOWN: _l("Not known whether it takes people"),
}


class Tier(enum.StrEnum):
    """For whom a price holds; what a household can pay decides whether a resource is one."""

    EVERYONE = "everyone"
    WELFARE = "welfare"
    NO_TAX = "no_tax"
    OTHER = "other"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return TIER_LABELS[self]


TIER_LABELS: dict[Tier, LazyString] = {
    Tier.EVERYONE: _l("Everyone"),
    Tier.WELFARE: _l("On public assistance"),
    Tier.NO_TAX: _l("Household exempt from resident tax"),
    Tier.OTHER: _l("Under another condition"),
}
TIER_RANK = {tier: index for index, tier in enumerate(Tier)}
AFFORDABLE_FEES = frozenset({"FREE", "PAID_VOL"})  # list fee: nothing, or a small sum as thanks


class ContactKind(enum.StrEnum):
    """How an office is reached; never a person."""

    PHONE = "phone"
    FAX = "fax"
    WEB = "web"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return CONTACT_LABELS[self]


CONTACT_LABELS: dict[ContactKind, LazyString] = {
    ContactKind.PHONE: _l("Telephone"),
    ContactKind.FAX: _l("Fax"),
    ContactKind.WEB: _l("Web page"),
}

# Days of the week as HSDS (iCalendar) writes them, and public holidays beside them.
WEEKDAYS: dict[str, LazyString] = {
    "MO": _l("Mon"),
    "TU": _l("Tue"),
    "WE": _l("Wed"),
    "TH": _l("Thu"),
    "FR": _l("Fri"),
    "SA": _l("Sat"),
    "SU": _l("Sun"),
    "PH": _l("Holidays"),
}


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


class ResourceSlot(Model):
    """Open on these days from minute to minute of the day; closing at 1440 is midnight."""

    __tablename__ = "resource_slots"
    __table_args__ = (
        sa.CheckConstraint(f"opens between 0 and {DAY_MINUTES - 1}", name="opens"),
        sa.CheckConstraint(f"closes between 1 and {DAY_MINUTES}", name="closes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"), index=True)
    days: Mapped[str] = mapped_column(sa.String(24))  # keys of WEEKDAYS, spaces between
    opens: Mapped[int]
    closes: Mapped[int]


class ResourceCost(Model):
    """What it costs for one group of people."""

    __tablename__ = "resource_costs"
    __table_args__ = (
        sa.CheckConstraint("yen >= 0", name="yen"),
        sa.UniqueConstraint("resource_id", "tier"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"))
    tier: Mapped[Tier]
    yen: Mapped[int]  # 0: free
    unit: Mapped[str] = mapped_column(sa.String(40))  # "30分", "1回"; "" when there is none
    condition: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))  # of Tier.OTHER, in words


class ResourceContact(Model):
    """One more way to reach the office."""

    __tablename__ = "resource_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"), index=True)
    kind: Mapped[ContactKind]
    value: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))


class PointAnswer(enum.StrEnum):
    """What the papers of a lifelong-support business say about a point of the checklist."""

    SAID = "said"
    MISSING = "missing"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return POINT_LABELS[self]


POINT_LABELS: dict[PointAnswer, LazyString] = {
    PointAnswer.SAID: _l("Stands in its papers"),
    PointAnswer.MISSING: _l("Does not stand there"),
}


class ResourcePoint(Model):
    """The answer to one point of the checklist; see `checklist`."""

    __tablename__ = "resource_points"

    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"), primary_key=True)
    point: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    answer: Mapped[PointAnswer]
    note: Mapped[str] = mapped_column(FreeText(NOTE_LENGTH))


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
    eligibility: Mapped[str] = mapped_column(FreeText(TEXT_LENGTH), default="")  # who may use it
    place: Mapped[str] = mapped_column(sa.String(LINE_LENGTH), default="")  # where it happens
    hours: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))
    cost: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))  # in words: "500円／30分"
    how_to_apply: Mapped[str] = mapped_column(FreeText(TEXT_LENGTH))
    contact: Mapped[str] = mapped_column(sa.String(LINE_LENGTH))  # of the office, never of a person
    # Asked by mail whether the entry is still true; an office's address, shown to keepers alone.
    office_mail: Mapped[str] = mapped_column(sa.String(MAIL_LENGTH), default="")
    capacity: Mapped[Capacity] = mapped_column(default=Capacity.UNKNOWN)
    free_places: Mapped[int | None]
    waiting: Mapped[int | None]  # people on the waiting list
    capacity_on: Mapped[date | None]  # the day that was said
    search_text: Mapped[str] = mapped_column(sa.String(SEARCH_LENGTH), default="")  # folded
    status: Mapped[ResourceStatus] = mapped_column(default=ResourceStatus.LIVE)
    assured_on: Mapped[date | None]  # last day somebody made sure that all this is true
    assured_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    assured_by_provider: Mapped[bool] = mapped_column(default=False)  # by the mailed link
    # Offices for whom it did not work since it was assured; `cases.tried` keeps it.
    doubts: Mapped[int] = mapped_column(default=0)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    instead: Mapped[str] = mapped_column(FreeText(TEXT_LENGTH), default="")  # said when it ended
    instead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resources.id"), index=True)
    # The day the last point of the checklist was answered; None: not all are.
    checked_on: Mapped[date | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    areas: Mapped[list[Area]] = relationship(
        secondary="resource_areas", lazy="raise", order_by="Area.code"
    )
    act_types: Mapped[list[ActType]] = relationship(
        secondary="resource_act_types", lazy="raise", order_by="ActType.code"
    )

    slots: Mapped[list[ResourceSlot]] = relationship(lazy="raise", order_by="ResourceSlot.id")
    costs: Mapped[list[ResourceCost]] = relationship(lazy="raise", order_by="ResourceCost.id")
    contacts: Mapped[list[ResourceContact]] = relationship(
        lazy="raise", order_by="ResourceContact.id"
    )
    points: Mapped[list[ResourcePoint]] = relationship(lazy="raise", order_by="ResourcePoint.point")

    def is_stale(self, today: date) -> bool:
        """Was it last assured too long ago, or never?"""
        return is_stale(self.assured_on, today)

    @property
    def is_lifelong(self) -> bool:
        """Is it a contract for life, whose clauses have to be read before recommending it?"""
        return self.category == LIFELONG

    @property
    def is_usable(self) -> bool:
        """Is it in use or on trial?"""
        return self.status in USABLE

    @property
    def may_be_recommended(self) -> bool:
        """A lifelong-support business only when every point of the checklist is answered."""
        return not self.is_lifelong or self.checked_on is not None

    @property
    def is_doubted(self) -> bool:
        """Did it not work for several offices since somebody made sure?"""
        return self.doubts >= DOUBTED_FROM
