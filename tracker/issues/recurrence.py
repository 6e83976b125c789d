"""What nobody decides: a new case opens a closed issue again, cases or a day wake a parked one."""

from datetime import date, datetime

from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.issues import history, queries
from tracker.issues.models import IssueStatus, IssueStepKind, RegionalIssue
from tracker.issues.proof import watching
from tracker.notifications.models import Event

ACTED = (IssueStepKind.ACTION_BEGUN, IssueStepKind.ACTIONS_STOPPED)


def on_case_accepted(_sender: object = None, *, case_id: int) -> None:
    """Issues of the case's town, type and area that were closed before, or sleep, are open again.

    Listens to `core.events.case_accepted`. Whoever carries an issue that came back is told,
    and so is whoever filed its older cases.
    """
    case = db.session.get_one(Case, case_id)
    at = case.status_since
    for issue in queries.touched_by(case):
        if issue.status is IssueStatus.PARKED:
            wake_when_reached(issue, by=None, at=at)
        elif _came_back(issue, case, history.day(at)):
            _regress(issue, case, at)


def _came_back(issue: RegionalIssue, case: Case, today: date) -> bool:
    """Was it closed before today, and did the case happen with its resource there, or since?

    What happened long ago and is only filed now, as in an import, says nothing of the effect.
    """
    if issue.closed_on is None or today <= issue.closed_on:
        return False
    since = issue.closed_on.replace(day=1)
    if issue.effective_on is not None:
        since = min(since, watching.months_after(issue.effective_on.replace(day=1), 1))
    return case.occurred_month >= since


def _regress(issue: RegionalIssue, case: Case, at: datetime) -> None:
    was = history.coded(issue)
    last = queries.last_step(issue.id, *ACTED)
    has_actions = last is not None and last.kind is IssueStepKind.ACTION_BEGUN
    to = IssueStatus.IN_ACTION if has_actions else IssueStatus.CONFIRMED
    act = history.move(issue, to, IssueStepKind.REGRESSED, by=None, at=at)
    issue.closed_as = issue.closed_on = issue.seconded_by_id = None
    issue.regressed_at = at
    history.record(issue, "issue.regressed", was, by=None, at=at, facts={"case": case.id})
    cases.tell_regressed(queries.case_ids(issue.id), issue.id, at=at, act=act)
    event = Event.ISSUE_CAME_BACK
    watching.tell_carriers(issue, event, None, act=act, at=at, today=history.day(at))


def wake_when_reached(issue: RegionalIssue, *, by: Viewer | None, at: datetime) -> None:
    """A parked issue for which enough cases speak by now may come before a meeting."""
    if issue.status is not IssueStatus.PARKED or issue.wakes_at_cases is None:
        return
    if queries.cases_since_parked(issue) >= issue.wakes_at_cases:
        _wake(issue, by=by, at=at)


def wake_due(*, at: datetime, today: date) -> int:
    """Parked issues of every town whose day has come are awake; how many. For the daily round."""
    due = queries.due_to_wake(today)
    for issue in due:
        _wake(issue, by=None, at=at)
    return len(due)


def _wake(issue: RegionalIssue, *, by: Viewer | None, at: datetime) -> None:
    was = history.coded(issue)
    history.move(issue, IssueStatus.CONFIRMED, IssueStepKind.WOKEN, by=by, at=at)
    history.record(issue, "issue.woken", was, by=by, at=at)
