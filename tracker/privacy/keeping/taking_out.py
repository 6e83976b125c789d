"""One text, or some words of it: out of its row, earlier versions, frozen copies and drafts."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from tracker.cases.models import Case
from tracker.core import events
from tracker.core.audit import TextRevision
from tracker.core.db import db
from tracker.core.erasing import ERASED, Gone
from tracker.core.text import fold
from tracker.issues.models import IssueVersion, RegionalIssue
from tracker.privacy.keeping import emptying, striking


@dataclass(frozen=True)
class Text:
    """A text in its row, which is held until the end, and the record it belongs to."""

    town: int
    subject: str  # table of the record
    record_id: int
    table: str
    row_id: int
    row: Any
    field: str

    @property
    def words(self) -> str:
        """As it stands now."""
        found: str = getattr(self.row, self.field) or ""
        return found

    def revisions(self) -> Sequence[TextRevision]:
        """Earlier versions of any text of the row and of the record, the oldest first."""
        of_row = TextRevision.subject == self.table, TextRevision.subject_id == self.row_id
        of_record = TextRevision.subject == self.subject, TextRevision.subject_id == self.record_id
        statement = sa.select(TextRevision).where(sa.or_(sa.and_(*of_row), sa.and_(*of_record)))
        return db.session.scalars(statement.order_by(TextRevision.id)).all()

    def is_version(self, revision: TextRevision) -> bool:
        """Is this an earlier version of this very text?"""
        place = revision.subject, revision.subject_id, revision.field
        return place == (self.table, self.row_id, self.field)

    def versions(self) -> Sequence[IssueVersion]:
        """Of an issue's text: the versions of the issue, in which it stands too; else none."""
        of_issue = {RegionalIssue.__tablename__, IssueVersion.__tablename__}
        if self.table not in of_issue or not hasattr(IssueVersion, self.field):
            return []
        statement = sa.select(IssueVersion).where(IssueVersion.issue_id == self.record_id)
        return db.session.scalars(statement.order_by(IssueVersion.id)).all()

    def said(self) -> list[str]:
        """What it says and has ever said."""
        before = [one.text for one in self.revisions() if self.is_version(one)]
        return [self.words, *before, *(getattr(one, self.field) for one in self.versions())]


def take_out(one: Text, words: str, *, at: datetime) -> None:
    """The words are covered wherever they stand; the whole text goes when none are given."""
    change = striking.words(words) if words else striking.texts(one.said())
    revisions, versions = one.revisions(), one.versions()
    row = one.row
    setattr(row, one.field, change(one.words) if words else ERASED)
    if isinstance(row, Case):
        row.search_text = fold(f"{row.summary} {row.wanted}")[:1000]
    # A whole text goes with its earlier versions; those in which only words stood go as well,
    # for nobody has looked at what else they tell.
    for revision in revisions:
        if one.is_version(revision) or change(revision.text) != revision.text:
            revision.text = ERASED
    for version in versions:
        setattr(version, one.field, change(getattr(version, one.field)))
    db.session.flush()
    events.words_gone.send(
        Gone(one.town, one.subject, [one.record_id], change, is_whole=False, at=at)
    )
    db.session.flush()
    emptying.discard_drafts(emptying.forms_of(one.subject, [one.record_id]))


def digest(words: str) -> str:
    """By whoever holds the key the words are known again where they stand; they cannot be read."""
    key: str = current_app.config["AUDIT_KEY"]
    return hmac.new(key.encode(), f"words taken out: {words}".encode(), hashlib.sha256).hexdigest()


def find_again(texts: Iterable[str], wanted: str, length: int) -> str:
    """The words of this digest and length in the first text that holds them; "" when none does."""
    for text in texts:
        for start in range(len(text) - length + 1):
            words = text[start : start + length]
            if digest(words) == wanted:
                return words
    return ""
