"""Erasing what is past its time, and taking one text out before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core import audit
from tracker.core.audit import NOTHING, Change, Deed, TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.core.text import fold
from tracker.privacy.keeping import places, policy, queries
from tracker.privacy.keeping.models import ERASED, STRUCK, Redaction, RedactionReason
from tracker.privacy.keeping.queries import Record, Times

AT_ONCE = 200  # owners in one transaction, so that nobody waits long for the round


def retain_town(town: int, times: Times, *, at: datetime, today: date) -> Iterator[int]:
    """Texts of the town that are past their time are gone; how many at each step.

    The caller commits after each step. Numbers, codes and counts stay.
    """
    due = {
        "cases": queries.due_cases(town, times.case_years, today),
        "meetings": queries.due_meetings(town, times.meeting_years, today),
    }
    for subject, statement in due.items():
        while owners := db.session.scalars(statement.limit(AT_ONCE)).all():
            _erase(subject, town, owners, at)
            yield len(owners)


def _erase(subject: str, town: int, owners: Sequence[int], at: datetime) -> None:
    places.empty(places.PLACES[subject], owners)
    places.discard_drafts(_forms_of(subject, owners))
    verb = f"{'case' if subject == 'cases' else 'meeting'}.texts_erased"
    deeds = [Deed(town, verb, subject, owner, NOTHING) for owner in owners]
    audit.record_many(None, deeds, at=at)


def _forms_of(subject: str, owners: Sequence[int]) -> list[str]:
    """Names of the forms in which somebody may have typed about these."""
    if subject == "cases":
        return [f"case-{owner}" for owner in owners]
    return [f"meeting:{owner}" for owner in owners]


def retain_everywhere(at: datetime) -> int:
    """Rows of the installation that are past their time are gone; how many. No commit."""
    gone = 0
    for one in queries.classes(at):
        result: Any = db.session.execute(
            sa.delete(one.model).where(one.is_old),
            execution_options={"synchronize_session": False},
        )
        gone += result.rowcount
    return gone


def sweep_up() -> None:
    """Nothing of what was erased is left in SQLite's journal; call after the commit.

    PostgreSQL overwrites dead rows when it vacuums, which it does by itself.
    """
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        raw = db.engine.raw_connection()
        try:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()


@dataclass(frozen=True)
class Wish:
    """What is to be taken out of which text, and why."""

    text: str  # its name in `key_of`
    words: str  # only these words; "": the whole text
    reason: RedactionReason
    sentence: str


def key_of(found: places.Found) -> str:
    """The name of a text in a form."""
    return f"{found.place.table}.{found.row_id}.{found.field}"


def redact(record: Record, wish: Wish, *, by: Viewer, at: datetime) -> Redaction:
    """The text, or the words of it, are nowhere any more; that they were is known.

    :raises InvalidInputError: when the words do not stand in the text, or nothing says why
    :raises ConflictError: when the text is not there any more
    """
    require(policy.can_redact(by, record.municipality_id))
    require_sentence("sentence", wish.sentence)
    found = next((one for one in record.texts if key_of(one) == wish.text), None)
    row = places.get_row(found.place, found.row_id) if found else None
    if found is None or row is None:
        raise ConflictError(_("This text is not there any more. Please look again."))
    text = getattr(row, found.field)
    if wish.words and wish.words not in text:
        raise InvalidInputError("words", _("These words do not stand in the text as it is now."))
    struck = STRUCK[: len(wish.words)]  # never longer than the words: the text fits its column
    setattr(row, found.field, text.replace(wish.words, struck) if wish.words else ERASED)
    if isinstance(row, Case):
        row.search_text = fold(f"{row.summary} {row.wanted}")[:1000]
    _forget_versions(found)
    places.discard_drafts(_forms_of(record.subject, [record.id]))
    return _note(record, found, wish, by, at)


def _forget_versions(found: places.Found) -> None:
    """Earlier versions of this text are erased in whole: the words may have stood in each."""
    of_text = (
        TextRevision.subject == found.place.table,
        TextRevision.subject_id == found.row_id,
        TextRevision.field == found.field,
    )
    db.session.execute(
        sa.update(TextRevision).where(*of_text).values(text=ERASED),
        execution_options={"synchronize_session": False},
    )


def _note(record: Record, found: places.Found, wish: Wish, by: Viewer, at: datetime) -> Redaction:
    redaction = Redaction(
        municipality_id=record.municipality_id,
        subject=found.place.table,
        subject_id=found.row_id,
        field=found.field,
        is_whole=not wish.words,
        reason=wish.reason,
        sentence=wish.sentence,
        person_id=by.person_id,
        at=at,
    )
    db.session.add(redaction)
    now = {
        "of": f"{record.subject}/{record.id}",
        "text": f"{found.place.table}.{found.field}",
        "is_whole": not wish.words,
        "reason": wish.reason,
    }
    change = Change(was={}, now=now, replaced_texts={}, written_texts={})
    audit.record(by, "redaction.made", redaction, at=at, change=change)
    return redaction
