"""Cases counted by cell, in the transaction of the case: what the matrix is read from.

Triggers keep the table, so that no path can forget it: forms, imports, bulk inserts, a hand in
the database. `verify` compares it with the cases themselves, `rebuild` counts them anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.cases import policy
from tracker.cases.models import Case
from tracker.core import triggers
from tracker.core.db import Model, db

KEY = ("municipality_id", "occurred_month", "area_id", "act_type_code", "organisation_id")


class CaseTally(Model):
    """How many cases of one office, type, area and month are counted; no row where none is.

    Without foreign keys: a row follows cases, which have them. Offices stand in the key because
    distinct offices cannot be added up; clients are counted from the cases.
    """

    __tablename__ = "case_tallies"
    __table_args__ = {"sqlite_with_rowid": False}

    municipality_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occurred_month: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act_type_code: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cases: Mapped[int]
    minutes: Mapped[int]  # of all times together


@dataclass(frozen=True)
class Difference:
    """A cell that is not as the cases say."""

    cell: tuple[Any, ...]  # town, month, area, type, office
    kept: tuple[int, int] | None  # cases and minutes in the table; None: no row
    counted: tuple[int, int] | None  # as the cases say; None: there is none


def verify() -> Difference | None:
    """The first cell that differs from a count of the cases; None when all agree."""
    key = [getattr(CaseTally, name) for name in KEY]
    kept = sa.select(*key, CaseTally.cases, CaseTally.minutes)
    counted = _live()
    for one, other in ((kept, counted), (counted, kept)):
        less = sa.except_(one, other).subquery()
        columns = [less.c[name] for name in KEY]
        row = db.session.execute(sa.select(less).order_by(*columns).limit(1)).one_or_none()
        if row is not None:
            return _difference(tuple(row[: len(KEY)]))
    return None


def _difference(cell: tuple[Any, ...]) -> Difference:
    tally = db.session.get(CaseTally, cell)
    columns = [getattr(Case, name) for name in KEY]
    same = [column == value for column, value in zip(columns, cell, strict=True)]
    row = db.session.execute(_live().where(*same)).one_or_none()
    kept = (tally.cases, tally.minutes) if tally else None
    return Difference(cell, kept, (row[-2], row[-1]) if row else None)


def rebuild() -> int:
    """Every cell is as the cases say, whatever stood there; how many cells there are."""
    db.session.execute(sa.delete(CaseTally))
    names = [*KEY, "cases", "minutes"]
    db.session.execute(sa.insert(CaseTally).from_select(names, _live()))
    db.session.expire_all()
    return db.session.scalar(sa.select(sa.func.count()).select_from(CaseTally)) or 0


def _live() -> sa.Select[*tuple[Any, ...]]:
    """Cells and their figures from the cases themselves."""
    key = [getattr(Case, name) for name in KEY]
    minutes = sa.func.sum(Case.times_handled * Case.minutes_each)
    # A sum of a PostgreSQL integer is a bigint; the table's is an integer.
    figures = (sa.func.count().label("cases"), sa.cast(minutes, sa.Integer).label("minutes"))
    return sa.select(*key, *figures).where(policy.counted()).group_by(*key)


@dataclass(frozen=True)
class TallyTriggers:
    """After every insert, change and deletion of a case its cells are right again.

    SQLite knows triggers for each row only. PostgreSQL's look at all rows of a statement at once
    and in one order, so that two imports cannot wait for each other.
    """

    @property
    def needs(self) -> Mapping[str, frozenset[str]]:
        """A case that was filed twice is counted once."""
        return {"cases": frozenset({"duplicate_of_id"}), "case_tallies": frozenset()}

    def statements(self, dialect: str) -> list[str]:
        """SQL that makes the triggers anew; they count what `policy.counted` counts."""
        return _postgresql() if dialect == "postgresql" else _sqlite()


_KEY = ", ".join(KEY)
_WATCHED = f"{_KEY}, times_handled, minutes_each, status, duplicate_of_id"


def _counts(row: str) -> str:
    return f"{row}.status <> 'withdrawn' AND {row}.duplicate_of_id IS NULL"


def _minutes(row: str) -> str:
    return f"{row}.times_handled * {row}.minutes_each"


def _sqlite() -> list[str]:
    values = ", ".join(f"NEW.{name}" for name in KEY)
    same = " AND ".join(f"{name} = OLD.{name}" for name in KEY)
    differs = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in KEY)
    # INSERT … SELECT … WHERE lets one statement do nothing; "true" ends what would read as a join.
    more = (
        f"INSERT INTO case_tallies ({_KEY}, cases, minutes)"
        f" SELECT {values}, 1, {_minutes('NEW')} WHERE {_counts('NEW')}"
        f" ON CONFLICT ({_KEY}) DO UPDATE SET"
        " cases = cases + 1, minutes = minutes + excluded.minutes;"
    )
    less = (
        f"UPDATE case_tallies SET cases = cases - 1, minutes = minutes - {_minutes('OLD')}"  # noqa: S608
        f" WHERE {same} AND {_counts('OLD')};"
        f" DELETE FROM case_tallies WHERE {same} AND cases <= 0;"
    )
    moved = (
        f"{differs} OR {_minutes('OLD')} <> {_minutes('NEW')}"
        f" OR ({_counts('OLD')}) <> ({_counts('NEW')})"
    )
    made = {
        "cases_tally_insert": f"AFTER INSERT ON cases BEGIN {more} END",
        "cases_tally_update": (
            f"AFTER UPDATE OF {_WATCHED} ON cases WHEN {moved} BEGIN {less} {more} END"
        ),
        "cases_tally_delete": f"AFTER DELETE ON cases BEGIN {less} END",
    }
    statements = []
    for name, body in made.items():
        statements += [f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {body}"]
    return statements


def _postgresql() -> list[str]:
    statements = []
    for verb, sides in {
        "insert": {"new_rows": 1},
        "update": {"old_rows": -1, "new_rows": 1},
        "delete": {"old_rows": -1},
    }.items():
        name = f"cases_tally_{verb}"
        tables = " ".join(f"{rows[:3].upper()} TABLE AS {rows}" for rows in sides)
        body = _merge(sides) + (_sweep() if "old_rows" in sides else "")
        statements += [
            (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
                f" BEGIN {body} RETURN NULL; END $$"
            ),
            f"DROP TRIGGER IF EXISTS {name} ON cases",
            (
                f"CREATE TRIGGER {name} AFTER {verb.upper()} ON cases REFERENCING {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            ),
        ]
    return statements


def _merge(sides: Mapping[str, int]) -> str:
    """What the rows of one statement change, cell by cell in the order of the key."""
    parts = " UNION ALL ".join(
        f"SELECT {_KEY}, {sign} AS cases, {sign} * {_minutes(rows)} AS minutes"  # noqa: S608
        f" FROM {rows} WHERE {_counts(rows)}"
        for rows, sign in sides.items()
    )
    return (
        f"INSERT INTO case_tallies AS t ({_KEY}, cases, minutes)"  # noqa: S608
        f" SELECT {_KEY}, sum(cases), sum(minutes) FROM ({parts}) AS moved GROUP BY {_KEY}"
        f" HAVING sum(cases) <> 0 OR sum(minutes) <> 0 ORDER BY {_KEY} ON CONFLICT ({_KEY}) DO"
        " UPDATE SET cases = t.cases + excluded.cases, minutes = t.minutes + excluded.minutes;"
    )


def _sweep() -> str:
    """Cells the rows have left empty go."""
    same = " AND ".join(f"t.{name} = gone.{name}" for name in KEY)
    return f" DELETE FROM case_tallies AS t USING old_rows AS gone WHERE {same} AND t.cases <= 0;"  # noqa: S608


triggers.stand(TallyTriggers())
