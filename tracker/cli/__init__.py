"""Commands: `flask --app app …`, one file for each feature."""

from flask import Flask

from tracker.cli import (
    audit,
    backup,
    candidates,
    database,
    generate,
    imports,
    keeping,
    offices,
    organisations,
    people,
    read_only,
    tallies,
    work,
)


def init_app(app: Flask) -> None:
    """The commands are known to `flask`."""
    groups = (database, people, organisations, work, audit, candidates, generate, imports, tallies)
    for group in (*groups, offices, backup, keeping, read_only):
        group.register(app)
