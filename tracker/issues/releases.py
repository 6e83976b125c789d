"""What people outside a town may read of its counts: one table a prefecture and fiscal year.

Each is counted once, after the year has ended, and never again; there is no other filter. So no
two of them hold the same case, nothing can be told by subtracting one from another or this month's
from last month's, and the table of the country only repeats the totals of its prefectures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.accounts.models import Municipality, Organisation, OrganisationKind
from tracker.cases.tallies import CaseTally
from tracker.core import audit, clock, published, wareki
from tracker.core.audit import Change
from tracker.core.db import Model, db
from tracker.core.disclosure import Figure, national, not_shown, shown, to_tens
from tracker.core.published import TOTAL, Counts
from tracker.settings.values import small_cells
from tracker.taxonomy.models import ActFamily, ActType

MONTH_OF_RELEASE = 5  # a month after the year has ended, for what is filed late
MANY = 1_000_000  # a prefecture is larger than any limit


class Release(Model):
    """The figures of one prefecture and fiscal year, as they stand for good."""

    __tablename__ = "releases"
    __table_args__ = (sa.UniqueConstraint("prefecture_id", "fiscal_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    prefecture_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    fiscal_year: Mapped[int]  # April to March, of the month the cases happened in
    made_at: Mapped[datetime]


class ReleasedFigure(Model):
    """Cases of a town, or of its whole prefecture, in tens; what is hidden is nowhere here."""

    __tablename__ = "released_figures"

    release_id: Mapped[int] = mapped_column(sa.ForeignKey("releases.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(
        sa.ForeignKey("municipalities.id"), primary_key=True, index=True
    )
    family_code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)  # TOTAL: of all
    cases: Mapped[int | None]  # None: hidden


@dataclass(frozen=True)
class Region:
    """A row of a table: a town, a prefecture."""

    id: int
    name_ja: str
    name_en: str


@dataclass(frozen=True)
class ReleasedTable:
    """Figures by region and family; every figure that is not there is hidden."""

    regions: Sequence[Region]
    families: Sequence[str]
    made_at: datetime
    _cases: Mapping[tuple[int, str], int | None]

    def cases(self, region_id: int, family: str = TOTAL) -> int | None:
        """In tens; None where hidden."""
        return self._cases.get((region_id, family))

    def at(self, region_id: int, family: str = TOTAL) -> Figure:
        """The figure as it is shown."""
        cases = self.cases(region_id, family)
        return not_shown() if cases is None else shown(cases)


def due_year(today: date) -> int | None:
    """The fiscal year whose figures are made on this day; None outside of the month for it."""
    return today.year - 1 if today.month == MONTH_OF_RELEASE else None


def make_due(at: datetime) -> int:
    """In May the year that ended in March is counted, once; how many tables were made."""
    year = due_year(clock.local(at).date())
    return 0 if year is None else make(year, at=at)


def make(fiscal_year: int, *, at: datetime) -> int:
    """Every prefecture with a centre has its table of the year; how many were missing.

    :raises ValueError: when the year has not ended
    """
    if fiscal_year >= wareki.fiscal_year(clock.local(at).date()):
        raise ValueError("that fiscal year has not ended")
    towns: dict[int, list[int]] = defaultdict(list)
    for town, prefecture in db.session.execute(_towns_at_work()):
        if prefecture is not None:
            towns[prefecture].append(town)
    done = set(
        db.session.scalars(
            sa.select(Release.prefecture_id).where(Release.fiscal_year == fiscal_year)
        )
    )
    missing = [prefecture for prefecture in sorted(towns) if prefecture not in done]
    for prefecture in missing:
        _release(prefecture, towns[prefecture], fiscal_year, at)
    return len(missing)


def _towns_at_work() -> sa.Select[int, int | None]:
    """Towns in which there is a centre, with their prefecture, by code."""
    return (
        sa.select(Municipality.id, Municipality.prefecture_id)
        .where(
            Municipality.prefecture_id.is_not(None),
            sa.exists().where(
                Organisation.municipality_id == Municipality.id,
                Organisation.kind == OrganisationKind.CENTRE,
            ),
        )
        .order_by(Municipality.id)
    )


def _release(prefecture_id: int, towns: Sequence[int], fiscal_year: int, at: datetime) -> None:
    counts = counted(towns, fiscal_year)
    day = clock.local(at).date()
    rules = {str(town): rule for town, rule in small_cells.rules_of(towns, today=day).items()}
    table = published.publish(counts, {**rules, TOTAL: national(MANY)})
    release = Release(prefecture_id=prefecture_id, fiscal_year=fiscal_year, made_at=at)
    db.session.add(release)
    db.session.flush()
    db.session.execute(
        sa.insert(ReleasedFigure),
        [
            {
                "release_id": release.id,
                "region_id": prefecture_id if place[0] == TOTAL else int(place[0]),
                "family_code": place[1],
                "cases": None if table.at(*place).hidden else to_tens(counts.of(place)),
            }
            for place in counts.places()
        ],
    )
    change = Change({}, {"fiscal_year": fiscal_year, "towns": len(towns)}, {}, {})
    audit.record(None, "release.made", release, at=at, change=change)


def counted(towns: Sequence[int], fiscal_year: int) -> Counts:
    """Cases by town and family with the offices behind each figure, totals too."""
    cases: dict[tuple[str, str], int] = defaultdict(int)
    offices: dict[tuple[str, str], set[int]] = defaultdict(set)
    for town, family, office, count in db.session.execute(_by_office(towns, fiscal_year)):
        row = str(town)
        cases[row, family] += count
        for place in ((row, family), (row, TOTAL), (TOTAL, family), (TOTAL, TOTAL)):
            offices[place].add(office)
    families = db.session.scalars(
        sa.select(ActFamily.code).order_by(ActFamily.position, ActFamily.code)
    )
    behind = {place: len(found) for place, found in offices.items()}
    return Counts([str(town) for town in towns], list(families), cases, behind)


def _by_office(towns: Sequence[int], fiscal_year: int) -> sa.Select[int, str, int, int]:
    key = (CaseTally.municipality_id, ActType.family_code, CaseTally.organisation_id)
    return (
        sa.select(*key, sa.func.sum(CaseTally.cases))
        .join(ActType, ActType.code == CaseTally.act_type_code)
        .where(
            CaseTally.municipality_id.in_(towns),
            CaseTally.occurred_month.between(date(fiscal_year, 4, 1), date(fiscal_year + 1, 3, 31)),
        )
        .group_by(*key)
        .order_by(*key)
    )


def released_years() -> Sequence[int]:
    """Fiscal years of which there is a table, the latest first."""
    year = Release.fiscal_year
    return db.session.scalars(sa.select(year).group_by(year).order_by(year.desc())).all()


def latest_totals(prefecture_ids: Iterable[int]) -> dict[int, int | None]:
    """Cases of each town in the latest release of its prefecture, in tens; None where hidden.

    Towns of no release have no entry.
    """
    latest = (
        sa.select(Release.prefecture_id, sa.func.max(Release.fiscal_year).label("year"))
        .where(Release.prefecture_id.in_(sorted(prefecture_ids)))
        .group_by(Release.prefecture_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(ReleasedFigure.region_id, ReleasedFigure.cases)
        .join(Release, Release.id == ReleasedFigure.release_id)
        .join(
            latest,
            sa.and_(
                latest.c.prefecture_id == Release.prefecture_id,
                latest.c.year == Release.fiscal_year,
            ),
        )
        .where(ReleasedFigure.family_code == TOTAL)
    )
    return {row.region_id: row.cases for row in rows}


def prefecture_of(municipality_ids: Iterable[int]) -> int | None:
    """The prefecture of the first of these regions, itself if it is one; None for none."""
    own = sa.func.coalesce(Municipality.prefecture_id, Municipality.id)
    return db.session.scalar(
        sa.select(own)
        .where(Municipality.id.in_(sorted(municipality_ids)))
        .order_by(Municipality.id)
        .limit(1)
    )


def towns_table(prefecture_id: int, fiscal_year: int) -> ReleasedTable | None:
    """The towns of a prefecture, by code, its own total last; None when none was released."""
    return _table(Release.prefecture_id == prefecture_id, fiscal_year, last=prefecture_id)


def country_table(fiscal_year: int) -> ReleasedTable | None:
    """The totals of every prefecture that has a table, by code; None when none has."""
    return _table(ReleasedFigure.region_id == Release.prefecture_id, fiscal_year)


def _table(
    wanted: sa.ColumnElement[bool], fiscal_year: int, last: int | None = None
) -> ReleasedTable | None:
    rows = db.session.execute(
        sa.select(
            ReleasedFigure.region_id,
            ReleasedFigure.family_code,
            ReleasedFigure.cases,
            Municipality.name_ja,
            Municipality.name_en,
            Release.made_at,
        )
        .join(Release, Release.id == ReleasedFigure.release_id)
        .join(Municipality, Municipality.id == ReleasedFigure.region_id)
        .where(wanted, Release.fiscal_year == fiscal_year)
    ).all()
    if not rows:
        return None
    cases = {(row.region_id, row.family_code): row.cases for row in rows}
    names = {row.region_id: (row.name_ja, row.name_en) for row in rows}
    regions = [
        Region(key, *names[key]) for key in sorted(names, key=lambda key: (key == last, key))
    ]
    used = {family for (_region, family), count in cases.items() if count != 0}
    return ReleasedTable(regions, sorted(used - {TOTAL}), max(r.made_at for r in rows), cases)
