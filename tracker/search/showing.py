"""What was found, as the page shows it: number, state, place, day, and the words marked."""

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.core.i18n import named
from tracker.issues.statement import TEXTS
from tracker.search.marking import Piece, excerpt, marked
from tracker.search.queries import Kind

_BETWEEN = " ／ "  # between the texts of one row
_MARKS = re.compile(r"^#+\s+|^[-*]\s+|\*\*", re.MULTILINE)  # of light Markdown


@dataclass(frozen=True)
class Hit:
    """One row that was found."""

    id: int
    page_id: int  # of the page it stands on: a meeting for an item of its minutes
    number: str  # as it is said; "" when it bears none
    title: list[Piece]
    state: enum.StrEnum | None
    place: str
    on: date | datetime | None
    text: list[Piece]


def hits(kind: Kind, rows: Iterable[Any], words: Sequence[str]) -> list[Hit]:
    """The rows in their order, with these folded words marked."""
    return [_SHOW[kind](row, words) for row in rows]


def _case(row: Any, words: Sequence[str]) -> Hit:
    text = _joined(row.summary, row.wanted)
    title = [Piece(named(row, "act"), found=False)]
    place, on = named(row, "area"), row.submitted_at
    return Hit(row.id, row.id, row.number, title, row.status, place, on, excerpt(text, words))


def _issue(row: Any, words: Sequence[str]) -> Hit:
    text = _joined(*(getattr(row, name) for name in TEXTS if name != "title"))
    number = _("Issue %(number)s", number=row.number)
    place = named(row, "area") or _("The whole town")
    title, on = marked(row.title, words), row.status_since
    return Hit(row.id, row.id, number, title, row.status, place, on, excerpt(text, words))


def _minutes(row: Any, words: Sequence[str]) -> Hit:
    text = _joined(row.question, row.discussion, row.outcome_reason)
    place = named(row, "area") or _("The whole town")
    title, on = marked(row.title, words), row.held_on
    text_pieces = excerpt(text, words)
    return Hit(row.id, row.meeting_id, row.meeting, title, row.outcome, place, on, text_pieces)


def _minutes_text(row: Any, words: Sequence[str]) -> Hit:
    place = named(row, "area") or _("The whole town")
    title = [Piece(row.meeting, found=False)]
    text = excerpt(_MARKS.sub("", row.text), words)
    return Hit(row.id, row.meeting_id, "", title, row.status, place, row.held_on, text)


def _resource(row: Any, words: Sequence[str]) -> Hit:
    title = marked(named(row), words)
    text = excerpt(row.content, words)
    provider, on = row.provider_name, row.assured_on
    return Hit(row.id, row.id, "", title, row.status, provider, on, text)


def _joined(*texts: str) -> str:
    return _BETWEEN.join(filter(None, texts))


_SHOW = {
    Kind.CASE: _case,
    Kind.ISSUE: _issue,
    Kind.MINUTES: _minutes,
    Kind.MINUTES_TEXT: _minutes_text,
    Kind.RESOURCE: _resource,
}
