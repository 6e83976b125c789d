"""The audit log: one chained, sealed entry for every verb, in the transaction of the change.

An entry holds ids, states, codes and dates; free text only as a hash, its earlier versions stand
in `text_revisions`, which retention can erase without breaking a chain. One chain for each
municipality and one (number 0) for the installation, so that towns do not wait for each other.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model, db, insert_or_skip

INSTALLATION = 0  # the chain of what belongs to no municipality
FIRST = "0" * 64  # stands where the first entry's predecessor would

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


class Actor(Protocol):
    """Whoever acts; a command line acts with no person."""

    @property
    def person_id(self) -> int | None: ...


class AuditChain(Model):
    """Length and last seal of a chain; its row is the lock under which entries are appended."""

    __tablename__ = "audit_chains"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(sa.String(64), default=FIRST)


class AuditEntry(Model):
    """Who did what to which row, when; sealed together with the entry before it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.UniqueConstraint("chain", "position"),
        sa.Index("ix_audit_entries_chain", "chain", "id"),
        sa.Index("ix_audit_entries_subject", "subject", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int]
    position: Mapped[int]  # 1, 2, 3 … without a gap
    at: Mapped[datetime]
    actor_id: Mapped[int | None]  # no foreign key: an entry outlives whatever it speaks of
    verb: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    request_id: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any]]  # {"was": {…}, "now": {…}, "texts": {field: hash}}
    previous: Mapped[str] = mapped_column(sa.String(64))
    seal: Mapped[str] = mapped_column(sa.String(64))


class TextRevision(Model):
    """A version of a free text that is no longer the current one."""

    __tablename__ = "text_revisions"
    __table_args__ = (sa.Index("ix_text_revisions_subject", "subject", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(40))
    text: Mapped[str] = mapped_column(FreeText(4000))
    digest: Mapped[str] = mapped_column(sa.String(64))
    replaced_at: Mapped[datetime]


@dataclass(frozen=True)
class Change:
    """Coded fields before and after, and free texts that were replaced or first written."""

    was: Mapping[str, Any]
    now: Mapping[str, Any]
    replaced_texts: Mapping[str, str]
    written_texts: Mapping[str, str]


NOTHING = Change({}, {}, {}, {})


def record(
    by: Actor | None, verb: str, row: Any, *, at: datetime, change: Change = NOTHING
) -> AuditEntry:
    """Append an entry about `row` to its municipality's chain and return it, flushed.

    The row needs `id` (it is flushed first) and, if it belongs to a town, `municipality_id`.
    """
    db.session.flush()
    _keep_replaced(row, change, at)
    return _append(
        AuditEntry(
            chain=getattr(row, "municipality_id", None) or INSTALLATION,
            at=at,
            actor_id=by.person_id if by else None,
            verb=verb,
            subject=row.__tablename__,
            subject_id=row.id,
            request_id=REQUEST_ID.get(),
            facts=_facts(change),
        )
    )


@dataclass(frozen=True)
class Deed:
    """One of many things done at once: the verb, and the row it was done to."""

    chain: int
    verb: str
    subject: str
    subject_id: int
    change: Change


def record_many(by: Actor | None, deeds: Sequence[Deed], *, at: datetime) -> None:
    """Append an entry for each deed in order, sealed as one at a time would be; one lock a chain.

    The rows need not be in the session: they are named, not looked at.
    """
    db.session.flush()
    revisions = [row for deed in deeds for row in _revisions(deed, at)]
    if revisions:
        db.session.execute(sa.insert(TextRevision), revisions)
    for number in sorted({deed.chain for deed in deeds}):
        chain = _locked(number)
        entries = [_entry_of(by, deed, at) for deed in deeds if deed.chain == number]
        db.session.execute(sa.insert(AuditEntry), list(_sealed(chain, entries)))
        db.session.flush()


def _entry_of(by: Actor | None, deed: Deed, at: datetime) -> AuditEntry:
    return AuditEntry(
        chain=deed.chain,
        at=at,
        actor_id=by.person_id if by else None,
        verb=deed.verb,
        subject=deed.subject,
        subject_id=deed.subject_id,
        request_id=REQUEST_ID.get(),
        facts=_facts(deed.change),
    )


def _facts(change: Change) -> dict[str, Any]:
    return {
        "was": dict(change.was),
        "now": dict(change.now),
        "texts": {name: _digest(text) for name, text in change.written_texts.items()},
    }


def _sealed(chain: AuditChain, entries: Iterable[AuditEntry]) -> Iterator[dict[str, Any]]:
    """The columns of each entry, linked to the one before it; the chain ends with the last."""
    key = current_app.config["AUDIT_KEY"]
    names = [column.key for column in AuditEntry.__table__.columns if column.key != "id"]
    for entry in entries:
        _link(chain, entry, key)
        yield {name: getattr(entry, name) for name in names}


def _link(chain: AuditChain, entry: AuditEntry, key: str) -> None:
    entry.position = chain.length + 1
    entry.previous = chain.head
    entry.seal = seal(entry, key)
    chain.length, chain.head = entry.position, entry.seal


def _locked(number: int) -> AuditChain:
    """The end of the chain; others wait until the transaction ends."""
    db.session.execute(
        insert_or_skip(AuditChain.__table__).values(chain=number, length=0, head=FIRST)  # type: ignore[arg-type]
    )
    lock = sa.select(AuditChain).where(AuditChain.chain == number).with_for_update()
    return db.session.scalars(lock.execution_options(populate_existing=True)).one()


def _append(entry: AuditEntry) -> AuditEntry:
    _link(_locked(entry.chain), entry, current_app.config["AUDIT_KEY"])
    db.session.add(entry)
    db.session.flush()
    return entry


def seal(entry: AuditEntry, key: str) -> str:
    """The keyed hash of everything the entry says, and of the entry before it."""
    content = [
        entry.chain,
        entry.position,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.verb,
        entry.subject,
        entry.subject_id,
        entry.request_id,
        entry.facts,
        entry.previous,
    ]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key.encode(), canonical.encode(), hashlib.sha256).hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _keep_replaced(row: Any, change: Change, at: datetime) -> None:
    deed = Deed(INSTALLATION, "", row.__tablename__, row.id, change)
    db.session.add_all(TextRevision(**revision) for revision in _revisions(deed, at))


def _revisions(deed: Deed, at: datetime) -> Iterator[dict[str, Any]]:
    """Columns of the free texts that a deed replaced."""
    for name, text in deed.change.replaced_texts.items():
        yield {
            "subject": deed.subject,
            "subject_id": deed.subject_id,
            "field": name,
            "text": text,
            "digest": _digest(text),
            "replaced_at": at,
        }


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold."""

    chain: int
    position: int
    reason: str


def verify(heads: Mapping[int, tuple[int, str]]) -> Iterator[Break]:
    """The first break of each chain; nothing when all hold.

    :param heads: chain → (position, seal) as noted earlier outside the database, so that a cut
        tail or a rewritten chain shows even when `audit_chains` was changed with it
    """
    key = current_app.config["AUDIT_KEY"]
    chains = db.session.scalars(sa.select(AuditChain).order_by(AuditChain.chain)).all()
    known = {chain.chain for chain in chains}
    entered = set(db.session.scalars(sa.select(AuditEntry.chain).distinct()))
    for missing in sorted(set(heads) - known - entered):
        yield Break(missing, 1, "the whole chain is gone")
    for headless in sorted(entered - known):
        yield Break(headless, 1, "the head of the chain is gone")
    for chain in chains:
        found = _first_break(chain, heads.get(chain.chain), key)
        if found:
            yield found


def _first_break(chain: AuditChain, noted: tuple[int, str] | None, key: str) -> Break | None:
    position, previous, noted_seen = 0, FIRST, noted is None
    for entry in _entries(chain.chain):
        position += 1
        if entry.position != position:
            return Break(chain.chain, position, "an entry is missing")
        if entry.previous != previous or entry.seal != seal(entry, key):
            return Break(chain.chain, position, "the entry was changed")
        previous = entry.seal
        noted_seen = noted_seen or noted == (position, previous)
    if (position, previous) != (chain.length, chain.head):
        return Break(chain.chain, position + 1, "the end of the chain is missing")
    if noted is None or noted_seen:
        return None
    first = position + 1 if noted[0] > position else noted[0]
    return Break(chain.chain, first, "differs from the noted head")


def _entries(chain: int) -> Iterator[AuditEntry]:
    statement = sa.select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.position)
    with closing(db.session.scalars(statement.execution_options(yield_per=1000))) as entries:
        yield from entries


def heads() -> dict[int, tuple[int, str]]:
    """Chain → (length, last seal), for the daily note outside the database."""
    rows = db.session.execute(sa.select(AuditChain.chain, AuditChain.length, AuditChain.head))
    return {row.chain: (row.length, row.head) for row in rows}
