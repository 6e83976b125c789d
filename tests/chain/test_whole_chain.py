"""From a need that nobody could meet to a resource, and to the news of it for all who reported."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.chain.conftest import ANSWER, DECISION, STUDY, told
from tracker.actions import service as actions
from tracker.actions.models import Stage
from tracker.cases import queries as cases
from tracker.cases.models import CaseStatus, Disposition
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError
from tracker.core.outbox import OutboxMail
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.models import ClosedAs, IssueStatus, IssueStepKind
from tracker.issues.proof import queries as proof
from tracker.issues.proof.figures import Verdict
from tracker.meetings import evidence, freezing
from tracker.meetings import queries as meetings
from tracker.meetings import service as meeting_service
from tracker.meetings.models import MeetingStatus
from tracker.notifications.models import Notice
from tracker.resources import queries as resources
from tracker.resources.models import ResourceStatus

pytestmark = pytest.mark.both

# After this milestone: the issue, its cases, the place of the bar they are at, what is new.
STORY = (
    ("filed", None, CaseStatus.SUBMITTED, 0, None),
    ("accepted", None, CaseStatus.ACCEPTED, 1, "case_accepted"),
    ("grouped", IssueStatus.CANDIDATE, CaseStatus.DISPOSED, 3, "case_grouped"),
    ("confirmed", IssueStatus.CONFIRMED, CaseStatus.DISPOSED, 3, None),
    ("published", IssueStatus.ON_AGENDA, CaseStatus.DISPOSED, 4, "issue_on_agenda"),
    ("held", IssueStatus.ON_AGENDA, CaseStatus.DISPOSED, 4, None),
    ("decided", IssueStatus.DECIDED, CaseStatus.DISPOSED, 5, "issue_decided"),
    ("minuted", IssueStatus.DECIDED, CaseStatus.DISPOSED, 5, None),
    ("studied", IssueStatus.IN_ACTION, CaseStatus.DISPOSED, 6, "issue_in_action"),
    ("tried", IssueStatus.IN_ACTION, CaseStatus.DISPOSED, 6, None),
    ("live", IssueStatus.WATCHING, CaseStatus.DISPOSED, 7, "resource_live"),
    ("proposed", IssueStatus.WATCHING, CaseStatus.DISPOSED, 7, None),
    ("closed", IssueStatus.CLOSED, CaseStatus.CLOSED, 8, "issue_closed"),
)


def bar(chain, person):
    """The stages of the first case this person filed."""
    case = chain.cases[0] if person is chain.people["aoi"] else chain.cases[-1]
    return cases.case_page(person, case.id).stages


def place(stages):
    """Where the bar stands; everything before it is done, nothing after it."""
    (here,) = [index for index, stage in enumerate(stages) if stage.current]
    assert [stage.done for stage in stages] == [index <= here for index in range(len(stages))]
    return here


def test_after_each_milestone_everybody_stands_where_they_should(chain, aoi, second):
    news = []
    for milestone, issue, case, here, event in STORY:
        chain.walk(milestone)
        assert (chain.issue and chain.issue.status) == issue, milestone
        assert {one.status for one in chain.cases} == {case}, milestone
        assert place(bar(chain, aoi)) == place(bar(chain, second)) == here, milestone
        news += [event] if event else []
        assert told(second) == news, milestone
        assert told(aoi)[-1:] == news[-1:], milestone
    assert len(news) == len(set(news)) == 7


def test_at_the_end_everybody_can_read_what_became_of_it(chain, aoi, second, hara):
    chain.walk("filed")
    heads = audit.heads()
    chain.walk("closed")
    assert told(aoi) == ["case_accepted", *told(second)]  # two cases, and then one story
    _cases_read_well(chain, aoi, second)
    _everything_ended_where_it_should(chain, aoi, hara)
    _nothing_was_told_before_fifteen_minutes_were_over()
    assert list(audit.verify(heads)) == []
    verbs = set(db.session.scalars(sa.select(audit.AuditEntry.verb)))
    assert {"case.filed", "issue.raised", "meeting.published", "item.frozen"} <= verbs
    assert {"action.live", "issue.close_proposed", "issue.closed", "case.answered"} <= verbs


def _cases_read_well(chain, aoi, second):
    said = [stage.sentence for stage in bar(chain, second)]
    assert len(said) == 9
    assert said[4:8] == [chain.meeting.title, DECISION, STUDY, "見晴らし号"]
    assert {case.disposition for case in chain.cases} == {Disposition.TO_ISSUE}
    way = ["filed", "accepted", "disposed", "grouped", "on_agenda", "decided", "in_action"]
    for person, case in zip((aoi, aoi, second), chain.cases, strict=True):
        page = cases.case_page(person, case.id)
        assert [e.kind.value for e in page.entries] == [*way, "resource_live", "answered"]
        assert [answer.sentence for answer in page.answers] == [ANSWER]


def _everything_ended_where_it_should(chain, aoi, hara):
    assert chain.meeting.status is MeetingStatus.ANSWERED
    assert chain.action.stage is Stage.LIVE
    assert chain.issue.effective_on == the_clock.local(chain.action.stage_since).date()
    assert chain.issue.closed_as is ClosedAs.WITHOUT_PROOF
    assert chain.issue.seconded_by_id == hara.person_id
    resource = resources.get_resource(aoi, chain.action.resource_id)
    assert resource.status is ResourceStatus.LIVE
    (serving,) = resources.serving(aoi, "HK03", chain.cases[0].area_id, today=the_clock.today())
    assert serving.id == resource.id


def _nothing_was_told_before_fifteen_minutes_were_over():
    waits = {row.due_at - row.made_at for row in db.session.scalars(sa.select(Notice))}
    waits |= {row.due_at - row.queued_at for row in db.session.scalars(sa.select(OutboxMail))}
    assert waits == {timedelta(minutes=15)}


def test_closing_needs_the_second_look_of_somebody_else(chain):
    chain.walk("proposed")
    with pytest.raises(NotAllowedError):
        issues.second_close(chain.issue, **chain.who("mori", today=the_clock.today()))
    assert chain.issue.status is IssueStatus.WATCHING


def since(chain, person):
    """Cases more than on the published sheet, as the agenda's page says it."""
    page = meetings.meeting_page(person, chain.meeting.id, today=the_clock.today())
    return [one.since for view in page.items for one in view.subjects]


def test_published_numbers_stay_when_new_cases_come(chain, aoi, sato, mori):
    chain.walk("published")
    sheet, digest = chain.item.evidence, chain.item.evidence_hash
    assert since(chain, mori) == [0]
    chain.clock.move(hours=1)
    late = [factories.accept(factories.make_case(by=aoi), by=sato) for _ in range(2)]
    chain.act(issues.attach, chain.issue, [case.id for case in late], by="sato")
    db.session.expire(chain.item)
    assert (chain.item.evidence, chain.item.evidence_hash) == (sheet, digest)
    assert freezing.holds(chain.item.evidence, digest)
    assert since(chain, mori) == [2]
    figures = [counted(chain.item.evidence), counted(sheet_of_today(chain, mori))]
    assert figures == [(3, 2, 360), (5, 2, 600)]


def sheet_of_today(chain, person):
    """What the item's sheet would say if it were frozen now."""
    today = the_clock.today()
    sheets = evidence.live_sheets(person, [chain.item], at=the_clock.now(), today=today)
    return sheets[chain.item.id]


def counted(sheet):
    """Cases, offices and minutes of the only issue of a sheet."""
    found = sheet["issues"][0]["evidence"]
    return found["cases"], found["offices"], found["minutes_total"]


def test_what_joins_late_is_told_from_then_on_and_closed_with_the_others(chain, sato, kato, mori):
    chain.walk("published")
    late = factories.make_case(by=kato, area_id=chain.cases[0].area_id)
    factories.accept(late, by=sato)
    chain.act(issues.attach, chain.issue, [late.id], by="mori")
    chain.walk("closed")
    way = ["case_accepted", "case_grouped", "issue_decided", "issue_in_action", "resource_live"]
    assert told(kato) == [*way, "issue_closed"]
    assert late.status is CaseStatus.CLOSED


def test_a_new_case_after_closing_opens_the_issue_again(chain, aoi, second, sato):
    chain.walk("live")
    late = factories.make_case(by=aoi)
    chain.walk("closed")
    before = (told(aoi), told(second))
    chain.clock.move(days=1)
    factories.accept(late, by=sato)  # filed before, but the need is there after closing
    assert chain.issue.status is IssueStatus.IN_ACTION
    assert chain.issue.regressed_at == late.status_since
    assert issue_queries.last_step(chain.issue.id).kind is IssueStepKind.REGRESSED
    assert {one.status for one in chain.cases} == {CaseStatus.CLOSED}
    back = "issue_regressed"
    assert told(aoi) == [*before[0], back, "case_accepted"]
    assert told(second) == [*before[1], back]
    chain.clock.move(days=1)
    factories.accept(factories.make_case(by=second, area_id=late.area_id), by=sato)
    assert chain.issue.regressed_at == late.status_since  # it is open, nothing happens twice


def undo_closing(chain):
    chain.act(issues.undo_last, chain.issue, by="hara")


def undo_beginning(chain):
    chain.act(actions.undo_last, chain.action, by="mori")


UNDO = pytest.mark.parametrize(
    ("milestone", "undo", "back", "here"),
    [
        ("closed", undo_closing, IssueStatus.WATCHING, 7),
        ("studied", undo_beginning, IssueStatus.DECIDED, 5),
    ],
)


@UNDO
def test_within_fifteen_minutes_an_undo_takes_the_notices_back(
    chain, aoi, second, milestone, undo, back, here
):
    chain.walk(milestone)
    news = told(second)
    chain.clock.move(minutes=14)
    undo(chain)
    assert chain.issue.status is back
    assert {case.status for case in chain.cases} == {CaseStatus.DISPOSED}
    assert place(bar(chain, aoi)) == place(bar(chain, second)) == here
    assert told(second) == news[:-1]
    assert told(aoi, withdrawn=True) == told(second, withdrawn=True) == news[-1:]
    chain.again(milestone)
    assert told(second) == news


def send_what_is_due():
    """The worker has taken its look."""
    due = sa.update(OutboxMail).where(OutboxMail.due_at <= the_clock.now())
    db.session.execute(due.values(sent_at=the_clock.now()))
    db.session.commit()


@UNDO
def test_later_an_undo_sends_a_correction(chain, second, milestone, undo, back, here):
    chain.walk(milestone)
    news = told(second)
    chain.clock.move(minutes=16)
    send_what_is_due()
    undo(chain)
    assert (chain.issue.status, place(bar(chain, second))) == (back, here)
    assert told(second) == [*news, "case_taken_back"]
    assert list(audit.verify({})) == []


def test_nobody_calls_it_proof_while_the_figures_prove_nothing(chain):
    chain.walk("live")
    compared = proof.reading(chain.issue, today=the_clock.today())
    assert compared.verdict is Verdict.TOO_FEW
    who = chain.who("mori", today=the_clock.today())
    with pytest.raises(InvalidInputError):
        issues.propose_close(chain.issue, ClosedAs.VERIFIED, ANSWER, **who)


def test_after_a_correction_the_milestone_is_told_again(chain, second):
    chain.walk("closed").clock.move(minutes=16)
    send_what_is_due()
    undo_closing(chain)
    chain.again("closed")
    assert told(second)[-2:] == ["case_taken_back", "issue_closed"]


def test_a_meeting_cancelled_at_once_was_never_told_of(chain, second):
    chain.walk("published")
    chain.act(meeting_service.cancel, chain.meeting, by="mori")
    assert chain.issue.status is IssueStatus.CONFIRMED
    assert told(second) == ["case_accepted", "case_grouped"]
