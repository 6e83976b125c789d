"""Counting cases for the matrix, and listing what a cell counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.accounts.models import Area
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases import queries as cases
from tracker.cases.models import Case, CaseStatus
from tracker.cases.queries import CaseFilter
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.issues import policy
from tracker.issues.evidence import Clients
from tracker.issues.evidence import clients as told_apart
from tracker.issues.matrix import Counted, Key, Period
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.taxonomy.models import ActType


def counted_areas(viewer: Viewer) -> Sequence[Area]:
    """Areas whose cases the viewer counts, by code."""
    towns = viewer.municipality_ids(Role.OFFICER, Role.COORDINATOR)
    return db.session.scalars(
        sa.select(Area)
        .where(
            sa.or_(Area.municipality_id.in_(towns), Area.id.in_(viewer.area_ids(Role.CENTRE))),
        )
        .order_by(Area.code)
    ).all()


def counts(viewer: Viewer, period: Period, *, family: str | None = None) -> list[Counted]:
    """Cases by area, family (or the types of one family) and office, in one statement.

    Withdrawn ones are left out; what has no case has no row.
    """
    column = ActType.family_code if family is None else Case.act_type_code
    rows = db.session.execute(
        sa.select(
            Case.area_id,
            column,
            Case.organisation_id,
            sa.func.count(),
            sa.func.sum(Case.times_handled * Case.minutes_each),
        )
        .join(ActType, ActType.code == Case.act_type_code)
        .where(*_counted(viewer, period, family=family))
        .group_by(Case.area_id, column, Case.organisation_id)
        .order_by(Case.area_id, column, Case.organisation_id)
    )
    return [Counted(*row) for row in rows]


def clients(viewer: Viewer, period: Period, *, family: str | None = None) -> dict[Key, Clients]:
    """People the counted cases are about, by cell and total of the matrix, in one statement.

    Each is counted once in every total, as far as offices have said who is the same person; what
    has no case has no entry.
    """
    column = ActType.family_code if family is None else Case.act_type_code
    same = (Case.area_id, column.label("code"), Case.client_key)
    counted = (
        sa.select(*same, sa.func.count().label("cases"))
        .join(ActType, ActType.code == Case.act_type_code)
        .where(*_counted(viewer, period, family=family))
        .group_by(*same)
        .cte("counted")
    )
    area, code = counted.c.area_id, counted.c.code
    of_all = (sa.cast(sa.null(), area.type), sa.cast(sa.null(), code.type))
    known = sa.func.count(counted.c.client_key.distinct())
    unknown = sa.func.sum(sa.case((counted.c.client_key.is_(None), counted.c.cases), else_=0))
    rows = db.session.execute(
        sa.union_all(
            sa.select(area, code, known, unknown).group_by(area, code),
            sa.select(area, of_all[1], known, unknown).group_by(area),
            sa.select(of_all[0], code, known, unknown).group_by(code),
            sa.select(*of_all, known, unknown).having(sa.func.count() > 0),
        )
    )
    return {(row[0], row[1]): told_apart(int(row[2]), int(row[3])) for row in rows}


@dataclass(frozen=True)
class CellFilter:
    """Which cell of the matrix; everything None: all of it."""

    period: Period
    area_id: int | None = None
    family: str | None = None
    act_type: str | None = None


def cases_of_cell(viewer: Viewer, wanted: CellFilter) -> Rows:
    """The cases a cell counts, to page by id."""
    conditions = _counted(viewer, wanted.period, family=wanted.family)
    if wanted.area_id is not None:
        conditions.append(Case.area_id == wanted.area_id)
    if wanted.act_type is not None:
        conditions.append(Case.act_type_code == wanted.act_type)
    return cases.cases(viewer, CaseFilter()).where(*conditions)


def _counted(viewer: Viewer, period: Period, *, family: str | None) -> list[sa.ColumnElement[bool]]:
    conditions = [
        case_policy.visible_to(viewer),
        sa.or_(
            Case.municipality_id.in_(viewer.municipality_ids(Role.OFFICER, Role.COORDINATOR)),
            Case.area_id.in_(viewer.area_ids(Role.CENTRE)),
        ),
        Case.status != CaseStatus.WITHDRAWN,
    ]
    if period.first is not None:
        conditions.append(Case.occurred_month >= period.first)
    if period.last is not None:
        conditions.append(Case.occurred_month <= period.last)
    if family is not None:
        conditions.append(ActType.family_code == family)
    return conditions


def by_status(viewer: Viewer) -> dict[IssueStatus, int]:
    """Issues the viewer may know of, by where they stand; every state, 0 where none is."""
    rows = db.session.execute(
        sa.select(RegionalIssue.status, sa.func.count())
        .where(policy.visible_to(viewer))
        .group_by(RegionalIssue.status)
    )
    return dict.fromkeys(IssueStatus, 0) | {row[0]: row[1] for row in rows}
