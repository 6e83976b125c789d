"""From the area's meeting to the town's, and the answer back where it came from."""

import pytest

from tests import factories
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import queries
from tracker.issues.models import IssueStatus
from tracker.issues.models import IssueStepKind as K
from tracker.issues.referrals import referrals
from tracker.issues.statement import IssueLevel
from tracker.meetings import choices, outcomes, undoing
from tracker.meetings import queries as meetings
from tracker.meetings.models import DeclineReason, MeetingLevel, Outcome
from tracker.meetings.outcomes import OutcomeDraft

S, L = IssueStatus, IssueLevel


def who(person):
    return {"by": person, "at": the_clock.now()}


def note(meeting, item, outcome, sentence, by):
    reason = DeclineReason.OTHER_WAY if outcome is Outcome.DECLINE else None
    draft = OutcomeDraft(outcome, sentence, decline_reason=reason)
    outcomes.note_outcome(meeting, item, draft, today=the_clock.today(), **who(by))
    db.session.commit()


@pytest.fixture
def referred(case, sato):
    """The area's meeting of Sato has referred the issue up: (issue, meeting, item)."""
    issue = factories.make_issue(sato, case, status=S.CONFIRMED)
    meeting = factories.plan_meeting(sato, MeetingLevel.AREA)
    item = factories.put_on_agenda(meeting, issue, by=sato)
    factories.begin_meeting(factories.publish_meeting(meeting, sato), sato)
    note(meeting, item, Outcome.REFER, "市全体で考えてほしい。", sato)
    return issue, meeting, item


def test_the_town_holds_what_the_area_referred_up(referred, sato, mori):
    issue, _meeting, _item = referred
    assert (issue.status, issue.held_at) == (S.FORWARDED, L.MUNICIPALITY)
    area = factories.plan_meeting(sato, MeetingLevel.AREA)
    town = factories.plan_meeting(mori)
    assert choices.issues_to_put(sato, area) == []
    assert [key for key, _words in choices.issues_to_put(mori, town)] == [issue.id]


def adopt_in_town(issue, mori, outcome, sentence):
    town = factories.plan_meeting(mori)
    item = factories.put_on_agenda(town, issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(town, mori), mori)
    note(town, item, outcome, sentence, mori)
    return town, item


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_answer_of_the_town_stands_at_its_origin_by_itself(referred, mori, sato, sign_in, lang):
    issue, area_meeting, _item = referred
    url = f"/meetings/{area_meeting.id}"
    assert "上位からの返事" in sign_in(sato).get(url).text
    adopt_in_town(issue, mori, Outcome.DECLINE, "市では別の事業で応えます。")
    page = sign_in(sato).get(f"{url}?lang={lang}")
    assert "市では別の事業で応えます。" in page.text
    assert_sound(page.text, url, lang)
    assert "市では別の事業で応えます。" in sign_in(sato).get(f"/issues/{issue.id}").text


def test_taken_back_it_is_gone_at_the_origin_too(referred, mori):
    issue, _meeting, _item = referred
    town, item = adopt_in_town(issue, mori, Outcome.NOTE, "聞き置きます。")
    (sent,) = referrals(queries.issue_page(mori, issue.id).counting)
    assert (sent.to, sent.answer.sentence) == (L.MUNICIPALITY, "聞き置きます。")
    undoing.undo_outcome(town, item, **who(mori))
    db.session.commit()
    (sent,) = referrals(queries.issue_page(mori, issue.id).counting)
    assert sent.waits
    assert sent.taken_up_at is not None


def test_taken_up_above_walks_only_the_agreed_edges(referred, mori):
    issue, _meeting, _item = referred
    town = factories.plan_meeting(mori)
    factories.put_on_agenda(town, issue, by=mori)
    factories.publish_meeting(town, mori)
    steps = queries.issue_page(mori, issue.id).counting[-2:]
    assert [(step.kind, step.was, step.became) for step in steps] == [
        (K.TAKEN_UP_ABOVE, S.FORWARDED, S.CONFIRMED),
        (K.PUT_ON_AGENDA, S.CONFIRMED, S.ON_AGENDA),
    ]


def test_referred_on_to_the_prefecture_the_area_has_that_answer_as_well(referred, mori):
    from tracker.issues import service

    issue, _meeting, _item = referred
    town, _item = adopt_in_town(issue, mori, Outcome.REFER, "県に尋ねます。")
    assert issue.held_at is L.PREFECTURE
    assert choices.issues_to_put(mori, factories.plan_meeting(mori)) == []
    service.answer_from_above(issue, "県が支えます。", **who(mori))
    db.session.commit()
    found = referrals(queries.issue_page(mori, issue.id).counting)
    assert [(one.to, one.answer.sentence) for one in found] == [
        (L.PREFECTURE, "県が支えます。"),
        (L.MUNICIPALITY, "県が支えます。"),
    ]
    assert issue.held_at is L.MUNICIPALITY


def test_an_outcome_taken_back_gives_the_issue_back_to_its_area(referred, sato):
    issue, meeting, item = referred
    undoing.undo_outcome(meeting, item, **who(sato))
    db.session.commit()
    assert (issue.status, issue.held_at) == (S.ON_AGENDA, L.AREA)
    assert referrals(queries.issue_page(sato, issue.id).counting) == []


def test_a_town_meeting_that_drops_the_item_gives_the_issue_back(case, sato, mori):
    from tracker.meetings import service as meeting_service

    issue = factories.make_issue(sato, case, status=S.CONFIRMED)
    town = factories.plan_meeting(mori)
    item = factories.put_on_agenda(town, issue, by=mori)
    factories.publish_meeting(town, mori)
    assert issue.held_at is L.MUNICIPALITY
    meeting_service.drop_item(town, item, **who(mori))
    db.session.commit()
    assert issue.held_at is L.AREA


def test_the_folder_costs_one_statement_more_where_something_was_referred(
    referred, sato, sign_in, statements
):
    _issue, meeting, _item = referred
    page = meetings.meeting_page(sato, meeting.id, today=the_clock.today())
    from tracker.meetings import above

    with statements() as seen:
        found = above.answers(page.items)
    assert len(seen) == 1
    assert [one.referral.waits for rows in found.values() for one in rows] == [True]
