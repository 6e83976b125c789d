"""An agreement or a role-sharing rule, with the days on which it holds."""

import enum
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Organisation, Person
from tracker.core.db import FreeText, Model, Timestamps, Versioned
from tracker.core.serials import Serials
from tracker.taxonomy.models import ActType

REMINDED_BEFORE = timedelta(days=60)
TITLE_LENGTH = 80
PARTIES_LENGTH = 200
SUBJECT_LENGTH = 400
DOCUMENT_LENGTH = 60


class AgreementKind(enum.StrEnum):
    """What was written down."""

    AGREEMENT = "agreement"
    ROLES = "roles"
    GUIDELINE = "guideline"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return AGREEMENT_LABELS[self]


AGREEMENT_LABELS: dict[AgreementKind, LazyString] = {
    AgreementKind.AGREEMENT: _l("Agreement"),
    AgreementKind.ROLES: _l("Rule of who does what"),
    AgreementKind.GUIDELINE: _l("Guideline or procedure"),
}


class Validity(enum.StrEnum):
    """Does it hold today? Computed, never stored."""

    PLANNED = "planned"
    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return VALIDITY_LABELS[self]


VALIDITY_LABELS: dict[Validity, LazyString] = {
    Validity.PLANNED: _l("Not yet in force"),
    Validity.ACTIVE: _l("In force"),
    Validity.EXPIRING: _l("Ends soon"),
    Validity.EXPIRED: _l("No longer in force"),
}


class AgreementSerial(Serials, Model):
    """The last number given; see `core.serials`."""

    __tablename__ = "agreement_serials"


class AgreementActType(Model):
    """The agreement is about this act type."""

    __tablename__ = "agreement_act_types"

    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreements.id"), primary_key=True)
    act_type_code: Mapped[str] = mapped_column(
        sa.ForeignKey("act_types.code"), primary_key=True, index=True
    )


class Agreement(Timestamps, Versioned, Model):
    """協定・役割分担ルール: who does what, between bodies, from a day until a day."""

    __tablename__ = "agreements"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "fiscal_year", "serial"),
        sa.CheckConstraint("valid_until >= valid_from", name="period"),
        sa.Index("ix_agreements_municipality", "municipality_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    fiscal_year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(12))  # R8-01, unique inside a town
    kind: Mapped[AgreementKind]
    title: Mapped[str] = mapped_column(FreeText(TITLE_LENGTH))
    parties: Mapped[str] = mapped_column(FreeText(PARTIES_LENGTH))  # bodies, never people
    subject: Mapped[str] = mapped_column(FreeText(SUBJECT_LENGTH))
    document_no: Mapped[str] = mapped_column(sa.String(DOCUMENT_LENGTH), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # last day; None: until somebody ends it
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("actions.id"), index=True)
    reminded_for: Mapped[date | None]  # the end that was reminded of; another end is a new one

    owner: Mapped[Organisation] = relationship(lazy="raise")
    holder: Mapped[Person | None] = relationship(lazy="raise")
    act_types: Mapped[list[ActType]] = relationship(
        secondary="agreement_act_types", lazy="raise", order_by="ActType.code"
    )


def validity(valid_from: date, valid_until: date | None, today: date) -> Validity:
    """Does something with these days hold today, and does it end soon?"""
    if today < valid_from:
        return Validity.PLANNED
    if valid_until is None or today < valid_until - REMINDED_BEFORE:
        return Validity.ACTIVE
    return Validity.EXPIRING if today <= valid_until else Validity.EXPIRED
