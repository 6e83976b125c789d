"""From the own case to the proof and back: what each person sees of the chain."""

import csv
import io
import re

import pytest

from tracker.core import clock as the_clock
from tracker.issues.tracing import queries

pytestmark = pytest.mark.both

ANSWER = "販売車が週二回来ています。"


@pytest.fixture
def whole(chain):
    """From the cases to a closed issue."""
    return chain.walk("closed")


def links(browser, path):
    """Addresses of our own in the main part of a page."""
    page = browser.get(path, follow_redirects=True).text
    return set(re.findall(r'href="(/[^"?#]*)', page[page.index("<main") :]))


def test_mori_sees_every_link_of_the_chain(whole, mori, sign_in):
    page = sign_in(mori).get(f"/issues/{whole.issue.id}/trace?lang=en").text
    for words in (
        *(f"Case {case.number}" for case in whole.cases),
        f"Issue {whole.issue.number}",
        whole.meeting.title,
        "Adopt: actions are decided",
        "3 cases of 2 offices lay on the table",
        f"evidence {whole.item.evidence_id}",
        f"Action {whole.action.number}",
        "The figures of today",
    ):
        assert words in page


def test_every_node_is_two_clicks_from_any_other(whole, mori, sign_in):
    browser, trace = sign_in(mori), f"/issues/{whole.issue.id}/trace"
    nodes = {
        f"/cases/{whole.cases[0].id}",
        f"/issues/{whole.issue.id}",
        f"/meetings/{whole.meeting.id}",
        f"/actions/{whole.action.id}",
        f"/resources/{whole.action.resource_id}",
        f"/issues/{whole.issue.id}/proof",
    }
    assert nodes <= links(browser, trace)
    ways = {trace, f"/cases/{whole.cases[0].id}/trace"}
    ways.add(f"/resources/{whole.action.resource_id}/trace")
    for way in ways:  # each of them is the chain itself
        assert nodes <= links(browser, way)
    for node in sorted(nodes):
        assert ways & links(browser, node), node


def test_a_filer_follows_the_chain_from_the_own_number(whole, aoi, sign_in):
    browser = sign_in(aoi)
    case = whole.cases[0]
    assert f"/cases/{case.id}/trace" in links(browser, f"/cases/{case.id}")
    answer = browser.get(f"/cases/{case.id}/trace")
    assert answer.location == f"/issues/{whole.issue.id}/trace"
    page = browser.get(f"/issues/{whole.issue.id}/trace?lang=en").text
    for own in whole.cases[:2]:
        assert own.number in page
    assert whole.cases[2].number not in page
    assert "Cases of others: fewer than" in page
    for told in ("Put on the agenda of a meeting", "The meeting decided to act", "Closed"):
        assert told in page
    for not_hers in ("The figures of today", f"/actions/{whole.action.id}", "/proof"):
        assert not_hers not in page
    assert f"/resources/{whole.action.resource_id}" in page


def test_whoever_filed_nothing_for_it_does_not_follow_it(whole, kato, ono, sign_in):
    for stranger in (kato, ono):
        browser = sign_in(stranger)
        for path in ("trace", "trace.csv", "trace.pdf"):
            assert browser.get(f"/issues/{whole.issue.id}/{path}").status_code == 404
        assert browser.get(f"/cases/{whole.cases[0].id}/trace").status_code == 404


def test_why_it_was_decided_is_read_once_the_minutes_may_be(chain, mori, sato):
    chain.walk("decided")
    for person, reads in ((mori, True), (sato, False)):
        (item,) = queries.trace(person, chain.issue.id, today=the_clock.today()).items
        assert (bool(item.reason), bool(item.outcome)) == (reads, reads)
    chain.walk("minuted")
    (item,) = queries.trace(sato, chain.issue.id, today=the_clock.today()).items
    assert item.reason


def test_the_chain_as_a_file_says_what_the_page_says(whole, mori, sign_in):
    browser = sign_in(mori)
    answer = browser.get(f"/issues/{whole.issue.id}/trace.csv?lang=en")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["Part", "Name", "What it says", "Date", "State", "Why"]
    assert [row[0] for row in rows[1:4]] == ["Cases"] * 3
    parts = {row[0] for row in rows[1:]}
    wanted = {"Cases", "Regional issue", "Agenda and decision", "Actions", "Resources", "Proof"}
    assert parts == wanted
    paper = browser.get(f"/issues/{whole.issue.id}/trace.pdf")
    assert paper.data.startswith(b"%PDF")


def test_before_anything_happened_each_part_says_so(chain, sato, sign_in):
    chain.walk("grouped")
    page = sign_in(sato).get(f"/issues/{chain.issue.id}/trace?lang=en").text
    for words in (
        "No meeting has dealt with it yet.",
        "No action has begun yet.",
        "No resource is in use yet.",
        "There is nothing to judge yet.",
    ):
        assert words in page


def test_a_case_without_an_issue_leads_nowhere_yet(chain, aoi, sign_in):
    chain.walk("accepted")
    page = sign_in(aoi).get(f"/cases/{chain.cases[0].id}/trace?lang=en").text
    assert "This case supports no regional issue yet." in page
