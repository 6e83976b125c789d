"""Bringing the database to the code's schema."""

import flask_migrate
import sqlalchemy as sa

from tracker.core import triggers
from tracker.core.db import db


def upgrade() -> None:
    """The schema is the code's; triggers stand. Rows are kept, see `migrations/env.py`."""
    db.session.rollback()
    flask_migrate.upgrade()


def create_triggers(connection: sa.Connection) -> None:
    """Every trigger stands as it is written here; batch migrations drop them, so each time anew."""
    inspector = sa.inspect(connection)
    for trigger in triggers.every():
        if _can_stand(trigger, inspector):
            for statement in trigger.statements(connection.dialect.name):
                connection.execute(sa.text(statement))


def _can_stand(trigger: triggers.Trigger, inspector: sa.Inspector) -> bool:
    """Is everything there that it speaks of? Not after the first steps of many, or some down."""
    tables = set(inspector.get_table_names())
    return all(
        table in tables and columns <= {column["name"] for column in inspector.get_columns(table)}
        for table, columns in trigger.needs.items()
    )
