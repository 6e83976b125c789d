"""Issues split, joined and linked in a test, through the services."""

from collections.abc import Sequence

from tests import factories
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.issues.models import RegionalIssue
from tracker.issues.relating import linking, service, twins
from tracker.issues.relating.linking import Relation
from tracker.issues.relating.models import IssueLink, Regrouping
from tracker.issues.relating.service import SplitDraft

WHY = "移動販売ではなく通院の話だった。"


def split(
    issue: RegionalIssue,
    case_ids: Sequence[int],
    by: Viewer,
    *,
    target: RegionalIssue | None = None,
    reason: str = WHY,
) -> Regrouping:
    """These cases went from the issue to the target, or to a new issue."""
    new = None if target else factories.issue_draft(issue.area_id, title="通院の付き添い")
    draft = SplitDraft(tuple(case_ids), reason, target, new)
    act = service.split(issue, draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return act


def join(gone: RegionalIssue, kept: RegionalIssue, by: Viewer) -> Regrouping:
    """The one issue was joined into the other."""
    why = "同じ困りごとだった。"
    act = service.join(gone, kept, why, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return act


def undo(act: Regrouping, by: Viewer) -> None:
    """The act was taken back."""
    service.undo(act, by=by, at=clock.now())
    db.session.commit()


def link(
    issue: RegionalIssue, other: RegionalIssue, by: Viewer, relation: Relation = Relation.PART_OF
) -> IssueLink:
    """The issue is a part of the other one, or what else the relation says."""
    made = linking.link(issue, other, relation, by=by, at=clock.now())
    db.session.commit()
    return made


def mark(case: Case, kept: Case, by: Viewer) -> Regrouping:
    """The case was filed twice and goes on as the other one."""
    why = "電話で聞いた件と同じ日の同じ依頼。"
    act = twins.mark_duplicate(case, kept.id, why, by=by, at=clock.now())
    db.session.commit()
    return act


def keep_apart(one: Case, other: Case, by: Viewer) -> Regrouping:
    """The two cases are not proposed together again."""
    act = service.keep_apart([[one.id], [other.id]], by=by, at=clock.now())
    db.session.commit()
    return act
