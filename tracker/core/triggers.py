"""Triggers: the audit log can be written, not changed, even by hand in the database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AppendOnly:
    """Rows of `table` are never changed or deleted."""

    table: str

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
