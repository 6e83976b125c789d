"""Erasing once more, in a backup that is put back, what was erased after it was made."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.erasing import ERASED
from tracker.privacy.keeping import due, outside, service, taking_out
from tracker.privacy.keeping.models import Redaction, RedactionOriginal, RedactionReason
from tracker.privacy.keeping.outside import ALL, ORIGINAL, TEXT, VERBS, Erasure
from tracker.privacy.keeping.places import OWNERS, PLACES
from tracker.privacy.keeping.taking_out import Text

# An erasure that was stored while the backup was made may be in it or not: both are looked at.
BEFORE = timedelta(hours=1)


def known(made_at: datetime) -> tuple[list[Erasure], bool]:
    """What was erased since a backup was made, oldest first, and whether that is surely all of it.

    Asked of the database that is live now, before it is replaced, and of the file outside.
    """
    since = made_at - BEFORE
    here, is_all = outside.known_here(made_at, since=since)
    noted, is_readable = outside.noted(since)
    # The database's own come last: they hold the sentences.
    found = {_name(one): one for one in [*noted, *here]}
    return sorted(found.values(), key=lambda one: one.when), is_all or is_readable


def _name(one: Erasure) -> tuple[Any, ...]:
    return one.kind, one.subject, one.record, one.table, one.row, one.field, one.when


def erase_again(erasures: Sequence[Erasure], *, at: datetime) -> int:
    """What these say is erased here too and listed as it was; how many. No commit.

    Records count when they had words, texts when they came into the list.
    """
    count = 0
    wholes = [one for one in erasures if one.kind == ALL and one.subject in VERBS]
    for town, subject in dict.fromkeys((one.town, one.subject) for one in wholes):
        asked = [one for one in wholes if (one.town, one.subject) == (town, subject)]
        for first in range(0, len(asked), service.AT_ONCE):
            count += _erase(town, subject, asked[first : first + service.AT_ONCE], at)
    for one in erasures:
        if one.kind == TEXT:
            count += _take_out(one, at)
        elif one.kind == ORIGINAL:
            _forget_original(one)
    return count


def _erase(town: int, subject: str, asked: Iterable[Erasure], at: datetime) -> int:
    """Records of which all texts were erased, and that have words here; how many."""
    owner = OWNERS[subject]
    with_words = db.session.scalars(
        sa.select(owner.id)
        .where(owner.id.in_({one.record for one in asked}), owner.municipality_id == town)
        .where(due.has_words(subject))
        .order_by(owner.id)
    ).all()
    first = outside.origins(subject, with_words)
    wanted = {one.record: one.origin for one in asked}
    owners = [one for one in with_words if first.get(one, "") == wanted[one]]
    if owners:
        service.erase(subject, town, owners, at=at)
    return len(owners)


def _take_out(one: Erasure, at: datetime) -> int:
    """The text, or words of it, are taken out once more; 0 when they were, or it is not here."""
    text = _text(one)
    if text is None or _redaction(one.table, one.row, one.field, one.when) is not None:
        return 0
    stood, words = text.words, ""
    if not one.is_whole and one.words:
        words = taking_out.find_again(_everywhere(text), one.words, one.length)
        if words:
            taking_out.take_out(text, words, at=at)
    else:  # without their mark nobody can tell which words: none of the text stays
        taking_out.take_out(text, "", at=at)
    _note(one, stood if text.words != stood else "", at)
    return 1


def _everywhere(text: Text) -> list[str]:
    return [*text.said(), *(one.text for one in text.revisions())]


def _text(one: Erasure) -> Text | None:
    """The text here; None when the backup knows no such row, or another record by its number."""
    place = next(
        (
            place
            for place in PLACES.get(one.subject, ())
            if place.table == one.table and one.field in (*place.fields, *place.stays)
        ),
        None,
    )
    if (
        place is None
        or outside.origins(one.subject, [one.record]).get(one.record, "") != one.origin
    ):
        return None
    statement = sa.select(place.model).where(place.of([one.record]), place.key == one.row)
    row = db.session.scalars(statement.with_for_update()).one_or_none()
    if row is None:
        return None
    return Text(one.town, one.subject, one.record, one.table, one.row, row, one.field)


def _redaction(table: str, row: int, field: str, made: datetime) -> Redaction | None:
    return db.session.scalars(
        sa.select(Redaction).where(
            Redaction.subject == table,
            Redaction.subject_id == row,
            Redaction.field == field,
            Redaction.at == made,
        )
    ).one_or_none()


def _note(one: Erasure, stood: str, at: datetime) -> None:
    """It is in the list again, unless whoever did it is not known here; the log says it anyway."""
    now = {
        "of": f"{one.subject}/{one.record}",
        "text": f"{one.table}.{one.field}",
        "is_whole": one.is_whole,
        "reason": one.reason,
        "original_until": one.until or None,
    }
    if one.words:
        now |= {"words": one.words, "length": one.length}
    redaction_id = 0
    if db.session.get(Person, one.person) is not None:
        redaction = Redaction(
            municipality_id=one.town,
            subject=one.table,
            subject_id=one.row,
            field=one.field,
            is_whole=one.is_whole,
            reason=RedactionReason(one.reason),
            sentence=one.sentence,
            person_id=one.person,
            at=one.when,
        )
        db.session.add(redaction)
        db.session.flush()
        redaction_id = redaction.id
        _keep(redaction, one, stood, at)
    change = Change(was={}, now=now, replaced_texts={}, written_texts={})
    deed = audit.Deed(
        one.town, "redaction.made_again", Redaction.__tablename__, redaction_id, change
    )
    audit.record_many(None, [deed], at=at)


def _keep(redaction: Redaction, one: Erasure, stood: str, at: datetime) -> None:
    """What stood there can be read as long as it could before, and no longer."""
    if not one.until or stood in {"", ERASED}:
        return
    until = date.fromisoformat(one.until)
    if until >= clock.local(at).date():
        db.session.add(RedactionOriginal(redaction_id=redaction.id, text=stood, until=until))
        db.session.flush()


def _forget_original(one: Erasure) -> None:
    """What was kept aside was deleted before its day, and is deleted here too."""
    redaction = _redaction(one.table, one.row, one.field, datetime.fromisoformat(one.made))
    if redaction is not None:
        db.session.execute(
            sa.delete(RedactionOriginal).where(RedactionOriginal.redaction_id == redaction.id)
        )
