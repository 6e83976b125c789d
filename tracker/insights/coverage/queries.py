"""Reading what is missing: resources and cases by family and area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.cases.tallies import CaseTally
from tracker.core.db import db
from tracker.insights.coverage.rule import Hole, Supply, hole
from tracker.issues import counting
from tracker.issues.evidence import months_back
from tracker.resources import narrowing, policy
from tracker.resources import queries as resources
from tracker.resources.models import (
    AFFORDABLE_FEES,
    DOUBTED_FROM,
    USABLE,
    Capacity,
    Resource,
    ResourceActType,
    ResourceArea,
    Tier,
)
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import ActFamily, ActType

MONTHS = 12  # this one included
WORST = 5


@dataclass(frozen=True)
class Cell:
    """One family in one area."""

    area_id: int
    family: str
    supply: Supply
    cases: int | None  # of the last 12 months; None: not for this viewer to know

    @property
    def hole(self) -> Hole:
        """How the area stands with the family."""
        return hole(self.supply)


@dataclass(frozen=True)
class Coverage:
    """Families by areas, with what is missing."""

    areas: Sequence[tuple[int, str]]  # id and name
    families: Sequence[ActFamily]
    cells: Mapping[tuple[str, int], Cell]

    @property
    def worst(self) -> list[Cell]:
        """Holes with the most cases behind them, the most first; none without a case."""
        holes = [one for one in self.cells.values() if one.cases and one.hole is not Hole.SERVED]
        return sorted(holes, key=lambda one: (-(one.cases or 0), one.family, one.area_id))[:WORST]

    def count(self, kind: Hole) -> int:
        """How many cells are so."""
        return sum(one.hole is kind for one in self.cells.values())


def coverage(viewer: Viewer, *, today: date) -> Coverage:
    """Every family in every area whose directory the viewer may look in; a fixed number of
    statements. Cases are counted for those who count them on the matrix, and for nobody else.
    """
    areas, families = resources.areas_seen(viewer), taxonomy.families()
    keys = [key for key, _name in areas]
    supplies, cases = _supplies(viewer, keys, today), _cases(viewer, today)
    counted = {area.id for area in counting.counted_areas(viewer)}
    cells = {
        (family.code, area): Cell(
            area,
            family.code,
            supplies.get((family.code, area), Supply()),
            cases.get((family.code, area), 0) if area in counted else None,
        )
        for family in families
        for area in keys
    }
    return Coverage(areas, families, cells)


def _supplies(
    viewer: Viewer, area_ids: Sequence[int], today: date
) -> dict[tuple[str, int], Supply]:
    sure = sa.and_(sa.not_(narrowing.is_stale(today)), Resource.doubts < DOUBTED_FROM)
    takes = Resource.capacity.in_([Capacity.FREE, Capacity.UNKNOWN])
    free = narrowing.costs_nothing(Tier.EVERYONE, Tier.WELFARE, Tier.NO_TAX)
    affordable = sa.or_(Resource.fee.in_(sorted(AFFORDABLE_FEES)), free)
    each = (  # a resource that takes over several types of a family is one resource of it
        sa.select(
            Resource.id,
            ResourceArea.area_id,
            ActType.family_code,
            _one(sure).label("sure"),
            _one(sa.and_(sure, takes)).label("open"),
            _one(sa.and_(sure, takes, affordable)).label("affordable"),
        )
        .join(ResourceArea, ResourceArea.resource_id == Resource.id)
        .join(ResourceActType, ResourceActType.resource_id == Resource.id)
        .join(ActType, ActType.code == ResourceActType.act_type_code)
        .where(
            policy.visible_to(viewer),
            Resource.status.in_(sorted(USABLE)),
            narrowing.recommendable(),
            ResourceArea.area_id.in_(area_ids),
        )
        .distinct()
        .subquery()
    )
    sums = [sa.func.sum(each.c[name]) for name in ("sure", "open", "affordable")]
    rows = db.session.execute(
        sa.select(each.c.family_code, each.c.area_id, sa.func.count(), *sums)
        .group_by(each.c.family_code, each.c.area_id)
        .order_by(each.c.family_code, each.c.area_id)
    )
    return {(row[0], row[1]): Supply(*map(int, row[2:])) for row in rows}


def _one(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _cases(viewer: Viewer, today: date) -> dict[tuple[str, int], int]:
    """Cases of the last 12 months by family and area, of the viewer's towns."""
    rows = db.session.execute(
        sa.select(ActType.family_code, CaseTally.area_id, sa.func.sum(CaseTally.cases))
        .join(ActType, ActType.code == CaseTally.act_type_code)
        .where(
            CaseTally.municipality_id.in_(policy.towns_kept(viewer)),
            CaseTally.occurred_month >= months_back(today, MONTHS)[0],
        )
        .group_by(ActType.family_code, CaseTally.area_id)
        .order_by(ActType.family_code, CaseTally.area_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}
