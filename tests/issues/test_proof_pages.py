"""Before and after as a page: its words, its drawing, its table, its file, its steps."""

import csv
import io

import pytest

from tests import factories
from tracker.core import clock as the_clock
from tracker.core import events
from tracker.core.db import db
from tracker.issues import queries, service
from tracker.issues.evidence import months_back
from tracker.issues.models import IssueStatus

S = IssueStatus


@pytest.fixture
def watched(issue, road):
    return road.lead(issue, S.WATCHING)


@pytest.fixture
def proven(watched, aoi, sato, clock):
    """A case a month in the year before the resource, none in the half year since."""
    began = the_clock.today().replace(day=1)
    for month in months_back(began, 13)[:-1]:
        factories.accept(factories.make_case(by=aoi, occurred_month=month), by=sato)
    clock.move(days=230)
    return watched


def test_a_care_manager_understands_the_verdict(proven, mori, sign_in):
    page = sign_in(mori).get(f"/issues/{proven.id}/proof?lang=en").text
    for words in (
        "Fewer cases than before",
        "so few new cases would come by chance in only 0.8 of 100 such times",
        "12 cases came in 12 months",
        "in 12 months: 4 cases or fewer",
        "Estimated: about 12.0 hours in 6 months",
        "Areas without the resource",
        "Filings of everything else did not fall",
        "How it is reckoned",
    ):
        assert words in page
    japanese = sign_in(mori).get(f"/issues/{proven.id}/proof?lang=ja").text
    assert "以前より減りました" in japanese


def test_every_bar_of_the_drawing_stands_in_the_table_too(proven, mori, sign_in):
    page = sign_in(mori).get(f"/issues/{proven.id}/proof").text
    bars = page.count("<rect ")
    assert bars == page.count('class="month-cases"') == 12 + 2 + 6 + 1  # gap, after, running
    assert page.count('<th scope="row" class="nowrap">') == bars
    assert page.count('class="month-before"') == 12
    assert 'class="months-start"' in page


def test_before_a_resource_the_page_says_what_would_be_proof(issue, road, aoi, sato, sign_in):
    for month in months_back(the_clock.today(), 13)[:-1]:
        factories.accept(factories.make_case(by=aoi, occurred_month=month), by=sato)
    road.lead(issue, S.IN_ACTION)
    browser = sign_in(sato)
    assert f'href="/issues/{issue.id}/proof"' in browser.get(f"/issues/{issue.id}").text
    page = browser.get(f"/issues/{issue.id}/proof?lang=en").text
    assert "nothing to compare" in page
    assert "in 6 months: 1 cases or fewer" in page
    assert "in 12 months: 4 cases or fewer" in page


def test_the_file_has_the_months_and_the_verdict(proven, mori, sign_in):
    answer = sign_in(mori).get(f"/issues/{proven.id}/proof.csv?lang=en")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["Month", "Cases", "Active offices", "What it counts for"]
    assert rows[1][:3] == ["2025-11", "1", "1"]
    words = {row[0]: row[1] for row in rows}
    assert (words["Verdict"], words["Version of the rule"]) == ("Fewer cases than before", "1")


def test_what_happened_in_another_centres_area_is_not_read_beside_it(
    proven, kato, nishi, sato, yama, sign_in
):
    factories.accept(factories.make_case(by=kato), by=nishi)
    figures, ours = "Change here, divided by change there", "Figures of areas that are not yours"
    for person, compares in ((yama, True), (sato, False)):
        browser = sign_in(person)
        page = browser.get(f"/issues/{proven.id}/proof?lang=en").text
        assert (ours in page) is not compares
        assert ("There are too few cases to compare" in page or figures in page) is compares
    assert figures not in browser.get(f"/issues/{proven.id}/proof.csv").text


def test_the_rule_is_written_down(mori, sign_in):
    page = sign_in(mori).get("/issues/proof-rule?lang=en").text
    assert "An office is active in a month if it filed any case" in page
    assert "12 whole months" in page


def test_without_a_day_the_page_offers_to_set_it_and_then_counts(proven, mori, sign_in):
    started, proven.effective_on = proven.effective_on, None
    db.session.commit()
    browser = sign_in(mori)
    page = browser.get(f"/issues/{proven.id}/proof?lang=en").text
    assert "It is not known since when" in page
    browser.post_form(
        f"/issues/{proven.id}/proof",
        {"day": started.isoformat(), "start_sentence": "店の記録による。"},
        to=f"/issues/{proven.id}/proof/start",
    )
    assert queries.get_issue(mori, proven.id).effective_on == started


def test_a_day_to_come_is_refused_beside_its_field(watched, mori, sign_in):
    browser = sign_in(mori)
    answer = browser.post_form(
        f"/issues/{watched.id}/proof",
        {"day": "2030-01-01", "start_sentence": "店の記録による。"},
        to=f"/issues/{watched.id}/proof/start",
    )
    assert answer.status_code == 422
    assert "店の記録による。" in answer.text


def test_after_the_need_came_back_mori_watches_it_once_more(
    issue, road, clock, aoi, sato, mori, sign_in
):
    events.case_accepted.connect(service.on_case_accepted)  # as create_app does
    road.lead(issue, S.CLOSED)
    clock.move(days=1)
    factories.accept(factories.make_case(by=aoi), by=sato)
    browser = sign_in(mori)
    assert "Watch it once more" in browser.get(f"/issues/{issue.id}/proof?lang=en").text
    browser.post_form(
        f"/issues/{issue.id}/proof",
        {"again_sentence": "運行日を一日増やした。"},
        to=f"/issues/{issue.id}/proof/again",
    )
    db.session.expire_all()
    assert queries.get_issue(mori, issue.id).status is S.WATCHING


def test_the_next_day_to_look_stands_on_the_issue(watched, sato, sign_in):
    page = sign_in(sato).get(f"/issues/{watched.id}?lang=en").text
    assert "Next look at the figures: 24 February 2027, 3 months after the start." in page


def test_the_file_of_another_town_is_not_there(proven, tani, sign_in):
    for path in ("proof", "proof.csv", "trace"):
        assert sign_in(tani).get(f"/issues/{proven.id}/{path}").status_code == 404
