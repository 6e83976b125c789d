"""What is not proposed beside one case, because people have separated it from others."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.issues.models import IssueCase, IssueWish
from tracker.issues.relating.models import KeptApart, Regrouping


def cases_apart_from(viewer: Viewer, case_id: int) -> set[int]:
    """Cases on another side of a separation that holds; one statement.

    None for whoever may not know of the case.
    """
    return set(db.session.scalars(_apart(viewer, case_id)))


def issues_apart_from(viewer: Viewer, case_id: int) -> set[int]:
    """Issues that such a case supports, but for the one its office points at; one statement.

    None for whoever may not know of the case.
    """
    wished = sa.exists().where(
        IssueWish.case_id == case_id, IssueWish.issue_id == IssueCase.issue_id
    )
    statement = sa.select(IssueCase.issue_id).where(
        IssueCase.case_id.in_(_apart(viewer, case_id)), sa.not_(wished)
    )
    return set(db.session.scalars(statement))


def _apart(viewer: Viewer, case_id: int) -> sa.Select[int]:
    own, other = aliased(KeptApart), aliased(KeptApart)
    return (
        sa.select(other.case_id)
        .join(own, sa.and_(own.regrouping_id == other.regrouping_id, own.side != other.side))
        .join(Regrouping, Regrouping.id == own.regrouping_id)
        .join(Case, Case.id == own.case_id)
        .where(
            own.case_id == case_id,
            case_policy.visible_to(viewer),
            Regrouping.undone_at.is_(None),
        )
    )
