"""The life of a meeting: its edges are the contract's, its host alone walks them."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.conftest import PEOPLE
from tracker.accounts.roles import Role
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError, NotFoundError
from tracker.issues.models import IssueStatus
from tracker.meetings import policy, queries, service
from tracker.meetings.models import (
    EDGES,
    Meeting,
    MeetingLevel,
    MeetingStatus,
    MeetingStep,
    Outcome,
)

# The agreed life cycle, written out by hand: Meeting.
CONTRACT = {
    ("planned", "published"),
    ("published", "held"),
    ("held", "minutes_drafted"),
    ("minutes_drafted", "minutes_approved"),
    ("minutes_approved", "answered"),
    ("planned", "cancelled"),
    ("published", "cancelled"),
}
VERBS = {
    "publish": lambda meeting, **who: service.publish(meeting, today=who["at"].date(), **who),
    "hold": service.hold,
    "draft_minutes": service.draft_minutes,
    "approve_minutes": service.approve_minutes,
    "close_answered": service.close_answered,
    "cancel": service.cancel,
}
_M = MeetingStatus
# state → verb → state after
ALLOWED = {
    _M.PLANNED: {"publish": _M.PUBLISHED, "cancel": _M.CANCELLED},
    _M.PUBLISHED: {"cancel": _M.CANCELLED},  # to hold needs attendance, see below
    _M.HELD: {"draft_minutes": _M.MINUTES_DRAFTED},
    _M.MINUTES_DRAFTED: {"approve_minutes": _M.MINUTES_APPROVED},
    _M.MINUTES_APPROVED: {"close_answered": _M.ANSWERED},
    _M.ANSWERED: {},
    _M.CANCELLED: {},
}


def test_edges_are_those_of_the_contract():
    assert {(start.value, end.value) for start, end in EDGES} == CONTRACT


@pytest.fixture
def stand(request, mori, hara, issue, clock, decide):
    """Make a meeting of the town with one item stand in a state."""

    def stand(status):
        meeting = factories.plan_meeting(mori)
        if status is _M.PLANNED:
            factories.put_on_agenda(meeting, issue, by=mori)
            return meeting
        item = factories.put_on_agenda(meeting, issue, by=mori)
        if status is _M.CANCELLED:
            service.cancel(meeting, by=mori, at=clock.now())
            db.session.commit()
            return meeting
        factories.publish_meeting(meeting, mori)
        if status is _M.PUBLISHED:
            return meeting
        factories.begin_meeting(meeting, mori)
        decide(meeting, item, Outcome.NOTE, mori)
        for verb, end, by in (
            (service.draft_minutes, _M.MINUTES_DRAFTED, mori),
            (service.approve_minutes, _M.MINUTES_APPROVED, hara),
            (service.close_answered, _M.ANSWERED, mori),
        ):
            if meeting.status is status:
                break
            verb(meeting, by=by, at=clock.now())
            assert meeting.status is end
        db.session.commit()
        return meeting

    return stand


@pytest.mark.both
@pytest.mark.parametrize("status", ALLOWED)
def test_every_step_the_contract_does_not_know_is_a_conflict(status, stand, mori, clock):
    meeting = stand(status)
    for verb in VERBS.keys() - ALLOWED[status].keys():
        with pytest.raises(ConflictError) as refused:
            VERBS[verb](meeting, by=mori, at=clock.now())
        assert refused.value.message, verb
        db.session.rollback()
        assert meeting.status is status


@pytest.mark.both
def test_a_meeting_walks_from_the_plan_to_the_answer(stand, mori):
    assert stand(_M.ANSWERED).status is _M.ANSWERED
    verbs = [step.verb for step in db.session.scalars(sa.select(MeetingStep))]
    assert [verb for verb in verbs if verb.startswith("meeting.")] == [
        "meeting.planned",
        "meeting.published",
        "meeting.attendance_noted",
        "meeting.held",
        "meeting.minutes_drafted",
        "meeting.minutes_approved",
        "meeting.answered",
    ]


@pytest.mark.both
@pytest.mark.parametrize("status", [_M.PLANNED, _M.PUBLISHED])
def test_a_meeting_may_be_cancelled_until_it_is_held(status, stand, mori, clock):
    meeting = stand(status)
    service.cancel(meeting, by=mori, at=clock.now())
    assert meeting.status is _M.CANCELLED


@pytest.mark.both
def test_nobody_but_the_host_takes_a_step(meeting, item, sato, yama, clock):
    for person in (sato, yama):
        for verb in VERBS.values():
            with pytest.raises(NotAllowedError):
                verb(meeting, by=person, at=clock.now())


@pytest.mark.both
def test_the_office_does_not_lead_the_centres_meeting(case_meeting, mori, clock):
    with pytest.raises(NotAllowedError):
        service.cancel(case_meeting, by=mori, at=clock.now())


@pytest.mark.parametrize("level", [MeetingLevel.INDIVIDUAL, MeetingLevel.AREA])
def test_the_office_plans_the_towns_meeting_only(mori, sato, level, clock):
    draft = factories.meeting_draft(level, min(sato.area_ids(Role.CENTRE)))
    with pytest.raises(NotAllowedError):
        service.plan_meeting(draft, by=mori, at=clock.now())


def test_a_centre_plans_meetings_of_its_own_areas_only(sato, nishi, clock):
    west = min(nishi.area_ids(Role.CENTRE))
    for draft in (
        factories.meeting_draft(MeetingLevel.AREA, west),
        factories.meeting_draft(MeetingLevel.MUNICIPAL),
    ):
        with pytest.raises(NotAllowedError):
            service.plan_meeting(draft, by=sato, at=clock.now())


def test_a_meeting_without_an_item_is_not_published(meeting, mori, clock):
    with pytest.raises(ConflictError):
        service.publish(meeting, by=mori, at=clock.now(), today=clock.now().date())


def test_a_meeting_to_which_nobody_came_is_not_held(meeting, item, mori, clock):
    factories.publish_meeting(meeting, mori)
    factories.invite_to(meeting, mori)
    with pytest.raises(ConflictError):
        service.hold(meeting, by=mori, at=clock.now())


def test_minutes_are_not_approved_while_an_item_has_no_outcome(held, item, mori, hara, clock):
    service.draft_minutes(held, by=mori, at=clock.now())
    with pytest.raises(ConflictError) as refused:
        service.approve_minutes(held, by=hara, at=clock.now())
    assert "1" in refused.value.message


@pytest.mark.both
def test_cancelling_a_published_meeting_frees_its_issues(meeting, item, issue, mori, clock):
    factories.publish_meeting(meeting, mori)
    assert issue.status is IssueStatus.ON_AGENDA
    service.cancel(meeting, by=mori, at=clock.now())
    assert issue.status is IssueStatus.CONFIRMED


@pytest.mark.both
def test_each_person_knows_of_the_meetings_the_plan_gives_them(request, meeting, case_meeting):
    both, town = {meeting.id, case_meeting.id}, {meeting.id}
    expected = {"mori": both, "hara": both, "yama": both, "sato": both, "nishi": town}
    for login in PEOPLE:
        viewer = request.getfixturevalue(login)
        seen = set(db.session.scalars(sa.select(Meeting.id).where(policy.visible_to(viewer))))
        assert seen == expected.get(login, set()), login
        for key in both - seen:
            with pytest.raises(NotFoundError):
                queries.get_meeting(viewer, key)


@pytest.mark.both
def test_a_member_knows_of_a_meeting_once_invited_and_published(meeting, item, mori, iin):
    factories.invite_to(meeting, mori, iin.person_id)
    with pytest.raises(NotFoundError):
        queries.get_meeting(iin, meeting.id)
    factories.publish_meeting(meeting, mori)
    assert queries.get_meeting(iin, meeting.id) is meeting


def test_a_member_who_is_not_invited_never_knows_of_it(meeting, item, mori, iin):
    factories.publish_meeting(meeting, mori)
    with pytest.raises(NotFoundError):
        queries.get_meeting(iin, meeting.id)
