"""Aggregates over what the viewer may see, as rows with named columns."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case, CaseStatus
from tracker.core.db import db
from tracker.taxonomy.models import ActType


@dataclass(frozen=True)
class MonthCount:
    """Cases of one month and family."""

    month: date
    family: str
    count: int


def cases_by_month(viewer: Viewer, *, first: date, last: date) -> list[MonthCount]:
    """Cases by the month they happened in and family code; withdrawn ones are left out.

    Months and families without a case have no row.
    """
    rows = db.session.execute(
        sa.select(Case.occurred_month, ActType.family_code, sa.func.count())
        .join(ActType, ActType.code == Case.act_type_code)
        .where(
            case_policy.visible_to(viewer),
            Case.status != CaseStatus.WITHDRAWN,
            Case.occurred_month.between(first, last),
        )
        .group_by(Case.occurred_month, ActType.family_code)
        .order_by(Case.occurred_month, ActType.family_code)
    )
    return [MonthCount(*row) for row in rows]
