"""Lists by keyset: the address carries the key of the last row seen, never a row number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request

from tracker.core.db import db, row_id

# A statement whose columns the template reads by name.
Rows = sa.Select[*tuple[Any, ...]]

PER_PAGE = 50
COUNTED = 1000  # counting stops here; "1,000 or more" is enough to know


@dataclass(frozen=True)
class Page:
    """Some rows of a list, in its order, and the keys to go on from."""

    rows: Sequence[Any]
    total: int
    capped: bool  # there are at least `total` rows
    first_key: int | None  # go back from here; None on the first page
    last_key: int | None  # go on from here; None on the last page

    @classmethod
    def empty(cls) -> "Page":
        """What is shown of a list when the address cannot be read."""
        return cls((), 0, False, None, None)

    @property
    def shown(self) -> int:
        """How many rows are on this page."""
        return len(self.rows)

    @property
    def next_url(self) -> str | None:
        """The same address, further on."""
        return self._url(after=self.last_key)

    @property
    def previous_url(self) -> str | None:
        """The same address, further back."""
        return self._url(before=self.first_key)

    def _url(self, **key: int | None) -> str | None:
        if None in key.values():
            return None
        kept = [
            (name, value)
            for name, value in request.args.items(multi=True)
            if name not in {"after", "before"}
        ]
        return f"{request.path}?{urlencode([*kept, *key.items()])}"


def ranked_page_of(
    statement: Rows,
    key: sa.ColumnElement[int],
    rank: sa.ColumnElement[int],
    rank_of: Callable[[int], sa.ScalarSelect[int]],
    *,
    per_page: int = PER_PAGE,
) -> Page:
    """The page of a statement that the address asks for, the largest rank first, then by key.

    The address carries the key alone: where its row stands is looked up in the same statement, so
    that a row whose rank has changed meanwhile is gone on from where it stands now.

    :param rank_of: the rank of the row with this key, as a subquery
    """
    after = request.args.get("after", type=row_id)
    before = None if after is not None else request.args.get("before", type=row_id)
    start = before if before is not None else after
    backwards = before is not None
    total = _counted(statement, key)
    if start is not None:
        here = rank_of(start)
        larger = sa.or_(rank > here, sa.and_(rank == here, key > start))
        smaller = sa.or_(rank < here, sa.and_(rank == here, key < start))
        statement = statement.where(larger if backwards else smaller)
    order = (rank.asc(), key.asc()) if backwards else (rank.desc(), key.desc())
    rows = list(db.session.execute(statement.order_by(*order).limit(per_page + 1)))
    return _page(rows, total, per_page, backwards=backwards, first=start is None)


def page_of(
    statement: Rows,
    key: sa.ColumnElement[int],
    *,
    descending: bool = True,
    per_page: int = PER_PAGE,
    by_index: Sequence[sa.ColumnElement[bool]] = (),
) -> Page:
    """The page of a statement that the address asks for (`after` or `before` a key).

    Ordered by the key alone; two statements, however long the list is.

    :param by_index: leaves out no row that counts, and finds few of many quickly. Where there are
        many, the first of them stand near the beginning, and are read without it
    """
    after = request.args.get("after", type=row_id)
    before = None if after is not None else request.args.get("before", type=row_id)
    narrowed = statement.where(*by_index)
    total = _counted(narrowed, key)
    if total < COUNTED:
        statement = narrowed
    backwards = before is not None
    start = before if backwards else after
    down = descending is not backwards
    if start is not None:
        statement = statement.where(key < start if down else key > start)
    order = key.desc() if down else key.asc()
    rows = list(db.session.execute(statement.order_by(order).limit(per_page + 1)))
    return _page(rows, total, per_page, backwards=backwards, first=after is None)


def newest_of(
    statement: Rows, key: sa.ColumnElement[int], *, most: int = PER_PAGE
) -> Sequence[Any]:
    """The rows with the largest keys, the largest first, whatever the address says.

    For a second list on a page: the address pages the first.
    """
    return db.session.execute(statement.order_by(key.desc()).limit(most)).all()


def _counted(statement: Rows, key: sa.ColumnElement[int]) -> int:
    """How many rows the whole list has, counted up to COUNTED."""
    counted = sa.select(sa.func.count()).select_from(
        statement.with_only_columns(key).order_by(None).limit(COUNTED).subquery()
    )
    return db.session.scalar(counted) or 0


def _page(rows: list[Any], total: int, per_page: int, *, backwards: bool, first: bool) -> Page:
    """The rows in the order of the list; one more than fit says that it goes on.

    :param first: nothing was gone on from, so that there is nothing before
    """
    more = len(rows) > per_page
    rows = rows[:per_page]
    if backwards:
        rows.reverse()
    return Page(
        rows,
        total,
        total >= COUNTED,
        rows[0].id if rows and (more if backwards else not first) else None,
        rows[-1].id if rows and (backwards or more) else None,
    )
