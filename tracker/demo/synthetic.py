"""Fictional towns with any number of cases, for benchmarks: by chance, and the same for a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from tracker.accounts.models import Municipality, Organisation, Person
from tracker.cases.models import Case
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.demo.synthetic_cases import CaseWriter
from tracker.demo.synthetic_towns import Founder, Rows

MONTHS_18 = timedelta(days=548)
CHUNK = 2000  # cases of one transaction


def require_unused() -> None:
    """Return only when the database is empty or holds nothing but invented towns and people.

    :raises ConflictError: when it is, or may be, somebody's
    """
    real_town = sa.select(Municipality.id).where(Municipality.is_demo.is_(False))
    used = (
        sa.select(Person.id).where(Person.is_demo.is_(False)),
        sa.select(Organisation.id).where(Organisation.municipality_id.in_(real_town)),
        sa.select(Case.id).where(Case.municipality_id.in_(real_town)),
    )
    if any(db.session.scalar(found.limit(1)) is not None for found in used):
        raise ConflictError("This database is in use.")


@dataclass(frozen=True)
class _Batch:
    """What the audit log is told of: the first of the towns that were made."""

    id: int
    __tablename__ = Municipality.__tablename__


def generate(
    cases: int,
    towns: int,
    *,
    seed: int,
    now: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[int]:
    """So many new towns with so many cases in all, filed in the 18 months before; their codes.

    Commits as it goes. The installation's chain of the audit log has one entry for
    each transaction.

    :param progress: told how many cases are there, after each transaction
    :raises ConflictError: when the database is somebody's
    :raises ValueError: when there are not so many codes left
    """
    require_unused()
    rng, rows = Random(seed), Rows()  # noqa: S311 - chance that can be repeated is what is wanted
    founded = Founder(rows, rng, now).found(towns)
    rows.store()
    writer, stored = CaseWriter(rows, founded, rng, now), 0
    for number in range(1, cases + 1):
        writer.write(now - MONTHS_18 * (1 - (number - rng.random()) / cases))
        if number % CHUNK == 0 or number == cases:
            rows.store()
            batch = _Batch(founded[0].id)
            change = Change({}, {"cases": number - stored, "seed": seed}, {}, {})
            audit.record(None, "town.generated", batch, at=now, change=change)
            db.session.commit()
            stored = number
            progress(number)
    writer.save_serials()
    rows.settle()
    db.session.execute(sa.text("ANALYZE"))
    db.session.commit()
    return [town.id for town in founded]
