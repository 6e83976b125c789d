"""Commands: `flask --app app …`, one file for each feature."""

from flask import Flask

from tracker.cli import audit, database, generate, imports, people, work


def init_app(app: Flask) -> None:
    """The commands are known to `flask`."""
    for group in (database, people, work, audit, generate, imports):
        group.register(app)
