"""Taking back an outcome that was noted by mistake, while nothing was built on it."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.cases import queries as case_queries
from tracker.cases.history import new_act
from tracker.cases.models import Case, StepKind
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, require
from tracker.issues import history as issue_history
from tracker.issues import queries as issue_queries
from tracker.issues import referrals as issue_referrals
from tracker.issues.models import IssueStatus, IssueStep, IssueStepKind, RegionalIssue
from tracker.meetings import evidence, history, policy, queries
from tracker.meetings.models import AgendaItem, ItemKind, Meeting, MeetingStep, Outcome
from tracker.notifications import service as notifications

# What the outcome wrote into the history of each issue.
LEFT_AGENDA: dict[Outcome, IssueStepKind] = {
    Outcome.ASK: IssueStepKind.INFORMATION_ASKED,
    Outcome.NOTE: IssueStepKind.NOTED,
    Outcome.HOLD: IssueStepKind.PARKED,
    Outcome.REFER: IssueStepKind.FORWARDED,
    Outcome.DECLINE: IssueStepKind.DECLINED,
}


def undo_outcome(meeting: Meeting, item: AgendaItem, *, by: Viewer, at: datetime) -> None:
    """The item waits for its outcome again; whoever was told already is told of that.

    :raises ConflictError: too late, another's, or something was built on it: in plain words
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, policy.OUTCOMES_OPEN)
    step = queries.last_outcome_step(item.id)
    if item.outcome is None or step is None:
        raise ConflictError(_("There is no outcome that could be taken back."))
    _require_nothing_made(item.outcome)
    if not policy.can_undo(by, step, at):
        raise ConflictError(
            _("An outcome can be taken back for 24 hours, by the person who noted it.")
        )
    outcome = item.outcome
    was = {"outcome": outcome.value, "on": item.outcome_on.isoformat() if item.outcome_on else None}
    replaced = {"reason": item.outcome_reason}
    if item.kind is ItemKind.ISSUE:
        for issue in evidence.issues_of([item.id])[item.id]:
            _restore_issue(issue, LEFT_AGENDA[outcome], step, by=by, at=at)
    else:
        _restore_cases(evidence.cases_of([item.id])[item.id], item, step, by=by, at=at)
    item.outcome = item.outcome_on = None
    item.outcome_reason = item.outcome_who = item.outcome_event = item.differs_because = ""
    item.decline_reason = None
    change = Change(was, {"outcome": None, "on": None}, replaced, {})
    history.change_item(meeting, item, "item.outcome_undone", change, by=by, at=at)


def _require_nothing_made(outcome: Outcome) -> None:
    if outcome is Outcome.ADOPT:
        raise ConflictError(
            _("Actions were made from this decision. They go on or are stopped on their own pages.")
        )
    if outcome is Outcome.TO_ISSUE:
        raise ConflictError(
            _("The cases support an issue now. They can be taken out of it on its own page.")
        )


def _too_late() -> ConflictError:
    return ConflictError(_("Something came after this outcome. It cannot be taken back any more."))


def _restore_issue(
    issue: RegionalIssue, kind: IssueStepKind, step: MeetingStep, *, by: Viewer, at: datetime
) -> None:
    """The issue stands on the agenda again, as if the outcome had not been noted."""
    last = issue_queries.last_step(issue.id)
    if last is None or not _is_of_outcome(last, kind, step):
        raise _too_late()
    was, ids = issue_history.coded(issue), issue_queries.case_ids(issue.id)
    cases.take_back(ids, last.act, by=by, at=at)
    for one in issue_queries.steps_of_act(issue.id, last.act):
        one.undone_at = at
    db.session.flush()
    issue.status, issue.status_since = IssueStatus.ON_AGENDA, at
    issue.held_at = issue_referrals.held_at(issue)
    issue.parked_until = issue.wakes_at_cases = None
    act = issue_history.step(issue, IssueStepKind.UNDONE, last.became, by=by, at=at, undone=True)
    issue_history.record(issue, "issue.undone", was, by=by, at=at)
    if notifications.withdraw(last.act, at=at):
        cases.tell_taken_back(ids, act, at=at)


def _is_of_outcome(last: IssueStep, kind: IssueStepKind, step: MeetingStep) -> bool:
    left = last.kind is kind and last.was is IssueStatus.ON_AGENDA
    return left and last.at == step.at and last.person_id == step.person_id


def _restore_cases(
    subjects: Sequence[Case], item: AgendaItem, step: MeetingStep, *, by: Viewer, at: datetime
) -> None:
    """The cases wait for a meeting again, or stand accepted as before."""
    for case in subjects:
        last = case_queries.last_step(case.id)
        answered = (
            last is not None and last.kind is StepKind.MEETING_ANSWERED and last.at == step.at
        )
        if last is None or not answered or last.sentence != item.outcome_reason:
            raise _too_late()
        cases.take_back([case.id], last.act, by=by, at=at)
        if notifications.withdraw(last.act, at=at):
            cases.tell_taken_back([case.id], new_act(), at=at)
