"""Bringing the database to the code's schema."""

import flask_migrate
import sqlalchemy as sa

from tracker.core.db import db
from tracker.core.triggers import TRIGGERS


def upgrade() -> None:
    """The schema is the code's; triggers stand. Rows are kept, see `migrations/env.py`."""
    db.session.rollback()
    flask_migrate.upgrade()


def create_triggers(connection: sa.Connection) -> None:
    """Every trigger stands as it is written here; batch migrations drop them, so each time anew."""
    tables = set(sa.inspect(connection).get_table_names())
    for trigger in TRIGGERS:
        if trigger.table in tables:
            for statement in trigger.statements(connection.dialect.name):
                connection.execute(sa.text(statement))
