"""Triggers: the audit log can be written, not changed, even by hand in the database.

Features add their own by `stand`; they are made anew after every migration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Trigger(Protocol):
    """What the database does by itself when rows of a table are written."""

    @property
    def needs(self) -> Mapping[str, frozenset[str]]:
        """Tables and columns without which it cannot stand."""

    def statements(self, dialect: str) -> list[str]:
        """SQL that makes the trigger, or makes it anew."""


@dataclass(frozen=True)
class AppendOnly:
    """Rows of `table` are never changed or deleted."""

    table: str

    @property
    def needs(self) -> Mapping[str, frozenset[str]]:
        """The table itself."""
        return {self.table: frozenset()}

    @property
    def names(self) -> tuple[str, str]:
        """The trigger's names in SQLite; PostgreSQL has the first."""
        return f"{self.table}_no_update", f"{self.table}_no_delete"

    def statements(self, dialect: str) -> list[str]:
        """SQL that makes the trigger, or makes it anew."""
        return self._postgresql() if dialect == "postgresql" else self._sqlite()

    def _sqlite(self) -> list[str]:
        statements = []
        for name, verb in zip(self.names, ("UPDATE", "DELETE"), strict=True):
            statements += [
                f"DROP TRIGGER IF EXISTS {name}",
                (
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {self.table} "
                    f"BEGIN SELECT RAISE(ABORT, '{self.table} is append-only'); END"
                ),
            ]
        return statements

    def _postgresql(self) -> list[str]:
        name = self.names[0]
        return [
            (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{self.table} is append-only'; END $$"
            ),
            f"DROP TRIGGER IF EXISTS {name} ON {self.table}",
            (
                f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {self.table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            ),
        ]


TRIGGERS = (AppendOnly("audit_entries"),)
_of_features: list[Trigger] = []


def stand(trigger: Trigger) -> None:
    """From the next migration on this trigger stands as well."""
    _of_features.append(trigger)


def every() -> tuple[Trigger, ...]:
    """All triggers: those above, and those of features."""
    return (*TRIGGERS, *_of_features)
