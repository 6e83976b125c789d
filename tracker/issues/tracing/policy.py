"""Who may follow an issue from its cases to its proof."""

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.issues import policy as issue_policy
from tracker.issues.models import IssueCase, RegionalIssue


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Issues the viewer may know of, and those that a case of theirs supports."""
    own = (
        sa.select(IssueCase.issue_id)
        .join(Case, Case.id == IssueCase.case_id)
        .where(case_policy.visible_to(viewer), case_policy.counted())
    )
    supported = sa.and_(RegionalIssue.id.in_(own), RegionalIssue.joined_into_id.is_(None))
    return sa.or_(issue_policy.visible_to(viewer), supported)
