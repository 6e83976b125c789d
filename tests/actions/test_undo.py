"""Taking back the last step to another stage: when it can be, and what stands then."""

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.actions import queries, service
from tracker.actions.models import Stage
from tracker.cases.history import new_act
from tracker.cases.models import CHAIN, CaseStep, StepKind
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.issues import service as issues
from tracker.issues.models import IssueStatus
from tracker.notifications.models import Event, Notice

pytestmark = pytest.mark.both


@pytest.fixture
def studied(action, sato, clock):
    """The action at its study since yesterday."""
    factories.move_action(action, Stage.STUDY, by=sato)
    clock.move(hours=25)
    return action


def undo(action, by, at):
    """The last step is taken back."""
    service.undo_last(action, by=by, at=at)
    db.session.commit()


def state(action):
    """Everything a step may change, but for the version."""
    names = ("stage", "stage_since", "last_entry_at", "held_from", "held_until", "stopped_because")
    return {name: getattr(action, name) for name in names}


def second_action(issue, mori):
    """Another one of the issue, so that stopping the first does not move the issue."""
    return factories.make_action(issue, by=mori)


@pytest.mark.parametrize("step", ["next", "hold", "resume", "stop", "stop a hold"])
def test_everything_stands_as_before(step, studied, issue, sato, mori, clock):
    second_action(issue, mori)
    if step in {"resume", "stop a hold"}:
        factories.hold_action(studied, by=sato)
        clock.move(hours=1)
    before = state(studied)
    clock.move(hours=1)
    if step == "next":
        factories.move_action(studied, Stage.TRIAL, by=sato)
    elif step == "hold":
        factories.hold_action(studied, by=sato)
    elif step == "resume":
        service.resume(studied, "再開する。", by=sato, at=clock.now())
        db.session.commit()
    else:
        factories.end_action(studied, by=sato)
    assert state(studied) != before
    undo(studied, sato, clock.now())
    assert state(studied) == before


def test_the_log_keeps_the_line_and_says_that_it_was_taken_back(studied, sato, clock):
    factories.move_action(studied, Stage.TRIAL, by=sato)
    undo(studied, sato, clock.now())
    entries = queries.action_page(sato, studied.id).entries
    assert [entry.taken_back for entry in entries] == [False, False, True]
    assert str(Stage.TRIAL.label) in entries[-1].what != str(Stage.TRIAL.label)


def test_the_audit_log_has_the_undoing(studied, sato, clock):
    factories.move_action(studied, Stage.TRIAL, by=sato)
    undo(studied, sato, clock.now())
    last = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.verb, last.facts["was"], last.facts["now"]) == (
        "action.undone",
        {"stage": "trial"},
        {"stage": "study"},
    )


def refused(action, by, at):
    """The sentence with which the undo is refused."""
    with pytest.raises(ConflictError) as conflict:
        service.undo_last(action, by=by, at=at)
    db.session.rollback()
    return conflict.value.message


def test_after_24_hours_it_stays(studied, sato, clock):
    factories.move_action(studied, Stage.TRIAL, by=sato)
    clock.move(hours=24)
    undo(studied, sato, clock.now())
    factories.move_action(studied, Stage.TRIAL, by=sato)
    clock.move(hours=24, seconds=1)
    refused(studied, sato, clock.now())
    assert studied.stage is Stage.TRIAL


def test_a_step_of_somebody_else_stays(studied, sato, mori, clock):
    factories.move_action(studied, Stage.TRIAL, by=sato)
    refused(studied, mori, clock.now())


def test_what_something_was_written_after_stays(studied, sato, mori, clock):
    factories.move_action(studied, Stage.TRIAL, by=sato)
    service.write_entry(studied, "見学した。", by=mori, at=clock.now())
    db.session.commit()
    refused(studied, sato, clock.now())


def test_an_entry_without_a_step_stays(studied, sato, clock):
    service.write_entry(studied, "見学した。", by=sato, at=clock.now())
    db.session.commit()
    refused(studied, sato, clock.now())


def test_nothing_is_taken_back_twice(studied, sato, clock):
    factories.move_action(studied, Stage.TRIAL, by=sato)
    undo(studied, sato, clock.now())
    refused(studied, sato, clock.now())
    assert studied.stage is Stage.STUDY


def test_a_new_action_has_nothing_to_take_back(action, mori, clock):
    refused(action, mori, clock.now())


def test_going_live_stays_and_says_why(studied, sato, clock):
    factories.move_action(studied, Stage.TRIAL, Stage.LIVE, by=sato)
    too_late = refused(studied, sato, clock.now())
    clock.move(days=2)
    service.write_entry(studied, "見学した。", by=sato, at=clock.now())
    db.session.commit()
    assert too_late != refused(studied, sato, clock.now())
    assert studied.stage is Stage.LIVE


# --- with the issue ---


def case_steps(case):
    """(kind, taken back?) of each line of the case's history about its issue."""
    steps = db.session.scalars(
        sa.select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.id)
    )
    return [(step.kind, step.undone_at is not None) for step in steps if step.kind in CHAIN]


def told(event):
    """How many notices of this event stand."""
    standing = sa.select(sa.func.count()).where(
        Notice.event == event, Notice.withdrawn_at.is_(None)
    )
    return db.session.scalar(standing)


def test_the_issue_it_set_in_action_is_decided_again(action, issue, case, sato, clock):
    factories.move_action(action, Stage.STUDY, by=sato)
    assert issue.status is IssueStatus.IN_ACTION
    undo(action, sato, clock.now())
    assert (action.stage, issue.status) == (Stage.PROPOSED, IssueStatus.DECIDED)
    assert case_steps(case)[-1] == (StepKind.IN_ACTION, True)


def test_within_15_minutes_the_office_hears_nothing_of_it(action, case, sato, clock):
    factories.move_action(action, Stage.STUDY, by=sato)
    clock.move(minutes=14)
    undo(action, sato, clock.now())
    assert (told(Event.ISSUE_IN_ACTION), told(Event.CASE_TAKEN_BACK)) == (0, 0)


def test_later_the_office_is_told_of_the_change(action, case, sato, clock):
    factories.move_action(action, Stage.STUDY, by=sato)
    clock.move(minutes=16)
    undo(action, sato, clock.now())
    assert told(Event.CASE_TAKEN_BACK) == 1


def test_the_step_can_be_taken_again_and_the_office_is_told_then(action, issue, sato, clock):
    factories.move_action(action, Stage.STUDY, by=sato)
    undo(action, sato, clock.now())
    factories.move_action(action, Stage.STUDY, by=sato)
    assert (issue.status, told(Event.ISSUE_IN_ACTION)) == (IssueStatus.IN_ACTION, 1)


def test_another_action_under_way_keeps_the_issue_in_action(action, issue, sato, mori, clock):
    factories.move_action(action, Stage.STUDY, by=sato)
    factories.move_action(second_action(issue, mori), Stage.STUDY, by=mori)
    undo(action, sato, clock.now())
    assert (action.stage, issue.status) == (Stage.PROPOSED, IssueStatus.IN_ACTION)


def test_a_stop_that_opened_the_issue_again_is_taken_back_with_it(studied, issue, sato, clock):
    factories.end_action(studied, by=sato)
    assert issue.status is IssueStatus.CONFIRMED
    undo(studied, sato, clock.now())
    assert (studied.stage, issue.status) == (Stage.STUDY, IssueStatus.IN_ACTION)


def test_what_a_meeting_built_on_stays(studied, issue, sato, mori, clock):
    factories.end_action(studied, by=sato)
    act = new_act()
    issues.put_on_agenda(issue, "第3回", by=mori, at=clock.now(), act=act)
    db.session.commit()
    refused(studied, sato, clock.now())
    assert (studied.stage, issue.status) == (Stage.STOPPED, IssueStatus.ON_AGENDA)
