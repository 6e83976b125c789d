"""An issue that new cases opened again is proposed to the next meeting by itself, and taken up."""

import pytest

from tests import factories, sittings
from tracker.actions.models import Stage
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.issues import queries, service
from tracker.issues.models import ClosedAs, IssueStatus, IssueStepKind
from tracker.issues.proof import watching
from tracker.meetings import choices
from tracker.meetings import service as meetings
from tracker.meetings.models import MeetingLevel
from tracker.meetings.series.models import Rule

pytestmark = pytest.mark.both
S, K = IssueStatus, IssueStepKind


def who(person, **more):
    return {"by": person, "at": the_clock.now(), **more}


@pytest.fixture
def came_back(issue, meeting, item, held, mori, hara, aoi, sato, clock):
    """A resource was made for it, it was closed, and five days later a new case came."""
    action = factories.adopt(held, item, issue, by=mori)
    factories.move_action(action, Stage.STUDY, Stage.TRIAL, Stage.LIVE, by=mori)
    service.propose_close(
        issue,
        ClosedAs.WITHOUT_PROOF,
        "販売車が来ています。",
        **who(mori, today=the_clock.today()),
    )
    service.second_close(issue, **who(hara, today=the_clock.today()))
    db.session.commit()
    clock.move(days=5)
    factories.accept(factories.make_case(by=aoi), by=sato)
    return issue


def proposed(by, level=MeetingLevel.MUNICIPAL):
    """Keys and words under the confirmed issues of a meeting that is being prepared."""
    sitting = sittings.plan_sitting(sittings.make_series(by, level), by)
    return [(one.key, one.words) for one in sittings.proposed(sitting, Rule.ISSUES, by)]


def test_it_is_proposed_to_the_next_meeting_of_its_town_and_of_its_area(came_back, mori, sato):
    assert came_back.status is S.IN_ACTION
    for person, level in ((mori, MeetingLevel.MUNICIPAL), (sato, MeetingLevel.AREA)):
        ((key, words),) = proposed(person, level)
        assert key == f"issue-{came_back.id}"
        assert words.endswith(("opened again by new cases", "新しい事例で再開）"))


def test_another_area_and_another_town_are_not_asked(came_back, nishi, tani):
    assert proposed(nishi, MeetingLevel.AREA) == []
    assert proposed(tani) == []


def test_with_the_publication_it_stands_on_the_agenda(came_back, mori, clock):
    again = factories.plan_meeting(mori)
    factories.put_on_agenda(again, came_back, by=mori)
    assert came_back.status is S.IN_ACTION  # only the publication takes it up
    assert proposed(mori) == []
    factories.publish_meeting(again, mori)
    assert came_back.status is S.ON_AGENDA
    assert queries.last_step(came_back.id, K.WOKEN).sentence == again.title
    clock.move(days=1)
    meetings.cancel(again, **who(mori))
    db.session.commit()
    assert came_back.status is S.CONFIRMED
    assert [key for key, _words in proposed(mori)] == [f"issue-{came_back.id}"]


def test_what_a_meeting_decided_anew_is_not_proposed_once_more(came_back, mori):
    again = factories.plan_meeting(mori)
    item = factories.put_on_agenda(again, came_back, by=mori)
    factories.begin_meeting(factories.publish_meeting(again, mori), mori)
    action = factories.adopt(again, item, came_back, by=mori)
    factories.move_action(action, Stage.STUDY, by=mori)
    assert came_back.status is S.IN_ACTION
    assert proposed(mori) == []


def test_what_is_watched_once_more_waits_for_no_meeting(came_back, mori):
    again = factories.plan_meeting(mori)
    factories.put_on_agenda(again, came_back, by=mori)
    watching.watch_again(came_back, None, "運行日を一日増やしました。", **who(mori))
    db.session.commit()
    assert choices.issues_to_put(mori, factories.plan_meeting(mori)) == []
    with pytest.raises(ConflictError, match=came_back.number):
        factories.publish_meeting(again, mori)
    db.session.rollback()
