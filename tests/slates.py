"""PostgreSQL databases that are used again: what a test wrote is wiped off, exactly.

A copy of the template for every test would cost more than most tests do: a thousand files to copy
and to remove, and connections that have to learn every table anew.
"""

import uuid
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import Engine

from tests.servers import Cluster

USED_AT_MOST = 60  # rows that are gone still stand in the files and are looked at
ROWS_AT_MOST = 2_000  # where a test wrote more, a new copy is cheaper from then on

NAMES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = %s ORDER BY relname
"""
# What changes when a table, an index, a trigger, a function or a plan's statistics do.
CATALOGUES = ("pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc", "pg_statistic")
NOW = "SELECT pg_current_xact_id()::text::bigint"  # every row written later has a higher number
STRANGERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> ALL(%s)"


class Template:
    """A filled database nobody has open, and what stands in it."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self._free: list[Slate] = []
        with cluster.connect(name) as connection:
            self.rows = {t: _rows(connection, t) for t in _names(connection, "r")}
            self.catalogues = {t: _count(connection, t) for t in CATALOGUES}
            self.sequences = _names(connection, "S")
            self.numbers = _one(connection, self.numbers_now)

    @cached_property
    def numbers_now(self) -> sql.Composed:
        """The SQL that reads where each sequence is."""
        reading = sql.SQL("(SELECT last_value || ' ' || is_called FROM {})")
        parts = [reading.format(sql.Identifier(name)) for name in self.sequences]
        return sql.SQL("SELECT ") + sql.SQL(", ").join(parts)

    @cached_property
    def changes(self) -> sql.Composed:
        """The SQL that names the tables with a row younger than %(since)s, or one row less."""
        filled = sql.SQL(
            "SELECT {name} WHERE (SELECT count(*) FROM {table}) <> {rows} OR EXISTS"
            " (SELECT FROM {table} WHERE xmin::text::bigint > %(since)s::bigint)"
        )
        empty = sql.SQL("SELECT {name} WHERE EXISTS (SELECT FROM {table})")
        counts = {t: copied.count(b"\n") for t, copied in self.rows.items()} | self.catalogues
        parts = [
            (filled if rows else empty).format(
                name=sql.Literal(table), table=sql.Identifier(table), rows=sql.Literal(rows)
            )
            for table, rows in counts.items()
        ]
        return sql.SQL(" UNION ALL ").join(parts)

    def take(self) -> "Slate":
        """A database with exactly what the template holds."""
        return self._free.pop() if self._free else Slate(self)

    def give_back(self, slate: "Slate") -> None:
        """It is as it was, for the next test, or it is gone."""
        if slate.wipe():
            self._free.append(slate)
        else:
            slate.drop()

    def close(self) -> None:
        """None of them is left."""
        while self._free:
            self._free.pop().drop()


class Slate:
    """A copy of the template, its connections, and how to make it as it was."""

    def __init__(self, template: Template) -> None:
        self._template, self._cluster = template, template.cluster
        self.name = f"t_{uuid.uuid4().hex}"
        self._cluster.create(self.name, template=template.name)
        self.url = self._cluster.url(self.name)
        self.idle: list[Lasting] = []
        self._uses = 0
        self._by = self._cluster.connect(self.name)
        # Nothing is checked and nothing set off by wiping, as when a backup is read in.
        self._by.execute("SET session_replication_role = replica")
        self._by.execute("SET plan_cache_mode = force_generic_plan")
        (self._since,) = _one(self._by, NOW)

    def lend(self, engine: Engine) -> None:
        """This engine connects by connections that were used before."""

        def connect(
            _dialect: Any, _record: Any, args: Sequence[Any], named: Mapping[str, Any]
        ) -> Any:
            if self.idle:
                return self.idle.pop()
            connection = Lasting.connect(*args, **named)
            connection.slate = self
            return connection

        sa.event.listen(engine, "do_connect", connect)

    def wipe(self) -> bool:
        """The rows and the numbers are those of the template; False when that is not sure.

        Not where somebody is still connected, where a table or a trigger changed, and where much
        was written.
        """
        self._uses += 1
        if self._uses >= USED_AT_MOST or self._strangers():
            return False
        found = self._by.execute(self._template.changes, {"since": self._since}, prepare=True)
        changed = [table for (table,) in found]
        if any(table in CATALOGUES for table in changed):
            return False
        return self._restore(changed)

    def _strangers(self) -> bool:
        known = [self._by.info.backend_pid, *(c.info.backend_pid for c in self.idle)]
        (others,) = _one(self._by, STRANGERS, self.name, known)
        return bool(others)

    def _restore(self, changed: list[str]) -> bool:
        gone = 0
        with self._by.transaction():
            (self._since,) = _one(self._by, NOW)
            for table in changed:
                gone += self._by.execute(_about("DELETE FROM {}", table), prepare=True).rowcount
                if rows := self._template.rows[table]:
                    with self._by.cursor().copy(_about("COPY {} FROM STDIN", table)) as copy:
                        copy.write(rows)
        self._count_anew()
        return gone < ROWS_AT_MOST

    def _count_anew(self) -> None:
        kept, now = self._template.numbers, _one(self._by, self._template.numbers_now)
        for name, before, after in zip(self._template.sequences, kept, now, strict=True):
            if before != after:
                number, called = before.split()
                _one(self._by, "SELECT setval(%s::regclass, %s, %s)", name, int(number), called)

    def drop(self) -> None:
        """There is no such database any more, and nobody connected to it."""
        self._by.close()
        while self.idle:
            self.idle.pop().end()
        self._cluster.drop(self.name)


class Lasting(psycopg.Connection[Any]):
    """A connection that outlives the test that closes it: it knows the tables already."""

    slate: Slate

    def close(self) -> None:
        """It waits for the next test, with nothing of this one's; a broken one is closed."""
        if self.closed:
            return
        try:
            self.rollback()
            self._notice_handlers.clear()
            self.execute("SELECT pg_advisory_unlock_all(); RESET ALL")
            self.commit()
        except psycopg.Error:
            self.end()
        else:
            self.slate.idle.append(self)

    def end(self) -> None:
        """It is closed."""
        super().close()


def _about(words: str, table: str) -> sql.Composed:
    return sql.SQL(words).format(sql.Identifier(table))  # type: ignore[arg-type]


def _one(connection: psycopg.Connection[Any], question: Any, *values: Any) -> tuple[Any, ...]:
    found = connection.execute(question, values, prepare=True).fetchone()
    assert found is not None
    return tuple(found)


def _names(connection: psycopg.Connection[Any], kind: str) -> list[str]:
    return [name for (name,) in connection.execute(NAMES, [kind])]


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    return int(_one(connection, _about("SELECT count(*) FROM {}", table))[0])


def _rows(connection: psycopg.Connection[Any], table: str) -> bytes:
    """All rows as PostgreSQL copies them out, one a line."""
    with connection.cursor().copy(_about("COPY {} TO STDOUT", table)) as copy:
        return b"".join(bytes(part) for part in copy)
