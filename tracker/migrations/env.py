"""How a migration runs: rows are counted before and after, nothing cascades, triggers stand again.

With foreign keys on, a batch migration of a parent table deleted its children's rows when tried:
they are off for the whole migration (SQLite allows the switch only outside a transaction), checked
at its end, and on again afterwards.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from tracker.core.db import WRITING, UtcDateTime
from tracker.core.upgrade import create_triggers

VERSION_TABLE = "alembic_version"
# Written in SQL by its migration and kept by the database: SQLite's tables of it cannot be counted.
SEARCH_INDEX = ("case_words", "ix_cases_words")


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Our column types are written into migrations as the plain ones they are stored as."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.types.TypeDecorator) and isinstance(item.impl, sa.String):
        return f"sa.String(length={item.impl.length})"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def compare_type(_context: Any, _inspected: Any, _metadata: Any, found: Any, wanted: Any) -> Any:
    """An enum is a VARCHAR of its length to both databases."""
    if isinstance(wanted, sa.Enum) and isinstance(found, sa.String):
        return found.length != wanted.length
    return None


def include_name(name: str | None, _kind: str, _parents: Any) -> bool:
    """The models know nothing of the search index."""
    return not (name or "").startswith(SEARCH_INDEX)


def counts(connection: sa.Connection) -> dict[str, int]:
    """Rows of every table."""
    names = sa.inspect(connection).get_table_names()
    tables = [t for t in names if t != VERSION_TABLE and include_name(t, "table", {})]
    return {
        table: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0
        for table in sorted(tables)
    }


def check_nothing_lost(before: dict[str, int], after: dict[str, int]) -> None:
    """A table that is still there has the rows it had; a migration that must delete says so.

    :raises RuntimeError: naming the tables
    """
    allowed = context.config.attributes.get("may_lose", set())
    lost = {
        table: (count, after[table])
        for table, count in before.items()
        if table in after and after[table] != count and table not in allowed
    }
    if lost:
        raise RuntimeError(f"rows were lost or made: {lost}")


def run() -> None:
    """Run the migrations asked for on the application's database."""
    engine = current_app.extensions["migrate"].db.engine
    WRITING.set(True)
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw: Any = connection.connection.dbapi_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                _migrate(connection, sqlite=sqlite)
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def _migrate(connection: sa.Connection, *, sqlite: bool) -> None:
    arguments = dict(current_app.extensions["migrate"].configure_args)
    arguments |= {
        "compare_type": compare_type,
        "render_item": render_item,
        "include_name": include_name,
    }
    metadata = current_app.extensions["migrate"].db.metadata
    before = counts(connection)
    context.configure(connection=connection, target_metadata=metadata, **arguments)
    context.run_migrations()
    check_nothing_lost(before, counts(connection))
    if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"foreign keys point nowhere: {broken[:5]}")
    create_triggers(connection)


run()
