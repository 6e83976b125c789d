"""Numbers that are said on the telephone: one after the other, by town and fiscal year."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import db, insert_for


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
    insert = insert_for(mapped.__table__).values(last=count, **key)
    last = db.session.scalars(
        insert.on_conflict_do_update(
            index_elements=list(key), set_={"last": mapped.last + count}
        ).returning(mapped.last)
    ).one()
    return range(last - count + 1, last + 1)
