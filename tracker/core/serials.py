"""Numbers that are said on the telephone: one after the other, by town and fiscal year."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import db, insert_or_skip


class Serials:
    """The last number given in a town and fiscal year; its row is the lock."""

    municipality_id: Mapped[int] = mapped_column(
        sa.ForeignKey("municipalities.id"), primary_key=True
    )
    fiscal_year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


def next_serial(table: type[Serials], municipality_id: int, fiscal_year: int) -> int:
    """The next number of this town and year: 1, 2, 3 …; others wait until the transaction ends."""
    return take_range(table, municipality_id, fiscal_year, 1).start


def take_range(table: type[Serials], municipality_id: int, fiscal_year: int, count: int) -> range:
    """So many next numbers of this town and year; others wait until the transaction ends."""
    mapped: Any = table
    key = {"municipality_id": municipality_id, "fiscal_year": fiscal_year}
    db.session.execute(insert_or_skip(mapped.__table__).values(last=0, **key))
    row = db.session.scalars(
        sa.select(table)
        .filter_by(**key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    taken = range(row.last + 1, row.last + 1 + count)
    row.last += count
    return taken
