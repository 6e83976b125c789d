"""A text that somebody took out before its time; what was there may be kept aside for a while."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.accounts.models import Person
from tracker.core.db import FreeText, Model

SENTENCE_LENGTH = 200


class RedactionReason(enum.StrEnum):
    """Why a text was taken out."""

    TELLS_PERSON = "tells_person"
    ASKED_BY_PERSON = "asked_by_person"
    WRONG_PLACE = "wrong_place"
    UNTRUE = "untrue"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return REASON_LABELS[self]


REASON_LABELS: dict[RedactionReason, LazyString] = {
    RedactionReason.TELLS_PERSON: _l("It tells who a person is"),
    RedactionReason.ASKED_BY_PERSON: _l("The person it is about asked for it"),
    RedactionReason.WRONG_PLACE: _l("It belongs to another case or paper"),
    RedactionReason.UNTRUE: _l("It is not true, and the law asks for its deletion"),
}


class Redaction(Model):
    """That a text, or some words of it, were taken out: by whom, when and why, never what."""

    __tablename__ = "redactions"
    __table_args__ = (
        sa.Index("ix_redactions_municipality", "municipality_id", "id"),
        sa.Index("ix_redactions_subject", "subject", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    subject: Mapped[str] = mapped_column(sa.String(40))  # the table of the text
    subject_id: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(40))
    is_whole: Mapped[bool]  # else only some words of it
    reason: Mapped[RedactionReason]
    sentence: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    at: Mapped[datetime]


class RedactionOriginal(Model):
    """What stood there before, for the privacy officer alone, until a day; then it is deleted.

    No free text of its own: what may never be stored must be taken out of where it stands too.
    """

    __tablename__ = "redaction_originals"

    redaction_id: Mapped[int] = mapped_column(sa.ForeignKey("redactions.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    until: Mapped[date] = mapped_column(index=True)  # last day on which it can be read
