"""What comes of an item, what follows from it, and when it can be taken back."""

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.actions.models import Action, Stage
from tracker.cases import queries as cases
from tracker.cases.models import CaseStatus, Disposition
from tracker.core import clock as the_clock
from tracker.core.audit import TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import queries as issues
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.meetings import outcomes, service, undoing
from tracker.meetings.models import Outcome
from tracker.notifications.models import Event, Notice

pytestmark = pytest.mark.both
SENTENCE = "販売車に来てもらえるよう、店に働きかけます。"


@pytest.fixture
def soon():
    """A day to come."""
    return the_clock.today().replace(month=12, day=20)


def office(person):
    """An organisation the person works in."""
    return min(person.organisation_ids())


def answers(person, case):
    """The answers to a case that count, as its office reads them."""
    return [answer.sentence for answer in cases.case_page(person, case.id).answers]


# --- issues ---


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        (Outcome.ASK, IssueStatus.CONFIRMED),
        (Outcome.HOLD, IssueStatus.PARKED),
        (Outcome.REFER, IssueStatus.FORWARDED),
        (Outcome.DECLINE, IssueStatus.DECLINED),
        (Outcome.NOTE, IssueStatus.CONFIRMED),
    ],
)
def test_an_outcome_moves_the_issue(outcome, after, held, item, issue, mori, decide, soon):
    decide(held, item, outcome, mori, who="高齢福祉課", on=soon)
    assert (item.outcome, issue.status) == (outcome, after)
    assert issue.parked_until == (soon if outcome is Outcome.HOLD else None)


def test_adopting_makes_actions_and_tells_the_filer(held, item, issue, mori, aoi, decide):
    decide(held, item, Outcome.ADOPT, mori, actions=[(issue, office(mori))])
    (action,) = db.session.scalars(sa.select(Action))
    assert (action.item_id, action.issue_id, action.stage) == (item.id, issue.id, Stage.PROPOSED)
    assert issue.status is IssueStatus.DECIDED
    told = set(db.session.scalars(sa.select(Notice.event).filter_by(person_id=aoi.person_id)))
    assert Event.ISSUE_DECIDED in told


def test_adopting_needs_an_action_for_each_issue(meeting, issue, other_issue, mori, decide):
    item = factories.put_on_agenda(meeting, issue, other_issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    for actions in ([], [(issue, office(mori))]):
        with pytest.raises(InvalidInputError) as refused:
            decide(meeting, item, Outcome.ADOPT, mori, actions=actions)
        assert refused.value.field == "title"
        db.session.rollback()
    decide(
        meeting,
        item,
        Outcome.ADOPT,
        mori,
        actions=[(issue, office(mori)), (other_issue, office(mori))],
    )
    assert {issue.status, other_issue.status} == {IssueStatus.DECIDED}


@pytest.mark.parametrize(
    ("outcome", "given", "field"),
    [
        (Outcome.NOTE, {"sentence": ""}, "sentence"),
        (Outcome.ASK, {"on": True}, "who"),
        (Outcome.ASK, {"who": "高齢福祉課"}, "on"),
        (Outcome.HOLD, {}, "on"),
        (Outcome.SETTLED, {}, "outcome"),
    ],
)
def test_what_is_missing_is_named(outcome, given, field, held, item, mori, decide, soon):
    given = {**given, **({"on": soon} if "on" in given else {})}
    with pytest.raises(InvalidInputError) as refused:
        decide(held, item, outcome, mori, **given)
    assert refused.value.field == field


def test_nothing_is_held_until_today(held, item, mori, decide):
    with pytest.raises(InvalidInputError):
        decide(held, item, Outcome.HOLD, mori, on=the_clock.today())


def test_an_outcome_has_its_effects_once(held, item, mori, decide):
    decide(held, item, Outcome.NOTE, mori)
    with pytest.raises(ConflictError):
        decide(held, item, Outcome.DECLINE, mori)


def test_no_outcome_before_somebody_is_there(meeting, item, mori, decide):
    factories.publish_meeting(meeting, mori)
    with pytest.raises(ConflictError):
        decide(meeting, item, Outcome.NOTE, mori)


def test_nobody_but_the_host_notes_an_outcome(held, item, sato, yama, decide):
    for person in (sato, yama):
        with pytest.raises(NotAllowedError):
            decide(held, item, Outcome.NOTE, person)


def test_an_item_with_its_outcome_stays_on_the_agenda(held, item, mori, decide, clock):
    decide(held, item, Outcome.NOTE, mori)
    with pytest.raises(ConflictError):
        service.drop_item(held, item, by=mori, at=clock.now())


# --- cases ---


@pytest.mark.parametrize(
    ("outcome", "disposition", "status"),
    [
        (Outcome.SETTLED, Disposition.RESOLVED_EXISTING, CaseStatus.CLOSED),
        (Outcome.STATISTICS, Disposition.STATISTICS_ONLY, CaseStatus.CLOSED),
        (Outcome.AGAIN, Disposition.INDIVIDUAL_MEETING, CaseStatus.DISPOSED),
    ],
)
def test_the_outcome_is_the_answer_to_the_case(
    outcome, disposition, status, case_held, case_item, case, sato, aoi, decide, soon
):
    decide(case_held, case_item, outcome, sato, on=soon)
    assert (case.disposition, case.status) == (disposition, status)
    assert answers(aoi, case) == [SENTENCE]


def test_a_case_makes_a_new_issue_and_stays_open_with_it(
    case_held, case_item, case, sato, aoi, decide
):
    decide(case_held, case_item, Outcome.TO_ISSUE, sato, issue_title="通院の足")
    (issue,) = db.session.scalars(sa.select(RegionalIssue))
    assert (issue.title, issue.statement, issue.area_id) == ("通院の足", SENTENCE, case.area_id)
    assert issues.case_ids(issue.id) == [case.id]
    assert (case.disposition, case.status) == (Disposition.TO_ISSUE, CaseStatus.DISPOSED)
    assert answers(aoi, case) == [SENTENCE]


def test_a_case_joins_an_issue_there_is(case_held, case_item, case, issue, sato, decide):
    decide(case_held, case_item, Outcome.TO_ISSUE, sato, issue_id=issue.id)
    assert case.id in issues.case_ids(issue.id)


def test_a_new_issue_needs_a_title(case_held, case_item, sato, decide):
    with pytest.raises(InvalidInputError) as refused:
        decide(case_held, case_item, Outcome.TO_ISSUE, sato)
    assert refused.value.field == "issue_title"


def test_an_accepted_case_is_sorted_by_the_outcome(aoi, sato, case_meeting, decide):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    item = factories.put_on_agenda(case_meeting, case, by=sato)
    factories.begin_meeting(factories.publish_meeting(case_meeting, sato), sato)
    decide(case_meeting, item, Outcome.SETTLED, sato)
    assert case.status is CaseStatus.CLOSED


# --- the discussion ---


def write(meeting, item, words, by):
    """The discussion says this now."""
    outcomes.write_discussion(meeting, item, words, by=by, at=the_clock.now())
    db.session.commit()


def test_the_discussion_can_be_written_on_after_the_outcome_and_keeps_what_it_said(
    held, item, mori, decide
):
    write(held, item, "店は前向き。", mori)
    decide(held, item, Outcome.NOTE, mori)
    write(held, item, "店は前向き。費用は未定。", mori)
    assert item.discussion == "店は前向き。費用は未定。"
    kept = db.session.scalars(sa.select(TextRevision).filter_by(subject="agenda_items")).all()
    assert [(one.subject_id, one.text) for one in kept] == [(item.id, "店は前向き。")]


def test_nothing_is_written_once_the_minutes_are_approved(held, item, mori, hara, decide, clock):
    decide(held, item, Outcome.NOTE, mori)
    service.draft_minutes(held, by=mori, at=clock.now())
    service.approve_minutes(held, by=hara, at=clock.now())
    with pytest.raises(ConflictError):
        write(held, item, "あとから。", mori)


# --- taking back ---


def undo(meeting, item, by):
    """The outcome is taken back."""
    undoing.undo_outcome(meeting, item, by=by, at=the_clock.now())
    db.session.commit()


@pytest.mark.parametrize(
    "outcome", [Outcome.ASK, Outcome.HOLD, Outcome.REFER, Outcome.DECLINE, Outcome.NOTE]
)
def test_an_outcome_of_an_issue_is_taken_back_whole(outcome, held, item, issue, mori, decide, soon):
    decide(held, item, outcome, mori, who="高齢福祉課", on=soon)
    undo(held, item, mori)
    assert (item.outcome, item.outcome_reason, item.outcome_on) == (None, "", None)
    assert (issue.status, issue.parked_until) == (IssueStatus.ON_AGENDA, None)
    decide(held, item, Outcome.NOTE, mori)
    assert issue.status is IssueStatus.CONFIRMED


@pytest.mark.parametrize("outcome", [Outcome.SETTLED, Outcome.STATISTICS, Outcome.AGAIN])
def test_an_outcome_of_a_case_is_taken_back_with_its_answer(
    outcome, case_held, case_item, case, sato, aoi, decide, soon
):
    decide(case_held, case_item, outcome, sato, on=soon)
    undo(case_held, case_item, sato)
    assert (case.status, case.disposition) == (CaseStatus.DISPOSED, Disposition.INDIVIDUAL_MEETING)
    assert answers(aoi, case) == []


def test_after_15_minutes_the_office_is_told_that_it_was_taken_back(
    case_held, case_item, sato, decide, clock
):
    decide(case_held, case_item, Outcome.SETTLED, sato)
    clock.move(minutes=15)
    undo(case_held, case_item, sato)
    told = db.session.scalars(sa.select(Notice.event).order_by(Notice.id)).all()
    assert told[-1] is Event.CASE_TAKEN_BACK


def test_a_decision_with_actions_is_not_taken_back(held, item, issue, mori, decide):
    decide(held, item, Outcome.ADOPT, mori, actions=[(issue, office(mori))])
    with pytest.raises(ConflictError):
        undo(held, item, mori)


def test_a_case_that_became_an_issue_is_not_taken_back(case_held, case_item, sato, decide):
    decide(case_held, case_item, Outcome.TO_ISSUE, sato, issue_title="通院の足")
    with pytest.raises(ConflictError):
        undo(case_held, case_item, sato)


def test_an_outcome_is_taken_back_within_24_hours_by_whoever_noted_it(
    held, item, mori, hara, decide, clock
):
    decide(held, item, Outcome.NOTE, mori)
    with pytest.raises(ConflictError):
        undo(held, item, hara)
    clock.move(hours=24, seconds=1)
    with pytest.raises(ConflictError):
        undo(held, item, mori)


def test_an_outcome_is_not_taken_back_once_something_came_after(
    held, item, issue, mori, decide, clock
):
    decide(held, item, Outcome.NOTE, mori)
    later = factories.plan_meeting(mori)
    factories.put_on_agenda(later, issue, by=mori)
    factories.publish_meeting(later, mori)
    with pytest.raises(ConflictError):
        undo(held, item, mori)


def test_the_centre_owns_an_action_of_the_towns_meeting(held, item, issue, mori, sato, decide):
    centre = min(sato.organisation_ids(Role.CENTRE))
    decide(held, item, Outcome.ADOPT, mori, actions=[(issue, centre)])
    assert db.session.scalars(sa.select(Action.owner_id)).all() == [centre]
