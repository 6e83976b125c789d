"""Is the installation well? Asked by /readyz, by `flask check` and at start; writes nothing."""

import os
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from tracker.core import backups, clock, read_only
from tracker.core.audit import AuditChain, AuditEntry
from tracker.core.db import SAFE_SQLITE, db

MIGRATIONS = Path(__file__).parents[1] / "migrations"
FREE_SHARE = 0.05
BACKUP_IS_OLD = timedelta(days=2)
LOCK = Path(__file__).parents[2] / "requirements.lock"
RESOLVED = re.compile(r"^# Resolved anew on (\d{4}-\d\d-\d\d)\.$", re.MULTILINE)
LIBRARIES_ARE_OLD = timedelta(days=35)  # README: renewed every 30 days, sooner where one is broken


def is_current() -> bool:
    """Is the schema of the database the one of the code?"""
    return _schema_problem() is None


def problems() -> list[str]:
    """What keeps the installation from working, in plain English; empty when all is well."""
    try:
        found = _schema_problem()
        log = None if found else _log_problem()
    except sa.exc.SQLAlchemyError as error:
        return [f"the database does not answer ({type(error).__name__})"]
    return [problem for problem in (found, log, _disk_problem()) if problem]


def warnings() -> list[str]:
    """What works but should be looked at before real use; empty when nothing."""
    config = current_app.config
    found = []
    if config["DEMO"]:
        found.append("TRACKER_DEMO is set: accounts with a published password can sign in")
    if config["DEMO"] and config["BEHIND_TLS"]:
        found.append("TRACKER_DEMO together with TRACKER_BEHIND_TLS: demo sign-in is refused")
    found += _open_secrets()
    found += _backup_notes()
    found += library_notes(LOCK.read_text("ascii") if LOCK.exists() else "")
    if read_only.is_on():
        found.append("read-only mode is on: nothing is written until `flask read-only off`")
    if db.engine.dialect.name == "sqlite" and sqlite_version() < SAFE_SQLITE:
        found.append("SQLite is older than 3.51.3: the slower journal_mode=TRUNCATE is used")
    return found


def _open_secrets() -> list[str]:
    """Keys, settings, database and heads of the log that others on this machine could read."""
    if os.name != "posix":
        return []
    folder = Path(current_app.instance_path)
    heads = Path(current_app.config["AUDIT_HEADS_FILE"])
    files = [
        folder,
        *sorted(folder.glob("*.key")),
        folder / "config.env",
        *_database_files(),
        heads,
    ]
    return [
        f"{path.name} can be read by others: chmod {'700' if path.is_dir() else '600'}"
        for path in files
        if path.exists() and path.stat().st_mode & 0o077
    ]


def _database_files() -> list[Path]:
    """The SQLite file and those beside it; looked at from outside only, never opened."""
    name = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if not name or name == ":memory:":
        return []
    return [Path(name + ending) for ending in ("", "-wal", "-shm")]


def _backup_notes() -> list[str]:
    """When the last backup was made, if that is too long ago; demo towns need none."""
    if current_app.config["DEMO"]:
        return []
    found = backups.last()
    if found is None:
        return ["no backup was ever made here: `flask backup`, or set TRACKER_BACKUP_DIR"]
    age = clock.now() - datetime.fromisoformat(found.made_at)
    if age > BACKUP_IS_OLD:
        return [f"the last backup is {age.days} days old"]
    return []


def library_notes(lock: str) -> list[str]:
    """How long ago the versions of the libraries were looked for, if that is too long ago.

    :param lock: the file of versions; its last line is written by `make lock`
    """
    days = RESOLVED.findall(lock)
    if not days:
        return ["requirements.lock does not say when it was made: `make lock`"]
    age = clock.today() - date.fromisoformat(days[-1])
    if age > LIBRARIES_ARE_OLD:
        return [f"the libraries were last renewed {age.days} days ago: take a newer release"]
    return []


def _log_problem() -> str | None:
    """A chain whose last entry is not the one its head names; `audit verify` reads all of it."""
    last = sa.select(AuditEntry.seal).where(
        AuditEntry.chain == AuditChain.chain, AuditEntry.position == AuditChain.length
    )
    broken = db.session.scalar(
        sa.select(AuditChain.chain)
        .where(AuditChain.length > 0)
        .where(sa.func.coalesce(last.scalar_subquery(), "") != AuditChain.head)
        .order_by(AuditChain.chain)
        .limit(1)
    )
    return None if broken is None else f"the end of the audit log's chain {broken} does not hold"


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    text = db.session.scalar(sa.text("select sqlite_version()"))
    return tuple(int(part) for part in str(text).split("."))


def _schema_problem() -> str | None:
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    present = MigrationContext.configure(db.session.connection()).get_current_revision()
    return None if present == wanted else f"the database is at {present}, the code at {wanted}"


def _disk_problem() -> str | None:
    folder = Path(current_app.instance_path)  # not there when every setting is in the environment
    usage = shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists()))
    if usage.free / usage.total < FREE_SHARE:
        return "less than 5 % of the disk is free"
    return None
