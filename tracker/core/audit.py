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
from typing import Any, NamedTuple, Protocol, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.core.db import FreeText, Model, db, insert_or_skip

INSTALLATION = 0  # the chain of what belongs to no municipality
FIRST = "0" * 64  # stands where the first entry's predecessor would
NOTED = "log.heads_noted"  # an entry of the installation that names the heads of all chains

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


class Actor(Protocol):
    """Whoever acts; a command line acts with no person."""

    @property
    def person_id(self) -> int | None: ...


class AuditChain(Model):
    """Length and last seal of a chain; its row is the lock under which entries are appended.

    It is sealed itself: whoever cuts a chain cannot say without the key that it was always so.
    """

    __tablename__ = "audit_chains"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(sa.String(64), default=FIRST)
    seal: Mapped[str] = mapped_column(sa.String(64), server_default="")


class AuditEntry(Model):
    """Who did what to which row, when; sealed together with the entry before it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.UniqueConstraint("chain", "position"),
        sa.Index("ix_audit_entries_chain", "chain", "id"),
        sa.Index("ix_audit_entries_subject", "subject", "subject_id", "id"),
        sa.Index("ix_audit_entries_actor", "actor_id", "id"),
        sa.Index("ix_audit_entries_at", "at"),
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


@dataclass(frozen=True)
class Deed:
    """What was done: the verb, the row it was done to, and what changed."""

    chain: int
    verb: str
    subject: str
    subject_id: int
    change: Change


def record(
    by: Actor | None, verb: str, row: Any, *, at: datetime, change: Change = NOTHING
) -> None:
    """There is an entry about `row` at the end of its municipality's chain.

    The row needs `id` (a new one is flushed first) and, if it belongs to a town, `municipality_id`.
    """
    if row.id is None:
        db.session.flush()
    chain = getattr(row, "municipality_id", None) or INSTALLATION
    record_many(by, [Deed(chain, verb, row.__tablename__, row.id, change)], at=at)


def record_many(by: Actor | None, deeds: Sequence[Deed], *, at: datetime) -> None:
    """There is an entry for each deed, in order; one lock a chain.

    The rows need not be in the session: they are named, not looked at.
    """
    revisions = [row for deed in deeds for row in _revisions(deed, at)]
    if revisions:
        db.session.execute(sa.insert(TextRevision), revisions)
    for number in sorted({deed.chain for deed in deeds}):
        _append(number, [_said(by, deed, at) for deed in deeds if deed.chain == number])


def _said(by: Actor | None, deed: Deed, at: datetime) -> dict[str, Any]:
    """The columns of an entry that has no place in its chain yet."""
    return {
        "chain": deed.chain,
        "at": at,
        "actor_id": by.person_id if by else None,
        "verb": deed.verb,
        "subject": deed.subject,
        "subject_id": deed.subject_id,
        "request_id": REQUEST_ID.get(),
        "facts": {
            "was": dict(deed.change.was),
            "now": dict(deed.change.now),
            "texts": {name: _digest(text) for name, text in deed.change.written_texts.items()},
        },
    }


def _append(number: int, entries: list[dict[str, Any]]) -> None:
    """The entries stand at the end of the chain, each linked to the one before it.

    Tables, not objects: this runs once in every verb, and nobody looks at the rows again.
    """
    key = current_app.config["AUDIT_KEY"]
    length, head, sealed = _locked(number)
    is_whole = sealed == _seal_of(number, length, head, key)
    for entry in entries:
        length += 1
        entry |= {"position": length, "previous": head}
        head = entry["seal"] = _seal(entry, key)
    db.session.execute(_ADDED, entries)
    # Where somebody else had set the end, it stays without a seal: going on must not hide it.
    to_seal = _seal_of(number, length, head, key) if is_whole else ""
    moved = {"to_length": length, "to_head": head, "to_seal": to_seal}
    db.session.execute(_MOVED, {"number": number, **moved})


def _locked(number: int) -> tuple[int, str, str]:
    """Length, last seal and its own seal of the chain; others wait until the transaction ends."""
    found = db.session.execute(_END, {"number": number}).one_or_none()
    if found is None:  # the first entry ever
        seal = _seal_of(number, 0, FIRST, current_app.config["AUDIT_KEY"])
        begun = {"chain": number, "length": 0, "head": FIRST, "seal": seal}
        db.session.execute(insert_or_skip(AuditChain.__table__).values(**begun))  # type: ignore[arg-type]
        found = db.session.execute(_END, {"number": number}).one()
    return found.length, found.head, found.seal


_CHAINS: Any = AuditChain.__table__
_ADDED = sa.insert(cast(sa.Table, AuditEntry.__table__))
_ITS_OWN = _CHAINS.c.chain == sa.bindparam("number")
_END = sa.select(_CHAINS.c.length, _CHAINS.c.head, _CHAINS.c.seal).where(_ITS_OWN).with_for_update()
_MOVED = (
    sa.update(_CHAINS)
    .where(_ITS_OWN)
    .values(
        length=sa.bindparam("to_length"),
        head=sa.bindparam("to_head"),
        seal=sa.bindparam("to_seal"),
    )
)


def seal(entry: AuditEntry, key: str) -> str:
    """The keyed hash of everything the entry says, and of the entry before it."""
    return _seal({name: getattr(entry, name) for name in _SEALED}, key)


_SEALED = (
    "chain",
    "position",
    "at",
    "actor_id",
    "verb",
    "subject",
    "subject_id",
    "request_id",
    "facts",
    "previous",
)

_COLUMNS = (*_SEALED, "seal")


def _seal(entry: Mapping[str, Any], key: str) -> str:
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    content = [at if name == "at" else entry[name] for name in _SEALED]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key.encode(), canonical.encode(), hashlib.sha256).hexdigest()


def _seal_of(chain: int, length: int, head: str, key: str) -> str:
    """The keyed hash of where a chain ends."""
    content = json.dumps(["head", chain, length, head], separators=(",", ":"))
    return hmac.new(key.encode(), content.encode(), hashlib.sha256).hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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


class Head(NamedTuple):
    """A chain had this seal at this position."""

    chain: int
    position: int
    seal: str


Noted = dict[int, dict[int, str]]  # chain → position → seal


def verify(noted: Iterable[Head], *, session: Session | None = None) -> Iterator[Break]:
    """The first break of each chain, by chain; nothing when all hold.

    :param noted: heads noted earlier outside the database, so that a cut tail or a rewritten chain
        shows even when `audit_chains` was changed with it
    :param session: of another database, as a backup's; None: the live one
    """
    read = session or db.session()
    known: Noted = {}
    for head in noted:
        known.setdefault(head.chain, {}).setdefault(head.position, head.seal)  # the oldest counts
    chains = _chains(read)
    broken: list[Break] = []
    for chain in chains:  # the installation's comes first: it names heads of all others
        found = _first_break(_entries(read, chain.chain), chain, known)
        broken += [found] if found else []
    there = {chain.chain for chain in chains}
    entered = set(read.scalars(sa.select(AuditEntry.chain).distinct()))
    broken += [Break(one, 1, "the head of the chain is gone") for one in entered - there]
    gone = known.keys() - there - entered
    broken += [Break(one, 1, "the whole chain is gone") for one in gone]
    yield from sorted(broken, key=lambda one: one.chain)


@dataclass(frozen=True)
class _Chain:
    """Where a chain says that it ends, and whether that is sealed as it should be."""

    chain: int
    length: int
    head: str
    is_sealed: bool


def _chains(read: Session) -> list[_Chain]:
    """All chains, by number. A database of before heads were sealed says nothing of seals."""
    key, columns = current_app.config["AUDIT_KEY"], _CHAINS.c
    found = {column["name"] for column in sa.inspect(read.connection()).get_columns(_CHAINS.name)}
    seal = columns.seal if "seal" in found else sa.null().label("seal")
    rows = read.execute(
        sa.select(columns.chain, columns.length, columns.head, seal).order_by(columns.chain)
    )
    return [
        _Chain(chain, length, head, said in {None, _seal_of(chain, length, head, key)})
        for chain, length, head, said in rows
    ]


def _first_break(
    entries: Iterable[sa.Row[*tuple[Any, ...]]], chain: _Chain, noted: Noted
) -> Break | None:
    """The first place where it does not hold; what its entries note of others goes to `noted`."""
    key, position, previous = current_app.config["AUDIT_KEY"], 0, FIRST
    heads = noted.get(chain.chain, {})
    for entry in entries:
        position += 1
        if entry.position != position:
            return Break(chain.chain, position, "an entry is missing")
        if entry.previous != previous or entry.seal != _seal(
            dict(zip(_COLUMNS, entry, strict=True)), key
        ):
            return Break(chain.chain, position, "the entry was changed")
        previous = entry.seal
        if heads.get(position, previous) != previous:
            return Break(chain.chain, position, "differs from the noted head")
        if entry.verb == NOTED:
            _take_in(noted, entry.facts["now"])
    return _end(chain, position, previous, max(heads, default=0))


def _take_in(noted: Noted, said: Mapping[str, Any]) -> None:
    """The heads that an entry of the installation names are known as well."""
    for chain, (position, seal) in said.items():
        noted.setdefault(int(chain), {}).setdefault(position, seal)


def _end(chain: _Chain, position: int, previous: str, furthest: int) -> Break | None:
    """What is wrong where the chain ends."""
    next_one = position + 1
    if (position, previous) != (chain.length, chain.head):
        return Break(chain.chain, next_one, "the end of the chain is missing")
    if furthest > position:
        return Break(chain.chain, next_one, "differs from the noted head")
    if not chain.is_sealed:
        return Break(chain.chain, next_one, "where the chain ends was changed")
    return None


def _entries(read: Session, chain: int) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """Columns, not objects: a million of them are read in well under a minute."""
    columns = [getattr(AuditEntry, name) for name in _COLUMNS]
    statement = sa.select(*columns).where(AuditEntry.chain == chain).order_by(AuditEntry.position)
    with closing(read.execute(statement.execution_options(yield_per=5000))) as entries:
        yield from entries


def heads() -> list[Head]:
    """Where each chain ends, by chain: to be noted outside the database."""
    columns = AuditChain.chain, AuditChain.length, AuditChain.head
    return [Head(*row) for row in db.session.execute(sa.select(*columns).order_by(columns[0]))]


def note_heads(*, at: datetime) -> None:
    """The installation's chain names where all chains end: none can be taken away as a whole."""
    now = {str(head.chain): [head.position, head.seal] for head in heads()}
    deed = Deed(INSTALLATION, NOTED, "audit_chains", INSTALLATION, Change({}, now, {}, {}))
    record_many(None, [deed], at=at)
