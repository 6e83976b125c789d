"""The app, the clock, the people, signing in, and which database: nothing else."""

import os
import queue
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import argon2
import pytest
import sqlalchemy as sa
from flask import Flask

from tests import databases
from tests.client import Client
from tests.databases import Database, Stock
from tracker.accounts import passwords, queries, service
from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both` run on SQLite and again on PostgreSQL."""
    if metafunc.definition.get_closest_marker("both"):
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _bare_environment() -> Iterator[None]:
    """No setting of the developer's leaks in, and hashing a password is quick."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TRACKER_")]:
            patch.delenv(name)
        patch.setattr(passwords, "hasher", cheap)
        yield


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    """Templates of databases, made once for each worker."""
    stock = Stock(tmp_path_factory.mktemp("stock"))
    yield stock
    stock.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, stock: Stock, tmp_path: Path) -> Iterator[Database]:
    """Fresh databases: SQLite, or what `both` asks for."""
    database = Database(getattr(request, "param", "sqlite"), stock, tmp_path)
    yield database
    database.drop()


class Clock:
    """Stands still at Tuesday 24 November 2026, 10:00 in Japan, until it is moved."""

    def __init__(self) -> None:
        self._now = databases.NOW

    def now(self) -> datetime:
        """This instant, in UTC as the real one."""
        return self._now

    def move(self, **how_far: float) -> datetime:
        """Let time pass: `move(minutes=16)`, `move(days=-1)`."""
        self._now += timedelta(**how_far)
        return self.now()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The only clock there is."""
    clock = Clock()
    monkeypatch.setattr(the_clock, "now", clock.now)
    return clock


@pytest.fixture
def app(
    database: Database, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application on a database with the demo's people and no case; its context is open."""
    monkeypatch.setattr(traces.writer, "_waiting", queue.SimpleQueue())
    app = databases.build_app(database.filled(), tmp_path)
    with app.app_context():
        yield app
    databases.let_go(app)


def _person(login: str) -> Any:
    def person(app: Flask) -> Viewer:
        account = queries.find_person(login)
        assert account is not None
        return viewer_of(account.id, today=the_clock.today())

    return pytest.fixture(person, name=login)


PEOPLE = ("aoi", "kato", "sato", "nishi", "mori", "hara", "yama", "iin", "ono", "tani")
PEOPLE += ("ken", "kanri", "kansa")
for _login in PEOPLE:
    globals()[f"_{_login}"] = _person(_login)


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Viewer], Client]:
    """Somebody at a browser of their own, signed in."""

    def enter(person: Viewer) -> Client:
        token = service._open_session(person.person_id, "tests", the_clock.now())
        db.session.commit()
        client = app.test_client()
        client.carry(token)
        return client

    return enter


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen:` lists the SQL statements of the block."""

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        yield seen
        sa.event.remove(db.engine, "before_cursor_execute", note)

    return watch
