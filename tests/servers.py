"""Servers that tests start: a PostgreSQL cluster, the application itself; and where Chromium is."""

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import waitress
from flask import Flask
from waitress import wasyncore

DEBIAN = Path("/usr/lib/postgresql")
STARTS_WITHIN_SECONDS = 30


def in_memory() -> Path:
    """Where files cost no disk: databases of tests are made and dropped by the hundred."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder is made by mkdtemp
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    return memory if roomy and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


class NoPostgresqlError(RuntimeError):
    """PostgreSQL's programs are not on this machine."""


def postgresql_program(name: str) -> str:
    """Where the program is: on the PATH, or in Debian's newest version.

    :raises NoPostgresqlError: when it is in neither place
    """
    found = shutil.which(name)
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]), reverse=True)
    if not found and not versions:
        raise NoPostgresqlError(f"no `{name}` on the PATH or in {DEBIAN}/*/bin")
    return found or str(versions[0])


class Cluster:
    """A PostgreSQL of our own: reached by a socket, in a temporary folder, not kept safe."""

    def __init__(self) -> None:
        initdb, postgres = postgresql_program("initdb"), postgresql_program("postgres")
        self.folder = Path(tempfile.mkdtemp(prefix="kkpg", dir=in_memory()))
        self._as = _unprivileged(self.folder)
        data = self.folder / "data"
        subprocess.run(
            [*self._as, initdb, "--pgdata", data, "--username=tests", "--auth=trust"]
            + ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )
        settings = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
        settings += ("wal_level=minimal", "max_wal_senders=0", "autovacuum=off", "jit=off")
        settings += ("listen_addresses=", f"unix_socket_directories={self.folder}")
        options = [word for setting in settings for word in ("-c", setting)]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*self._as, postgres, "-D", data, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait()
        self._master = self.connect("postgres")
        # Copying its files is the cheaper way to copy a small database; 14 knew no other.
        newer = self._master.info.server_version >= 150_000
        self._copying = " STRATEGY FILE_COPY" if newer else ""

    def _wait(self) -> None:
        ends = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError((self.folder / "log").read_text("utf-8")) from None
                time.sleep(0.05)
            else:
                return

    def connect(self, name: str) -> psycopg.Connection:
        """A connection of our own to this database, beside the application's."""
        where = str(self.folder)
        return psycopg.connect(host=where, user="tests", dbname=name, autocommit=True)

    def create(self, name: str, *, template: str = "template0") -> None:
        """There is a database with this name, a copy of the template."""
        self._master.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{self._copying}')

    def drop(self, name: str) -> None:
        """There is none any more, whoever was connected."""
        self._master.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """The address for SQLAlchemy."""
        return f"postgresql+psycopg://tests@/{name}?host={self.folder}"

    def stop(self) -> None:
        """The server has ended and its folder is gone."""
        self._master.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _unprivileged(folder: Path) -> list[str]:
    """What stands before a command of PostgreSQL's: it refuses root, and must not outlive us."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    before = [setpriv, "--pdeathsig=INT"]
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
        before += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return before


class LiveServer:
    """The application on a free port of this machine, served by waitress in a thread."""

    def __init__(self, app: Flask) -> None:
        self._server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="live-server")
        self.url = f"http://127.0.0.1:{self._server.effective_port}"

    def _serve(self) -> None:
        while not self._stop.is_set():
            wasyncore.loop(timeout=0.1, map=self._server._map, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(10)


def chromium() -> str | None:
    """Where Chromium is; None when this machine has none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None
