"""Aggregates over what the viewer may see, as rows with named columns."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Municipality, Organisation, OrganisationKind
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.disclosure import Figure, not_shown, shown
from tracker.issues import releases
from tracker.issues.models import UNDER_WAY, RegionalIssue
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
            case_policy.counted(),
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
    open_issues: int  # confirmed ones: a candidate may stand on one case
    resources: int


def town_totals(viewer: Viewer) -> list[TownTotals]:
    """The towns of the viewer's prefecture, by code; those without any centre are left out.

    Cases are those of the latest released fiscal year: any other count beside it could be
    subtracted from it.
    """
    prefectures = viewer.municipality_ids(Role.PREFECTURE)
    released = releases.latest_totals(prefectures)
    rows = db.session.execute(
        sa.select(
            Municipality.id,
            Municipality.name_ja,
            Municipality.name_en,
            _counted(
                RegionalIssue.id,
                RegionalIssue.municipality_id,
                RegionalIssue.status.in_(UNDER_WAY),
                RegionalIssue.joined_into_id.is_(None),
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
        TownTotals(name_ja, name_en, _figure(released.get(town)), issues, resources)
        for town, name_ja, name_en, issues, resources in rows
    ]


def _figure(cases: int | None) -> Figure:
    return not_shown() if cases is None else shown(cases)


def _counted(
    key: sa.orm.InstrumentedAttribute[int],
    town: sa.orm.InstrumentedAttribute[int],
    *conditions: sa.ColumnElement[bool],
) -> sa.ScalarSelect[int]:
    statement = sa.select(sa.func.count(key)).where(town == Municipality.id, *conditions)
    return statement.scalar_subquery()
