"""New cases open a closed issue again; cases or a day wake a parked one; nobody has to watch."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.cases.history import new_act
from tracker.core import clock as the_clock
from tracker.core import events
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.issues import queries, service
from tracker.issues.models import ClosedAs, IssueStatus, IssueStepKind

pytestmark = pytest.mark.both
S = IssueStatus


@pytest.fixture(autouse=True)
def _listening(app):
    events.case_accepted.connect(service.on_case_accepted)  # as create_app does


def accepted(by, centre, **changes):
    return factories.accept(factories.make_case(by=by, **changes), by=centre)


@pytest.fixture
def closed(issue, road, clock):
    """Closed the day before, after a resource came into use."""
    road.lead(issue, S.CLOSED)
    clock.move(days=1)
    return issue


def test_a_new_case_opens_it_again_and_says_so(closed, aoi, sato):
    case = accepted(aoi, sato)
    assert (closed.status, closed.regressed_at) == (S.IN_ACTION, case.status_since)
    assert (closed.closed_as, closed.closed_on, closed.close_proposed_as) == (None, None, None)
    entry = queries.issue_page(sato, closed.id).entries[-1]
    assert (entry.kind, entry.who) == (IssueStepKind.REGRESSED, "")


def test_without_an_action_a_meeting_may_take_it_up_again(issue, road, clock, aoi, sato):
    road.lead(issue, S.CONFIRMED)
    road.close(issue, ClosedAs.AWARENESS)
    clock.move(days=1)
    accepted(aoi, sato)
    assert issue.status is S.CONFIRMED


def test_when_all_actions_were_stopped_it_has_none(issue, road, clock, aoi, sato, mori):
    road.lead(issue, S.IN_ACTION)
    service.all_actions_stopped(issue, by=mori, at=the_clock.now(), act=new_act())
    road.close(issue, ClosedAs.WITHOUT_PROOF)
    clock.move(days=1)
    accepted(aoi, sato)
    assert issue.status is S.CONFIRMED


def test_the_case_is_not_attached_by_itself(closed, case, aoi, sato):
    accepted(aoi, sato)
    assert queries.case_ids(closed.id) == [case.id]


def test_whoever_filed_before_and_whoever_carries_it_are_told(closed, aoi, sato, told):
    before = told()
    accepted(aoi, sato)
    now = sorted(event.value for event, _ in told()[len(before) :])
    assert now == ["case_accepted", *["issue_came_back"] * 3, "issue_regressed"]


def test_the_audit_log_says_that_nobody_decided_it(closed, aoi, sato):
    case = accepted(aoi, sato)
    (entry,) = db.session.scalars(sa.select(AuditEntry).filter_by(verb="issue.regressed"))
    assert (entry.actor_id, entry.facts["now"]["case"]) == (None, case.id)


def test_a_case_that_is_only_filed_opens_nothing(closed, aoi):
    factories.make_case(by=aoi)
    assert closed.status is S.CLOSED


def test_a_case_accepted_on_the_day_of_closing_opens_nothing(issue, road, aoi, sato):
    road.lead(issue, S.CLOSED)
    accepted(aoi, sato)
    assert issue.status is S.CLOSED


def test_another_type_or_area_or_town_opens_nothing(closed, aoi, kato, ono, sato, nishi):
    accepted(aoi, sato, act_type="HK01")
    accepted(kato, nishi)
    accepted(ono, factories.person_called("kawai"))
    assert closed.status is S.CLOSED


def test_a_case_of_any_area_opens_an_issue_of_the_whole_town(case, sato, nishi, kato, road, clock):
    issue = road.lead(factories.make_issue(sato, case, area_id=None), S.CLOSED)
    clock.move(days=1)
    accepted(kato, nishi)
    assert issue.status is S.IN_ACTION


def test_what_was_declined_stays_declined(issue, road, clock, aoi, sato):
    road.lead(issue, S.DECLINED)
    clock.move(days=1)
    accepted(aoi, sato)
    assert issue.status is S.DECLINED


def test_closing_again_takes_the_mark_away(closed, aoi, sato, road):
    accepted(aoi, sato)
    road.close(closed, ClosedAs.WITHOUT_PROOF)
    assert closed.regressed_at is None


# --- parked ---


def test_enough_new_cases_wake_a_parked_issue(issue, road, aoi, sato):
    road.lead(issue, S.PARKED)  # it has one, and wakes at three
    accepted(aoi, sato)
    assert issue.status is S.PARKED
    accepted(aoi, sato)
    assert issue.status is S.CONFIRMED
    assert queries.last_step(issue.id).person_id is None


def test_cases_of_before_do_not_wake_it(issue, road, aoi, sato, clock):
    for _ in range(3):
        accepted(aoi, sato)
    clock.move(minutes=1)
    road.lead(issue, S.PARKED)
    accepted(aoi, sato)
    assert issue.status is S.PARKED


def test_attaching_enough_wakes_it_and_counts_no_case_twice(issue, road, aoi, sato, clock):
    road.lead(issue, S.PARKED)
    clock.move(minutes=1)
    second = accepted(aoi, sato)
    service.attach(issue, [second.id], by=sato, at=the_clock.now())
    assert issue.status is S.PARKED
    old = factories.make_case(by=aoi, act_type="HK01")
    service.attach(issue, [old.id], by=sato, at=the_clock.now())
    db.session.commit()
    assert issue.status is S.CONFIRMED
    assert queries.last_step(issue.id).person_id == sato.person_id


def park(issue, by, **changes):
    wanted = {"until": None, "wakes_at_cases": None, "reason": "予算を待つ。", **changes}
    service.park(issue, by=by, at=the_clock.now(), **wanted)
    db.session.commit()


def test_its_day_wakes_it(issue, sato, clock):
    park(issue, sato, until=the_clock.today() + timedelta(days=10))
    clock.move(days=9)
    assert service.wake_due(at=clock.now(), today=the_clock.today()) == 0
    clock.move(days=1)
    assert service.wake_due(at=clock.now(), today=the_clock.today()) == 1
    db.session.commit()
    assert issue.status is S.CONFIRMED


def test_new_cases_do_not_wake_what_waits_for_a_day(issue, sato, aoi):
    park(issue, sato, until=the_clock.today() + timedelta(days=10))
    for _ in range(5):
        accepted(aoi, sato)
    assert issue.status is S.PARKED


def test_what_a_meeting_put_off_wakes_on_its_day(issue, road, mori, clock):
    road.lead(issue, S.ON_AGENDA)
    day = the_clock.today() + timedelta(days=5)
    service.hold(issue, day, "予算の後で。", by=mori, at=clock.now(), act=new_act())
    clock.move(days=5)
    assert service.wake_due(at=clock.now(), today=the_clock.today()) == 1
    db.session.commit()
    assert issue.status is S.CONFIRMED


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("until", {}),
        ("until", {"until": timedelta(0)}),
        ("wakes_at_cases", {"wakes_at_cases": 1}),
        ("reason", {"reason": "", "wakes_at_cases": 4}),
    ],
)
def test_nothing_is_parked_for_ever_or_without_a_reason(issue, sato, field, changes):
    from tracker.core.errors import InvalidInputError

    if "until" in changes:
        changes = {"until": the_clock.today() + changes["until"]}
    with pytest.raises(InvalidInputError) as refused:
        park(issue, sato, **changes)
    assert (refused.value.field, issue.status) == (field, S.CANDIDATE)
