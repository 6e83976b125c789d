"""Migrations go up, down and up without losing a row; tables are indexed; lists end in a key."""

from contextlib import contextmanager
from pathlib import Path

import alembic.command
import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from tests import databases, factories
from tests.databases import row_counts
from tests.house import crawl
from tracker.core import clock as the_clock
from tracker.core.db import Model, db
from tracker.core.health import MIGRATIONS
from tracker.core.triggers import TRIGGERS

TRIAL = '''
"""Trial of the tests: two tables are rebuilt. Old rows are kept."""
import sqlalchemy as sa
from alembic import op

revision = "9999_trial"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade():
    with op.batch_alter_table("organisations") as table:
        table.add_column(sa.Column("trial", sa.Integer, nullable=False, server_default="1"))
        table.create_check_constraint(op.f("ck_organisations_trial"), "trial between 1 and 3")
    with op.batch_alter_table("audit_entries") as table:
        table.add_column(sa.Column("trial", sa.Integer, nullable=False, server_default="1"))
        table.create_check_constraint(op.f("ck_audit_entries_trial"), "trial between 1 and 3")


def downgrade():
    for name in ("audit_entries", "organisations"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{{name}}_trial"), type_="check")
            table.drop_column("trial")
'''


@contextmanager
def _on(url, folder):
    app = databases.build_app(url, folder)
    try:
        with app.app_context():
            yield app
    finally:
        databases.let_go(app)


def _tables():
    names = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith("case_words")}  # SQLite's search index


def _triggers():
    """Names of the triggers that stand, and that the audit log cannot be changed."""
    on_postgresql = db.engine.dialect.name == "postgresql"
    listed = "select tgname from pg_trigger where not tgisinternal"
    if not on_postgresql:
        listed = "select name from sqlite_master where type = 'trigger'"
    with db.engine.connect() as connection:
        return sorted(connection.exec_driver_sql(listed).scalars())


def _config(app, *more):
    config = app.extensions["migrate"].migrate.get_config(str(MIGRATIONS))
    folders = [str(MIGRATIONS / "versions"), *(str(folder) for folder in more)]
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(folders))
    return config


@pytest.mark.both
def test_an_empty_database_goes_up_down_and_up(database, tmp_path):
    with _on(database.empty(), tmp_path):
        flask_migrate.upgrade()
        assert _tables() == set(Model.metadata.tables)
        first = _triggers()
        flask_migrate.downgrade(revision="base")
        assert _tables() == set()
        flask_migrate.upgrade()
        assert _tables() == set(Model.metadata.tables)
        assert _triggers() == first


@pytest.mark.both
def test_the_migrations_make_exactly_the_models(database, tmp_path):
    with _on(database.empty(), tmp_path) as app:
        flask_migrate.upgrade()
        alembic.command.check(_config(app))  # raises and names what `flask db migrate` would write


@pytest.mark.both
def test_a_filled_database_goes_one_step_down_and_up_without_loss(app, aoi, sato):
    factories.accept(factories.make_case(by=aoi), by=sato)
    db.session.rollback()
    rows, triggers = row_counts(), _triggers()
    flask_migrate.downgrade()
    stayed = _tables()  # a table the step itself made goes with it, and its rows
    flask_migrate.upgrade()
    after = row_counts()
    assert {name: after[name] for name in stayed} == {name: rows[name] for name in stayed}
    assert _triggers() == triggers


@pytest.mark.both
def test_rebuilding_tables_keeps_every_row_and_trigger(app, aoi, sato, tmp_path):
    factories.accept(factories.make_case(by=aoi), by=sato)
    db.session.rollback()
    before, triggers = row_counts(), _triggers()
    assert triggers
    assert before["audit_entries"] > 3
    more = tmp_path / "more"
    more.mkdir()
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    (more / "9999_trial.py").write_text(TRIAL.format(head=head), encoding="utf-8")
    config = _config(app, more)
    for turn in (alembic.command.upgrade, alembic.command.downgrade):
        turn(config, "9999_trial" if turn is alembic.command.upgrade else head)
        assert row_counts() == before
        assert _triggers() == triggers
        _assert_sealed()
    assert "trial" not in {c["name"] for c in sa.inspect(db.engine).get_columns("audit_entries")}


@pytest.mark.both
def test_the_audit_log_can_be_neither_changed_nor_emptied(app):
    _assert_sealed()


def _assert_sealed():
    for trigger in TRIGGERS:
        table = trigger.table
        for statement in (f"update {table} set id = id", f"delete from {table}"):  # noqa: S608
            with (
                pytest.raises(sa.exc.DBAPIError, match="append-only"),
                db.engine.begin() as connection,
            ):
                connection.exec_driver_sql(statement)


def test_every_revision_is_named_by_its_file_and_short_enough():
    for path in (MIGRATIONS / "versions").glob("*.py"):
        text = path.read_text("utf-8")
        assert f"revision = '{path.stem}'" in text or f'revision = "{path.stem}"' in text, path.name
        assert len(path.stem) <= 32, f"{path.name}: PostgreSQL keeps 32 characters of it"
        assert "tracker" not in text.replace("tracker.core", "tracker"), (
            f"{path.name}: write the types out; a migration imports nothing of ours"
        )


@pytest.mark.both
def test_foreign_keys_never_cascade(app):
    for table in Model.metadata.sorted_tables:
        for key in sa.inspect(db.engine).get_foreign_keys(table.name):
            assert not key["options"].get("ondelete"), f"{table.name}: {key} must be plain"


def test_every_foreign_key_is_the_first_column_of_an_index():
    bare = []
    for table in Model.metadata.sorted_tables:
        led = {next(iter(index.columns)).name for index in table.indexes}
        for constraint in table.constraints:
            if isinstance(constraint, (sa.PrimaryKeyConstraint, sa.UniqueConstraint)):
                led.add(next(iter(constraint.columns)).name)
        led |= {column.name for column in table.columns if column.unique}
        bare += [
            f"{table.name}.{c.name}" for c in table.columns if c.foreign_keys and c.name not in led
        ]
    assert not bare, f"write index=True, or lead an index with it: {bare}"


def test_every_ordered_query_ends_in_a_key(app, aoi, sato, mori, iin, ken, kansa, sign_in, clock):
    loose = set()

    def look(state):
        order = getattr(state.statement, "_order_by_clauses", ())
        grouped = [str(clause) for clause in getattr(state.statement, "_group_by_clauses", ())]
        whole = grouped and set(grouped) <= {str(clause) for clause in order}
        if order and not whole and not _is_key(order[-1]):
            loose.add(str(state.statement).partition("ORDER BY")[2].strip() or str(order[-1]))

    pages = crawl.pages(app, crawl.fill_town(aoi, sato, mori))
    clock.move(minutes=20)
    sa.event.listen(db.session, "do_orm_execute", look)
    try:
        for person in (aoi, sato, mori, iin, ken, kansa):
            browser = sign_in(person)
            for page in pages:
                browser.get(page.url)
    finally:
        sa.event.remove(db.session, "do_orm_execute", look)
    assert not loose, f"end these in the key, or the order of equal rows is chance: {loose}"


def _is_key(clause):
    column = getattr(clause, "element", clause)  # asc() and desc() wrap it
    column = next(iter(getattr(column, "base_columns", ())), None)
    if column is None or getattr(column, "table", None) is None:
        return False
    if column.primary_key or column.unique:
        return True
    constraints = getattr(column.table, "constraints", ())
    unique = [c for c in constraints if isinstance(c, sa.UniqueConstraint)]
    return any(column.name in c.columns for c in unique)


def test_the_tests_run_on_the_frozen_day(clock):
    assert the_clock.today().isoformat() == "2026-11-24"
    assert Path(MIGRATIONS).is_dir()
