"""`flask backup` while people work, `flask restore`, and what is refused."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.factories import make_case
from tracker.cases.models import Case
from tracker.core import backups
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.jobs import daily

ROOT = Path(__file__).parents[2]


def summaries():
    db.session.rollback()
    return set(db.session.scalars(sa.select(Case.summary)))


@pytest.fixture
def made(app, aoi, run, tmp_path):
    """A backup with one case in it."""
    make_case(aoi, summary="通院の付添い。")
    path = tmp_path / "one.kakehashi"
    result = run("backup", str(path))
    assert result.exit_code == 0, result.output
    return path


def test_a_backup_says_what_it_holds_and_that_it_was_opened_again(app, aoi, run, tmp_path):
    make_case(aoi)
    said = run("backup", str(tmp_path / "one.kakehashi")).output
    assert "whole, the audit log holds" in said
    assert "cases 1," in said


def test_nobody_reads_a_text_in_the_file_and_it_is_only_ours(made):
    assert "通院の付添い".encode() not in made.read_bytes()
    assert made.stat().st_mode & 0o077 == 0


def test_nothing_unsealed_is_left_beside_it(app, made):
    left = [path.name for path in Path(app.instance_path).iterdir()]
    assert sorted(left) == ["last-backup.json", "one.kakehashi", "one.kakehashi.sha256"]


@pytest.mark.both
def test_restoring_brings_back_the_moment_of_the_backup(aoi, made, run):
    make_case(aoi, summary="あとから来た事例。")
    result = run("restore", str(made), typed=f"{made.name}\n")
    assert result.exit_code == 0, result.output
    assert summaries() == {"通院の付添い。"}
    assert run("audit", "verify").exit_code == 0


@pytest.mark.parametrize("typed", ["", "yes\n", "ONE.KAKEHASHI\n"])
def test_without_its_name_typed_nothing_is_restored(typed, aoi, made, run):
    make_case(aoi, summary="あとから来た事例。")
    assert run("restore", str(made), typed=typed).exit_code != 0
    assert len(summaries()) == 2


def _another_key(app, path):
    app.config["BACKUP_KEY"] = "another key"


def _cut(app, path):
    path.write_bytes(path.read_bytes()[:-1000])


def _altered(app, path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _no_backup(app, path):
    path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 4000)


@pytest.mark.parametrize("spoil", [_another_key, _cut, _altered, _no_backup])
def test_a_spoilt_backup_is_refused_and_the_live_data_untouched(spoil, app, aoi, made, run):
    make_case(aoi, summary="あとから来た事例。")
    spoil(app, made)
    result = run("restore", str(made), typed=f"{made.name}\n")
    assert result.exit_code == 1
    assert "live data is as it was" in result.output
    assert len(summaries()) == 2


def test_a_backup_whose_log_was_changed_is_not_made(app, aoi, run, tmp_path):
    make_case(aoi)
    db.session.execute(sa.text("DROP TRIGGER audit_entries_no_update"))
    db.session.execute(sa.text("UPDATE audit_entries SET verb = 'case.closed' WHERE id = 1"))
    db.session.commit()
    result = run("backup", str(tmp_path / "one.kakehashi"))
    assert result.exit_code == 1
    assert "audit log does not hold" in result.output
    assert not list(tmp_path.glob("*.kakehashi*"))


def test_a_file_that_is_there_is_not_overwritten(made, run):
    before = made.read_bytes()
    assert run("backup", str(made)).exit_code == 1
    assert made.read_bytes() == before


def test_a_folder_gets_a_file_named_by_its_moment(app, run, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    assert run("backup", str(folder)).exit_code == 0
    assert (folder / "kakehashi-20261124T010000Z.kakehashi").exists()


def test_the_daily_round_makes_one_a_day_and_keeps_35_days(app, clock, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    for age in (34, 36, 400):
        (folder / backups.name_for(the_clock.now() - timedelta(days=age))).touch()
    app.config["BACKUP_DIR"] = str(folder)
    db.session.rollback()
    daily.back_up(the_clock.now())
    assert len(list(folder.glob("*.kakehashi"))) == 2
    assert backups.last().path == str(folder / backups.name_for(the_clock.now()))


def test_without_a_folder_the_daily_round_makes_none(app):
    daily.back_up(the_clock.now())
    assert backups.last() is None


FILING = """
import sys, time
from pathlib import Path
from tests.databases import build_app
from tests import factories
from tests.factories import make_case, person_called
app = build_app(sys.argv[1], Path(sys.argv[2]))
with app.app_context():
    aoi = person_called("aoi")
    ends = time.monotonic() + 20
    for number in range(10_000):
        make_case(aoi, summary=f"事例その{number}。")
        print(number, flush=True)
        if Path(sys.argv[3]).exists() or time.monotonic() > ends:
            break
"""


def test_backups_while_somebody_files_hold_all_that_was_acknowledged(app, tmp_path, run):
    """The writer is a process of its own, as a server beside the command is."""
    stop, seen = tmp_path / "stop", tmp_path / "seen"
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    arguments = [sys.executable, "-c", FILING, url, str(tmp_path), str(stop)]
    with seen.open("w") as said:
        filer = subprocess.Popen(
            arguments, stdout=said, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        try:
            _wait_for(seen, lines=5)
            held = [_one_backup(app, run, tmp_path / f"{n}.kakehashi", seen) for n in range(3)]
        finally:
            stop.touch()
            filer.wait(30)
    assert filer.returncode == 0
    assert all(rows >= acknowledged for acknowledged, rows in held)
    assert held[0][1] < held[-1][1], "nothing was filed while the backups were made"


def _wait_for(file, lines):
    ends = time.monotonic() + 30
    while len(file.read_text().splitlines()) < lines and time.monotonic() < ends:
        os.sched_yield()


def _one_backup(app, run, path, seen):
    """How many cases were acknowledged before it began, and how many it holds."""
    acknowledged = len(seen.read_text().splitlines())
    result = run("backup", str(path))
    assert result.exit_code == 0, result.output
    known = json.loads((Path(app.instance_path) / backups.LAST).read_text())
    return acknowledged, known["rows"]["cases"]
