"""Issues as lists: narrowed down, by priority or by age, and what a meeting may take up."""

import enum
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.issues import policy
from tracker.issues.models import OPEN, IssueCase, IssueStatus, RegionalIssue
from tracker.issues.priority.models import IssueWeight
from tracker.issues.priority.queries import shown_band
from tracker.issues.queries import came_back
from tracker.issues.statement import IssueLevel
from tracker.issues.weighing import Band
from tracker.taxonomy.models import ActType

BAND_WIDTH = 1000  # more than any sum of points: the band goes before them
_PLACES = {Band.A: 3 * BAND_WIDTH, Band.B: 2 * BAND_WIDTH, Band.C: BAND_WIDTH}


class Order(enum.StrEnum):
    """In which order a list of issues stands."""

    PRIORITY = "priority"
    NEWEST = "newest"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return ORDER_LABELS[self]


ORDER_LABELS: dict[Order, LazyString] = {
    Order.PRIORITY: _l("Open ones first, by priority"),
    Order.NEWEST: _l("Newest first"),
}


@dataclass(frozen=True)
class IssueFilter:
    """What a list is narrowed to; everything empty: all."""

    status: IssueStatus | None = None
    area_id: int | None = None
    whole_town: bool = False  # those of no area
    act_type: str | None = None
    band: Band | None = None
    held_at: IssueLevel | None = None


def place() -> sa.ColumnElement[int]:
    """Where an issue stands by priority, the largest first; what is over comes last.

    Needs `issue_weights` joined.
    """
    of_band = sa.case(_PLACES, value=shown_band(), else_=BAND_WIDTH)
    counts = of_band + sa.func.coalesce(IssueWeight.score, 0)
    return sa.case((RegionalIssue.status.in_(sorted(OPEN)), counts), else_=0)


def issues(viewer: Viewer, wanted: IssueFilter) -> Rows:
    """Issues the viewer may know of, with cases, distinct offices and priority; to be paged."""
    supporting = (
        sa.select(sa.func.count())
        .select_from(IssueCase)
        .join(Case, Case.id == IssueCase.case_id)
        .where(IssueCase.issue_id == RegionalIssue.id, case_policy.counted())
        .correlate(RegionalIssue)
    )
    offices = supporting.with_only_columns(sa.func.count(Case.organisation_id.distinct()))
    return (
        sa.select(
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title,
            RegionalIssue.status,
            RegionalIssue.status_since,
            RegionalIssue.regressed_at,
            RegionalIssue.close_proposed_as,
            RegionalIssue.held_at,
            ActType.name_ja.label("act_ja"),
            ActType.name_en.label("act_en"),
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
            shown_band().label("band"),
            sa.func.coalesce(IssueWeight.score, 0).label("score"),
            IssueWeight.set_band,
            IssueWeight.severity,
            supporting.scalar_subquery().label("cases"),
            offices.scalar_subquery().label("offices"),
        )
        .join(ActType, ActType.code == RegionalIssue.act_type_code)
        .outerjoin(Area, Area.id == RegionalIssue.area_id)
        .outerjoin(IssueWeight, IssueWeight.issue_id == RegionalIssue.id)
        .where(policy.visible_to(viewer), *_narrowed(wanted))
    )


def _narrowed(wanted: IssueFilter) -> list[sa.ColumnElement[bool]]:
    equal = {
        RegionalIssue.status: wanted.status,
        RegionalIssue.area_id: wanted.area_id,
        RegionalIssue.act_type_code: wanted.act_type,
        RegionalIssue.held_at: wanted.held_at,
    }
    found: list[sa.ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if wanted.whole_town:
        found.append(RegionalIssue.area_id.is_(None))
    if wanted.band is not None:
        found.append(shown_band() == wanted.band)
    return found


def place_of(viewer: Viewer, issue_id: int) -> sa.ScalarSelect[int]:
    """Where an issue of the viewer's stands by priority: what a list goes on from."""
    statement = (
        sa.select(place())
        .select_from(RegionalIssue)
        .outerjoin(IssueWeight, IssueWeight.issue_id == RegionalIssue.id)
        .where(RegionalIssue.id == issue_id, policy.visible_to(viewer))
    )
    return statement.correlate(None).scalar_subquery()


@dataclass(frozen=True)
class AgendaChoice:
    """An issue that a meeting may take up."""

    id: int
    number: str
    title: str
    band: Band
    score: int
    status: IssueStatus
    held_at: IssueLevel
    regressed_at: datetime | None = None  # new cases opened it again

    @property
    def label(self) -> str:
        """The words beside its box: priority, number, title, and whether it came back."""
        words = f"{self.band.value} {self.number} {self.title}"
        if self.regressed_at is None:
            return words
        return _("%(issue)s, opened again by new cases", issue=words)

    def fits(self, level: IssueLevel) -> bool:
        """May a meeting of this level take it up? What was referred up waits for its own level."""
        if self.status is IssueStatus.FORWARDED:
            return not self.held_at.is_wider_than(level)
        return True


def open_for_agenda(viewer: Viewer) -> list[AgendaChoice]:
    """Confirmed issues, those that wait for a level above, and those that new cases opened again.

    By priority, then the oldest.
    """
    free = RegionalIssue.status.in_([IssueStatus.CONFIRMED, IssueStatus.FORWARDED])
    rows = db.session.execute(
        sa.select(
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title,
            shown_band().label("band"),
            sa.func.coalesce(IssueWeight.score, 0).label("score"),
            RegionalIssue.status,
            RegionalIssue.held_at,
            RegionalIssue.regressed_at,
        )
        .outerjoin(IssueWeight, IssueWeight.issue_id == RegionalIssue.id)
        .where(policy.visible_to(viewer), sa.or_(free, came_back()))
        .order_by(place().desc(), RegionalIssue.id)
    )
    return [AgendaChoice(*row) for row in rows]
