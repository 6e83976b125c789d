"""A file of past cases on its way in: the batch, and its rows until they are cases."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Organisation
from tracker.core.db import Model, Versioned


class BatchStatus(enum.StrEnum):
    """Where a file stands."""

    MAPPING = "mapping"
    CHECKING = "checking"
    READY = "ready"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"
    DISCARDED = "discarded"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return BATCH_LABELS[self]


BATCH_LABELS: dict[BatchStatus, LazyString] = {
    BatchStatus.MAPPING: _l("Columns to be matched"),
    BatchStatus.CHECKING: _l("Being checked"),
    BatchStatus.READY: _l("Checked, not taken in yet"),
    BatchStatus.APPLYING: _l("Being taken in"),
    BatchStatus.DONE: _l("Taken in"),
    BatchStatus.FAILED: _l("Not taken in"),
    BatchStatus.UNDONE: _l("Taken back"),
    BatchStatus.DISCARDED: _l("Thrown away"),
}


class ImportBatch(Versioned, Model):
    """One file or pasted block of one office; its name is not kept, it may name somebody."""

    __tablename__ = "import_batches"
    __table_args__ = (sa.Index("ix_import_batches_organisation", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    status: Mapped[BatchStatus]
    kind: Mapped[str] = mapped_column(sa.String(10))  # xlsx, csv, tsv, pasted
    encoding: Mapped[str] = mapped_column(sa.String(20), default="")
    digest: Mapped[str] = mapped_column(sa.String(64))  # of the whole file: was it sent before?
    # Headings as they stand in the file, the row and sheet they stand in; `kept`: columns whose
    # cells are still there after the first check.
    head: Mapped[dict[str, Any]]
    mapping: Mapped[dict[str, Any]]  # imports.rows.Matching; {} for nothing matched
    total: Mapped[int] = mapped_column(default=0)  # rows
    checked: Mapped[int] = mapped_column(default=0)
    applied: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]]  # new, changed, unchanged, bad
    only_good: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str] = mapped_column(sa.String(200), default="")  # a code, said on the page

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class RowResult(enum.StrEnum):
    """What taking in a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BAD = "bad"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return RESULT_LABELS[self]


RESULT_LABELS: dict[RowResult, LazyString] = {
    RowResult.NEW: _l("New row"),
    RowResult.CHANGED: _l("Changed"),
    RowResult.UNCHANGED: _l("Unchanged"),
    RowResult.BAD: _l("With errors"),
}


class ImportRow(Model):
    """One row as it stood in the file, forbidden numbers hidden; gone a month after."""

    __tablename__ = "import_rows"
    __table_args__ = (sa.Index("ix_import_rows_batch", "batch_id", "result", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batches.id"))
    number: Mapped[int]  # of the row, as the sheet shows it
    cells: Mapped[dict[str, Any]]  # {"cells": [...]}
    values: Mapped[dict[str, Any]]  # imports.rows.Answers; {} before the check
    result: Mapped[RowResult | None]
    # {"errors": [[field, reason, detail], ...]}, said in the reader's language; beside them the
    # places of cells that were hidden, or that may tell who somebody is.
    errors: Mapped[dict[str, Any]]
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    # What differs from the case, as old and new; once taken in, all it said, for taking it back.
    before: Mapped[dict[str, Any]]
