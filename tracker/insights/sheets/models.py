"""Sheets made for all offices at once: one run, one paper for each office."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class SheetRun(Model):
    """Somebody asked for the sheets of all offices; the worker makes them one by one."""

    __tablename__ = "sheet_runs"
    __table_args__ = (sa.Index("ix_sheet_runs_town", "municipality_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    fiscal_year: Mapped[int]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    offices: Mapped[int]
    made: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


class OfficeSheet(Model):
    """The paper of one office, as it was made; kept for a month."""

    __tablename__ = "office_sheets"
    __table_args__ = (sa.UniqueConstraint("run_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet_runs.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
