"""A thousand ways of changing a small log by hand: each is found, and the first bad entry named."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.core import audit, clock
from tracker.core.audit import AuditChain, AuditEntry, Break, Head
from tracker.core.db import db
from tracker.core.triggers import AppendOnly

TOWN = 98201
TRIES = 1000
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Tampering:
    """What was done, and the position at which it must show."""

    rows: Rows
    shows_at: int


def _other(rng: random.Random, name: str, value: object) -> object:
    if isinstance(value, int):
        return value + rng.randint(1, 9)
    if name == "facts":
        return {**value, "now": {"status": f"s{rng.random()}"}}  # type: ignore[dict-item]
    if name == "at":
        return value.replace(microsecond=(value.microsecond + 1) % 1_000_000)  # type: ignore[attr-defined]
    return f"{value}x"[-40:] if value else "x"


def changed(rows: Rows, rng: random.Random) -> Tampering:
    """One column of one entry."""
    place = rng.randrange(len(rows))
    names = ["at", "actor_id", "verb", "subject", "subject_id", "request_id", "facts", "seal"]
    name = rng.choice([name for name in names if rows[place][name] is not None])
    rows[place] = {**rows[place], name: _other(rng, name, rows[place][name])}
    return Tampering(rows, place + 1)


def deleted(rows: Rows, rng: random.Random) -> Tampering:
    """An entry that is not the last; those behind it may close the gap."""
    place = rng.randrange(len(rows) - 1)
    del rows[place]
    if rng.random() < 0.5:
        rows = [{**row, "position": number} for number, row in enumerate(rows, start=1)]
    return Tampering(rows, place + 1)


def inserted(rows: Rows, rng: random.Random) -> Tampering:
    """An entry that looks like one of them; those behind it move on."""
    place = rng.randrange(len(rows))
    false = {**rows[place], "id": 900_000 + rng.randrange(999), "verb": "case.withdrawn"}
    rows = [*rows[:place], false, *rows[place:]]
    rows = [{**row, "position": number} for number, row in enumerate(rows, start=1)]
    return Tampering(rows, place + 1)


def reordered(rows: Rows, rng: random.Random) -> Tampering:
    """Two entries in each other's place."""
    first, second = sorted(rng.sample(range(len(rows)), 2))
    rows[first], rows[second] = (
        {**rows[second], "position": first + 1},
        {**rows[first], "position": second + 1},
    )
    return Tampering(rows, first + 1)


def cut(rows: Rows, rng: random.Random) -> Tampering:
    """The end of the chain."""
    kept = rng.randrange(len(rows))
    return Tampering(rows[:kept], kept + 1)


WAYS: list[Callable[[Rows, random.Random], Tampering]] = [
    changed,
    deleted,
    inserted,
    reordered,
    cut,
]


@pytest.fixture
def rows(app, aoi, sato):
    """A chain of some entries, and nobody to stop whoever changes it."""
    for _number in range(3):
        factories.accept(factories.make_case(aoi), by=sato)
    for name in AppendOnly("audit_entries").names:
        db.session.execute(sa.text(f"DROP TRIGGER {name}"))
    db.session.commit()
    found = db.session.execute(
        sa.select(AuditEntry.__table__)
        .where(AuditEntry.chain == TOWN)
        .order_by(AuditEntry.position)
    )
    return [dict(row._mapping) for row in found]


def write(rows):
    """The chain is these rows, in this transaction only."""
    db.session.execute(sa.delete(AuditEntry).where(AuditEntry.chain == TOWN))
    if rows:
        db.session.execute(sa.insert(AuditEntry), rows)
    db.session.expire_all()


def test_every_one_of_a_thousand_tamperings_is_found_where_it_was_done(rows):
    rng = random.Random(20261124)  # noqa: S311 - the same a thousand each time
    assert len(rows) >= 6
    for number in range(TRIES):
        done = WAYS[number % len(WAYS)]([dict(row) for row in rows], rng)
        write(done.rows)
        found = {one.chain: one for one in audit.verify([])}
        assert TOWN in found, f"{WAYS[number % len(WAYS)].__name__} {number} was not found"
        assert found[TOWN].position == done.shows_at
        db.session.rollback()
    assert list(audit.verify([])) == []


def cut_with_its_head(rows, length):
    """The end is gone, and `audit_chains` says that it was always so."""
    write(rows[:length])
    head = {"length": length, "head": rows[length - 1]["seal"] if length else audit.FIRST}
    db.session.execute(sa.update(AuditChain).where(AuditChain.chain == TOWN).values(**head))


def test_every_chain_cut_together_with_its_head_is_found(rows):
    for length in range(len(rows)):
        cut_with_its_head(rows, length)
        found = {one.chain: one for one in audit.verify([])}
        assert found[TOWN] == Break(TOWN, length + 1, "where the chain ends was changed")
        db.session.rollback()


def test_a_chain_cut_together_with_its_head_shows_against_the_noted_head(rows):
    noted = [Head(TOWN, len(rows), str(rows[-1]["seal"]))]
    cut_with_its_head(rows, len(rows) - 2)
    (found,) = [one for one in audit.verify(noted) if one.chain == TOWN]
    assert (found.position, found.reason) == (len(rows) - 1, "differs from the noted head")


def test_a_chain_that_was_taken_away_whole_is_missed_by_the_log_itself(rows):
    audit.note_heads(at=clock.now())
    write([])
    db.session.execute(sa.delete(AuditChain).where(AuditChain.chain == TOWN))
    assert list(audit.verify([])) == [Break(TOWN, 1, "the whole chain is gone")]


def test_a_cut_chain_that_went_on_afterwards_is_still_found(rows, aoi):
    noted = audit.heads()
    cut_with_its_head(rows, len(rows) - 3)
    for _number in range(3):  # the application goes on writing, and seals what it finds
        factories.make_case(aoi)
    db.session.expire_all()
    assert [(one.chain, one.reason) for one in audit.verify([])] == [
        (TOWN, "where the chain ends was changed")
    ]
    (found,) = audit.verify([*noted, *audit.heads()])
    assert (found.chain, found.reason) == (TOWN, "differs from the noted head")
