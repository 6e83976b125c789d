"""What a town sets up: its emergency chain, and what it says beside act types."""

import enum
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Area
from tracker.accounts.roles import Role
from tracker.core.db import FreeText, Model, Timestamps, Versioned

NAME_LENGTH = 80
PHONE_LENGTH = 40
NOTE_LENGTH = 200
NOTICE_LENGTH = 300
QUESTION_LENGTH = 120
OWN_NAME_LENGTH = 60
OWN_EXAMPLE_LENGTH = 200
ANNOUNCEMENT_LENGTH = 400
PUT_BACK_HOURS = 24  # so long a removed link can come back


class Danger(enum.StrEnum):
    """What a chain is for; the codes of the list `danger` of the taxonomy."""

    LIFE = "LIFE"
    MISSING = "MISSING"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return DANGER_LABELS[self]


DANGER_LABELS: dict[Danger, LazyString] = {
    Danger.LIFE: _l("Danger to life"),
    Danger.MISSING: _l("Somebody is missing"),
}


class Hours(enum.StrEnum):
    """When a link of the chain can be called."""

    ALWAYS = "always"
    OFFICE = "office"
    AFTER = "after"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return HOURS_LABELS[self]


HOURS_LABELS: dict[Hours, LazyString] = {
    Hours.ALWAYS: _l("At any hour"),
    Hours.OFFICE: _l("In office hours"),
    Hours.AFTER: _l("At night and on holidays"),
}


@dataclass(frozen=True)
class FirstCall:
    """The country's own number for a danger, before anything a town sets."""

    target: str  # codes, list call_target
    name: LazyString
    phone: str


FIRST_CALLS: dict[Danger, FirstCall] = {
    Danger.LIFE: FirstCall("FIRE", _l("Fire service and ambulance"), "119"),
    Danger.MISSING: FirstCall("POLICE", _l("Police"), "110"),
}


@dataclass(frozen=True)
class LinkDraft:
    """What a link says; field names are those of the row."""

    municipality_id: int
    area_id: int | None  # None: all areas of the town
    danger: Danger
    hours: Hours
    target: str
    name: str
    phone: str
    note: str = ""


class EmergencyLink(Timestamps, Versioned, Model):
    """One body to call; links of a town with no area hold for all of its areas."""

    __tablename__ = "emergency_links"
    __table_args__ = (
        sa.Index("ix_emergency_links_town", "municipality_id", "danger", "position", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("areas.id"), index=True)
    danger: Mapped[Danger]
    hours: Mapped[Hours] = mapped_column(default=Hours.ALWAYS)
    position: Mapped[int]
    target: Mapped[str] = mapped_column(sa.String(20))  # codes, list call_target
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))  # of a body, never of a person
    phone: Mapped[str] = mapped_column(sa.String(PHONE_LENGTH))
    note: Mapped[str] = mapped_column(FreeText(NOTE_LENGTH), default="")

    area: Mapped[Area | None] = relationship(lazy="raise")


class TypeNote(Model):
    """What a town says beside an act type from a day on; an older version is kept as it was."""

    __tablename__ = "type_notes"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "act_type_code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    act_type_code: Mapped[str] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    number: Mapped[int]  # of the version: 1, 2, 3 …
    valid_from: Mapped[date]
    notice: Mapped[str] = mapped_column(FreeText(NOTICE_LENGTH))  # to be read before filing
    contacts: Mapped[str] = mapped_column(FreeText(NOTICE_LENGTH))  # of bodies: whom to link with
    question: Mapped[str] = mapped_column(sa.String(QUESTION_LENGTH))  # asked beside; "" for none
    own_name: Mapped[str] = mapped_column(FreeText(OWN_NAME_LENGTH), default="")  # "": ours
    own_help: Mapped[str] = mapped_column(FreeText(NOTICE_LENGTH), default="")  # "": only ours
    own_example: Mapped[str] = mapped_column(FreeText(OWN_EXAMPLE_LENGTH), default="")  # "": ours
    is_hidden: Mapped[bool] = mapped_column(default=False)  # not offered to whoever files here
    change_note: Mapped[str] = mapped_column(FreeText(NOTE_LENGTH))  # why this version
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime]

    @property
    def is_empty(self) -> bool:
        """Does it end the note, saying nothing at all?"""
        return not (self.is_hidden or any(getattr(self, name) for name in NOTE_TEXTS))


# What a version says, in the order to show.
NOTE_TEXTS = ("own_name", "own_example", "own_help", "notice", "contacts", "question")


class Announcement(Timestamps, Versioned, Model):
    """A few words on the first page of some people of a town, for some days."""

    __tablename__ = "announcements"
    __table_args__ = (
        sa.Index("ix_announcements_town", "municipality_id", "ends_on", "id"),
        sa.CheckConstraint("ends_on >= starts_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("areas.id"), index=True)  # None: all
    role: Mapped[Role | None]  # None: everybody
    text: Mapped[str] = mapped_column(FreeText(ANNOUNCEMENT_LENGTH))
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # the last day it is shown
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    withdrawn_at: Mapped[datetime | None]  # taken back; it can be put up again

    area: Mapped[Area | None] = relationship(lazy="raise")
