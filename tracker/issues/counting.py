"""Counting cases for the matrix, and listing what a cell counts.

Without a narrowing cases, offices and minutes come from the tallies alone; everything else is
counted from the cases of the viewer's town.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Area, Municipality, Organisation, OrganisationArea
from tracker.accounts.models import OrganisationKind as Kind
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases import queries as cases
from tracker.cases.models import OPEN_CLASS, Case
from tracker.cases.queries import CaseFilter
from tracker.cases.tallies import CaseTally
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.issues import policy
from tracker.issues.matrix import (
    EVERY_CASE,
    CaseMinutes,
    Cell,
    ClientCount,
    Counted,
    Narrowing,
    Period,
    Place,
)
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.taxonomy.models import ActType, ClassPlacement

SCOPE = (Role.OFFICER, Role.COORDINATOR)  # count their whole town; a centre counts its areas
Ids = sa.BindParameter[Sequence[int]]
Conditions = list[sa.ColumnElement[bool]]


def counted_areas(viewer: Viewer) -> Sequence[Area]:
    """Areas whose cases the viewer counts, by code."""
    return db.session.scalars(sa.select(Area).where(_counts_area(viewer)).order_by(Area.code)).all()


def _counts_area(viewer: Viewer) -> sa.ColumnElement[bool]:
    towns, areas = viewer.municipality_ids(*SCOPE), viewer.area_ids(Role.CENTRE)
    return sa.or_(Area.municipality_id.in_(towns), Area.id.in_(areas))


@cache
def _areas_counted() -> sa.Select[*tuple[Any, ...]]:
    towns: Ids = sa.bindparam("towns", expanding=True)
    areas: Ids = sa.bindparam("areas", expanding=True)
    return (
        sa.select(Area.id, Area.name_ja, Area.name_en)
        .where(sa.or_(Area.municipality_id.in_(towns), Area.id.in_(areas)))
        .order_by(Area.code)
    )


def places(viewer: Viewer, rows: str) -> list[Place]:
    """The rows of a matrix the viewer counts, by code or key; none for who counts nothing.

    :param rows: "area", "centre" (areas without one are left out) or "town"
    """
    if rows == "centre":
        return _centres(viewer)
    if rows == "town":
        return _towns(viewer)
    towns, areas = viewer.municipality_ids(*SCOPE), viewer.area_ids(Role.CENTRE)
    found = db.session.execute(_areas_counted(), {"towns": sorted(towns), "areas": sorted(areas)})
    return [Place(key, ja, en, frozenset({key})) for key, ja, en in found]


def _centres(viewer: Viewer) -> list[Place]:
    return _joined(
        sa.select(Organisation.id, Organisation.name_ja, Organisation.name_en, Area.id)
        .join(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .join(Area, Area.id == OrganisationArea.area_id)
        .where(
            Organisation.kind == Kind.CENTRE, Organisation.closed_on.is_(None), _counts_area(viewer)
        )
        .order_by(Organisation.id, Area.id)
    )


def _towns(viewer: Viewer) -> list[Place]:
    return _joined(
        sa.select(Municipality.id, Municipality.name_ja, Municipality.name_en, Area.id)
        .join(Area, Area.municipality_id == Municipality.id)
        .where(_counts_area(viewer))
        .order_by(Municipality.id, Area.id)
    )


def _joined(statement: sa.Select[*tuple[Any, ...]]) -> list[Place]:
    """One place for each key, with all its areas."""
    areas: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for key, ja, en, area in db.session.execute(statement):
        areas[key, ja, en].add(area)
    return [Place(*name, frozenset(found)) for name, found in areas.items()]


def types_of(family: str) -> Sequence[ActType]:
    """The types of a family, by code; retired ones too, for old cases still name them."""
    return db.session.scalars(
        sa.select(ActType).where(ActType.family_code == family).order_by(ActType.code)
    ).all()


def counts(
    viewer: Viewer,
    period: Period,
    *,
    family: str | None = None,
    narrowing: Narrowing = EVERY_CASE,
    today: date | None = None,
) -> Sequence[Counted]:
    """Cases by area, family (or the types of one family) and office, in one statement.

    Withdrawn ones are left out; what has no case has no row.

    :param today: the day on which types are placed in classes; needed to narrow to a class
    """
    if narrowing.is_open:
        return _counts_of_tallies(viewer, period, family)
    key = (Case.area_id, _column(Case.act_type_code, family), Case.organisation_id)
    minutes = sa.func.sum(Case.times_handled * Case.minutes_each)
    rows = db.session.execute(
        sa.select(*key, sa.func.count(), minutes)
        .join(ActType, ActType.code == Case.act_type_code)
        .where(*_counted(viewer, period, family, narrowing, today))
        .group_by(*key)
        .order_by(*key)
    )
    return [Counted(*row) for row in rows]


def _counts_of_tallies(viewer: Viewer, period: Period, family: str | None) -> Sequence[Counted]:
    rows = db.session.execute(
        _tallied(opened=family is not None),
        {
            "towns": sorted(viewer.municipality_ids(*SCOPE)),
            "areas": sorted(viewer.area_ids(Role.CENTRE)),
            "first": period.first or date.min,
            "last": period.last or date.max,
            "family": family,
        },
    )
    return [Counted(*row) for row in rows]


@cache  # putting the statement together takes longer than running it
def _tallied(*, opened: bool) -> sa.Select[*tuple[Any, ...]]:
    """Tallies of what somebody counts; the town leads their key.

    :param opened: the types of one family instead of the families
    """
    towns: Ids = sa.bindparam("towns", expanding=True)
    areas: Ids = sa.bindparam("areas", expanding=True)
    town = CaseTally.municipality_id
    near = sa.select(Area.municipality_id).where(Area.id.in_(areas))
    column = CaseTally.act_type_code if opened else ActType.family_code
    key = (CaseTally.area_id, column, CaseTally.organisation_id)
    statement = (
        sa.select(*key, sa.func.sum(CaseTally.cases), sa.func.sum(CaseTally.minutes))
        .join(ActType, ActType.code == CaseTally.act_type_code)
        .where(
            town.in_(sa.select(Municipality.id).where(Municipality.id.in_(towns)).union(near)),
            sa.or_(town.in_(towns), CaseTally.area_id.in_(areas)),
            CaseTally.occurred_month.between(sa.bindparam("first"), sa.bindparam("last")),
        )
    )
    if opened:
        statement = statement.where(ActType.family_code == sa.bindparam("family"))
    return statement.group_by(*key).order_by(*key)


def clients(
    viewer: Viewer,
    period: Period,
    *,
    family: str | None = None,
    narrowing: Narrowing = EVERY_CASE,
    today: date | None = None,
) -> Sequence[ClientCount]:
    """Cases by area, column and client, in one statement; clients cannot be added up."""
    key = (Case.area_id, _column(Case.act_type_code, family), Case.client_key)
    return [ClientCount(*row) for row in _grouped(key, viewer, period, family, narrowing, today)]


def minutes(
    viewer: Viewer,
    period: Period,
    *,
    family: str | None = None,
    narrowing: Narrowing = EVERY_CASE,
    today: date | None = None,
) -> Sequence[CaseMinutes]:
    """Cases by area, column and how long they took, in one statement; for medians."""
    spent = Case.times_handled * Case.minutes_each
    key = (Case.area_id, _column(Case.act_type_code, family), spent)
    return [CaseMinutes(*row) for row in _grouped(key, viewer, period, family, narrowing, today)]


def _grouped(
    key: tuple[sa.ColumnElement[Any] | sa.orm.InstrumentedAttribute[Any], ...],
    viewer: Viewer,
    period: Period,
    family: str | None,
    narrowing: Narrowing,
    today: date | None,
) -> sa.Result[*tuple[Any, ...]]:
    return db.session.execute(
        sa.select(*key, sa.func.count())
        .join(ActType, ActType.code == Case.act_type_code)
        .where(*_counted(viewer, period, family, narrowing, today))
        .group_by(*key)
    )


def _column(
    act_type: sa.orm.InstrumentedAttribute[str], family: str | None
) -> sa.orm.InstrumentedAttribute[str]:
    return ActType.family_code if family is None else act_type


@dataclass(frozen=True)
class CellFilter:
    """Which cell of the matrix; everything None: all of it."""

    period: Period
    area_ids: frozenset[int] | None = None
    family: str | None = None
    act_type: str | None = None
    narrowing: Narrowing = EVERY_CASE
    today: date | None = None  # needed to narrow to a class


def cases_of_cell(viewer: Viewer, wanted: CellFilter) -> Rows:
    """The cases a cell counts, to page by id."""
    return cases.cases(viewer, CaseFilter()).where(*_of_cell(viewer, wanted))


def figures_of_cell(viewer: Viewer, wanted: CellFilter) -> Cell:
    """Every figure of a cell, in one statement."""
    rows = db.session.execute(
        sa.select(Case.organisation_id, Case.client_key, Case.times_handled * Case.minutes_each)
        .join(ActType, ActType.code == Case.act_type_code)
        .where(*_of_cell(viewer, wanted))
    )
    cell = Cell()
    for office, client, spent in rows:
        known = {client} if client is not None else set()
        cell.add(Cell(None, None, 1, spent, {office: spent}, known, client is None, {spent: 1}))
    return cell


def _of_cell(viewer: Viewer, wanted: CellFilter) -> Conditions:
    conditions = _counted(viewer, wanted.period, wanted.family, wanted.narrowing, wanted.today)
    if wanted.area_ids is not None:
        conditions.append(Case.area_id.in_(wanted.area_ids))
    if wanted.act_type is not None:
        conditions.append(Case.act_type_code == wanted.act_type)
    return conditions


def _counted(
    viewer: Viewer, period: Period, family: str | None, narrowing: Narrowing, today: date | None
) -> Conditions:
    return [
        case_policy.visible_to(viewer),
        sa.or_(
            Case.municipality_id.in_(viewer.municipality_ids(*SCOPE)),
            Case.area_id.in_(viewer.area_ids(Role.CENTRE)),
        ),
        case_policy.counted(),
        *_in(period, Case.occurred_month),
        *_of_family(family),
        *_narrowed(narrowing, today),
    ]


def _in(period: Period, month: sa.orm.InstrumentedAttribute[date]) -> Conditions:
    conditions: Conditions = []
    if period.first is not None:
        conditions.append(month >= period.first)
    if period.last is not None:
        conditions.append(month <= period.last)
    return conditions


def _of_family(family: str | None) -> Conditions:
    return [] if family is None else [ActType.family_code == family]


def _narrowed(narrowing: Narrowing, today: date | None) -> Conditions:
    answers = (
        (Case.gap, narrowing.gap),
        (Case.requester, narrowing.requester),
        (Case.urgency, narrowing.urgency),
    )
    found: Conditions = [column == code for column, code in answers if code is not None]
    if narrowing.work_class is not None:
        if today is None:
            raise ValueError("classes are placed on a day")
        found.append(_work_class(today) == narrowing.work_class)
    return found


def _work_class(today: date) -> sa.ColumnElement[str]:
    """What the office says of the case, else where the table places its type on this day."""
    placed = (
        sa.select(ClassPlacement.work_class_code)
        .where(
            ClassPlacement.act_type_code == Case.act_type_code, ClassPlacement.valid_from <= today
        )
        .order_by(ClassPlacement.valid_from.desc(), ClassPlacement.act_type_code)
        .limit(1)
        .scalar_subquery()
    )
    return sa.func.coalesce(Case.work_class, placed, OPEN_CLASS)


def by_status(viewer: Viewer) -> dict[IssueStatus, int]:
    """Issues the viewer may know of, by where they stand; every state, 0 where none is."""
    rows = db.session.execute(
        sa.select(RegionalIssue.status, sa.func.count())
        .where(policy.visible_to(viewer))
        .group_by(RegionalIssue.status)
    )
    return dict.fromkeys(IssueStatus, 0) | {row[0]: row[1] for row in rows}
