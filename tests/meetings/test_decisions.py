"""What an outcome needs beside its name, and what is kept beside it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues.models import IssueStatus
from tracker.meetings import recommending, undoing
from tracker.meetings.models import DeclineReason, Outcome
from tracker.notifications.models import Event, Notice

pytestmark = pytest.mark.both


def recommend(meeting, item, outcome, by, reason="費用が見合う。"):
    recommending.recommend(meeting, item, outcome, reason, by=by, at=the_clock.now())
    db.session.commit()


def refused_field(decide, *args, **more):
    """The field a refusal names."""
    with pytest.raises(InvalidInputError) as refused:
        decide(*args, **more)
    db.session.rollback()
    return refused.value.field


def test_adopting_may_ask_for_information_as_well(held, item, issue, mori, decide):
    soon = the_clock.today() + timedelta(days=20)
    adopt = {"actions": [(issue, held.host_id)], "who": "社会福祉協議会"}
    assert refused_field(decide, held, item, Outcome.ADOPT, mori, **adopt) == "on"
    decide(held, item, Outcome.ADOPT, mori, **adopt, on=soon)
    assert (item.outcome_who, item.outcome_on) == ("社会福祉協議会", soon)
    assert issue.status is IssueStatus.DECIDED


def test_the_owner_of_a_new_action_is_told_of_it(held, item, issue, mori, sato, decide):
    owner = min(sato.organisation_ids())
    decide(held, item, Outcome.ADOPT, mori, actions=[(issue, owner)])
    told = sa.select(Notice.person_id).where(Notice.event == Event.ACTION_HANDED)
    assert sato.person_id in set(db.session.scalars(told))
    assert mori.person_id not in set(db.session.scalars(told))


def test_an_item_is_held_until_something_happens(held, item, issue, mori, decide):
    assert refused_field(decide, held, item, Outcome.HOLD, mori) == "on"
    decide(held, item, Outcome.HOLD, mori, event="国の検討の結果が出る")
    assert (item.outcome_event, item.outcome_on) == ("国の検討の結果が出る", None)
    assert (issue.status, issue.parked_until) == (IssueStatus.PARKED, None)
    undoing.undo_outcome(held, item, by=mori, at=the_clock.now())
    assert (item.outcome, item.outcome_event) == (None, "")


def test_declining_needs_a_coded_reason(held, item, mori, decide):
    nothing = {"decline_reason": None}
    assert refused_field(decide, held, item, Outcome.DECLINE, mori, **nothing) == "decline_reason"
    decide(held, item, Outcome.DECLINE, mori, decline_reason=DeclineReason.NOT_OURS)
    assert item.decline_reason is DeclineReason.NOT_OURS


def test_a_decision_other_than_recommended_says_why(meeting, item, sato, mori, decide):
    recommend(meeting, item, Outcome.ADOPT, sato)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    assert refused_field(decide, meeting, item, Outcome.NOTE, mori) == "differs_because"
    decide(meeting, item, Outcome.NOTE, mori, differs_because="来年度の予算を待つ。")
    assert (item.recommendation, item.outcome) == (Outcome.ADOPT, Outcome.NOTE)
    assert item.differs_because == "来年度の予算を待つ。"


def test_as_recommended_no_sentence_is_kept(meeting, item, sato, mori, decide):
    recommend(meeting, item, Outcome.NOTE, sato)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    decide(meeting, item, Outcome.NOTE, mori, differs_because="いらない文。")
    assert item.differs_because == ""


def test_a_recommendation_comes_before_the_outcome_and_from_host_or_centre(
    held, item, mori, yama, sato, decide
):
    with pytest.raises(NotAllowedError):
        recommend(held, item, Outcome.NOTE, yama)
    for outcome, reason, field in [
        (Outcome.SETTLED, "わけ。", "recommendation"),
        (Outcome.NOTE, "", "reason"),
    ]:
        with pytest.raises(InvalidInputError) as refused:
            recommend(held, item, outcome, sato, reason)
        assert refused.value.field == field
    recommend(held, item, Outcome.NOTE, sato)
    recommend(held, item, None, sato, "")
    assert (item.recommendation, item.recommendation_reason) == (None, "")
    decide(held, item, Outcome.NOTE, mori)
    with pytest.raises(ConflictError):
        recommend(held, item, Outcome.ADOPT, sato)


def test_the_meeting_comes_to_an_item_only_while_it_sits(meeting, item, mori, clock):
    with pytest.raises(ConflictError):
        recommending.come_to(meeting, item, by=mori, at=clock.now())
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    recommending.come_to(meeting, item, by=mori, at=clock.now())
    assert item.begun_at == clock.now()
