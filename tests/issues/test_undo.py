"""Taking a step back: by whoever took it, within 24 hours, while nothing was built on it."""

import pytest

from tests import factories
from tracker.cases import queries as case_queries
from tracker.cases.models import CaseStatus, StepKind
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError
from tracker.issues import queries, service
from tracker.issues.models import ClosedAs, IssueStatus
from tracker.notifications.models import Event

pytestmark = pytest.mark.both
S = IssueStatus


def undo(issue, by):
    service.undo_last(issue, by=by, at=the_clock.now())
    db.session.commit()


@pytest.mark.parametrize("status", [S.CONFIRMED, S.PARKED, S.DECLINED])
def test_a_step_from_candidate_leads_back_to_candidate(issue, case, road, status, sato):
    road.lead(issue, status)
    undo(issue, sato)
    assert issue.status is S.CANDIDATE
    assert (issue.parked_until, issue.wakes_at_cases) == (None, None)
    assert case.status is CaseStatus.DISPOSED


def test_waking_is_taken_back_with_what_it_waited_for(issue, road, sato):
    road.lead(issue, S.PARKED)
    service.wake(issue, "急ぎになった。", by=sato, at=the_clock.now())
    db.session.commit()
    undo(issue, sato)
    assert (issue.status, issue.wakes_at_cases) == (S.PARKED, 3)


def test_an_answer_from_above_is_taken_back(issue, road, mori):
    road.lead(issue, S.FORWARDED)
    service.answer_from_above(issue, "県も考える。", by=mori, at=the_clock.now())
    db.session.commit()
    undo(issue, mori)
    assert issue.status is S.FORWARDED


def test_agreeing_is_taken_back_and_the_proposal_waits_again(issue, case, road, mori, hara):
    road.lead(issue, S.WATCHING)
    road.close(issue, ClosedAs.WITHOUT_PROOF)
    assert case.status is CaseStatus.CLOSED
    undo(issue, hara)
    assert (issue.status, issue.closed_as, issue.closed_on) == (S.WATCHING, None, None)
    assert issue.close_proposed_as is ClosedAs.WITHOUT_PROOF
    assert case.status is CaseStatus.DISPOSED
    undo(issue, mori)
    assert issue.close_proposed_as is None


def test_what_the_office_contested_is_not_taken_back(issue, case, road, aoi, sato):
    road.lead(issue, S.DECLINED)
    factories.contest(case, by=aoi)
    with pytest.raises(ConflictError):
        undo(issue, sato)
    db.session.rollback()
    assert issue.status is S.DECLINED


def test_nobody_takes_back_a_colleagues_step(issue, road, mori):
    road.lead(issue, S.CONFIRMED)
    with pytest.raises(ConflictError):
        undo(issue, mori)


def test_a_stranger_takes_nothing_back(issue, road, tani):
    road.lead(issue, S.CONFIRMED)
    with pytest.raises(NotAllowedError):
        undo(issue, tani)


@pytest.mark.parametrize("status", [S.CANDIDATE, S.ON_AGENDA, S.DECIDED, S.IN_ACTION, S.WATCHING])
def test_what_a_meeting_or_an_action_did_is_taken_back_there(issue, road, status, sato, mori):
    road.lead(issue, status)
    for person in (sato, mori):
        with pytest.raises(ConflictError):
            undo(issue, person)


def test_the_last_second_counts(issue, road, sato, clock):
    road.lead(issue, S.CONFIRMED)
    clock.move(hours=24, seconds=1)
    with pytest.raises(ConflictError):
        undo(issue, sato)
    clock.move(seconds=-1)
    undo(issue, sato)
    assert issue.status is S.CANDIDATE


def test_a_step_is_not_taken_back_over_a_later_one(issue, road, aoi, sato):
    road.lead(issue, S.CONFIRMED)
    more = factories.accept(factories.make_case(by=aoi), by=sato)
    service.attach(issue, [more.id], by=sato, at=the_clock.now())
    db.session.commit()
    with pytest.raises(ConflictError):
        undo(issue, sato)


def test_within_15_minutes_nobody_hears_of_it(issue, road, sato, clock, told):
    clock.move(minutes=20)
    road.lead(issue, S.DECLINED)
    clock.move(minutes=14)
    undo(issue, sato)
    assert told()[-1] == (Event.ISSUE_CLOSED, True)


def test_after_15_minutes_the_office_is_told_that_it_was_taken_back(issue, road, sato, clock, told):
    road.lead(issue, S.DECLINED)
    clock.move(minutes=15)
    undo(issue, sato)
    assert told()[-2:] == [(Event.ISSUE_CLOSED, False), (Event.CASE_TAKEN_BACK, False)]


def test_what_was_taken_back_stays_in_both_histories(issue, case, road, sato):
    road.lead(issue, S.DECLINED)
    undo(issue, sato)
    entries = queries.issue_page(sato, issue.id).entries
    assert [(e.kind.value, e.taken_back) for e in entries] == [
        ("raised", False),
        ("declined", True),
        ("undone", True),
    ]
    kinds = [(e.kind, e.taken_back) for e in case_queries.case_page(sato, case.id).entries]
    assert kinds[-2:] == [(StepKind.ANSWERED, True), (StepKind.UNDONE, True)]
