"""The same event filed twice: two numbers, one case, counted once, and taken apart again."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.regroup import mark
from tracker.accounts.roles import Role
from tracker.cases import chain as cases
from tracker.cases import duplicates, tallies
from tracker.cases import queries as case_queries
from tracker.cases import service as sorting
from tracker.cases.models import Case, CaseStatus, StepKind
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.issues import queries as issue_queries
from tracker.issues.models import IssueStatus
from tracker.issues.relating import queries, twins
from tracker.issues.relating.counts import Count
from tracker.meetings.models import MeetingLevel
from tracker.notifications.models import Event

pytestmark = pytest.mark.both


def now():
    return the_clock.now()


@pytest.fixture
def phoned(aoi):
    """What the office had told by telephone."""
    return factories.make_case(by=aoi)


@pytest.fixture
def filed(aoi, sato):
    """The same event, filed by the office itself and accepted."""
    return factories.accept(factories.make_case(by=aoi), by=sato)


def release(case, by):
    twins.release_duplicate(case, by=by, at=now())
    db.session.commit()


def kinds(person, case):
    entries = case_queries.case_page(person, case.id).entries
    return [(entry.kind, entry.taken_back) for entry in entries]


def counted(case):
    cell = (case.act_type_code, case.area_id)
    return queries.counted_in([cell], case.municipality_id)[cell]


def test_the_event_is_counted_once_and_both_counts_stand_with_the_act(phoned, filed, sato):
    cell = (filed.act_type_code, filed.area_id)
    act = mark(phoned, filed, sato)
    assert Count.from_json(act.before).together == {cell: 2}
    assert Count.from_json(act.after).together == {cell: 1}
    assert counted(filed) == 1
    assert tallies.verify() is None


def test_both_histories_name_the_other_number(phoned, filed, aoi, sato):
    mark(phoned, filed, sato)
    for case, kind, other in (
        (phoned, StepKind.FILED_TWICE, filed),
        (filed, StepKind.STANDS_FOR, phoned),
    ):
        entry = case_queries.case_page(aoi, case.id).entries[-1]
        assert (entry.kind, entry.sentence) == (kind, other.number)


def test_the_office_is_told_where_it_went(phoned, filed, sato, told):
    mark(phoned, filed, sato)
    assert told()[-1] == (Event.CASE_FILED_TWICE, False)


def test_each_number_leads_to_the_other(phoned, filed, aoi, sato):
    mark(phoned, filed, sato)
    for person in (aoi, sato):
        assert duplicates.number_of_kept(person, phoned) == (filed.id, filed.number)
        assert duplicates.stands_for(person, filed.id) == [(phoned.id, phoned.number)]


def test_it_waits_for_nobody_any_more(phoned, filed, aoi, sato):
    mark(phoned, filed, sato)
    assert case_queries.waiting(sato).submitted == 0
    for step in (
        lambda: sorting.accept_case(phoned, by=sato, at=now()),
        lambda: sorting.return_case(phoned, "いつのことですか。", by=sato, at=now()),
        lambda: factories.withdraw(phoned, by=aoi),
    ):
        with pytest.raises((ConflictError, NotAllowedError)):
            step()
        db.session.rollback()


def test_taken_apart_both_go_on_by_themselves(phoned, filed, aoi, sato):
    mark(phoned, filed, sato)
    release(phoned, sato)
    assert (phoned.duplicate_of_id, phoned.status) == (None, CaseStatus.SUBMITTED)
    assert counted(filed) == 2
    assert (StepKind.STANDS_FOR, True) in kinds(aoi, filed)
    assert (StepKind.FILED_TWICE, True) in kinds(aoi, phoned)
    assert tallies.verify() is None
    factories.accept(phoned, by=sato)


def test_there_is_never_a_chain(phoned, filed, aoi, sato):
    third = factories.accept(factories.make_case(by=aoi), by=sato)
    mark(phoned, filed, sato)
    mark(filed, third, sato)
    assert phoned.duplicate_of_id == filed.duplicate_of_id == third.id
    assert counted(third) == 1
    fourth = factories.make_case(by=aoi)
    mark(fourth, phoned, sato)
    assert fourth.duplicate_of_id == third.id


def test_what_came_along_goes_back_with_it(phoned, filed, aoi, sato):
    third = factories.accept(factories.make_case(by=aoi), by=sato)
    mark(phoned, filed, sato)
    mark(filed, third, sato)
    release(filed, sato)
    assert (filed.duplicate_of_id, phoned.duplicate_of_id) == (None, filed.id)
    assert counted(third) == 2


def test_there_is_never_a_circle(phoned, filed, sato):
    mark(phoned, filed, sato)
    for case, kept in ((filed, phoned), (filed, filed)):
        with pytest.raises(InvalidInputError) as caught:
            mark(case, kept, sato)
        db.session.rollback()
        assert caught.value.field == "kept_id"


def test_it_is_marked_once(phoned, filed, sato):
    mark(phoned, filed, sato)
    with pytest.raises(ConflictError):
        mark(phoned, filed, sato)
    db.session.rollback()
    release(phoned, sato)
    with pytest.raises(ConflictError):
        release(phoned, sato)


def test_two_offices_that_each_did_something_filed_two_cases(filed, kato, aoi, sato):
    other = factories.make_case(by=kato, area_id=filed.area_id)
    assert other.id not in [twin.id for twin in duplicates.offered(sato, filed)]
    with pytest.raises(InvalidInputError):
        mark(other, filed, sato)


def test_a_case_beyond_the_centres_sight_stands_for_nothing(filed, aoi, nishi, sato):
    west = factories.make_case(by=aoi, area_id=min(nishi.area_ids(Role.CENTRE)))
    with pytest.raises(NotFoundError):
        mark(filed, west, sato)


@pytest.mark.parametrize("login", ["aoi", "mori", "nishi"])
def test_only_the_centre_of_the_area_marks_and_takes_apart(phoned, filed, login, request):
    person = request.getfixturevalue(login)
    with pytest.raises(NotAllowedError):
        mark(phoned, filed, person)
    with pytest.raises(NotAllowedError):
        release(phoned, person)


def test_a_withdrawn_case_neither_stands_nor_is_stood_for(filed, aoi, sato):
    gone = factories.withdraw(factories.make_case(by=aoi), by=aoi)
    with pytest.raises(InvalidInputError):
        mark(filed, gone, sato)
    db.session.rollback()
    with pytest.raises(ConflictError):
        mark(gone, filed, sato)


def test_a_case_that_stands_for_another_is_not_withdrawn(phoned, aoi, sato):
    other = factories.make_case(by=aoi)
    mark(other, phoned, sato)
    with pytest.raises(ConflictError):
        factories.withdraw(phoned, by=aoi)


def test_a_case_on_an_agenda_is_not_marked(filed, aoi, sato):
    other = factories.accept(factories.make_case(by=aoi), by=sato)
    meeting = factories.plan_meeting(sato, MeetingLevel.INDIVIDUAL)
    factories.put_on_agenda(meeting, filed, by=sato)
    with pytest.raises(ConflictError):
        mark(filed, other, sato)


def test_an_issue_keeps_the_event_under_the_number_that_stays(filed, aoi, sato, road):
    other = factories.accept(factories.make_case(by=aoi), by=sato)
    issue, both = factories.make_issue(sato, other), factories.make_issue(sato, other, filed)
    mark(other, filed, sato)
    assert issue_queries.case_ids(issue.id) == issue_queries.case_ids(both.id) == [filed.id]
    release(other, sato)
    assert issue_queries.case_ids(issue.id) == [other.id]
    assert issue_queries.case_ids(both.id) == sorted([other.id, filed.id])


def test_a_closed_issue_keeps_its_figures(filed, aoi, sato, road):
    other = factories.accept(factories.make_case(by=aoi), by=sato)
    issue = road.lead(factories.make_issue(sato, other), IssueStatus.CLOSED)
    mark(other, filed, sato)
    assert issue_queries.case_ids(issue.id) == [filed.id]
    assert filed.status is CaseStatus.ACCEPTED


def test_it_supports_no_issue_under_its_own_number(phoned, filed, sato):
    mark(phoned, filed, sato)
    with pytest.raises(InvalidInputError):
        factories.make_issue(sato, phoned)


def test_sorting_the_case_that_stays_can_still_be_taken_back(phoned, filed, sato):
    mark(phoned, filed, sato)
    factories.undo(filed, by=sato)
    assert filed.status is CaseStatus.SUBMITTED


def test_the_likest_cases_are_offered_first(filed, aoi, sato):
    other = factories.make_case(by=aoi, act_type="HP02")
    same = factories.make_case(by=aoi)
    assert [twin.id for twin in duplicates.offered(sato, filed)] == [same.id, other.id]


def test_no_row_is_lost(phoned, filed, sato):
    mark(phoned, filed, sato)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 2
    assert len(cases.rows([phoned.id, filed.id])) == 2
