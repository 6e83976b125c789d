"""Erasing what is past its time, and taking one text out before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action
from tracker.cases.models import Case
from tracker.core import audit, clock, events
from tracker.core.audit import NOTHING, Change, Deed, TextRevision
from tracker.core.db import db
from tracker.core.erasing import ERASED, STRUCK, Gone
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.core.text import fold
from tracker.issues.candidates.models import CandidateStep
from tracker.issues.models import IssueVersion, RegionalIssue
from tracker.privacy.keeping import due, emptying, policy, striking
from tracker.privacy.keeping.emptying import Found
from tracker.privacy.keeping.models import Redaction, RedactionOriginal, RedactionReason
from tracker.privacy.keeping.queries import Record
from tracker.settings.values.models import Key
from tracker.settings.values.queries import value_of

AT_ONCE = 200  # owners in one transaction, so that nobody waits long for the round
VERBS = {
    "cases": "case.texts_erased",
    "issues": "issue.texts_erased",
    "actions": "action.texts_erased",
    "meetings": "meeting.texts_erased",
}


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
                _erase(kind, town, owners, at)
            yield kind, len(owners)


def _erase(subject: str, town: int, owners: Sequence[int], at: datetime) -> None:
    emptying.empty(subject, town, owners, at)
    deeds = [Deed(town, VERBS[subject], subject, owner, NOTHING) for owner in owners]
    audit.record_many(None, deeds, at=at)
    if subject == "issues":
        of_issues = sa.select(Action.id).where(Action.issue_id.in_(owners)).order_by(Action.id)
        if actions := db.session.scalars(of_issues).all():
            _erase("actions", town, actions, at)


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

    :raises InvalidInputError: when the words do not stand in the text, or nothing says why
    :raises ConflictError: when the text is not there any more
    """
    require(policy.can_redact(by, record.municipality_id))
    require_sentence("sentence", wish.sentence)
    found = next((one for one in record.texts if key_of(one) == wish.text), None)
    row = emptying.get_row(found.place, found.row_id) if found else None
    if found is None or row is None:
        raise ConflictError(_("This text is not there any more. Please look again."))
    text = getattr(row, found.field)
    if wish.words and wish.words not in text:
        raise InvalidInputError("words", _("These words do not stand in the text as it is now."))
    struck = STRUCK[: len(wish.words)]  # never longer than the words: the text fits its column
    setattr(row, found.field, text.replace(wish.words, struck) if wish.words else ERASED)
    if isinstance(row, Case):
        row.search_text = fold(f"{row.summary} {row.wanted}")[:1000]
    db.session.flush()
    _strike_copies(record, found, wish, text, at)
    emptying.discard_drafts(emptying.forms_of(record.subject, [record.id]))
    return _note(record, found, wish, text, by, at)


def _strike_copies(record: Record, found: Found, wish: Wish, text: str, at: datetime) -> None:
    """Earlier versions, frozen sheets, letters and papers of the record lose it as well."""
    revisions = db.session.scalars(
        sa.select(TextRevision)
        .where(
            sa.or_(
                sa.and_(
                    TextRevision.subject == found.place.table,
                    TextRevision.subject_id == found.row_id,
                ),
                sa.and_(
                    TextRevision.subject == record.subject, TextRevision.subject_id == record.id
                ),
            )
        )
        .order_by(TextRevision.id)
    ).all()
    of_field = [
        one
        for one in revisions
        if (one.subject, one.subject_id, one.field)
        == (found.place.table, found.row_id, found.field)
    ]
    said = [text, *(one.text for one in of_field)]
    versions: Sequence[IssueVersion] = []
    if found.place.model in {RegionalIssue, IssueVersion} and hasattr(IssueVersion, found.field):
        of_issue = sa.select(IssueVersion).where(IssueVersion.issue_id == record.id)
        versions = db.session.scalars(of_issue.order_by(IssueVersion.id)).all()
        said += [getattr(one, found.field) for one in versions]
    change = striking.words(wish.words) if wish.words else striking.texts(said)
    # A whole text goes with its earlier versions; those in which only words stood go as well,
    # for nobody has looked at what else they tell.
    for one in revisions:
        if one in of_field or change(one.text) != one.text:
            one.text = ERASED
    for version in versions:
        setattr(version, found.field, change(getattr(version, found.field)))
    db.session.flush()
    events.words_gone.send(
        Gone(record.municipality_id, record.subject, [record.id], change, is_whole=False, at=at)
    )
    db.session.flush()


def _note(
    record: Record, found: Found, wish: Wish, text: str, by: Viewer, at: datetime
) -> Redaction:
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
    db.session.flush()
    until = _keep(redaction, wish, text, at)
    now = {
        "of": f"{record.subject}/{record.id}",
        "text": f"{found.place.table}.{found.field}",
        "is_whole": not wish.words,
        "reason": wish.reason,
        "original_until": until.isoformat() if until else None,
    }
    change = Change(was={}, now=now, replaced_texts={}, written_texts={})
    audit.record(by, "redaction.made", redaction, at=at, change=change)
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
