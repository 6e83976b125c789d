"""Taking back the last step of an action, and with it what the step did to the issue."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.actions import history, policy, queries
from tracker.actions.models import Action, ActionEntry, Stage
from tracker.actions.work import knowing
from tracker.cases import chain as cases
from tracker.core.errors import ConflictError, require
from tracker.issues import history as issue_history
from tracker.issues import queries as issues
from tracker.issues.models import IssueStepKind
from tracker.notifications import service as notifications


def undo_last(action: Action, *, by: Viewer, at: datetime) -> None:
    """The last step to another stage never happened; the log keeps the line and says so.

    An issue that it set in action, or opened again, stands where it stood; so do its cases.

    :raises ConflictError: too late, another's, something came after, or the resource is live
    """
    require(policy.can_move(by, action))
    entries = list(queries.counting_entries(action.id))
    last = _undoable(entries, by, at)
    _take_back_issue(action, last, by=by, at=at)
    was = history.coded(action)
    knowing.take_back(last.act, at=at)
    last.undone_at, action.stage, action.updated_at = at, last.was, at
    _put_back(action, last, entries[:-1])
    history.record(action, "action.undone", was, by=by, at=at)


def _undoable(entries: Sequence[ActionEntry], by: Viewer, at: datetime) -> ActionEntry:
    last = entries[-1] if entries else None
    if last is not None and last.became is Stage.LIVE and last.was is Stage.TRIAL:
        raise ConflictError(
            _(
                "Going live cannot be taken back: the directory has the resource, and the offices "
                "were told. Please write what is wrong into the log, or stop the action."
            )
        )
    if last is None or not policy.can_undo(by, last, at):
        raise _too_late()
    return last


def _too_late() -> ConflictError:
    return ConflictError(_("The last step cannot be taken back any more."))


def _put_back(action: Action, last: ActionEntry, before: Sequence[ActionEntry]) -> None:
    """What the step changed beside the stage is as it was; `before` are the lines that remain."""
    if last.became is Stage.STOPPED:
        action.stopped_because = None
    elif last.became is Stage.ON_HOLD:
        action.held_from = action.held_until = None
    elif last.was is Stage.ON_HOLD:
        action.held_from = last.became
        action.held_until = next(entry.held_until for entry in reversed(before) if entry.held_until)
    steps = [entry for entry in before if entry.was is not entry.became]
    action.stage_since = steps[-1].at if steps else action.created_at
    action.last_entry_at = before[-1].at if before else action.created_at


def _take_back_issue(action: Action, last: ActionEntry, *, by: Viewer, at: datetime) -> None:
    """The issue stands where it stood, unless other actions keep it where it is.

    :raises ConflictError: when the issue has gone on since
    """
    issue = queries.issue_of(action, lock=True)
    steps = issues.steps_of_act(issue.id, last.act)
    begun = any(step.kind is IssueStepKind.ACTION_BEGUN for step in steps)
    if not steps or (begun and queries.others_begun(action)):
        return
    newest = issues.last_step(issue.id)
    if newest is None or newest.act != last.act:
        raise _too_late()
    was, now, ids = issue_history.coded(issue), issue.status, issues.case_ids(issue.id)
    cases.take_back(ids, last.act, by=by, at=at)
    for step in steps:
        step.undone_at = at
    issue.status, issue.status_since = steps[0].was or now, at
    act = issue_history.step(issue, IssueStepKind.UNDONE, now, by=by, at=at, undone=True)
    issue_history.record(issue, "issue.undone", was, by=by, at=at)
    if notifications.withdraw(last.act, at=at):
        cases.tell_taken_back(ids, act, at=at)
