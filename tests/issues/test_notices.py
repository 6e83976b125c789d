"""Everyone who filed is told of each milestone, once an issue, whatever happens twice."""

import pytest

from tests import factories
from tracker.cases.history import new_act
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import service
from tracker.issues.models import ClosedAs, IssueStatus
from tracker.notifications.models import Event, Notice

pytestmark = pytest.mark.both
S = IssueStatus
MILESTONES = [
    Event.CASE_GROUPED,
    Event.ISSUE_ON_AGENDA,
    Event.ISSUE_DECIDED,
    Event.ISSUE_IN_ACTION,
    Event.RESOURCE_LIVE,
    Event.ISSUE_CLOSED,
]


def of(person, about=None):
    """What this person was told of issues, in order."""
    rows = db.session.query(Notice).filter_by(person_id=person.person_id).order_by(Notice.id)
    return [row.event for row in rows if row.once and about in {None, row.once}]


def who(person):
    return {"by": person, "at": the_clock.now(), "act": new_act()}


def test_aoi_is_told_of_every_milestone_once(issue, road, aoi):
    road.lead(issue, S.CLOSED)
    assert of(aoi) == MILESTONES


def test_two_cases_of_one_office_are_one_notice(aoi, sato, road):
    cases = [factories.accept(factories.make_case(by=aoi), by=sato) for _ in range(2)]
    road.lead(factories.make_issue(sato, *cases), S.CLOSED)
    assert of(aoi) == MILESTONES


def test_every_filer_is_told(case, aoi, kato, mori, road):
    issue = factories.make_issue(mori, case, factories.make_case(by=kato), area_id=None)
    road.lead(issue, S.CLOSED)
    assert of(aoi) == of(kato) == MILESTONES


def test_two_issues_are_two_stories(issue, case, aoi, mori, road):
    other = factories.make_issue(mori, case, area_id=None)
    road.lead(issue, S.CLOSED)
    road.lead(other, S.CLOSED)
    assert of(aoi, f"issue:{issue.id}") == of(aoi, f"issue:{other.id}") == MILESTONES


def test_a_second_agenda_and_a_second_resource_tell_nobody_again(issue, aoi, mori, sato, road):
    road.lead(issue, S.ON_AGENDA)
    service.ask_information(issue, "件数は？", **who(mori))
    service.put_on_agenda(issue, "次の推進会議", **who(mori))
    service.decide(issue, "販売車を頼む。", **who(mori))
    service.begin_action(issue, "始めました。", **who(sato))
    for name in ("見晴らし号", "配達"):
        service.resource_live(issue, name, the_clock.today(), **who(sato))
    db.session.commit()
    assert of(aoi) == MILESTONES[:-1]


def test_who_joins_later_is_told_from_then_on(issue, aoi, kato, mori, road):
    road.lead(issue, S.WATCHING)
    late = factories.make_case(by=kato)
    service.attach(issue, [late.id], by=mori, at=the_clock.now())
    db.session.commit()
    road.close(issue, ClosedAs.WITHOUT_PROOF)
    assert of(kato) == [Event.CASE_GROUPED, Event.ISSUE_CLOSED]
    assert of(aoi) == MILESTONES


def test_who_was_taken_out_is_told_no_more(issue, case, aoi, sato, road):
    service.detach(issue, case.id, by=sato, at=the_clock.now())
    db.session.commit()
    road.lead(issue, S.CLOSED)
    assert of(aoi) == [Event.CASE_GROUPED]


def test_what_was_taken_off_the_agenda_is_no_meeting_on_the_bar(issue, case, aoi, mori, road):
    from tracker.cases import queries as cases

    road.lead(issue, S.ON_AGENDA)
    service.take_off_agenda(issue, **who(mori))
    db.session.commit()
    bar = {stage.label: stage.done for stage in cases.case_page(aoi, case.id).stages}
    assert (issue.status, bar["会議"]) == (S.CONFIRMED, False)
