"""Erasing what is past its time, and taking one text out before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action
from tracker.core import audit, clock
from tracker.core.audit import NOTHING, Change, Deed
from tracker.core.db import db
from tracker.core.erasing import ERASED
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.issues.candidates.models import CandidateStep
from tracker.privacy.keeping import due, emptying, outside, policy, striking, taking_out
from tracker.privacy.keeping.emptying import Found
from tracker.privacy.keeping.models import Redaction, RedactionOriginal, RedactionReason
from tracker.privacy.keeping.queries import Record
from tracker.privacy.keeping.taking_out import Text
from tracker.settings.values.models import Key
from tracker.settings.values.queries import value_of

AT_ONCE = 200  # owners in one transaction, so that nobody waits long for the round


def retain_town(
    town: int, times: due.Times, *, at: datetime, today: date
) -> Iterator[tuple[str, int]]:
    """Texts of the town that are past their time are gone; kind and how many at each step.

    The caller commits after each step. Numbers, codes and counts stay.
    """
    for kind, statement in due.due_of(town, times, today).items():
        while owners := db.session.scalars(statement.limit(AT_ONCE)).all():
            if kind == "candidates":
                _empty_steps(owners)
            else:
                erase(kind, town, owners, at=at)
            yield kind, len(owners)


def erase(subject: str, town: int, owners: Sequence[int], *, at: datetime) -> None:
    """All texts of these records are gone; of an issue those of its actions with it. No commit."""
    emptying.empty(subject, town, owners, at)
    deeds = [Deed(town, outside.VERBS[subject], subject, owner, NOTHING) for owner in owners]
    audit.record_many(None, deeds, at=at)
    outside.note(outside.of_owners(town, subject, owners, at=at))
    if subject == "issues":
        of_issues = sa.select(Action.id).where(Action.issue_id.in_(owners)).order_by(Action.id)
        if actions := db.session.scalars(of_issues).all():
            erase("actions", town, actions, at=at)


def _empty_steps(steps: Sequence[int]) -> None:
    db.session.execute(
        sa.update(CandidateStep).where(CandidateStep.id.in_(steps)).values(sentence=ERASED),
        execution_options={"synchronize_session": False},
    )


def retain_everywhere(at: datetime) -> Iterator[tuple[str, int]]:
    """Rows of the installation that are past their time are gone; kind and how many. No commit."""
    for one in due.classes(at):
        result: Any = db.session.execute(
            sa.delete(one.model).where(one.is_old),
            execution_options={"synchronize_session": False},
        )
        yield one.kind, result.rowcount


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
    keep: bool = False  # what stood there can be read by the privacy officer for a while


def key_of(found: Found) -> str:
    """The name of a text in a form."""
    return f"{found.place.table}.{found.row_id}.{found.field}"


def redact(record: Record, wish: Wish, *, by: Viewer, at: datetime) -> Redaction:
    """The text, or the words of it, are in no row and no frozen copy; that they were is known.

    :raises InvalidInputError: when the words do not stand in the text, nothing says why, or the
        reason says them again
    :raises ConflictError: when the text is not there any more
    """
    require(policy.can_redact(by, record.municipality_id))
    require_sentence("sentence", wish.sentence)
    found = next((one for one in record.texts if key_of(one) == wish.text), None)
    row = emptying.get_row(found.place, found.row_id) if found else None
    if found is None or row is None:
        raise ConflictError(_("This text is not there any more. Please look again."))
    town, table = record.municipality_id, found.place.table
    one = Text(town, record.subject, record.id, table, found.row_id, row, found.field)
    if wish.words and wish.words not in one.words:
        raise InvalidInputError("words", _("These words do not stand in the text as it is now."))
    _refuse_repeating(wish, [wish.words] if wish.words else one.said())
    stood = one.words
    taking_out.take_out(one, wish.words, at=at)
    return _note(one, wish, stood, by, at)


def _refuse_repeating(wish: Wish, gone: Sequence[str]) -> None:
    """The reason is kept for good: it must not keep what is taken out.

    :raises InvalidInputError: naming the part
    """
    if part := striking.repeated(wish.sentence, gone):
        raise InvalidInputError(
            "sentence",
            _(
                "“%(part)s” stands in what is taken out. The reason is kept: "
                "please say it without these words.",
                part=part,
            ),
        )


def _note(one: Text, wish: Wish, stood: str, by: Viewer, at: datetime) -> Redaction:
    redaction = Redaction(
        municipality_id=one.town,
        subject=one.table,
        subject_id=one.row_id,
        field=one.field,
        is_whole=not wish.words,
        reason=wish.reason,
        sentence=wish.sentence,
        person_id=by.person_id,
        at=at,
    )
    db.session.add(redaction)
    db.session.flush()
    until = _keep(redaction, wish, stood, at)
    now = {
        "of": f"{one.subject}/{one.record_id}",
        "text": f"{one.table}.{one.field}",
        "is_whole": not wish.words,
        "reason": wish.reason,
        "original_until": until.isoformat() if until else None,
    }
    if wish.words:  # found by these again in a backup that is put back
        now |= {"words": taking_out.digest(wish.words), "length": len(wish.words)}
    change = Change(was={}, now=now, replaced_texts={}, written_texts={})
    audit.record(by, "redaction.made", redaction, at=at, change=change)
    outside.note([outside.of_redaction(redaction, now)])
    return redaction


def _keep(redaction: Redaction, wish: Wish, text: str, at: datetime) -> date | None:
    """Until when the original can be read; None: nothing is kept.

    What is not true is never kept: the law asks for its deletion.
    """
    days = int(value_of(redaction.municipality_id, Key.KEEP_ORIGINAL_DAYS))
    if not wish.keep or not days or wish.reason is RedactionReason.UNTRUE:
        return None
    until = clock.local(at).date() + timedelta(days=days)
    db.session.add(RedactionOriginal(redaction_id=redaction.id, text=text, until=until))
    return until


def forget_original(redaction: Redaction, *, by: Viewer, at: datetime) -> None:
    """What was taken out is kept no longer.

    :raises ConflictError: when it is not kept any more
    """
    require(policy.can_redact(by, redaction.municipality_id))
    original = db.session.get(RedactionOriginal, redaction.id, with_for_update=True)
    if original is None:
        raise ConflictError(_("What was taken out is not kept any more."))
    db.session.delete(original)
    audit.record(by, "redaction.original_deleted", redaction, at=at)
    outside.note([outside.of_original(redaction, at=at)])
