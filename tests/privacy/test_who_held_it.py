"""Who saw a case elsewhere: in its issue, in the papers of a meeting, in a file."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.factories import accept, make_case, make_issue
from tests.house.test_pages import assert_sound
from tests.taking_out import ask
from tracker.core import traces
from tracker.core.db import WRITING, db
from tracker.core.traces import AccessTrace, How
from tracker.issues.models import IssueStatus
from tracker.privacy import asking, queries
from tracker.privacy.exports.models import ExportCase


@pytest.fixture
def held(aoi, kato, sato, mori):
    """A case in an issue that stands on the agenda of a meeting; another is in none of them."""
    case, other = accept(make_case(aoi), by=sato), make_case(kato)
    issue = make_issue(sato, case, status=IssueStatus.CONFIRMED)
    meeting = factories.plan_meeting(mori)
    factories.put_on_agenda(meeting, issue, by=mori)
    return case, other, issue, meeting


def opened(kansa, case):
    asked = asking.wanted(kansa, record=case.number)
    found = db.session.execute(queries.opened(kansa, asked))
    return sorted({(row.subject, row.subject_id, row.login, row.how) for row in found})


def test_reading_an_issue_or_a_meeting_counts_for_the_cases_in_it(sign_in, held, mori, kansa):
    case, other, issue, meeting = held
    browser = sign_in(mori)
    for url in (f"/issues/{issue.id}/material", f"/meetings/{meeting.id}"):
        assert browser.get(url).status_code == 200
    traces.writer.flush()
    assert opened(kansa, case) == [
        ("issues", issue.id, "mori", "opened"),
        ("meetings", meeting.id, "mori", "opened"),
    ]
    assert opened(kansa, other) == []


def test_a_file_is_found_by_each_case_it_held(sign_in, held, aoi, mori, kansa):
    case, other, *_rest = held
    export = ask(mori, q=case.number)
    assert sign_in(mori).get(f"/audit/exports/{export.id}/file.csv").status_code == 200
    traces.writer.flush()
    assert db.session.scalars(sa.select(ExportCase.case_id)).all() == [case.id]
    browser = sign_in(kansa)
    for lang in ("ja", "en"):
        url = f"/audit/opened?record={case.number}&lang={lang}"
        page = browser.get(url).text
        assert_sound(page, url, lang)
        assert f'href="/audit/exports/{export.id}"' in page
    assert "/audit/exports/1" not in browser.get(f"/audit/opened?record={other.number}").text


def test_a_file_opened_twice_holds_its_cases_once(sign_in, held, mori):
    export = ask(mori)
    browser = sign_in(mori)
    for _time in range(2):
        assert browser.get(f"/audit/exports/{export.id}/file.csv").status_code == 200
        traces.writer.flush()
    assert len(db.session.scalars(sa.select(ExportCase.case_id)).all()) == export.rows


def test_papers_of_the_meeting_are_found_by_the_case(sign_in, held, mori, kansa):
    case, other, _issue, meeting = held
    assert sign_in(mori).get(f"/meetings/{meeting.id}/folder.pdf").status_code == 200
    traces.writer.flush()
    paper = f"/meetings/{meeting.id}/folder.pdf"
    found = queries.files_with(kansa, case.id)
    assert [(row.narrowed, row.login) for row in found] == [(paper, "mori")]
    assert not queries.files_with(kansa, other.id)


def test_the_command_names_issue_meeting_and_file(app, sign_in, held, sato, mori):
    case, _other, issue, meeting = held
    export = ask(mori)
    sign_in(mori).get(f"/audit/exports/{export.id}/file.csv")
    sign_in(sato).get(f"/issues/{issue.id}/versions")
    traces.writer.flush()
    runner = app.test_cli_runner()
    db.session.rollback()
    said = runner.invoke(args=["audit", "who-saw", "--case", case.number, "--report"]).output
    WRITING.set(True)  # the command only read
    assert f"sato\topened\tissues/{issue.id}" in said
    assert "mori\ttook out\tcases" in said
    items = [line for line in said.splitlines() if line[:1].isdigit() and line[1] == " "]
    assert len(items) == 9
    assert all(line.partition(": ")[2] for line in items)


@pytest.mark.both
def test_words_found_by_a_search_are_noted_for_each_case(app, sign_in, aoi, sato):
    case = make_case(aoi, summary="桜餅を買いに行った。")
    make_case(aoi, summary="病院へ付き添った。")
    assert case.number in sign_in(sato).get("/search?q=桜餅").text
    traces.writer.flush()
    listed = sa.select(AccessTrace.subject_id).where(AccessTrace.how == How.LISTED)
    assert db.session.scalars(listed).all() == [case.id]


def test_refusals_are_noted_by_page_and_record_and_not_without_end(sign_in, aoi, ono, kansa):
    case = make_case(aoi)
    browser = sign_in(ono)
    for _time in range(30):
        assert browser.get(f"/cases/{case.id}").status_code == 404
    assert sign_in(aoi).get("/audit/").status_code == 403
    assert sign_in(aoi).get("/cases/999999").status_code == 404
    traces.writer.flush()
    found = db.session.execute(queries.opened(kansa, asking.wanted(kansa))).all()
    refused = [(row.subject, row.subject_id, row.login) for row in found if row.how == How.REFUSED]
    assert refused.count(("cases", case.id, "ono")) == 20
    assert refused.count(("page", 0, "aoi")) == 1
    assert len(refused) == 21
    assert "断られた" in sign_in(kansa).get("/audit/opened").text
