"""A PostgreSQL database that is used again is exactly what its template is, or it is not used."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from tests import databases, factories
from tests.databases import Database
from tracker.accounts import queries
from tracker.accounts.standing import viewer_of
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db


@pytest.fixture
def template(stock):
    """The filled database all the others are copied from."""
    return stock.postgresql_template


@contextmanager
def _a_test(stock, folder):
    """What the tests before and after this one do with their database; gives the slate used."""
    database = Database("postgresql", stock)
    app = stock.app.on(database, folder)
    try:
        with app.app_context():
            yield database.slates[-1]
    finally:
        databases.let_go(app)
        database.drop()


def _everything():
    numbers = db.session.execute(
        sa.text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
    )
    found = databases.contents(), list(map(tuple, numbers))
    db.session.rollback()
    return found


def _file():
    aoi = queries.find_person("aoi")
    return factories.make_case(viewer_of(aoi.id, today=the_clock.today())).id


def test_what_one_test_wrote_the_next_does_not_find(stock, template, tmp_path, clock):
    with _a_test(stock, tmp_path) as slate:
        before = _everything()
        numbered = _file()
        for statement in (
            "UPDATE people SET language = 'en'",
            "DELETE FROM memberships",
            "DELETE FROM guidance_steps",
        ):
            db.session.execute(sa.text(statement))
        db.session.commit()
        assert _everything() != before
    with _a_test(stock, tmp_path) as again:
        assert again is slate
        assert _everything() == before
        assert (db.session.scalar(sa.select(sa.func.count(Case.id))), _file()) == (0, numbered)


def test_what_a_connection_was_set_to_the_next_does_not_find(stock, template, tmp_path, clock):
    with _a_test(stock, tmp_path) as slate:
        db.session.execute(sa.text("SET lock_timeout = '7s'"))
        db.session.execute(sa.text("SELECT pg_advisory_lock(7)"))
        backend = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        db.session.commit()
    with _a_test(stock, tmp_path) as again:
        assert again is slate
        assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) == backend
        assert db.session.scalar(sa.text("SHOW lock_timeout")) == "0"
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert db.session.scalar(sa.text(held)) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE people ADD COLUMN shoe_size integer",
        "ALTER TABLE people ALTER COLUMN language DROP NOT NULL",
        "CREATE TABLE shoes (id integer)",
        "DROP TRIGGER audit_entries_no_update ON audit_entries",
        "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_no_update",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "TRUNCATE request_keys",
        "ANALYZE people",
    ],
)
def test_where_more_than_rows_changed_the_next_has_another(
    stock, template, tmp_path, clock, statement
):
    with _a_test(stock, tmp_path) as slate:
        before = _everything()
        db.session.execute(sa.text(statement))
        db.session.commit()
    with _a_test(stock, tmp_path) as again:
        assert again is not slate
        assert _everything() == before


def test_where_somebody_is_still_connected_the_next_has_another(stock, template, tmp_path, clock):
    with _a_test(stock, tmp_path) as slate:
        stranger = stock.cluster.connect(slate.name)
    with _a_test(stock, tmp_path) as again:
        assert again is not slate
    stranger.close()
