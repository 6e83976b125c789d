"""How the database is opened, who may write when, and what is said when it is busy."""

import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import current_app

from tests.conftest import PEOPLE
from tracker.accounts.models import Person
from tracker.core import clock, health
from tracker.core.db import SAFE_SQLITE, WRITING, db, journal_mode, reading

ROOT = Path(__file__).parents[2]
THREADS, TIMES = 8, 25
TYPED = "近くの店が閉まり、米と水の買い物を頼まれた。"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("busy_timeout", 15000),
        ("trusted_schema", 0),
        ("secure_delete", 1),
    ],
)
def test_every_connection_of_the_pool_keeps_what_was_acknowledged(app, name, value):
    with reading(), db.engine.connect() as one, db.engine.connect() as other:
        assert [c.exec_driver_sql(f"PRAGMA {name}").scalar() for c in (one, other)] == [value] * 2


def test_a_connection_used_again_still_has_its_settings(app):
    for _turn in range(2):
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_library_in_use_is_one_that_loses_nothing_in_wal_mode(app):
    assert health.sqlite_version() >= SAFE_SQLITE == (3, 51, 3)


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "truncate"),  # Debian 12
        ((3, 51, 2), "truncate"),
        ((3, 51, 3), "wal"),
        ((3, 53, 0), "wal"),
    ],
)
def test_an_older_library_writes_without_wal(version, mode):
    assert journal_mode(version) == mode


def test_the_style_check_refuses_the_other_sqlite_library():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert "TID" in lint["select"]
    assert "pysqlite3" in lint["flake8-tidy-imports"]["banned-api"]["sqlite3"]["msg"]


@contextmanager
def _intending(*, to_write):
    token = WRITING.set(to_write)
    try:
        yield
    finally:
        db.session.rollback()
        WRITING.reset(token)


def test_a_transaction_that_came_to_read_cannot_write(app):
    with _intending(to_write=False), pytest.raises(sa.exc.OperationalError, match="readonly"):
        db.session.execute(sa.update(Person).values(name="x"))


def test_the_same_connection_writes_when_the_next_one_comes_to_write(app):
    with _intending(to_write=False):
        db.session.scalar(sa.select(Person.id).limit(1))
    with _intending(to_write=True):
        assert db.session.execute(sa.update(Person).values(name="x")).rowcount >= len(PEOPLE)


def _another_can_write():
    with db.engine.connect() as another:
        raw = another.connection.dbapi_connection
        raw.execute("PRAGMA busy_timeout=0")
        message = ""
        try:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("ROLLBACK")
        except raw.OperationalError as error:
            message = str(error)
        raw.execute("PRAGMA busy_timeout=15000")
        return "locked" not in message


@pytest.mark.parametrize("to_write", [True, False])
def test_who_comes_to_write_has_the_write_lock_from_the_first_statement_on(app, to_write):
    with _intending(to_write=to_write):
        db.session.scalar(sa.select(Person.id).limit(1))
        assert _another_can_write() is not to_write


def test_eight_writers_who_read_before_they_write_lose_nothing(app, aoi):
    app = current_app._get_current_object()
    start = threading.Barrier(THREADS)
    epoch = sa.select(Person.epoch).where(Person.id == aoi.person_id)
    db.session.rollback()

    def count_up():
        start.wait(10)
        with app.app_context():
            for _time in range(TIMES):
                new = db.session.scalar(epoch) + 1
                mine = sa.update(Person).where(Person.id == aoi.person_id)
                db.session.execute(mine.values(epoch=new))
                db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(count_up) for _ in range(THREADS)]:
            done.result()
    assert db.session.scalar(epoch) == 1 + THREADS * TIMES


@pytest.mark.both
def test_an_instant_without_a_zone_is_refused(app, aoi):
    person = db.session.get_one(Person, aoi.person_id)
    person.updated_at = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - the mistake
    with pytest.raises(sa.exc.StatementError, match="without a time zone"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.both
def test_an_instant_comes_back_in_utc_whatever_zone_it_was_said_in(app, aoi):
    person = db.session.get_one(Person, aoi.person_id)
    person.updated_at = datetime(2026, 11, 24, 10, 0, tzinfo=clock.TOKYO)
    db.session.commit()
    kept = db.session.scalar(sa.select(Person.updated_at).where(Person.id == aoi.person_id))
    assert (kept, kept.tzinfo) == (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), UTC)


@pytest.mark.both
def test_an_instant_that_is_not_known_stays_unknown(app, aoi):
    assert db.session.get_one(Person, aoi.person_id).disabled_at is None


@contextmanager
def _locked(*pragmas):
    """Another program holds the database; ours gives up waiting at once."""

    def hurry(raw, *_rest):
        raw.execute("PRAGMA busy_timeout=20")

    def hurry_to_connect(_dialect, _record, _arguments, named):
        named["timeout"] = 0.02

    db.session.remove()
    db.engine.dispose()
    driver, dialect = db.engine.dialect.dbapi, db.engine.pool._dialect
    sa.event.listen(db.engine, "checkout", hurry)
    sa.event.listen(dialect, "do_connect", hurry_to_connect)
    other = driver.connect(db.engine.url.database, isolation_level=None)
    for pragma in pragmas:
        other.execute(f"PRAGMA {pragma}")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE people SET language = language")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
        sa.event.remove(db.engine, "checkout", hurry)
        sa.event.remove(dialect, "do_connect", hurry_to_connect)


@pytest.fixture
def at_the_form(sign_in, aoi):
    """Aoi's browser, before the database becomes busy."""
    browser = sign_in(aoi)
    browser.get("/cases/new")
    return browser


def test_a_form_sent_while_the_database_is_locked_is_to_be_sent_again(at_the_form):
    with _locked():
        answer = at_the_form.send("/cases/new/draft", {"summary": TYPED})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_what_was_typed_is_shown_when_the_database_is_locked(at_the_form):
    with _locked():
        answer = at_the_form.send("/cases/new/draft", {"summary": TYPED})
    assert TYPED in answer.text
    assert "保存はされていません" in answer.text


def test_an_individual_number_is_hidden_on_the_page_that_asks_to_wait(at_the_form):
    with _locked():
        answer = at_the_form.send("/cases/new/draft", {"summary": f"{TYPED} 123456789018"})
    assert f"{TYPED} {'●' * 12}" in answer.text
    assert "123456789018" not in answer.text


def test_what_cannot_be_taken_is_said_even_while_somebody_writes(at_the_form):
    with _locked():
        answer = at_the_form.send("/cases/new", {"summary": TYPED})
    assert answer.status_code == 422


def test_reading_goes_on_while_somebody_writes(at_the_form):
    with _locked():
        assert at_the_form.get("/cases/").status_code == 200


def test_somebody_signed_in_is_told_when_not_even_reading_is_possible(at_the_form):
    with _locked("locking_mode=EXCLUSIVE"):
        answer = at_the_form.get("/cases/")
    assert answer.status_code == 503


def test_a_form_is_taken_again_once_the_lock_is_gone(at_the_form):
    with _locked():
        at_the_form.send("/cases/new", {"summary": TYPED})
    assert at_the_form.send("/cases/new", {"summary": TYPED}).status_code == 422
