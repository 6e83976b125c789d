"""Commands: `flask --app app …`, one file for each feature."""

from flask import Flask

from tracker.cli import audit, candidates, database, generate, imports, people, tallies, work


def init_app(app: Flask) -> None:
    """The commands are known to `flask`."""
    for group in (database, people, work, audit, candidates, generate, imports, tallies):
        group.register(app)
