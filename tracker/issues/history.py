"""How a step is taken: walk an edge, write the history, seal the audit entry."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.cases.history import new_act
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.issues import queries
from tracker.issues.models import EDGES, IssueStatus, IssueStep, IssueStepKind, RegionalIssue
from tracker.issues.statement import IssueLevel

ALL = frozenset(IssueStatus)
CODED = (
    "status",
    "area_id",
    "act_type_code",
    "gap",
    "level",
    "solver",
    "held_at",
    "parked_until",
    "wakes_at_cases",
    "effective_on",
    "closed_as",
    "close_proposed_as",
    "close_proposed_by_id",
    "seconded_by_id",
    "closed_on",
    "regressed_at",
    "joined_into_id",
)


def not_now(issue: RegionalIssue) -> str:
    """Why a step is refused: where the issue stands."""
    return _(
        "This step does not follow from where the issue stands: %(state)s.",
        state=str(issue.status.label),
    )


def move(
    issue: RegionalIssue,
    to: IssueStatus,
    kind: IssueStepKind,
    *,
    by: Viewer | None,
    at: datetime,
    start: Collection[IssueStatus] = ALL,
    act: str | None = None,
    sentence: str = "",
    held_at: IssueLevel | None = None,
) -> str:
    """Walk one edge and write it into the history; the act's key comes back.

    A proposal to close that the step overtakes is gone.

    :param start: where this verb may begin, when other verbs walk to the same state
    :param held_at: where the issue is dealt with from now on, when the step changes that
    :raises ConflictError: when there is no such edge
    """
    if (issue.status, to) not in EDGES or issue.status not in start:
        raise ConflictError(not_now(issue))
    was, issue.status = issue.status, to
    issue.status_since = at
    if to is not IssueStatus.CLOSED:
        drop_proposal(issue)
    if held_at is not None:
        issue.held_at = held_at
    return step(issue, kind, was, by=by, at=at, act=act, sentence=sentence, held_at=held_at)


def day(at: datetime) -> date:
    """The day in Japan on which something happened."""
    return clock.local(at).date()


def answer_cases(
    issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime, act: str
) -> None:
    """The issue is over: cases that waited for it alone have the sentence as their answer."""
    cases.close_with_issue(
        queries.case_ids(issue.id),
        sentence,
        issue.id,
        by=by,
        at=at,
        act=act,
        held_elsewhere=queries.case_ids_held_elsewhere(issue.id),
    )


def drop_proposal(issue: RegionalIssue) -> None:
    """Nobody proposes to close the issue any more."""
    issue.close_proposed_as = issue.close_proposed_by_id = issue.close_sentence = None


def step(
    issue: RegionalIssue,
    kind: IssueStepKind,
    was: IssueStatus | None,
    *,
    by: Viewer | None,
    at: datetime,
    act: str | None = None,
    sentence: str = "",
    undone: bool = False,
    held_at: IssueLevel | None = None,
) -> str:
    """Write one entry of the issue's history; the act's key comes back.

    :param by: None when nobody decided it: a date came, or a case
    :param held_at: where the issue is dealt with from now on, when the step changes that
    """
    act = act or new_act()
    issue.updated_at = at
    db.session.add(
        IssueStep(
            issue_id=issue.id,
            kind=kind,
            was=was,
            became=issue.status,
            sentence=sentence,
            person_id=by.person_id if by else None,
            organisation_id=_acting_organisation(issue, by) if by else None,
            act=act,
            at=at,
            undone_at=at if undone else None,
            held_at=held_at,
        )
    )
    db.session.flush()
    return act


def _acting_organisation(issue: RegionalIssue, by: Viewer) -> int:
    in_town = [s for s in by.standings if s.municipality_id == issue.municipality_id]
    staff = [s for s in in_town if s.role in {Role.CENTRE, Role.OFFICER}]
    return (staff or in_town or list(by.standings))[0].organisation_id


def coded(issue: RegionalIssue) -> dict[str, Any]:
    """The coded fields of the issue as they are now, for the audit log."""
    values = {name: getattr(issue, name) for name in CODED}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def record(
    issue: RegionalIssue,
    verb: str,
    was: Mapping[str, Any],
    *,
    by: Viewer | None,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    written: Mapping[str, str] | None = None,
    replaced: Mapping[str, str] | None = None,
) -> None:
    """Append to the audit log what differs from `was`.

    :param facts: ids and counts beside the row's own fields
    :param written: free texts as they are now; only their hashes are kept in the entry
    :param replaced: free texts as they were, when they changed
    """
    now = coded(issue)
    changed = {name: value for name, value in now.items() if was.get(name) != value}
    change = Change(
        was={name: was[name] for name in changed if name in was},
        now={**changed, **(facts or {})},
        replaced_texts=replaced or {},
        written_texts=written or {},
    )
    audit.record(by, verb, issue, at=at, change=change)
