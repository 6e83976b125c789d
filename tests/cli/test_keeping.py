"""`flask retain`, `flask audit who-saw`; what `flask check` says of keys, backups and the log."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.factories import make_case, withdraw
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.core.erasing import ERASED


@pytest.fixture
def old(app, aoi, clock):
    """A case that was withdrawn six years ago."""
    case = withdraw(make_case(aoi), by=aoi)
    clock.move(days=366 * 6)
    return case


def test_a_dry_run_says_how_much_and_erases_nothing(old, run):
    said = run("retain", "--dry-run").output
    assert "town 98201, cases after 5 years: 1" in said
    assert "drafts after 30 days: 0" in said
    assert db.session.get_one(Case, old.id).summary != ERASED


def test_without_it_the_texts_go(old, run):
    assert "cases: 1 erased" in run("retain").output
    assert db.session.get_one(Case, old.id).summary == ERASED


@pytest.fixture
def seen(app, aoi, sato, clock):
    """A case that Aoi opened today and Sato three days later."""
    case = make_case(aoi)
    traces.opened(aoi.person_id, "cases", case.id, at=the_clock.now())
    clock.move(days=3)
    traces.opened(sato.person_id, "cases", case.id, at=the_clock.now())
    db.session.commit()
    traces.writer.flush()
    return case


def test_who_saw_a_case_is_told_in_order(seen, run):
    lines = run("audit", "who-saw", "--case", seen.number).output.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["aoi", "sato"]
    assert lines[0].startswith("2026-11-24 10:00:00")


def test_a_person_and_days_narrow_it(seen, run):
    asked = ("audit", "who-saw", "--user", "sato", "--from", "2026-11-27", "--to", "2026-11-27")
    assert len(run(*asked).output.splitlines()) == 1
    assert run(*asked[:-1], "2026-11-26").output == ""


def test_the_report_has_its_nine_items(seen, run):
    said = run("audit", "who-saw", "--case", seen.number, "--report").output
    assert "3 number of persons: at most 1" in said
    assert "9 anything else" in said


@pytest.mark.parametrize("asked", [("--case", "R8-98201-9999"), ("--user", "nobody"), ()])
def test_what_is_not_there_is_said(asked, app, run):
    assert run("audit", "who-saw", *asked).exit_code in {1, 2}


def test_check_names_keys_that_others_can_read(app, run):
    key = Path(app.instance_path) / "backup.key"
    key.write_text("x")
    key.chmod(0o644)
    assert "backup.key can be read by others" in run("check").output


def test_check_says_when_the_last_backup_was_made_too_long_ago(app, run, tmp_path, clock):
    app.config["DEMO"] = False
    assert "no backup was ever made" in run("check").output
    run("backup", str(tmp_path / "one.kakehashi"))
    assert "backup" not in run("check").output.partition("database is well")[0].splitlines()[-1]
    clock.move(days=4)
    assert "the last backup is 4 days old" in run("check").output


def test_check_finds_a_log_whose_end_was_changed(app, aoi, run):
    make_case(aoi)
    db.session.execute(sa.text("UPDATE audit_chains SET head = 'x'"))
    db.session.commit()
    result = run("check")
    assert result.exit_code == 1
    assert "the end of the audit log's chain" in result.output
