"""What was erased is noted outside the database too, without a word of it: beside the audit heads.

A backup that is put back holds texts again that were erased since. From these lines, and from the
database it takes the place of, they are erased again. Lines are only ever added.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tracker.core import backups
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.privacy.keeping.models import Redaction

log = logging.getLogger(__name__)
NAME = "erasures.jsonl"
ALL, TEXT, ORIGINAL = "all", "text", "original"
VERBS = {
    "cases": "case.texts_erased",
    "issues": "issue.texts_erased",
    "actions": "action.texts_erased",
    "meetings": "meeting.texts_erased",
}
MADE = "redaction.made", "redaction.made_again"
FORGOTTEN = "redaction.original_deleted"
_WAITING = "erasures"


@dataclass(frozen=True)
class Erasure:
    """What was erased when: all texts of a record, one text, or what was kept aside of one."""

    kind: str
    at: str  # ISO
    town: int
    subject: str  # table of the record
    record: int
    origin: str = ""  # seal of the first entry about the record: another one may get its number
    table: str = ""
    row: int = 0
    field: str = ""
    is_whole: bool = True
    reason: str = ""
    person: int = 0
    words: str = ""  # keyed hash of the words; "": not known
    length: int = 0
    until: str = ""  # last day on which the original could be read
    made: str = ""  # of ORIGINAL: when the text was taken out
    sentence: str = ""  # never in the file

    @property
    def when(self) -> datetime:
        """Its moment."""
        return datetime.fromisoformat(self.at)

    def line(self) -> str:
        """As it stands in the file."""
        said = {name: value for name, value in asdict(self).items() if value != ""}
        said.pop("sentence", None)
        return json.dumps(said, separators=(",", ":")) + "\n"

    @classmethod
    def read(cls, line: str) -> Self | None:
        """What a line says; None for one that was cut off or is of another time."""
        try:
            said = json.loads(line)
            known = {one.name for one in fields(cls)}
            found = cls(**{name: value for name, value in said.items() if name in known})
            return found if found.when.tzinfo else None
        except (ValueError, TypeError, AttributeError):
            return None


def of_owners(town: int, subject: str, owners: Sequence[int], *, at: datetime) -> Iterator[Erasure]:
    """All texts of these records are erased."""
    first = origins(subject, owners)
    for owner in owners:
        yield Erasure(ALL, at.isoformat(), town, subject, owner, first.get(owner, ""))


def of_redaction(redaction: Redaction, facts: Mapping[str, Any]) -> Erasure:
    """One text, or words of it, were taken out; `facts` as the sealed log has them."""
    subject, _slash, record = str(facts["of"]).partition("/")
    return Erasure(
        TEXT,
        redaction.at.isoformat(),
        redaction.municipality_id,
        subject,
        int(record),
        origins(subject, [int(record)]).get(int(record), ""),
        redaction.subject,
        redaction.subject_id,
        redaction.field,
        is_whole=redaction.is_whole,
        reason=redaction.reason.value,
        person=redaction.person_id,
        words=facts.get("words", ""),
        length=facts.get("length", 0),
        until=facts.get("original_until") or "",
        sentence=redaction.sentence,
    )


def of_original(redaction: Redaction, *, at: datetime) -> Erasure:
    """What was kept aside of a text is deleted before its day."""
    return Erasure(
        ORIGINAL,
        at.isoformat(),
        redaction.municipality_id,
        "redactions",
        redaction.id,
        table=redaction.subject,
        row=redaction.subject_id,
        field=redaction.field,
        made=redaction.at.isoformat(),
    )


def origins(subject: str, records: Sequence[int]) -> dict[int, str]:
    """The seal of the first entry about each of these records; a record of before has none."""
    first = (
        sa.select(sa.func.min(AuditEntry.id))
        .where(AuditEntry.subject == subject, AuditEntry.subject_id.in_(records))
        .group_by(AuditEntry.subject_id)
    )
    rows = db.session.execute(
        sa.select(AuditEntry.subject_id, AuditEntry.seal).where(AuditEntry.id.in_(first))
    )
    return {row.subject_id: row.seal for row in rows}


def note(erasures: Iterable[Erasure]) -> None:
    """The lines are added once the transaction is stored; nothing when it is rolled back."""
    session = db.session()
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        sa.event.listen(session, "after_commit", _add_waiting)
        sa.event.listen(session, "after_rollback", _forget_waiting)
    session.info[_WAITING] += erasures


def _forget_waiting(session: Session) -> None:
    session.info[_WAITING] = []


def _add_waiting(session: Session) -> None:
    """The erasure is stored: a disk that is not there is logged, and the database knows it too."""
    waiting, session.info[_WAITING] = session.info[_WAITING], []
    try:
        _add("".join(erasure.line() for erasure in waiting))
    except OSError:
        log.exception("erasures.failed")


def begin() -> None:
    """There is a file, if an empty one: it says that all is known."""
    if not path().exists():
        try:
            _add("")
        except OSError:
            log.exception("erasures.failed")


def _add(lines: str) -> None:
    file = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if (size := os.fstat(file).st_size) and os.pread(file, 1, size - 1) != b"\n":
            lines = f"\n{lines}"  # a full disk has cut off the one before
        os.write(file, lines.encode("ascii"))
        os.fsync(file)
    finally:
        os.close(file)


def path() -> Path:
    """Where the lines are."""
    return Path(current_app.config["AUDIT_HEADS_FILE"]).with_name(NAME)


def noted(since: datetime) -> tuple[list[Erasure], bool]:
    """What the file says was erased since then, in its order, and whether all of it can be read.

    It cannot when there is no file, or a line was cut off.
    """
    try:
        lines = path().read_text("ascii", errors="replace").split("\n")
    except OSError:
        return [], False
    found = [Erasure.read(line) for line in lines if line]
    read = [one for one in found if one is not None]
    return [one for one in read if one.when >= since], len(read) == len(found)


def known_here(made_at: datetime, *, since: datetime) -> tuple[list[Erasure], bool]:
    """What the live database says was erased since then, and whether it can know all of it.

    It cannot when it does not answer, when it is younger than the backup made at that moment, or
    when it is itself a backup that was put back later.
    """
    try:
        found = [*_owners_here(since), *_texts_here(since), *_originals_here(since)]
        return found, _was_here(made_at)
    except sa.exc.SQLAlchemyError:
        return [], False
    finally:
        db.session.rollback()


def _was_here(made_at: datetime) -> bool:
    older = sa.exists().where(AuditEntry.at <= made_at)
    put_back = sa.exists().where(AuditEntry.verb == backups.RESTORED, AuditEntry.at > made_at)
    return bool(db.session.scalar(sa.select(sa.and_(older, ~put_back))))


def _owners_here(since: datetime) -> Iterator[Erasure]:
    statement = sa.select(
        AuditEntry.chain, AuditEntry.subject, AuditEntry.at, AuditEntry.subject_id
    ).where(AuditEntry.verb.in_(VERBS.values()), AuditEntry.at >= since)
    found: dict[tuple[int, str, datetime], list[int]] = {}
    for town, subject, at, owner in db.session.execute(statement.order_by(AuditEntry.id)):
        found.setdefault((town, subject, at), []).append(owner)
    for (town, subject, at), owners in found.items():
        yield from of_owners(town, subject, owners, at=at)


def _texts_here(since: datetime) -> Iterator[Erasure]:
    statement = (
        sa.select(Redaction, AuditEntry.facts)
        .join(AuditEntry, AuditEntry.subject_id == Redaction.id)
        .where(AuditEntry.subject == Redaction.__tablename__, AuditEntry.verb.in_(MADE))
        .where(Redaction.at >= since)
        .order_by(Redaction.id)
    )
    for redaction, facts in db.session.execute(statement).all():
        yield of_redaction(redaction, facts["now"])


def _originals_here(since: datetime) -> Iterator[Erasure]:
    statement = (
        sa.select(Redaction, AuditEntry.at)
        .join(AuditEntry, AuditEntry.subject_id == Redaction.id)
        .where(AuditEntry.subject == Redaction.__tablename__, AuditEntry.verb == FORGOTTEN)
        .where(AuditEntry.at >= since)
        .order_by(AuditEntry.id)
    )
    for redaction, at in db.session.execute(statement).all():
        yield of_original(redaction, at=at)
