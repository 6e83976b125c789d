"""Read-only mode: every write is refused with what was typed, reading goes on."""

import pytest
import sqlalchemy as sa

from tests import databases
from tests.factories import make_case, typed_case
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core import read_only, traces
from tracker.core.db import db
from tracker.core.traces import AccessTrace
from tracker.jobs import worker


@pytest.fixture
def reading_only(app):
    """The switch is on."""
    read_only.switch(True)


def test_reading_goes_on_below_a_banner(sign_in, aoi, reading_only):
    case = make_case(aoi)
    page = sign_in(aoi).get(f"/cases/{case.id}?lang=en")
    assert page.status_code == 200
    assert "Reading only" in page.text


def test_a_case_is_not_filed_and_its_words_are_shown_again(sign_in, aoi, reading_only):
    browser = sign_in(aoi)
    before = databases.contents()
    typed = typed_case(
        min(aoi.area_ids(Role.AGENCY)),
        min(aoi.organisation_ids(Role.AGENCY)),
        summary="通院の付添い。",
    )
    answer = browser.post("/cases/new", data=typed)
    assert answer.status_code == 503
    assert "通院の付添い。" in answer.text
    assert answer.headers["Retry-After"]
    assert databases.contents() == before


def test_nobody_signs_in(client, reading_only):
    answer = client.post("/sign-in?lang=en", data={"login": "aoi", "password": "x"})
    assert answer.status_code == 503
    assert "Please try again later." in answer.text
    assert "Your text is below" not in answer.text, "there is none"


def test_traces_wait_and_are_stored_later(sign_in, aoi, reading_only):
    case = make_case(aoi)
    sign_in(aoi).get(f"/cases/{case.id}")
    assert traces.writer.flush() == 0
    read_only.switch(False)
    assert traces.writer.flush() >= 1
    assert db.session.scalars(sa.select(AccessTrace.subject_id)).all() == [case.id]


def test_the_worker_does_nothing(app, reading_only):
    assert worker.round_of_work(app, the_clock.now()) == 0


def test_afterwards_everything_is_as_usual(sign_in, aoi, reading_only):
    read_only.switch(False)
    browser = sign_in(aoi)
    assert "閲覧のみ" not in browser.get("/").text
    make_case(aoi)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_the_command_switches_and_says_so(app, tmp_path):
    runner = app.test_cli_runner()
    db.session.rollback()
    assert "nothing is written" in runner.invoke(args=["read-only", "on"]).output
    assert read_only.is_on()
    assert "as usual" in runner.invoke(args=["read-only", "off"]).output
    assert not read_only.is_on()
