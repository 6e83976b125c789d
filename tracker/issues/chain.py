"""What the upper floors tell an issue: what a meeting made of it, and how its actions go.

They have asked their own policies; here only the state of the issue is checked. Each milestone goes
on to the cases and those who filed them.
"""

from datetime import date, datetime

from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.cases.models import StepKind
from tracker.core.errors import ConflictError
from tracker.issues import history, queries, referrals
from tracker.issues.models import IssueStatus, IssueStepKind, RegionalIssue
from tracker.issues.statement import IssueLevel
from tracker.notifications import service as notifications

FROM_CONFIRMED = frozenset({IssueStatus.CONFIRMED})
FROM_AGENDA = frozenset({IssueStatus.ON_AGENDA})
WITH_ACTIONS = frozenset({IssueStatus.DECIDED, IssueStatus.IN_ACTION})


def put_on_agenda(
    issue: RegionalIssue,
    meeting_title: str,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    level: IssueLevel | None = None,
) -> None:
    """The agenda of a meeting with this issue on it is published.

    What was referred to the level of the meeting is taken up by that, and so is what new cases
    opened again although a resource is in use.

    :param level: of the meeting; a wider one than the issue's holds the issue from now on
    :raises ConflictError: when the issue is not free, or waits for the prefecture
    """
    was = history.coded(issue)
    if issue.status is IssueStatus.FORWARDED:
        _take_up(issue, meeting_title, by=by, at=at, act=act)
    elif queries.waits_again(issue):
        _take_up_again(issue, meeting_title, by=by, at=at, act=act)
    history.move(
        issue,
        IssueStatus.ON_AGENDA,
        IssueStepKind.PUT_ON_AGENDA,
        start=FROM_CONFIRMED,
        by=by,
        at=at,
        act=act,
        sentence=meeting_title,
        held_at=level if level is not None and level.is_wider_than(issue.held_at) else None,
    )
    history.record(issue, "issue.put_on_agenda", was, by=by, at=at)
    _tell(issue, StepKind.ON_AGENDA, meeting_title, by=by, at=at, act=act)


def _take_up(
    issue: RegionalIssue, meeting_title: str, *, by: Viewer, at: datetime, act: str
) -> None:
    if issue.held_at is IssueLevel.PREFECTURE:
        raise ConflictError(history.not_now(issue))
    history.move(
        issue,
        IssueStatus.CONFIRMED,
        IssueStepKind.TAKEN_UP_ABOVE,
        by=by,
        at=at,
        act=act,
        sentence=meeting_title,
    )


def _take_up_again(
    issue: RegionalIssue, meeting_title: str, *, by: Viewer, at: datetime, act: str
) -> None:
    history.move(
        issue,
        IssueStatus.CONFIRMED,
        IssueStepKind.WOKEN,
        by=by,
        at=at,
        act=act,
        sentence=meeting_title,
    )


def take_off_agenda(issue: RegionalIssue, *, by: Viewer, at: datetime, act: str) -> None:
    """The item was dropped, or its meeting cancelled; no bar of a case shows the meeting."""
    put_on = queries.last_step(issue.id, IssueStepKind.PUT_ON_AGENDA)
    before = referrals.held_at(issue, without_act=put_on.act if put_on else None)
    _leave_agenda(
        issue,
        IssueStatus.CONFIRMED,
        IssueStepKind.TAKEN_OFF_AGENDA,
        "",
        by=by,
        at=at,
        act=act,
        held_at=before if before is not issue.held_at else None,
    )
    if put_on is not None:
        ids = queries.case_ids(issue.id)
        cases.take_back(ids, put_on.act, by=by, at=at)
        if notifications.withdraw(put_on.act, at=at):
            cases.tell_taken_back(ids, act, at=at)


def decide(issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime, act: str) -> None:
    """The meeting has adopted it: actions are decided."""
    _leave_agenda(
        issue, IssueStatus.DECIDED, IssueStepKind.DECIDED, sentence, by=by, at=at, act=act
    )
    _tell(issue, StepKind.DECIDED, sentence, by=by, at=at, act=act)


def ask_information(
    issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime, act: str
) -> None:
    """The meeting asked for information; the issue waits for another one."""
    kind = IssueStepKind.INFORMATION_ASKED
    _leave_agenda(issue, IssueStatus.CONFIRMED, kind, sentence, by=by, at=at, act=act)


def note(issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime, act: str) -> None:
    """The meeting took note of it; the issue stays confirmed."""
    _leave_agenda(
        issue, IssueStatus.CONFIRMED, IssueStepKind.NOTED, sentence, by=by, at=at, act=act
    )


def hold(
    issue: RegionalIssue, until: date | None, sentence: str, *, by: Viewer, at: datetime, act: str
) -> None:
    """The meeting put it off until a day, on which it wakes; without one it is woken by hand."""
    was = history.coded(issue)
    history.move(
        issue,
        IssueStatus.PARKED,
        IssueStepKind.PARKED,
        start=FROM_AGENDA,
        by=by,
        at=at,
        act=act,
        sentence=sentence,
    )
    issue.parked_until, issue.wakes_at_cases = until, None
    history.record(issue, "issue.parked", was, by=by, at=at, written={"sentence": sentence})


def refer_up(
    issue: RegionalIssue,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    to: IssueLevel | None = None,
) -> None:
    """The meeting referred it to the level above, which holds it now and whose answer is awaited.

    :param to: that level; None: the next wider one than where it was dealt with
    """
    _leave_agenda(
        issue,
        IssueStatus.FORWARDED,
        IssueStepKind.FORWARDED,
        sentence,
        by=by,
        at=at,
        act=act,
        held_at=to or issue.held_at.above,
    )


def decline_by_meeting(
    issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime, act: str
) -> None:
    """The meeting did not take it up; cases that waited for it alone have its reason as answer."""
    _leave_agenda(
        issue, IssueStatus.DECLINED, IssueStepKind.DECLINED, sentence, by=by, at=at, act=act
    )
    history.answer_cases(issue, sentence, by=by, at=at, act=act)


def begin_action(
    issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime, act: str
) -> None:
    """Work on a decided issue has begun; in every other state nothing changes."""
    if issue.status is not IssueStatus.DECIDED:
        return
    was = history.coded(issue)
    history.move(
        issue,
        IssueStatus.IN_ACTION,
        IssueStepKind.ACTION_BEGUN,
        by=by,
        at=at,
        act=act,
        sentence=sentence,
    )
    history.record(issue, "issue.action_begun", was, by=by, at=at)
    _tell(issue, StepKind.IN_ACTION, sentence, by=by, at=at, act=act)


def resource_live(
    issue: RegionalIssue, resource_name: str, on: date, *, by: Viewer, at: datetime, act: str
) -> None:
    """A resource is in use; with the first one the effect is watched from that day on.

    Later ones stand in the history and change no state.
    """
    was, kind = history.coded(issue), IssueStepKind.RESOURCE_LIVE
    if issue.status is IssueStatus.IN_ACTION:
        history.move(
            issue, IssueStatus.WATCHING, kind, by=by, at=at, act=act, sentence=resource_name
        )
        issue.effective_on = on
    else:
        history.step(issue, kind, issue.status, by=by, at=at, act=act, sentence=resource_name)
    history.record(issue, "issue.resource_live", was, by=by, at=at)
    _tell(issue, StepKind.RESOURCE_LIVE, resource_name, by=by, at=at, act=act)


def all_actions_stopped(issue: RegionalIssue, *, by: Viewer, at: datetime, act: str) -> None:
    """Nothing is being done any more: the issue may come before a meeting again.

    In a state that does not rest on actions nothing changes.
    """
    if issue.status not in WITH_ACTIONS:
        return
    was = history.coded(issue)
    history.move(issue, IssueStatus.CONFIRMED, IssueStepKind.ACTIONS_STOPPED, by=by, at=at, act=act)
    history.record(issue, "issue.actions_stopped", was, by=by, at=at)


def _leave_agenda(
    issue: RegionalIssue,
    to: IssueStatus,
    kind: IssueStepKind,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    held_at: IssueLevel | None = None,
) -> None:
    was = history.coded(issue)
    history.move(
        issue,
        to,
        kind,
        start=FROM_AGENDA,
        by=by,
        at=at,
        act=act,
        sentence=sentence,
        held_at=held_at,
    )
    written = {"sentence": sentence} if sentence else None
    history.record(issue, f"issue.{kind.value}", was, by=by, at=at, written=written)


def _tell(
    issue: RegionalIssue, kind: StepKind, sentence: str, *, by: Viewer, at: datetime, act: str
) -> None:
    ids = queries.case_ids(issue.id)
    cases.milestone(ids, kind, sentence, issue.id, by=by, at=at, act=act)
