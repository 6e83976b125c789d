"""Reading what priorities are counted from, and how an issue's one came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.i18n import number
from tracker.issues.evidence import months_back
from tracker.issues.models import OPEN, IssueCase, IssueStatus, RegionalIssue
from tracker.issues.priority.models import IssueWeight
from tracker.issues.weighing import (
    MOST_POINTS,
    TREND_MONTHS,
    WEIGHT_OF,
    WINDOW_MONTHS,
    Band,
    Feasibility,
    Part,
    Severity,
    Weighed,
    band,
    points,
    score,
)
from tracker.settings.values import queries as values
from tracker.settings.values.models import Key

PART_LABELS = {
    Part.RECURRENCE: _l("How often it came"),
    Part.SEVERITY: _l("How severe it is"),
    Part.BREADTH: _l("From how many offices"),
    Part.GAP: _l("Why it could not be handed on"),
    Part.BURDEN: _l("How long it took"),
    Part.TREND: _l("Whether it rises"),
}


def shown_band() -> sa.ColumnElement[Band]:
    """The band of an issue in a list: set by hand, else counted; the last one where none is."""
    return sa.func.coalesce(
        IssueWeight.set_band, IssueWeight.band, Band.C, type_=IssueWeight.band.type
    )


def counted(issue_ids: Sequence[int], *, today: date) -> dict[int, Weighed]:
    """What the cases of each of these issues say today, in three statements.

    Withdrawn cases are left out; an issue without a case has zeros. Severity is what was set.
    """
    this_year, latest, year_before = _windows(today)
    office = sa.case((this_year, Case.organisation_id))
    minutes = sa.case((this_year, Case.times_handled * Case.minutes_each), else_=0)
    rows = db.session.execute(
        sa.select(
            RegionalIssue.id,
            RegionalIssue.gap,
            IssueWeight.severity,
            sa.func.sum(sa.case((this_year, 1), else_=0)),
            sa.func.count(office.distinct()),
            sa.func.sum(minutes),
            sa.func.sum(sa.case((latest, 1), else_=0)),
            sa.func.sum(sa.case((year_before, 1), else_=0)),
        )
        .outerjoin(IssueWeight, IssueWeight.issue_id == RegionalIssue.id)
        .outerjoin(IssueCase, IssueCase.issue_id == RegionalIssue.id)
        .outerjoin(Case, sa.and_(Case.id == IssueCase.case_id, case_policy.counted()))
        .where(RegionalIssue.id.in_(issue_ids))
        .group_by(RegionalIssue.id, RegionalIssue.gap, IssueWeight.severity)
    ).all()
    gaps = commonest_gaps([row[0] for row in rows if row[1] is None])
    return {
        row[0]: Weighed(
            cases=int(row[3] or 0),
            offices=row[4],
            minutes=int(row[5] or 0),
            latest=int(row[6] or 0),
            year_before=int(row[7] or 0),
            gap=row[1] or gaps.get(row[0]),
            severity=row[2],
        )
        for row in rows
    }


def _windows(today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on a case: of the last twelve months, of the newest three, of those a year ago."""
    months = months_back(today, WINDOW_MONTHS + TREND_MONTHS)
    month, last = Case.occurred_month, months[-1]
    return (
        month.between(months[TREND_MONTHS], last),
        month.between(months[-TREND_MONTHS], last),
        month.between(months[0], months[TREND_MONTHS - 1]),
    )


def commonest_gaps(issue_ids: Sequence[int]) -> dict[int, str]:
    """Why most cases of each issue could not be handed on; of equals the first code.

    An issue without a case has no entry.
    """
    if not issue_ids:
        return {}
    rows = db.session.execute(
        sa.select(IssueCase.issue_id, Case.gap)
        .join(Case, Case.id == IssueCase.case_id)
        .where(IssueCase.issue_id.in_(issue_ids), case_policy.counted())
        .group_by(IssueCase.issue_id, Case.gap)
        .order_by(IssueCase.issue_id, sa.func.count(), Case.gap.desc())
    )
    return {row.issue_id: row.gap for row in rows}  # the last one of an issue stays


def rows_of(issue_ids: Sequence[int]) -> dict[int, IssueWeight]:
    """The rows by issue, held until the end; an issue without one has no entry."""
    rows = db.session.scalars(
        sa.select(IssueWeight)
        .where(IssueWeight.issue_id.in_(issue_ids))
        .order_by(IssueWeight.issue_id)
        .with_for_update()
    )
    return {row.issue_id: row for row in rows}


def open_issue_ids(after: int, limit: int, *, municipality_id: int | None = None) -> list[int]:
    """Open issues with a larger key, of every town or of one, by id; at most so many."""
    conditions = [RegionalIssue.id > after, RegionalIssue.status.in_(sorted(OPEN))]
    if municipality_id is not None:
        conditions.append(RegionalIssue.municipality_id == municipality_id)
    rows = sa.select(RegionalIssue.id).where(*conditions).order_by(RegionalIssue.id).limit(limit)
    return list(db.session.scalars(rows))


def towns_of(issue_ids: Sequence[int]) -> dict[int, int]:
    """The town of each of these issues."""
    rows = db.session.execute(
        sa.select(RegionalIssue.id, RegionalIssue.municipality_id).where(
            RegionalIssue.id.in_(issue_ids)
        )
    )
    return {row.id: row.municipality_id for row in rows}


@dataclass(frozen=True)
class PartLine:
    """One part of the sum, as it is shown."""

    part: Part
    points: int
    most: int
    weight: int
    why: str

    @property
    def label(self) -> str:
        """What the part is called."""
        return str(PART_LABELS[self.part])

    @property
    def total(self) -> int:
        """What it adds to the sum."""
        return self.points * self.weight


@dataclass(frozen=True)
class Priority:
    """How an issue's priority came about, for its page."""

    lines: list[PartLine]
    score: int
    counted_band: Band
    weight: IssueWeight
    limits: tuple[int, int]  # points from which A and B begin
    set_by: str  # "" while the points decide
    towns_alike: int  # other towns in which the same type is an open issue; nothing else of them

    @property
    def band(self) -> Band:
        """What is shown: set by hand, else what the points say."""
        return self.weight.set_band or self.counted_band

    @property
    def severity(self) -> Severity | None:
        """What is at stake; None while nobody has said it."""
        return None if self.weight.severity is None else Severity(self.weight.severity)

    @property
    def feasibility(self) -> Feasibility | None:
        """How near a way is; None while nobody has said it."""
        return None if self.weight.feasibility is None else Feasibility(self.weight.feasibility)

    @property
    def counted_at(self) -> datetime | None:
        """When it was counted last."""
        return self.weight.counted_at


def priority_of(issue: RegionalIssue, gap_names: Mapping[str, str]) -> Priority:
    """The parts of the issue's priority as last counted, with the town's weights of now.

    Two statements. For those who may know of the issue.

    :param gap_names: words by code of the list gap
    """
    row = db.session.execute(
        sa.select(IssueWeight, Person.name, _towns_alike(issue))
        .select_from(RegionalIssue)
        .outerjoin(IssueWeight, IssueWeight.issue_id == RegionalIssue.id)
        .outerjoin(Person, Person.id == IssueWeight.set_by_id)
        .where(RegionalIssue.id == issue.id)
    ).one()
    weight, name = row[0] or _nothing(issue.id), row[1]
    numbers = values.values_of([issue.municipality_id])[issue.municipality_id]
    found = Weighed(
        weight.cases,
        weight.offices,
        weight.minutes,
        weight.latest,
        weight.year_before,
        weight.gap,
        weight.severity,
    )
    given = points(found)
    total = score(given, numbers)
    why = reasons(found, gap_names)
    lines = [
        PartLine(part, given[part], MOST_POINTS[part], numbers[WEIGHT_OF[part]], why[part])
        for part in Part
    ]
    limits = (numbers[Key.BAND_A], numbers[Key.BAND_B])
    return Priority(lines, total, band(total, numbers), weight, limits, name or "", row[2])


def _towns_alike(issue: RegionalIssue) -> sa.ScalarSelect[int]:
    """In how many other towns the same type of act is an issue that was confirmed and is open."""
    other = aliased(RegionalIssue)
    return (
        sa.select(sa.func.count(other.municipality_id.distinct()))
        .where(
            other.act_type_code == issue.act_type_code,
            other.municipality_id != issue.municipality_id,
            other.joined_into_id.is_(None),
            other.status.in_(sorted(OPEN - {IssueStatus.CANDIDATE})),
        )
        .scalar_subquery()
    )


def _nothing(issue_id: int) -> IssueWeight:
    """The row of an issue that was never counted; it belongs to no session."""
    counts = dict.fromkeys(("cases", "offices", "minutes", "latest", "year_before"), 0)
    return IssueWeight(issue_id=issue_id, set_sentence="", **counts)


def reasons(found: Weighed, gap_names: Mapping[str, str]) -> dict[Part, str]:
    """Why each part has its points, in words."""
    severity = None if found.severity is None else Severity(found.severity)
    return {
        Part.RECURRENCE: ngettext(
            "%(num)s case in the last twelve months",
            "%(num)s cases in the last twelve months",
            found.cases,
        ),
        Part.SEVERITY: str(severity.label) if severity is not None else _("Not set yet"),
        Part.BREADTH: ngettext("%(num)s office", "%(num)s offices", found.offices),
        Part.GAP: gap_names.get(found.gap or "", _("Not known yet")),
        Part.BURDEN: _("%(minutes)s minutes in all", minutes=number(found.minutes)),
        Part.TREND: _(
            "%(latest)s in the last three months, %(before)s in the same months a year before",
            latest=found.latest,
            before=found.year_before,
        ),
    }
