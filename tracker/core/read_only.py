"""The switch that stops every write while reading goes on: a file in instance/.

A file and not a row, so that it can be set when the database cannot be written, and so that a
restored backup does not bring an old answer along.
"""

from pathlib import Path

from flask import current_app

NAME = "read-only"


def is_on() -> bool:
    """Is nothing to be written now?"""
    return _file().exists()


def switch(on: bool) -> None:
    """From the next request on nothing is written, or everything is as usual again."""
    if on:
        _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _file().touch(mode=0o600)
    else:
        _file().unlink(missing_ok=True)


def _file() -> Path:
    return Path(current_app.instance_path) / NAME
