"""Pure: from the steps of an issue to the bar that shows where it stands."""

from collections.abc import Sequence

from flask_babel import gettext as _

from tracker.cases.stages import Stage
from tracker.issues.models import IssueStatus, IssueStep, RegionalIssue

ORDER = (
    IssueStatus.CANDIDATE,
    IssueStatus.CONFIRMED,
    IssueStatus.ON_AGENDA,
    IssueStatus.DECIDED,
    IssueStatus.IN_ACTION,
    IssueStatus.WATCHING,
    IssueStatus.CLOSED,
)


def stages(issue: RegionalIssue, steps: Sequence[IssueStep]) -> list[Stage]:
    """The places of the bar, in order; exactly one is current.

    An issue that is parked, referred up or not taken up stands where it left the way; of one that
    is closed only the places it has been to are shown.

    :param steps: those that count (not taken back), first to last
    """
    reached = {step.became: step for step in steps if step.was is not step.became}
    here = _position(issue, reached)
    ended = issue.status in {IssueStatus.CLOSED, IssueStatus.DECLINED}
    return [
        _stage(status, issue, reached.get(status), done=index <= here, current=index == here)
        for index, status in enumerate(ORDER)
        if not ended or index == here or (index < here and status in reached)
    ]


def _position(issue: RegionalIssue, reached: dict[IssueStatus, IssueStep]) -> int:
    if issue.status in ORDER:
        return ORDER.index(issue.status)
    left = reached[issue.status].was if issue.status in reached else None
    return ORDER.index(left) if left in ORDER else 0


def _stage(
    status: IssueStatus,
    issue: RegionalIssue,
    step: IssueStep | None,
    *,
    done: bool,
    current: bool,
) -> Stage:
    if not done:
        return Stage(_places()[status], None)
    sentence = str(issue.status.label) if current and issue.status is not status else ""
    if status is IssueStatus.CLOSED and issue.closed_as is not None:
        sentence = str(issue.closed_as.label)
    return Stage(_places()[status], step.at if step else None, sentence, done, current)


def _places() -> dict[IssueStatus, str]:
    """The steps of the way as nouns; the state chip beside them says the rest."""
    return {
        IssueStatus.CANDIDATE: _("Candidate"),
        IssueStatus.CONFIRMED: _("Confirmation"),
        IssueStatus.ON_AGENDA: _("Agenda"),
        IssueStatus.DECIDED: _("Decision"),
        IssueStatus.IN_ACTION: _("Action"),
        IssueStatus.WATCHING: _("Effect"),
        IssueStatus.CLOSED: _("Closing"),
    }
