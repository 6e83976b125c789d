"""Rows that are found by what they say."""

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.text import fold

SEARCH_LENGTH = 4000
_BETWEEN = "|"  # no word reaches from one text into the next


class Searched:
    """A row whose `search_text` is its texts, folded, whoever changes them and how.

    Not for tables filled by bulk statements: they pass by the session.
    """

    SEARCHED: ClassVar[tuple[str, ...]] = ()  # names of the columns, in the order they are read
    SEARCH_KEPT: ClassVar[int] = SEARCH_LENGTH  # signs; a table of long texts has a longer column

    search_text: Mapped[str] = mapped_column(sa.String(SEARCH_LENGTH), default="")


@sa.event.listens_for(Searched, "before_insert", propagate=True)
@sa.event.listens_for(Searched, "before_update", propagate=True)
def _fold(_mapper: Any, _connection: Any, row: Searched) -> None:
    typed = [getattr(row, name) or "" for name in row.SEARCHED]
    row.search_text = fold(_BETWEEN.join(typed))[: row.SEARCH_KEPT]
