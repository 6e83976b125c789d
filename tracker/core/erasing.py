"""Signs that stand where words were, and frozen papers of which words were erased.

What is frozen keeps the hash of what was frozen: it proves what people were shown, and to nobody
who has not kept that paper what it said. Beside it stands since when words of it are gone, and
the hash of what is left, so that nothing else can be changed without showing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

# Stands where a text was. One sign for both languages, for it is stored in the place of the text.
ERASED = "［消去済み／erased］"
STRUCK = "■■■"  # stands where some words of a text were

Change = Callable[[str], str]  # a text → what is left of it


def everything(text: str) -> str:
    """Nothing is left of a text; an empty one stays empty."""
    return ERASED if text else text


@dataclass(frozen=True)
class Gone:
    """Whose words are gone, and what becomes of every text in which they may stand."""

    municipality_id: int
    subject: str  # table of the owners
    ids: Sequence[int]
    change: Change
    is_whole: bool  # every text of the owners; else `change` looks for some in whatever it is given
    at: datetime


class Reworded:
    """A frozen row of which words may have been erased since."""

    erased_at: Mapped[datetime | None]
    left_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of what is left since then
