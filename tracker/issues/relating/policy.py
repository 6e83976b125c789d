"""Who may know of a regrouping, and who may take it back."""

from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.issues import policy as issue_policy
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.issues.policy import UNDO_WITHIN
from tracker.issues.relating.models import KeptApart, Regrouping, RegroupingKind

# What has not been before a meeting yet leaves nothing behind when it becomes a signpost.
JOINABLE = frozenset({IssueStatus.CANDIDATE, IssueStatus.CONFIRMED, IssueStatus.PARKED})


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Acts on issues within reach, and on cases that the viewer counts; an office knows of none."""
    of_issue = sa.exists().where(
        RegionalIssue.id == Regrouping.issue_id, issue_policy.within_reach(viewer)
    )
    of_case = sa.exists().where(Case.id == Regrouping.case_id, _counted_by(viewer))
    apart = sa.exists().where(
        KeptApart.regrouping_id == Regrouping.id,
        Case.id == KeptApart.case_id,
        _counted_by(viewer),
    )
    return sa.or_(of_issue, of_case, sa.and_(Regrouping.kind == RegroupingKind.APART, apart))


def _counted_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    return sa.or_(
        Case.municipality_id.in_(viewer.municipality_ids(Role.OFFICER, Role.COORDINATOR)),
        Case.area_id.in_(viewer.area_ids(Role.CENTRE)),
    )


def can_undo(viewer: Viewer, act: Regrouping, at: datetime) -> bool:
    """Whoever did it, within 24 hours, once; whether something was built on it: the service.

    What keeps cases apart may be lifted at any time by whoever groups them; a case filed twice is
    taken apart on its own page.
    """
    if act.undone_at is not None or act.kind is RegroupingKind.DUPLICATE:
        return False
    if act.kind is RegroupingKind.APART:
        return issue_policy.can_raise(viewer, act.municipality_id, None)
    return act.person_id == viewer.person_id and at - act.at <= UNDO_WITHIN
