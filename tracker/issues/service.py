"""What people do with issues. Every verb: may they, does it follow, change, record, tell.

Raising and writing stand in `grouping`, what an office wishes in `raised`, what meetings and
actions tell an issue in `chain`, closing in `closing`, what cases and the calendar do in
`recurrence`; all are called through here.
"""

from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.issues import history, policy, queries, referrals
from tracker.issues.chain import (
    all_actions_stopped,
    ask_information,
    begin_action,
    decide,
    decline_by_meeting,
    hold,
    note,
    put_on_agenda,
    refer_up,
    resource_live,
    take_off_agenda,
)
from tracker.issues.closing import propose_close, refuse_close, reopen, second_close
from tracker.issues.grouping import attach, detach, raise_issue
from tracker.issues.models import IssueStatus, IssueStepKind, RegionalIssue
from tracker.issues.priority import service as priority
from tracker.issues.raised import accept_wish, wish
from tracker.issues.recurrence import on_case_accepted, wake_due
from tracker.issues.weighing import Feasibility, Severity
from tracker.issues.wording import IssueDraft, rewrite
from tracker.notifications import service as notifications

__all__ = [
    "IssueDraft",
    "accept_wish",
    "all_actions_stopped",
    "answer_from_above",
    "ask_information",
    "attach",
    "begin_action",
    "confirm",
    "decide",
    "decline",
    "decline_by_meeting",
    "detach",
    "hold",
    "note",
    "on_case_accepted",
    "park",
    "propose_close",
    "put_on_agenda",
    "raise_issue",
    "refer_up",
    "refuse_close",
    "resource_live",
    "rewrite",
    "second_close",
    "take_off_agenda",
    "undo_last",
    "wake",
    "wake_due",
    "wish",
]

FROM_CANDIDATE = frozenset({IssueStatus.CANDIDATE})
FROM_PARKED = frozenset({IssueStatus.PARKED})
FROM_FORWARDED = frozenset({IssueStatus.FORWARDED})


def confirm(
    issue: RegionalIssue,
    severity: Severity | None = None,
    feasibility: Feasibility | None = None,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """The candidate is a regional issue, and may come before a meeting.

    :param severity: what is at stake; None: it is said later
    """
    require(policy.can_edit(by, issue))
    was = history.coded(issue)
    history.move(
        issue,
        IssueStatus.CONFIRMED,
        IssueStepKind.CONFIRMED,
        start=FROM_CANDIDATE,
        by=by,
        at=at,
    )
    facts = None if severity is None else priority.set_parts(issue, severity, feasibility, at=at)
    history.record(issue, "issue.confirmed", was, by=by, at=at, facts=facts)


def park(
    issue: RegionalIssue,
    *,
    until: date | None,
    wakes_at_cases: int | None,
    reason: str,
    by: Viewer,
    at: datetime,
) -> None:
    """The candidate sleeps until the day comes or so many cases speak for it.

    :param wakes_at_cases: cases in all, those it has included
    :raises InvalidInputError: without a reason, or with nothing that would wake it
    """
    require(policy.can_edit(by, issue))
    require_sentence("reason", reason)
    if until is None and wakes_at_cases is None:
        raise InvalidInputError("until", _("Please say what will wake it: a day, or cases."))
    if until is not None and until <= history.day(at):
        raise InvalidInputError("until", _("Please choose a day to come."))
    if wakes_at_cases is not None and wakes_at_cases <= len(queries.case_ids(issue.id)):
        raise InvalidInputError("wakes_at_cases", _("It has that many cases already."))
    was = history.coded(issue)
    history.move(
        issue,
        IssueStatus.PARKED,
        IssueStepKind.PARKED,
        start=FROM_CANDIDATE,
        by=by,
        at=at,
        sentence=reason,
    )
    issue.parked_until, issue.wakes_at_cases = until, wakes_at_cases
    history.record(issue, "issue.parked", was, by=by, at=at, written={"reason": reason})


def decline(issue: RegionalIssue, reason: str, *, by: Viewer, at: datetime) -> None:
    """The candidate is not taken up; cases that waited for it alone have the reason as answer."""
    require(policy.can_edit(by, issue))
    require_sentence("reason", reason)
    was = history.coded(issue)
    act = history.move(
        issue,
        IssueStatus.DECLINED,
        IssueStepKind.DECLINED,
        start=FROM_CANDIDATE,
        by=by,
        at=at,
        sentence=reason,
    )
    history.record(issue, "issue.declined", was, by=by, at=at, written={"reason": reason})
    history.answer_cases(issue, reason, by=by, at=at, act=act)


def wake(issue: RegionalIssue, reason: str, *, by: Viewer, at: datetime) -> None:
    """The parked issue may come before a meeting, although nothing woke it."""
    require(policy.can_edit(by, issue))
    require_sentence("reason", reason)
    was = history.coded(issue)
    history.move(
        issue,
        IssueStatus.CONFIRMED,
        IssueStepKind.WOKEN,
        start=FROM_PARKED,
        by=by,
        at=at,
        sentence=reason,
    )
    history.record(issue, "issue.woken", was, by=by, at=at, written={"reason": reason})


def answer_from_above(issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime) -> None:
    """What the level above answered stands here, and the issue may come before a meeting again."""
    require(policy.can_close(by, issue))
    require_sentence("sentence", sentence)
    was, sent = history.coded(issue), queries.last_step(issue.id, IssueStepKind.FORWARDED)
    history.move(
        issue,
        IssueStatus.CONFIRMED,
        IssueStepKind.ANSWERED_ABOVE,
        start=FROM_FORWARDED,
        by=by,
        at=at,
        sentence=sentence,
        held_at=referrals.held_at(issue, without_act=sent.act if sent else None),
    )
    history.record(issue, "issue.answered_above", was, by=by, at=at, written={"answer": sentence})


def undo_last(issue: RegionalIssue, *, by: Viewer, at: datetime) -> None:
    """The last act never happened; whoever was told already is told of that.

    :raises ConflictError: too late, another's, or something came after
    """
    require(policy.can_edit(by, issue))
    last = queries.last_step(issue.id)
    if last is None or not policy.can_undo(by, last, at):
        raise ConflictError(_("The last step cannot be taken back any more."))
    was, ids = history.coded(issue), queries.case_ids(issue.id)
    cases.take_back(ids, last.act, by=by, at=at)
    steps = queries.steps_of_act(issue.id, last.act)
    for step in steps:
        step.undone_at = at
    issue.status, issue.status_since = steps[0].was or issue.status, at
    db.session.flush()
    issue.held_at = referrals.held_at(issue)
    if last.kind is IssueStepKind.PARKED:
        issue.parked_until = issue.wakes_at_cases = None
    elif last.kind is IssueStepKind.CLOSE_PROPOSED:
        history.drop_proposal(issue)
    elif last.kind is IssueStepKind.CLOSED:
        reopen(issue)
    act = history.step(issue, IssueStepKind.UNDONE, last.became, by=by, at=at, undone=True)
    history.record(issue, "issue.undone", was, by=by, at=at)
    if notifications.withdraw(last.act, at=at):
        cases.tell_taken_back(ids, act, at=at)
