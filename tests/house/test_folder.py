"""A meeting's folder opens to a member step by step: invitation, publication, pledge, approval."""

import pytest

from tests import factories
from tests.client import parsed
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues.models import IssueStatus
from tracker.meetings import attendance, service

QUESTION = "ほかのどこにも書かれない問い"
ADDRESSES = ("", "/agenda", "/minutes", "/agenda.pdf", "/agenda.docx", "/minutes.pdf")


@pytest.fixture
def meeting(aoi, sato, mori):
    """A planned meeting of the town with one issue on its agenda; nobody is invited."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    issue = factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)
    meeting = factories.plan_meeting(mori)
    factories.put_on_agenda(meeting, issue, by=mori, question=QUESTION)
    return meeting


def _answers(browser, meeting):
    """Status of every address of the meeting, and where the agenda is told."""
    found = {path: browser.get(f"/meetings/{meeting.id}{path}") for path in ADDRESSES}
    told = {path for path, answer in found.items() if QUESTION.encode() in answer.data}
    return [found[path].status_code for path in ADDRESSES], told


def _listed(browser):
    """Addresses of meetings on the list and on the first page."""
    pages = (parsed(browser.get(url).text) for url in ("/meetings/", "/"))
    links = {a.get("href") or "" for page in pages for a in page.iter("a")}
    return {link for link in links if link.removeprefix("/meetings/").isdigit()}


def test_iin_reads_the_folder_only_step_by_step(sign_in, meeting, mori, iin, clock):
    browser, shut = sign_in(iin), [404] * len(ADDRESSES)
    assert _answers(browser, meeting) == (shut, set()), "before the invitation"
    factories.invite_to(meeting, mori, iin.person_id)
    assert _answers(browser, meeting) == (shut, set()), "before publication"
    assert _listed(browser) == set()
    factories.publish_meeting(meeting, mori)
    assert _answers(browser, meeting) == ([200, 200, 200, 403, 403, 403], set()), "no pledge yet"
    assert _listed(browser) == {f"/meetings/{meeting.id}"}
    factories.sign_pledge(iin)
    codes, told = _answers(browser, meeting)
    assert codes == [200, 200, 200, 200, 200, 409], "there are no minutes yet"
    assert "/agenda" in told
    assert "/minutes" not in told
    factories.begin_meeting(meeting, mori)
    codes, told = _answers(browser, meeting)
    assert codes == [200, 200, 200, 200, 200, 403], "the minutes are not approved"
    assert "/minutes" not in told


def test_the_pledge_holds_to_the_end_of_the_fiscal_year(sign_in, meeting, mori, iin, clock):
    factories.invite_to(meeting, mori, iin.person_id)
    factories.publish_meeting(meeting, mori)
    factories.sign_pledge(iin)
    assert "/agenda" in _answers(sign_in(iin), meeting)[1]
    clock.move(days=128)
    assert the_clock.today().isoformat() == "2027-04-01"
    assert _answers(sign_in(iin), meeting) == ([200, 200, 200, 403, 403, 403], set())


def test_an_invitation_taken_back_shuts_the_folder(sign_in, meeting, mori, iin, clock):
    attendee = factories.invite_to(meeting, mori, iin.person_id)
    factories.publish_meeting(meeting, mori)
    factories.sign_pledge(iin)
    attendance.uninvite(meeting, attendee, by=mori, at=clock.now())
    db.session.commit()
    assert _answers(sign_in(iin), meeting) == ([404] * len(ADDRESSES), set())


def test_a_meeting_called_off_before_publication_stays_unknown_to_iin(
    sign_in, meeting, mori, iin, clock
):
    factories.invite_to(meeting, mori, iin.person_id)
    service.cancel(meeting, by=mori, at=clock.now())
    db.session.commit()
    assert _answers(sign_in(iin), meeting) == ([404] * len(ADDRESSES), set())


def test_a_member_who_was_not_invited_reads_nothing_in_spite_of_a_pledge(
    sign_in, meeting, mori, iin, clock
):
    other = factories.make_person("mitsui", min(iin.organisation_ids()), Role.MEMBER)
    factories.invite_to(meeting, mori, iin.person_id)
    factories.publish_meeting(meeting, mori)
    factories.sign_pledge(other)
    assert _answers(sign_in(other), meeting) == ([404] * len(ADDRESSES), set())
