"""Lists by keyset: the address carries the key of the last row seen, never a row number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker.core.db import db

# A statement whose columns the template reads by name.
Rows = sa.Select[*tuple[Any, ...]]

PER_PAGE = 50
COUNTED = 1000  # counting stops here; "1,000 or more" is enough to know


@dataclass(frozen=True)
class Page:
    """Some rows of a list, in its order; `next_after` is the key to go on from, or None."""

    rows: Sequence[Any]
    next_after: int | None
    total: int
    capped: bool  # there are at least `total` rows


def page_of(
    statement: Rows,
    key: sa.ColumnElement[int],
    *,
    after: int | None,
    descending: bool = True,
    per_page: int = PER_PAGE,
) -> Page:
    """One page of a statement, ordered by its key alone; two statements whatever the length."""
    total = db.session.scalar(
        sa.select(sa.func.count()).select_from(
            statement.with_only_columns(key).order_by(None).limit(COUNTED).subquery()
        )
    )
    if after is not None:
        statement = statement.where(key < after if descending else key > after)
    order = key.desc() if descending else key.asc()
    rows = db.session.execute(statement.order_by(order).limit(per_page + 1)).all()
    more = len(rows) > per_page
    rows = rows[:per_page]
    return Page(rows, rows[-1].id if more else None, total or 0, (total or 0) >= COUNTED)
