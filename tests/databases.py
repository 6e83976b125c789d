"""Where the databases of tests come from: a template made once per worker, a copy for each test."""

import os
import shutil
import uuid
import weakref
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache

from tests.client import Client, refuse_unsaved
from tests.servers import Cluster, NoPostgresqlError
from tests.slates import Slate, Template
from tracker import create_app, demo
from tracker.accounts import regions
from tracker.cases import suggesting, suggestion
from tracker.cases.suggesting import Described
from tracker.core import clock, traces
from tracker.core import db as database
from tracker.core.db import Model, db
from tracker.taxonomy import service as taxonomy
from tracker.taxonomy import shelf
from tracker.taxonomy.shelf import Shelf

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Japan
STATEMENTS_KEPT = 10_000


class CompiledPages(BytecodeCache):
    """Templates of pages are compiled once for all applications of a process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """As it was dumped for the same words; another template of this name has another sum."""
        if found := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Kept until the process ends."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_compiled_pages = CompiledPages()
_compiled_statements: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}


def compile_once(engine: Engine) -> None:
    """Statements are compiled once for all databases of a kind: they are the same words on each.

    Each test still has an engine of its own, with its own pool and its own listeners; whoever
    listens to connecting itself (`do_connect`) finds the pool's own dialect in the pool.
    """
    if engine.dialect.name not in _compiled_statements:
        with engine.connect():
            pass  # the dialect asks the database what it can do
        _compiled_statements[engine.dialect.name] = engine.dialect, LRUCache(STATEMENTS_KEPT)
    engine.dialect, engine._compiled_cache = _compiled_statements[engine.dialect.name]


learn = suggesting.learn  # as the product does it


def learnt(types: Iterable[Described], cases: Iterable[tuple[str, str]] = ()) -> suggestion.Model:
    """What `learn` makes of these: the same texts give the same model, so it is made once."""
    return _model(tuple(types), tuple(cases))


@lru_cache(maxsize=8)
def _model(types: tuple[Described, ...], cases: tuple[tuple[str, str], ...]) -> suggestion.Model:
    return learn(types, cases)


def build_app(url: str, instance: Path) -> Flask:
    """An application on this database, set up as the tests want it; its client watches commits."""
    app = create_app(
        instance=instance,
        SQLALCHEMY_DATABASE_URI=url,
        SECRET_KEY="a secret of the tests",
        AUDIT_KEY="a seal of the tests",
        CLIENT_KEY="a key of the tests",
        TESTING=True,
        DEMO=True,
        NOTICE_DELAY_MINUTES=15,
    )
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = _compiled_pages
    refuse_unsaved(app)
    return app


def _copied(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Lists are copied too: a test may add to one."""
    return {k: list(v) if isinstance(v, list) else v for k, v in settings.items()}


class SharedApp:
    """One application for all tests of a worker, put onto the database of each: its pages are
    compiled once. Its settings are those of the first day for every test.
    """

    def __init__(self) -> None:
        self._app: Flask | None = None
        self._settings: dict[str, Any] = {}
        self._taxonomy: Shelf | None = None

    def on(self, fresh: "Database", instance: Path) -> Flask:
        """The application, as new, on a filled database."""
        url = fresh.filled()
        if self._app is None:
            self._app = build_app(url, instance)
            self._settings = _copied(self._app.config)
        app = self._app
        app.config.clear()
        app.config.update(_copied(self._settings))
        app.config["SQLALCHEMY_DATABASE_URI"] = url
        app.config["AUDIT_HEADS_FILE"] = str(instance / "audit-heads.txt")
        app.instance_path = str(instance)
        app.test_client_class = Client
        options = {"url": url, **database.engine_options(url)}
        db._apply_driver_defaults(options, app)
        db._app_engines[app] = {None: db._make_engine(None, options, app)}
        with app.app_context():
            fresh.lend(db.engine)
            database.prepare_engine(db.engine)
            compile_once(db.engine)
            self._recall(db.engine)
        traces.writer.init_app(app)
        return app

    def _recall(self, engine: Engine) -> None:
        """The taxonomy is known, as it is after the first request to a running site."""
        if self._taxonomy is None:
            self._taxonomy = shelf.shelf()
            db.session.remove()
        shelf._memory._kept = weakref.ref(engine), monotonic(), self._taxonomy


def let_go(app: Flask) -> None:
    """No connection of this application is open any more."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def fill(url: str, instance: Path) -> None:
    """The database has its tables, the national lists, the demo's people, and no case."""
    app = build_app(url, instance)
    try:
        with app.app_context(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: NOW)
            flask_migrate.upgrade()
            regions.load_national()
            taxonomy.load()
            demo.settle(clock.now())
            db.session.commit()
    finally:  # a connection left open by a failure here would be laid at another test's door
        let_go(app)


class Stock:
    """The templates and the PostgreSQL cluster of one worker, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = SharedApp()

    @cached_property
    def sqlite_template(self) -> Path:
        """A filled file nobody has open."""
        path = self.folder / "template.sqlite3"
        fill(f"sqlite:///{path}", self.folder)
        return path

    @cached_property
    def cluster(self) -> Cluster:
        """A running cluster; without PostgreSQL the test is skipped, in CI it fails."""
        try:
            return Cluster()
        except NoPostgresqlError as missing:
            if os.environ.get("CI"):
                pytest.fail(f"CI must run this on PostgreSQL too: {missing}")
            pytest.skip(f"not run on PostgreSQL: {missing}")

    @cached_property
    def postgresql_template(self) -> Template:
        """A filled database nobody has open."""
        self.cluster.create("filled")
        fill(self.cluster.url("filled"), self.folder)
        return Template(self.cluster, "filled")

    def close(self) -> None:
        """The cluster, if there was one, is gone."""
        if "postgresql_template" in self.__dict__:
            self.postgresql_template.close()
        if "cluster" in self.__dict__:
            self.cluster.stop()


class Database:
    """Fresh databases of one kind for one test."""

    def __init__(self, kind: str, stock: Stock) -> None:
        self.kind, self._stock = kind, stock
        self._folder = stock.folder / uuid.uuid4().hex
        self._folder.mkdir()
        self._made: list[str] = []
        self.slates: list[Slate] = []

    def filled(self) -> str:
        """The address of a database as the template is."""
        if self.kind == "postgresql":
            self.slates.append(self._stock.postgresql_template.take())
            return self.slates[-1].url
        path = self._folder / f"{uuid.uuid4().hex}.sqlite3"
        shutil.copyfile(self._stock.sqlite_template, path)
        return f"sqlite:///{path}"

    def lend(self, engine: Engine) -> None:
        """The engine of the database that was filled last has what makes it quick to connect."""
        if self.slates:
            self.slates[-1].lend(engine)

    def empty(self) -> str:
        """The address of a new database without tables."""
        if self.kind == "postgresql":
            name = f"t_{uuid.uuid4().hex}"
            self._stock.cluster.create(name)
            self._made.append(name)
            return self._stock.cluster.url(name)
        return f"sqlite:///{self._folder / f'{uuid.uuid4().hex}.sqlite3'}"

    def drop(self) -> None:
        """What was made is gone or as it was, in the cluster and in the folder of files."""
        for name in self._made:
            self._stock.cluster.drop(name)
        for slate in self.slates:
            self._stock.postgresql_template.give_back(slate)
        shutil.rmtree(self._folder)


def row_counts() -> dict[str, int]:
    """Rows of every table of the models."""
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Model.metadata.sorted_tables
        }


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, to be compared before and after."""
    found = {}
    with db.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            rows = connection.execute(sa.select(table)).all()
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found
