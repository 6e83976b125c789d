"""The database: typed base class, column types, and how a transaction begins.

SQLite is reached through pysqlite3 only: Debian's own 3.40 can lose committed rows in WAL mode
(repaired in 3.51.3), and two SQLite libraries in one process drop each other's file locks.
"""

import contextlib
import enum
import functools
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.writers import WritersQueue

log = logging.getLogger(__name__)

SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_SECONDS = 15
QUEUED = "queued"  # this connection stands at the head of the writers

# True: the next transaction takes SQLite's write lock at once. A request that only reads sets it
# to False, and then cannot write at all. Set before the first statement.
WRITING: ContextVar[bool] = ContextVar("writing", default=True)


LARGEST_ID = 2**31 - 1  # of a PostgreSQL integer; SQLite would take more


def row_id(text: str) -> int:
    """The key of a row as it stands in an address.

    :raises ValueError: when it is none, or larger than any key can be
    """
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError("no key of a row")
    return number


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC; SQLite alone would forget the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FreeText(sa.types.TypeDecorator[str]):
    """Words a person typed: `core.gate` looks at them for personal details before every write."""

    impl = sa.String
    cache_ok = True


def _enum_values(members: type[enum.Enum]) -> list[str]:
    return [member.value for member in members]


class Model(orm.DeclarativeBase):
    """Base of every table. A new enum member needs no migration: enums are VARCHAR(30)."""

    registry = orm.registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime(),
            enum.StrEnum: sa.Enum(
                enum.StrEnum, native_enum=False, length=30, values_callable=_enum_values
            ),
            dict[str, Any]: sa.JSON(),
        },
    )


class Timestamps:
    """When a row was made and last changed; the service sets both."""

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Versioned:
    """Optimistic lock: the form carries `version`, a stale one is refused as a conflict."""

    version: Mapped[int] = mapped_column(default=1)

    @orm.declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class
        return {"version_id_col": cls.version}


class BilingualName:
    """A name that towns write themselves, in both languages."""

    name_ja: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))


db = SQLAlchemy(model_class=Model, disable_autonaming=True)


def engine_options(url: str) -> dict[str, Any]:
    """Options for `create_engine` that fit the database named by `url`."""
    if url.startswith("sqlite"):
        import pysqlite3.dbapi2 as driver

        return {
            "module": driver,
            "hide_parameters": True,  # typed text must not reach a log through an exception
            "connect_args": {"timeout": BUSY_TIMEOUT_SECONDS},
        }
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "connect_args": {"options": "-c statement_timeout=15s"},
    }


def prepare_engine(engine: Engine) -> None:
    """Give every connection of the engine the settings that keep what was acknowledged."""
    if engine.dialect.name == "sqlite":
        writers = WritersQueue(engine.url.database)
        sa.event.listen(engine, "do_connect", functools.partial(_make_private, engine.url.database))
        sa.event.listen(engine, "connect", _set_pragmas)
        sa.event.listen(engine, "begin", functools.partial(_begin_by_intent, writers))
        sa.event.listen(engine, "checkin", functools.partial(_leave_queue, writers))
    else:
        sa.event.listen(engine, "begin", _read_only_by_intent)


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL where SQLite keeps committed rows in it, else the slower TRUNCATE.

    Source: sqlite.org, WAL-reset bug, 3.7.0 to 3.51.2, repaired in 3.51.3.
    """
    return "wal" if version >= SAFE_SQLITE else "truncate"


def _make_private(path: str | None, *_arguments: object) -> None:
    """A file that is not there yet is made for our eyes only; SQLite gives its helpers its mode.

    One that is there is not touched: opening it beside SQLite would drop SQLite's locks.
    """
    if path and path != ":memory:" and not path.startswith("file:"):
        with contextlib.suppress(OSError):  # it is there, or SQLite says itself what is wrong
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    version = connection.execute("select sqlite_version()").fetchone()[0]
    mode = journal_mode(tuple(int(part) for part in version.split(".")))
    for pragma in (
        f"journal_mode={mode}",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
        "trusted_schema=OFF",
        "secure_delete=ON",
        "cache_size=-64000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_by_intent(writers: WritersQueue, connection: sa.Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    writing = WRITING.get()
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    try:
        raw.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        if writing:
            _stand_in_line(writers, connection)
        raw.execute(begin)
    except connection.dialect.dbapi.OperationalError as error:  # type: ignore[union-attr]
        raise sa.exc.OperationalError(begin, None, error) from error


def _stand_in_line(writers: WritersQueue, connection: sa.Connection) -> None:
    if not writers.enter(BUSY_TIMEOUT_SECONDS):
        raise connection.dialect.dbapi.OperationalError("database is locked")  # type: ignore[union-attr]
    connection.info[QUEUED] = True


def _leave_queue(writers: WritersQueue, _raw: Any, record: Any) -> None:
    """After the commit or rollback, when the connection goes back."""
    if record.info.pop(QUEUED, False):
        writers.leave()


def _read_only_by_intent(connection: sa.Connection) -> None:
    if not WRITING.get():
        raw: Any = connection.connection.dbapi_connection
        raw.execute("SET TRANSACTION READ ONLY")


@contextmanager
def reading() -> Iterator[None]:
    """Inside, the session reads without the write lock; ends its transaction at the end.

    For slow work (hashing a password, drawing a chart) before the first write of a request.
    """
    db.session.rollback()
    token = WRITING.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        WRITING.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Inside, the session may write; what a request read before it came to that is read anew.

    For a request that begins by looking long at what was sent: only its end holds the write lock.
    """
    db.session.rollback()
    token = WRITING.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        WRITING.reset(token)


def insert_for(table: sa.Table | type[Model]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens to a row with the same key, for the database in use."""
    if db.engine.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_or_skip(table: sa.Table | type[Model]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row with the same key alone, for the database in use."""
    return insert_for(table).on_conflict_do_nothing()


class day_before(sa.sql.functions.FunctionElement[datetime]):  # noqa: N801 - reads as SQL does
    """The instant a day before the one in this column."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(day_before, "sqlite")
def _day_before_of_text(element: Any, compiler: Any, **options: Any) -> str:
    # Instants are kept as text there; to the millisecond is near enough for a day.
    return (
        f"strftime('%Y-%m-%d %H:%M:%f', {compiler.process(element.clauses, **options)}, '-1 day')"
    )


@compiles(day_before, "postgresql")
def _day_before(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} - interval '1 day')"
