"""What is made on disk is for the server's own eyes, and `flask check` names what is not."""

import os
import stat

import pytest
import sqlalchemy as sa

from tests.cli.conftest import run_in
from tracker import create_app
from tracker.core.db import WRITING, db

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights of files are told otherwise")


@pytest.fixture
def made(tmp_path):
    """A new installation in a folder that was not there, with one row written."""
    folder = tmp_path / "instance"
    before = os.umask(0o022)
    app = create_app(folder)
    with app.app_context():
        WRITING.set(True)
        db.session.execute(sa.text("create table one (id integer)"))
        db.session.commit()
        yield app, folder
        db.session.remove()
        db.engine.dispose()
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_database_and_keys_are_ours_alone(made):
    _app, folder = made
    modes = {path.name: mode(path) for path in folder.iterdir()}
    assert mode(folder) == 0o700
    assert set(modes.values()) == {0o600}
    assert {"kakehashi.sqlite3", "kakehashi.sqlite3-wal", "audit.key"} <= set(modes)


def test_check_names_what_others_can_read(made):
    app, folder = made
    heads = folder / "audit-heads.txt"
    heads.write_text("")
    (folder / "kakehashi.sqlite3").chmod(0o644)
    for path, others in ((folder, 0o755), (heads, 0o640)):
        path.chmod(others)
    said = run_in(app, "check").output
    assert "instance can be read by others: chmod 700" in said
    assert "kakehashi.sqlite3 can be read by others: chmod 600" in said
    assert "audit-heads.txt can be read by others: chmod 600" in said
    assert "audit.key can be read" not in said
