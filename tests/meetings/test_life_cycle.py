"""The life of a meeting: its edges are the contract's, its host alone walks them."""

import pytest

from tests import factories
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError, NotFoundError
from tracker.issues.models import IssueStatus
from tracker.meetings import queries, service
from tracker.meetings.models import EDGES, MeetingLevel, MeetingStatus, Outcome

# Copied from contract.md, "Life cycles", Meeting.
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
def stand(request, mori, issue, clock, decide):
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
        for verb, end in (
            (service.draft_minutes, _M.MINUTES_DRAFTED),
            (service.approve_minutes, _M.MINUTES_APPROVED),
            (service.close_answered, _M.ANSWERED),
        ):
            if meeting.status is status:
                break
            verb(meeting, by=mori, at=clock.now())
            assert meeting.status is end
        db.session.commit()
        return meeting

    return stand


STEPS = [(status, verb) for status in ALLOWED for verb in VERBS]


@pytest.mark.both
@pytest.mark.parametrize(("status", "verb"), STEPS)
def test_each_step_leads_where_the_contract_says_or_is_a_conflict(status, verb, stand, mori, clock):
    meeting = stand(status)
    after = ALLOWED[status].get(verb)
    if after is None:
        with pytest.raises(ConflictError):
            VERBS[verb](meeting, by=mori, at=clock.now())
        db.session.rollback()
    else:
        VERBS[verb](meeting, by=mori, at=clock.now())
        assert meeting.status is after


@pytest.mark.both
@pytest.mark.parametrize("verb", VERBS)
def test_nobody_but_the_host_takes_a_step(verb, meeting, item, sato, yama, clock):
    for person in (sato, yama):
        with pytest.raises(NotAllowedError):
            VERBS[verb](meeting, by=person, at=clock.now())


@pytest.mark.both
def test_the_office_does_not_lead_the_centres_meeting(case_meeting, mori, clock):
    with pytest.raises(NotAllowedError):
        service.cancel(case_meeting, by=mori, at=clock.now())


@pytest.mark.parametrize("level", [MeetingLevel.INDIVIDUAL, MeetingLevel.AREA])
def test_the_office_plans_the_towns_meeting_only(mori, sato, level, clock):
    draft = factories.meeting_draft(level, min(sato.area_ids()))
    with pytest.raises(NotAllowedError):
        service.plan_meeting(draft, by=mori, at=clock.now())


def test_a_centre_plans_meetings_of_its_own_areas_only(sato, nishi, clock):
    west = min(nishi.area_ids())
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


def test_minutes_are_not_approved_while_an_item_has_no_outcome(held, item, mori, clock):
    service.draft_minutes(held, by=mori, at=clock.now())
    with pytest.raises(ConflictError) as refused:
        service.approve_minutes(held, by=mori, at=clock.now())
    assert "1" in refused.value.message


@pytest.mark.both
def test_cancelling_a_published_meeting_frees_its_issues(meeting, item, issue, mori, clock):
    factories.publish_meeting(meeting, mori)
    assert issue.status is IssueStatus.ON_AGENDA
    service.cancel(meeting, by=mori, at=clock.now())
    assert issue.status is IssueStatus.CONFIRMED


@pytest.mark.both
@pytest.mark.parametrize(
    ("login", "sees"),
    [
        ("mori", {"town", "east"}),
        ("hara", {"town", "east"}),
        ("yama", {"town", "east"}),
        ("sato", {"town", "east"}),
        ("nishi", {"town"}),
        *((login, set()) for login in ("iin", "aoi", "tani", "ono", "ken", "kanri", "kansa")),
    ],
)
def test_each_person_knows_of_the_meetings_the_plan_gives_them(
    login, sees, request, meeting, case_meeting
):
    viewer = request.getfixturevalue(login)
    seen = set()
    for name, row in (("town", meeting), ("east", case_meeting)):
        try:
            queries.get_meeting(viewer, row.id)
        except NotFoundError:
            continue
        seen.add(name)
    assert seen == sees


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
