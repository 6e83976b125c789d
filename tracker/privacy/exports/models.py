"""A file with rows of the town: who took it out, why, how much, and who agreed."""

import enum
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column

from tracker.accounts.models import Person
from tracker.core.db import FreeText, Model, Versioned, day_before

NOTE_LENGTH = 200
FILTER_LENGTH = 400
FREE_ROWS = 1000  # more than that needs a second person
MOST_ROWS = 20_000  # of one file
MOST_AN_HOUR = 10
OPEN_FOR = timedelta(days=1)  # after asking, or after the agreement
ANSWER_WITHIN = timedelta(days=7)  # a second person; later it has to be asked for again


class ExportKind(enum.StrEnum):
    """What is taken out."""

    CASES = "cases"
    LOG = "log"
    OPENED = "opened"
    PAPER = "paper"  # a paper or a list of another page: noted, not asked about

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return KIND_LABELS[self]


KIND_LABELS: dict[ExportKind, LazyString] = {
    ExportKind.CASES: _l("Cases with their texts"),
    ExportKind.LOG: _l("Audit log"),
    ExportKind.OPENED: _l("Who opened what"),
    ExportKind.PAPER: _l("A paper or list"),
}


class Purpose(enum.StrEnum):
    """What the file is for."""

    MEETING = "meeting"
    ANALYSIS = "analysis"
    REPORT = "report"
    INQUIRY = "inquiry"
    MOVING = "moving"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return PURPOSE_LABELS[self]


PURPOSE_LABELS: dict[Purpose, LazyString] = {
    Purpose.MEETING: _l("To prepare a meeting"),
    Purpose.ANALYSIS: _l("To count something the pages do not count"),
    Purpose.REPORT: _l("For a report of the town"),
    Purpose.INQUIRY: _l("To answer an inquiry or an incident"),
    Purpose.MOVING: _l("To take the data into another system"),
}


class Export(Versioned, Model):
    """One file; rows are never deleted."""

    __tablename__ = "exports"
    __table_args__ = (
        sa.Index("ix_exports_municipality", "municipality_id", "id"),
        sa.Index("ix_exports_person", "person_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    kind: Mapped[ExportKind]
    narrowed: Mapped[str] = mapped_column(sa.String(FILTER_LENGTH))  # of PAPER: its address
    rows: Mapped[int | None]  # None: nobody counted them
    purpose: Mapped[Purpose | None]  # None: none is asked
    note: Mapped[str] = mapped_column(FreeText(NOTE_LENGTH), default="")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    asked_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id), index=True)
    agreed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]  # by `agreed_by_id`
    answer_note: Mapped[str] = mapped_column(FreeText(NOTE_LENGTH), default="")  # why not
    taken_at: Mapped[datetime | None]  # the first time the file was opened
    if TYPE_CHECKING:
        rows_before: Mapped[int]  # see below

    @property
    def number(self) -> str:
        """What people say of it, in notices and mails."""
        return f"F-{self.id}"

    def awaits_answer(self, at: datetime) -> bool:
        """Can a second person still agree to it, or not?"""
        return self.needs_agreement and at - self.asked_at <= ANSWER_WITHIN

    @property
    def needs_agreement(self) -> bool:
        """Is it so large that a second person has to agree, and nobody has answered yet?"""
        return self.is_large and self.agreed_at is None and self.refused_at is None

    @property
    def is_large(self) -> bool:
        """More rows than one person may take alone, with what they took within a day before."""
        return (self.rows or 0) + self.rows_before > FREE_ROWS

    def is_open(self, at: datetime) -> bool:
        """Can the file be made now? For a day, and not while an agreement is missing."""
        if self.refused_at is not None or self.needs_agreement:
            return False
        return at - (self.agreed_at or self.asked_at) <= OPEN_FOR


class ExportCase(Model):
    """The file held this case when it was opened."""

    __tablename__ = "export_cases"

    export_id: Mapped[int] = mapped_column(sa.ForeignKey(Export.id), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)


def _rows_before() -> sa.ScalarSelect[int]:
    """Rows of the person's files of the day before this one that nobody had to agree to.

    Counted are files as they were asked for, opened or not: otherwise several could be asked for
    first and opened together. One that alone is too large waits for its own agreement.
    """
    other = aliased(Export)
    return (
        sa.select(sa.func.coalesce(sa.func.sum(other.rows), 0))
        .where(
            other.person_id == Export.person_id,
            other.id < Export.id,
            other.kind != ExportKind.PAPER,
            other.rows <= FREE_ROWS,
            other.agreed_at.is_(None),
            other.refused_at.is_(None),
            other.asked_at > day_before(Export.asked_at),
        )
        .correlate_except(other)
        .scalar_subquery()
    )


Export.rows_before = column_property(_rows_before())
