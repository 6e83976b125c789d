"""Watching the effect: the day it starts from, reminders to look, and watching once more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases.history import new_act
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.core.i18n import date_long
from tracker.issues import history, policy
from tracker.issues.models import IssueStatus, IssueStepKind, RegionalIssue
from tracker.issues.proof import queries
from tracker.issues.proof.models import ProofReading, WatchReminder
from tracker.notifications import service as notifications
from tracker.notifications.models import Event

REMINDED_AFTER = (3, 6, 12)  # months of the day of start
FIRST_DAY = date(2000, 1, 1)  # no resource of a care meeting is older


@dataclass(frozen=True)
class Due:
    """A day on which the figures are to be looked at."""

    months: int  # after the start
    on: date


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last one of a month that is shorter."""
    number = day.year * 12 + day.month - 1 + months
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    last = following - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def due_days(effective_on: date) -> list[Due]:
    """When to look, in order."""
    return [Due(months, months_after(effective_on, months)) for months in REMINDED_AFTER]


def next_due(issue: RegionalIssue, today: date) -> Due | None:
    """The next day to look at a watched issue; None when none is to come."""
    if issue.status is not IssueStatus.WATCHING or issue.effective_on is None:
        return None
    return next((due for due in due_days(issue.effective_on) if due.on > today), None)


def remind_due(*, at: datetime, today: date) -> int:
    """Whoever carries an issue whose day has come is reminded of it, once; how many issues.

    Of several days that are past only the last is said. For the daily round.
    """
    issues = queries.watched()
    known = queries.reminded([issue.id for issue in issues])
    return sum(_remind(issue, known, at=at, today=today) for issue in issues)


def _remind(
    issue: RegionalIssue, known: Collection[tuple[int, date, int]], *, at: datetime, today: date
) -> bool:
    start = issue.effective_on
    if start is None:
        return False
    past = [due for due in due_days(start) if due.on <= today]
    new = [due for due in past if (issue.id, start, due.months) not in known]
    for due in new:
        db.session.add(
            WatchReminder(issue_id=issue.id, effective_on=start, months=due.months, told_at=at)
        )
    if not new or new[-1] is not past[-1]:
        return False
    once = f"watch:{issue.id}:{start:%Y%m%d}:{new[-1].months}"
    tell_carriers(issue, Event.WATCH_DUE, once, act=new_act(), at=at, today=today)
    return True


def tell_carriers(
    issue: RegionalIssue, event: Event, once: str | None, *, act: str, at: datetime, today: date
) -> None:
    """Whoever raised the issue and the officers of its town are told, and led to its figures."""
    about = notifications.About(issue.number, f"/issues/{issue.id}/proof", once)
    notifications.tell(queries.carriers(issue, today=today), event, about, act=act, at=at)


def set_effective_day(
    issue: RegionalIssue, day: date, sentence: str, *, by: Viewer, at: datetime
) -> None:
    """The effect is watched from this day on; before and after are counted anew.

    :raises InvalidInputError: without a sentence, or for a day that is not past
    :raises ConflictError: when nothing is watched, or closing is proposed with other figures
    """
    require(policy.can_close(by, issue))
    require_watched(issue)
    _require_past(day, at)
    require_sentence("start_sentence", sentence)
    was = history.coded(issue)
    issue.effective_on = day
    history.step(issue, IssueStepKind.EFFECTIVE_SET, issue.status, by=by, at=at, sentence=sentence)
    history.record(issue, "issue.effective_set", was, by=by, at=at, written={"sentence": sentence})


def require_watched(issue: RegionalIssue) -> None:
    """Return only when the day of an issue can be set.

    :raises ConflictError: when nothing is watched, or closing is proposed with other figures
    """
    if issue.status is not IssueStatus.WATCHING:
        raise ConflictError(history.not_now(issue))
    if issue.close_proposed_as is not None:
        raise ConflictError(_("Closing is proposed already and waits for a second look."))


def require_back(issue: RegionalIssue) -> None:
    """Return only when the issue may be watched once more.

    :raises ConflictError: when the need did not come back, or no resource came into use
    """
    if not can_watch_again(issue):
        raise ConflictError(history.not_now(issue))


def can_watch_again(issue: RegionalIssue) -> bool:
    """Did the need come back to an issue with a resource? Then it may be watched once more."""
    came_back = issue.status is IssueStatus.IN_ACTION and issue.regressed_at is not None
    return came_back and queries.had_resource(issue.id)


def watch_again(
    issue: RegionalIssue, day: date | None, sentence: str, *, by: Viewer, at: datetime
) -> None:
    """The effect of the resource that is still in use is watched once more.

    :param day: from which the resource works in another way; None: nothing about it changed, and
        all months since its first day count
    :raises InvalidInputError: without a sentence, or for a day that is not past
    :raises ConflictError: when the need did not come back, or no resource came into use
    """
    require(policy.can_close(by, issue))
    require_back(issue)
    if day is not None:
        _require_past(day, at)
    require_sentence("again_sentence", sentence)
    was = history.coded(issue)
    issue.effective_on = day or issue.effective_on
    history.move(
        issue,
        IssueStatus.WATCHING,
        IssueStepKind.WATCHED_AGAIN,
        by=by,
        at=at,
        sentence=sentence,
    )
    history.record(issue, "issue.watched_again", was, by=by, at=at, written={"sentence": sentence})


def _require_past(day: date, at: datetime) -> None:
    if day < FIRST_DAY:
        raise InvalidInputError(
            "day", _("Please choose a day from %(day)s on.", day=date_long(FIRST_DAY))
        )
    if day > history.day(at):
        raise InvalidInputError("day", _("Please choose today or a day that is past."))


def keep(issue: RegionalIssue, act: str, *, today: date) -> None:
    """What the figures say today stands with the closing step of this act; without a start nothing.

    Call it after the step is written.
    """
    step = queries.step_of_act(issue.id, act)
    if step is None or issue.effective_on is None:
        return
    reading = queries.reading(issue, today=today)
    db.session.add(
        ProofReading(
            issue_id=issue.id,
            step_id=step.id,
            verdict=reading.verdict,
            rule=reading.rule,
            read_on=today,
            effective_on=issue.effective_on,
            figures=reading.as_dict(),
        )
    )
