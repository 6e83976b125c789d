"""Why an account was closed: a code in the log, and a sentence that retention can erase."""

import enum
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Person
from tracker.core.audit import AuditEntry, Change, TextRevision
from tracker.core.db import db
from tracker.core.errors import require_sentence

SENTENCE_LENGTH = 200
_FIELD, _VERB = "closed_because", "person.disabled"


class ClosingReason(enum.StrEnum):
    """Why somebody is not to sign in."""

    LEFT = "left"
    AWAY = "away"
    SUSPICION = "suspicion"
    OTHER = "other"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return CLOSING_REASON_LABELS[self]


CLOSING_REASON_LABELS: dict[ClosingReason, LazyString] = {
    ClosingReason.LEFT: _l("Has left, or changed jobs"),
    ClosingReason.AWAY: _l("Long absence"),
    ClosingReason.SUSPICION: _l("Somebody else may be using the account"),
    ClosingReason.OTHER: _l("Another reason"),
}


@dataclass(frozen=True)
class Closing:
    """Why; another reason needs a sentence."""

    reason: ClosingReason
    sentence: str = ""

    def change(self) -> Change:
        """What the log says of it.

        :raises InvalidInputError: without a sentence for another reason
        """
        if self.reason is ClosingReason.OTHER:
            require_sentence("sentence", self.sentence, SENTENCE_LENGTH)
        words = {_FIELD: self.sentence} if self.sentence else {}
        # The sentence has no column: it is true of the past only, and is kept like other old words.
        return Change({}, {"reason": self.reason.value}, words, words)


@dataclass(frozen=True)
class Closed:
    """When an account was closed, by whom and why; no reason where a command or office was shut."""

    at: datetime
    by: str
    reason: ClosingReason | None
    sentence: str


def last_closing(person_id: int) -> Closed | None:
    """The last time somebody closed this account; None when nobody did, or a command."""
    found = db.session.execute(
        sa.select(AuditEntry.at, AuditEntry.facts, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(
            AuditEntry.subject == Person.__tablename__,
            AuditEntry.subject_id == person_id,
            AuditEntry.verb == _VERB,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    code = found.facts["now"].get("reason")
    return Closed(
        found.at,
        found.name or "",
        ClosingReason(code) if code else None,
        _sentence(person_id, found.facts["texts"].get(_FIELD, "")),
    )


def _sentence(person_id: int, digest: str) -> str:
    if not digest:
        return ""
    words = sa.select(TextRevision.text).where(
        TextRevision.subject == Person.__tablename__,
        TextRevision.subject_id == person_id,
        TextRevision.digest == digest,
    )
    return db.session.scalar(words.order_by(TextRevision.id.desc()).limit(1)) or ""
