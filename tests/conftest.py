"""The app, the clock, the people, signing in, and which database: nothing else."""

import os
import queue
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import argon2
import pytest
import sqlalchemy as sa
from flask import Flask

from tests import databases
from tests.client import Client
from tests.clock import Clock
from tests.databases import Database, Stock
from tests.haste import pytest_collection_finish, pytest_collection_modifyitems  # noqa: F401
from tests.servers import in_memory
from tracker.accounts import passwords, queries, signing_in
from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.cases import suggesting
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both` run on SQLite and again on PostgreSQL."""
    if metafunc.definition.get_closest_marker("both"):
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _bare_environment() -> Iterator[None]:
    """No setting of the developer's leaks in; hashing is quick, and what was learnt is known."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TRACKER_")]:
            patch.delenv(name)
        patch.setattr(passwords, "hasher", cheap)
        patch.setattr(suggesting, "learn", databases.learnt)
        yield


@pytest.fixture(scope="session")
def stock() -> Iterator[Stock]:
    """Templates of databases, made once for each worker."""
    with tempfile.TemporaryDirectory(prefix="kk", dir=in_memory()) as folder:
        stock = Stock(Path(folder))
        yield stock
        stock.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, stock: Stock) -> Iterator[Database]:
    """Fresh databases: SQLite, or what `both` asks for."""
    database = Database(getattr(request, "param", "sqlite"), stock)
    yield database
    database.drop()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The only clock there is."""
    clock = Clock()
    monkeypatch.setattr(the_clock, "now", clock.now)
    return clock


@pytest.fixture
def app(
    request: pytest.FixtureRequest, stock: Stock, database: Database, tmp_path: Path, clock: Clock
) -> Iterator[Flask]:
    """The application on a database with the demo's people and no case; its context is open."""
    traces.writer._waiting = queue.SimpleQueue()
    own = request.node.get_closest_marker("own_app")
    app = (
        databases.build_app(database.filled(), tmp_path)
        if own
        else stock.app.on(database, tmp_path)
    )
    app.extensions.pop("refusals", None)  # counted in the process, as if a minute had passed
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
        token = signing_in.open_session(person.person_id, "tests", the_clock.now())
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
