"""Aggregates over what the viewer may see, as rows with named columns."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Municipality, Organisation, OrganisationKind
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case, CaseStatus
from tracker.core.db import db
from tracker.core.disclosure import Figure, disclosed
from tracker.issues.models import OPEN, RegionalIssue
from tracker.resources.models import USABLE, Resource
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


@dataclass(frozen=True)
class TownTotals:
    """One town in figures that may be shown to its prefecture."""

    name_ja: str
    name_en: str
    cases: Figure
    open_issues: int
    resources: int


def town_totals(viewer: Viewer, *, today: date) -> list[TownTotals]:
    """The towns of the viewer's prefecture, by code; those without any centre are left out.

    Cases are those filed in the twelve months before this one, so that the figure stands still
    for a month; they are hidden or rounded by `core.disclosure`.
    """
    prefectures = viewer.municipality_ids(Role.PREFECTURE)
    last = today.replace(day=1)
    first = last.replace(year=last.year - 1)
    rows = db.session.execute(
        sa.select(
            Municipality.name_ja,
            Municipality.name_en,
            _counted(
                Case.id,
                Case.municipality_id,
                Case.status != CaseStatus.WITHDRAWN,
                Case.occurred_month >= first,
                Case.occurred_month < last,
            ),
            _counted(
                RegionalIssue.id, RegionalIssue.municipality_id, RegionalIssue.status.in_(OPEN)
            ),
            _counted(Resource.id, Resource.municipality_id, Resource.status.in_(USABLE)),
        )
        .where(
            Municipality.prefecture_id.in_(prefectures),
            sa.exists().where(
                Organisation.municipality_id == Municipality.id,
                Organisation.kind == OrganisationKind.CENTRE,
            ),
        )
        .order_by(Municipality.id)
    )
    return [
        TownTotals(name_ja, name_en, disclosed(cases, None), issues, resources)
        for name_ja, name_en, cases, issues, resources in rows
    ]


def _counted(
    key: sa.orm.InstrumentedAttribute[int],
    town: sa.orm.InstrumentedAttribute[int],
    *conditions: sa.ColumnElement[bool],
) -> sa.ScalarSelect[int]:
    statement = sa.select(sa.func.count(key)).where(town == Municipality.id, *conditions)
    return statement.scalar_subquery()
