"""No person in the data: the wall behind the forms.

Forms mark and explain (`core.forms`); this looks once more at every free text that is about to be
written, whichever way it came, and lets nothing pass that must never be stored.
"""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import orm

from tracker.core import personal
from tracker.core.db import FreeText
from tracker.core.errors import InvalidInputError
from tracker.core.personal import Kind

REFUSALS = {
    Kind.MY_NUMBER: _l(
        "This looks like an individual number (My Number). It may not be stored here, "
        "so it was hidden. Please describe the need without it."
    ),
    Kind.INSURED: _l(
        "This looks like the number of an insured person. It may not be stored here, "
        "so it was hidden. Please describe the need without it."
    ),
    Kind.LICENCE: _l(
        "This looks like the number of a driving licence. It may not be stored here, "
        "so it was hidden. Please describe the need without it."
    ),
    Kind.CARD: _l(
        "This looks like the number of a card. It may not be stored here, "
        "so it was hidden. Please describe the need without it."
    ),
    Kind.BANK: _l(
        "This looks like the number of a bank account. It may not be stored here, "
        "so it was hidden. Please describe the need without it."
    ),
}


def _free_texts(row: Any) -> list[tuple[str, str]]:
    """Attribute names and new values of the free texts of a row that are about to change."""
    state = sa.inspect(row)
    found = []
    for column in state.mapper.column_attrs:
        if not isinstance(column.columns[0].type, FreeText):
            continue
        history = state.attrs[column.key].history
        if history.added and isinstance(history.added[0], str):
            found.append((column.key, history.added[0]))
    return found


def refuse_forbidden(session: orm.Session, _context: Any, _instances: Any) -> None:
    """Stop the flush when a text holds what may not be stored at all.

    :raises InvalidInputError: naming the field
    """
    for row in (*session.new, *session.dirty):
        for name, text in _free_texts(row):
            require_storable(name, text)


def require_storable(name: str, text: str) -> None:
    """Return only when the text holds nothing that may not be stored at all.

    For statements of many rows, which pass the listener by.

    :raises InvalidInputError: naming the field
    """
    if kinds := personal.refused(personal.find(text)):
        raise InvalidInputError(name, forbidden_message(kinds[0]))


def forbidden_message(kind: Kind = Kind.MY_NUMBER) -> str:
    """What is said when a number was typed that may not be stored at all."""
    return str(REFUSALS[kind])


def stand_before(database: SQLAlchemy) -> None:
    """No session of this database flushes past the gate."""
    factory = database.session.session_factory
    if not sa.event.contains(factory, "before_flush", refuse_forbidden):
        sa.event.listen(factory, "before_flush", refuse_forbidden)
