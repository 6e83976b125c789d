"""A copy of the database made while people work, sealed, and opened again at once to prove it.

SQLite is copied by its own backup interface and never by reading the file: a file opened and closed
in this process would drop SQLite's locks. The sealed file holds the database and no key.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.core import audit, vault
from tracker.core.audit import INSTALLATION, NOTHING, Deed, Head
from tracker.core.db import (
    BUSY_TIMEOUT_SECONDS,
    WRITING,
    Model,
    db,
    engine_options,
    prepare_engine,
)
from tracker.core.vault import SealError

ENDING = ".kakehashi"
RESTORED = "backup_copy.restored"
LAST = "last-backup.json"  # in instance/: when the last one was made, for `flask check`
COUNTED = ("cases", "issues", "meetings", "actions", "resources", "people", "audit_entries")


class BackupError(Exception):
    """It could not be made or put back; the live data is as it was."""


@dataclass(frozen=True)
class Backup:
    """What is known of a backup that was opened and found whole."""

    path: str
    made_at: str
    kind: str  # of the database
    size: int
    sha256: str
    rows: dict[str, int]


def name_for(at: datetime) -> str:
    """The name of a backup's file."""
    return f"kakehashi-{at:%Y%m%dT%H%M%SZ}{ENDING}"


def take(path: Path, *, at: datetime, heads: Iterable[Head]) -> Backup:
    """There is a sealed backup at `path` that was opened again and holds.

    :param heads: of the chains, as noted outside the database
    :raises BackupError: when it cannot be made or does not hold; then there is no file
    """
    if path.exists():
        raise BackupError(f"{path} is there already")
    key = current_app.config["BACKUP_KEY"]
    head = {"kind": _kind(), "made_at": at.isoformat(timespec="seconds")}
    part = path.with_name(path.name + ".part")
    with _workroom() as room:
        plain, again = room / "copy", room / "again"
        _copy_to(plain)
        try:
            with plain.open("rb") as source, _private(part) as target:
                vault.seal(source, target, key, head)
                target.flush()
                os.fsync(target.fileno())
            plain.unlink()
            with part.open("rb") as source, _private(again) as target:
                vault.unseal(source, target, key)
            rows = _proven(again, heads)
            os.replace(part, path)
        except (OSError, SealError) as error:
            raise BackupError(str(error)) from error
        finally:
            part.unlink(missing_ok=True)
    made = Backup(str(path), head["made_at"], head["kind"], path.stat().st_size, _sum(path), rows)
    path.with_name(path.name + ".sha256").write_text(f"{made.sha256}  {path.name}\n", "ascii")
    (Path(current_app.instance_path) / LAST).write_text(json.dumps(asdict(made)), "utf-8")
    return made


def look_into(path: Path) -> Backup:
    """What a backup holds, opened with the key and proven; nothing is put back.

    :raises BackupError: for another key, a changed or cut file, or a database that does not hold
    """
    with _workroom() as room:
        head = _open(path, room / "again")
        rows = _proven(room / "again", [])
    return Backup(str(path), head["made_at"], head["kind"], path.stat().st_size, _sum(path), rows)


class UnpreparedError(Exception):
    """The backup stands in the place of the live database, but was not made ready."""


def put_back(path: Path, *, at: datetime, prepare: Callable[[], None]) -> Backup:
    """The live database is what the backup holds, made ready; when anything fails it is as it was.

    :param prepare: brings the database of the application to what may be opened, and commits.
        On SQLite it works on the copy, before anybody can open it; PostgreSQL's is restored first
    :raises BackupError: see `look_into`; and when the database in use is of another kind, or what
        the backup holds cannot be made ready
    :raises UnpreparedError: on PostgreSQL, when it was put back and could not be made ready
    """
    with _workroom() as room:
        plain = room / "again"
        head = _open(path, plain)
        if head["kind"] != _kind():
            raise BackupError(f"this is a backup of {head['kind']}, the database is {_kind()}")
        rows = _proven(plain, [])
        db.session.remove()
        if _kind() == "sqlite":
            _prepare_copy(plain, prepare)
        db.engine.dispose()
        _copy_from(plain)
    if _kind() != "sqlite":
        _prepare_live(prepare)
    note = Deed(INSTALLATION, RESTORED, "backups", 0, NOTHING)
    WRITING.set(True)
    audit.record_many(None, [note], at=at)
    db.session.commit()
    return Backup(str(path), head["made_at"], head["kind"], path.stat().st_size, _sum(path), rows)


def _prepare_copy(plain: Path, prepare: Callable[[], None]) -> None:
    """The copy is made ready by an application of its own, which knows no other database."""
    url = f"sqlite:///{plain}"
    app = Flask("restoring", instance_path=current_app.instance_path)
    app.config.update(current_app.config)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    app.extensions["migrate"] = current_app.extensions["migrate"]
    try:
        with app.app_context():
            prepare_engine(db.engine)
            try:
                prepare()
            finally:
                db.session.remove()
                db.engine.dispose()
    except Exception as error:  # whatever it is, whoever restores is told how things stand
        raise BackupError(f"it could not be made ready: {error!r}") from error
    with _raw(plain) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


def _prepare_live(prepare: Callable[[], None]) -> None:
    try:
        prepare()
    except Exception as error:
        db.session.rollback()
        raise UnpreparedError(repr(error)) from error


def rotate(folder: Path, *, days: int, at: datetime) -> list[str]:
    """Backups in the folder older than so many days are gone, the newest never; their names."""
    found = sorted(folder.glob(f"kakehashi-*{ENDING}"))
    oldest = name_for(at - timedelta(days=days))
    old = [path for path in found[:-1] if path.name < oldest]
    for path in old:
        path.with_name(path.name + ".sha256").unlink(missing_ok=True)
        path.unlink()
    return [path.name for path in old]


def last() -> Backup | None:
    """The newest backup this installation has made; None when there was none."""
    try:
        known = json.loads((Path(current_app.instance_path) / LAST).read_text("utf-8"))
        return Backup(**known)
    except (OSError, ValueError, TypeError):
        return None


def _kind() -> str:
    return db.engine.dialect.name


def _workroom() -> Any:
    """A folder of our own in instance/ for what is not sealed; gone at the end.

    Yields a Path.
    """
    return _Workroom()


class _Workroom:
    def __enter__(self) -> Path:
        folder = Path(current_app.instance_path)
        folder.mkdir(parents=True, exist_ok=True)
        self._kept = tempfile.TemporaryDirectory(prefix="backup-", dir=folder)
        return Path(self._kept.__enter__())

    def __exit__(self, *error: Any) -> None:
        self._kept.__exit__(*error)


def _private(path: Path) -> Any:
    """A new file only we can read, open for writing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _open(path: Path, plain: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as source, _private(plain) as target:
            return vault.unseal(source, target, current_app.config["BACKUP_KEY"])
    except (OSError, SealError) as error:
        raise BackupError(str(error)) from error


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _proven(plain: Path, heads: Iterable[Head]) -> dict[str, int]:
    """Rows of the main tables, once the copy has been found whole.

    :raises BackupError: naming what does not hold
    """
    if _kind() == "postgresql":
        _run("pg_restore", "--list", str(plain))
        return {}
    import pysqlite3.dbapi2 as driver

    engine = sa.create_engine(f"sqlite:///{plain}", module=driver, poolclass=sa.NullPool)
    with engine.connect() as connection, Session(connection) as session:
        said = connection.execute(sa.text("PRAGMA integrity_check")).scalars().all()
        if said != ["ok"]:
            raise BackupError(f"the copy is not whole: {said[0]}")
        if connection.execute(sa.text("PRAGMA foreign_key_check")).first() is not None:
            raise BackupError("the copy has rows that point nowhere")
        broken = next(audit.verify(heads, session=session), None)
        if broken is not None:
            raise BackupError(
                f"the audit log does not hold: chain {broken.chain}, entry {broken.position}"
            )
        return {name: _count(connection, name) for name in COUNTED}


def _count(connection: sa.Connection, table: str) -> int:
    counted = sa.select(sa.func.count()).select_from(Model.metadata.tables[table])
    return connection.scalar(counted) or 0


def _copy_to(plain: Path) -> None:
    """A copy of the live database, as it is at one moment."""
    if _kind() == "postgresql":
        _run("pg_dump", "--format=custom", f"--file={plain}", _address())
        return
    with _raw(_live()) as live, _raw(plain) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a journal beside it


def _copy_from(plain: Path) -> None:
    """The live database is the copy: in one transaction, which others wait for."""
    if _kind() == "postgresql":
        options = ("--clean", "--if-exists", "--single-transaction", "--no-owner")
        _run("pg_restore", *options, f"--dbname={_address()}", str(plain))
        return
    with _raw(plain) as copy, _raw(_live()) as live:
        copy.backup(live)


def _live() -> Path:
    return Path(str(db.engine.url.database))


class _raw:  # noqa: N801 - reads as `open` does
    """A connection of SQLite's own to a file, closed at the end."""

    def __init__(self, path: Path) -> None:
        import pysqlite3.dbapi2 as driver

        self._connection = driver.connect(str(path), timeout=BUSY_TIMEOUT_SECONDS)
        self._error: type[Exception] = driver.Error

    def __enter__(self) -> Any:
        return self._connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._connection.close()
        if isinstance(error, self._error):
            raise BackupError(str(error)) from error


def _address() -> str:
    """As libpq takes it; the password travels in the environment."""
    url = db.engine.url.set(drivername="postgresql", password=None)
    return url.render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not installed here")
    password = db.engine.url.password
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()[-400:]}")
