"""What an office reported in a fiscal year, and what became of each case."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

import sqlalchemy as sa

from tracker.accounts.models import Organisation, OrganisationKind
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action, Stage
from tracker.cases import policy as case_policy
from tracker.cases.models import ANSWERS, Case, CaseStatus, CaseStep, StepKind
from tracker.core import clock, wareki
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.insights.sheets import policy
from tracker.insights.sheets.models import OfficeSheet, SheetRun
from tracker.issues.models import ClosedAs, IssueCase, IssueStatus, RegionalIssue
from tracker.resources.models import Resource

YEARS_OFFERED = 5
RUNS_SHOWN = 5


class Office(NamedTuple):
    """An office that has a sheet."""

    id: int
    name_ja: str
    name_en: str


@dataclass(frozen=True)
class Deed:
    """An action for an issue of the case, and the resource that came of it."""

    number: str
    stage: Stage
    resource_ja: str | None
    resource_en: str | None


@dataclass(frozen=True)
class OfIssue:
    """An issue that the case supports, and how it ended, if it has."""

    number: str
    status: IssueStatus
    closed_as: ClosedAs | None
    deeds: Sequence[Deed]


@dataclass(frozen=True)
class Line:
    """One case of the office and what became of it; sentences as they were told to the office."""

    case_id: int
    number: str
    filed_on: date
    act_type_code: str
    status: CaseStatus
    answer: str
    decision: str
    issues: Sequence[OfIssue]


@dataclass(frozen=True)
class Sheet:
    """A year of one office."""

    office_ja: str
    office_en: str
    fiscal_year: int
    lines: Sequence[Line]

    @property
    def sums(self) -> Counter[str]:
        """How many cases came how far; a case is counted at each milestone it has reached."""
        found: Counter[str] = Counter(filed=len(self.lines))
        for line in self.lines:
            deeds = [deed for issue in line.issues for deed in issue.deeds]
            found["answered"] += bool(line.answer)
            found["in_issue"] += bool(line.issues)
            found["decided"] += bool(line.decision)
            found["in_action"] += any(deed.stage is not Stage.PROPOSED for deed in deeds)
            found["resource"] += any(deed.resource_ja for deed in deeds)
            found["proven"] += any(i.closed_as is ClosedAs.VERIFIED for i in line.issues)
        return found


def own_offices(viewer: Viewer, *, today: date) -> Sequence[Office]:
    """Offices whose sheet the viewer may open, with both names, by id.

    One's own; for a centre also the offices with a case in its areas.
    """
    own = Organisation.id.in_(viewer.organisation_ids(Role.AGENCY))
    served = sa.exists().where(
        Case.organisation_id == Organisation.id,
        Case.area_id.in_(viewer.area_ids(Role.CENTRE)),
        case_policy.counted(),
    )
    agencies = Organisation.kind == OrganisationKind.AGENCY
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name_ja, Organisation.name_en)
        .where(sa.or_(own, sa.and_(agencies, served)), _not_closed(today))
        .order_by(Organisation.id)
    )
    return [Office(*row) for row in rows]


def _not_closed(today: date) -> sa.ColumnElement[bool]:
    return sa.or_(Organisation.closed_on.is_(None), Organisation.closed_on >= today)


def years_offered(today: date) -> list[int]:
    """Fiscal years to choose from, the present one first."""
    last = wareki.fiscal_year(today)
    return list(range(last, last - YEARS_OFFERED, -1))


def office_sheet(viewer: Viewer, organisation_id: int, fiscal_year: int, *, today: date) -> Sheet:
    """The year of one office, its cases by number; without a case an empty one.

    :raises NotFoundError: when the office is not the viewer's to read
    """
    offices = {office.id: office for office in own_offices(viewer, today=today)}
    if organisation_id not in offices:
        raise NotFoundError
    return _sheet(offices[organisation_id], fiscal_year, case_policy.visible_to(viewer))


def sheet_for_run(office: Office, run: SheetRun, reach: sa.ColumnElement[bool]) -> Sheet:
    """The same for a paper that is handed out: cases in reach of whoever asked for it."""
    in_town = sa.and_(Case.municipality_id == run.municipality_id, reach)
    return _sheet(office, run.fiscal_year, in_town)


def _sheet(office: Office, fiscal_year: int, reach: sa.ColumnElement[bool]) -> Sheet:
    rows = db.session.execute(
        sa.select(Case.id, Case.number, Case.submitted_at, Case.act_type_code, Case.status)
        .where(
            Case.organisation_id == office.id,
            reach,
            case_policy.counted(),
            *_within(fiscal_year),
        )
        .order_by(Case.id)
    ).all()
    ids = [row.id for row in rows]
    answers = _sentences(ids, *ANSWERS)
    decisions = _sentences(ids, StepKind.DECIDED)
    issues = _issues(ids)
    lines = [
        Line(
            row.id,
            row.number,
            clock.local(row.submitted_at).date(),
            row.act_type_code,
            row.status,
            answers.get(row.id, ""),
            decisions.get(row.id, ""),
            issues.get(row.id, ()),
        )
        for row in rows
    ]
    return Sheet(office.name_ja, office.name_en, fiscal_year, lines)


def _within(fiscal_year: int) -> tuple[sa.ColumnElement[bool], ...]:
    first, after = (
        datetime.combine(date(year, 4, 1), time(), tzinfo=clock.TOKYO)
        for year in (fiscal_year, fiscal_year + 1)
    )
    return Case.submitted_at >= first, Case.submitted_at < after


def _sentences(case_ids: Sequence[int], *kinds: StepKind) -> dict[int, str]:
    """The last sentence of these kinds that holds, by case."""
    rows = db.session.execute(
        sa.select(CaseStep.case_id, CaseStep.sentence)
        .where(
            CaseStep.case_id.in_(case_ids), CaseStep.kind.in_(kinds), CaseStep.undone_at.is_(None)
        )
        .order_by(CaseStep.id)
    )
    return {row.case_id: row.sentence for row in rows}


def _issues(case_ids: Sequence[int]) -> dict[int, list[OfIssue]]:
    """The issues each case supports, by number, with what was done."""
    rows = db.session.execute(
        sa.select(
            IssueCase.case_id,
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.status,
            RegionalIssue.closed_as,
        )
        .join(RegionalIssue, RegionalIssue.id == IssueCase.issue_id)
        .where(IssueCase.case_id.in_(case_ids), RegionalIssue.joined_into_id.is_(None))
        .order_by(IssueCase.case_id, RegionalIssue.id)
    ).all()
    deeds = _deeds({row.id for row in rows})
    found: dict[int, list[OfIssue]] = {}
    for case_id, key, number, status, closed_as in rows:
        one = OfIssue(number, status, closed_as, deeds.get(key, ()))
        found.setdefault(case_id, []).append(one)
    return found


def _deeds(issue_ids: set[int]) -> dict[int, list[Deed]]:
    rows = db.session.execute(
        sa.select(Action.issue_id, Action.number, Action.stage, Resource.name_ja, Resource.name_en)
        .outerjoin(Resource, Resource.id == Action.resource_id)
        .where(Action.issue_id.in_(issue_ids))
        .order_by(Action.issue_id, Action.id)
    )
    found: dict[int, list[Deed]] = {}
    for issue_id, number, stage, resource_ja, resource_en in rows:
        found.setdefault(issue_id, []).append(Deed(number, stage, resource_ja, resource_en))
    return found


def offices_with_cases(
    municipality_id: int, fiscal_year: int, reach: sa.ColumnElement[bool]
) -> Sequence[Office]:
    """Offices that filed a case for the town in the year, in this reach, with names, by id."""
    filed = sa.exists().where(
        Case.organisation_id == Organisation.id,
        Case.municipality_id == municipality_id,
        case_policy.counted(),
        reach,
        *_within(fiscal_year),
    )
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name_ja, Organisation.name_en)
        .where(filed)
        .order_by(Organisation.id)
    )
    return [Office(*row) for row in rows]


def runs(viewer: Viewer) -> Sequence[SheetRun]:
    """The last runs in the towns where the viewer may make sheets, newest first."""
    towns = viewer.municipality_ids(*policy.MAKERS)
    return db.session.scalars(
        sa.select(SheetRun)
        .where(SheetRun.municipality_id.in_(towns))
        .order_by(SheetRun.id.desc())
        .limit(RUNS_SHOWN)
    ).all()


def is_being_made(municipality_id: int, fiscal_year: int, person_id: int) -> bool:
    """Has a run that this person asked for not come to its end? For the service."""
    unfinished = sa.exists().where(
        SheetRun.municipality_id == municipality_id,
        SheetRun.fiscal_year == fiscal_year,
        SheetRun.asked_by_id == person_id,
        SheetRun.finished_at.is_(None),
    )
    return bool(db.session.scalar(sa.select(unfinished)))


def get_run(viewer: Viewer, run_id: int) -> SheetRun:
    """One run in a town where the viewer may make sheets.

    :raises NotFoundError: when it is of another town, or there is none
    """
    towns = viewer.municipality_ids(*policy.MAKERS)
    found = db.session.scalars(
        sa.select(SheetRun).where(SheetRun.id == run_id, SheetRun.municipality_id.in_(towns))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def papers_of(run: SheetRun) -> Sequence[tuple[str, bytes]]:
    """The papers of a run that is finished, with a name for each file, by office."""
    rows = db.session.execute(
        sa.select(Organisation.office_no, Organisation.id, OfficeSheet.content)
        .join(Organisation, Organisation.id == OfficeSheet.organisation_id)
        .where(OfficeSheet.run_id == run.id)
        .order_by(Organisation.id)
    )
    return [
        (f"office-sheet-{run.fiscal_year}-{office_no or key}.pdf", content)
        for office_no, key, content in rows
    ]
