"""Reading candidates as people see them: the list, one with its history and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Area, Municipality
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases import queries as cases
from tracker.cases.models import Case
from tracker.cases.queries import CaseFilter
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.core.paging import Rows
from tracker.issues import evidence as weighing
from tracker.issues import policy as issue_policy
from tracker.issues.candidates import policy
from tracker.issues.candidates.models import (
    Candidate,
    CandidateCase,
    CandidateState,
    CandidateStep,
    CandidateStepKind,
)
from tracker.issues.candidates.rule import TREND_MONTHS, Trend, trend
from tracker.issues.evidence import CaseFact, Evidence, months_back
from tracker.issues.models import IssueCase, RegionalIssue
from tracker.taxonomy.models import ActType

PER_PAGE = 20
YEAR = 12


@dataclass(frozen=True)
class CandidateFilter:
    """What the list is narrowed to; no state: all of them."""

    state: CandidateState | None = CandidateState.OPEN
    faded: bool = False  # of the open ones: those the rule no longer speaks for
    area_id: int | None = None


def candidates(viewer: Viewer, wanted: CandidateFilter) -> Rows:
    """Candidates the viewer may know of, with place, type and figures; to be paged by weight."""
    statement = (
        sa.select(
            Candidate.id,
            Candidate.municipality_id,
            Candidate.area_id,
            Candidate.act_type_code,
            Candidate.state,
            Candidate.state_since,
            Candidate.rules,
            Candidate.first_month,
            Candidate.last_month,
            Candidate.case_count,
            Candidate.office_count,
            Candidate.client_count,
            Candidate.clients_exact,
            Candidate.minutes,
            Candidate.faded_on,
            Candidate.parked_until,
            Candidate.wakes_after_cases,
            Candidate.issue_id,
            RegionalIssue.number.label("issue_number"),
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
            ActType.name_ja.label("act_ja"),
            ActType.name_en.label("act_en"),
        )
        .join(Area, Area.id == Candidate.area_id)
        .join(ActType, ActType.code == Candidate.act_type_code)
        .outerjoin(RegionalIssue, RegionalIssue.id == Candidate.issue_id)
        .where(policy.visible_to(viewer))
    )
    if wanted.state is not None:
        statement = statement.where(Candidate.state == wanted.state)
    if wanted.state is CandidateState.OPEN:
        faded = Candidate.faded_on.is_not(None)
        statement = statement.where(faded if wanted.faded else sa.not_(faded))
    if wanted.area_id is not None:
        statement = statement.where(Candidate.area_id == wanted.area_id)
    return statement


def weight_of(viewer: Viewer, candidate_id: int) -> sa.ScalarSelect[int]:
    """Where a candidate of the viewer's stands by weight: what a list goes on from."""
    return (
        sa.select(Candidate.weight)
        .where(Candidate.id == candidate_id, policy.visible_to(viewer))
        .correlate(None)
        .scalar_subquery()
    )


def trends(rows: Sequence[sa.Row[*tuple[object, ...]]], *, today: date) -> dict[int, Trend]:
    """The trend of each of these cells by candidate; one statement, none without rows."""
    cells = {(row.area_id, row.act_type_code): row.id for row in rows}
    if not cells:
        return {}
    first = months_back(today, YEAR + TREND_MONTHS)[0]
    found: dict[int, list[date]] = {candidate_id: [] for candidate_id in cells.values()}
    counted = db.session.execute(
        sa.select(Case.area_id, Case.act_type_code, Case.occurred_month, sa.func.count())
        .where(
            Case.municipality_id.in_({row.municipality_id for row in rows}),
            Case.occurred_month.between(first, today),
            sa.tuple_(Case.area_id, Case.act_type_code).in_(sorted(cells)),
            case_policy.counted(),
        )
        .group_by(Case.area_id, Case.act_type_code, Case.occurred_month)
    )
    for area_id, act_type, month, count in counted:
        found[cells[area_id, act_type]] += [month] * count
    return {candidate_id: trend(months, today=today) for candidate_id, months in found.items()}


def areas_read(viewer: Viewer) -> list[tuple[int, str]]:
    """Areas whose candidates the viewer reads, by code."""
    towns = viewer.municipality_ids(Role.OFFICER, Role.COORDINATOR)
    rows = db.session.execute(
        sa.select(Area.id, Area.name_ja, Area.name_en)
        .where(sa.or_(Area.municipality_id.in_(towns), Area.id.in_(viewer.area_ids(Role.CENTRE))))
        .order_by(Area.code)
    )
    return [(row.id, named(row)) for row in rows]


def towns_looked_at(viewer: Viewer) -> list[tuple[int, str]]:
    """Towns the viewer may have looked at, by code."""
    rows = db.session.execute(
        sa.select(Municipality.id, Municipality.name_ja, Municipality.name_en)
        .where(Municipality.id.in_(policy.towns_looked_at(viewer)))
        .order_by(Municipality.code)
    )
    return [(row.id, named(row)) for row in rows]


def get_candidate(viewer: Viewer, candidate_id: int) -> Candidate:
    """The candidate with its place, type and issue.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Candidate)
        .where(Candidate.id == candidate_id, policy.visible_to(viewer))
        .options(
            joinedload(Candidate.area),
            joinedload(Candidate.municipality),
            joinedload(Candidate.act_type).joinedload(ActType.family),
            joinedload(Candidate.issue),
            joinedload(Candidate.learnt_rule),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def case_ids(candidate_id: int) -> list[int]:
    """Cases the candidate rests on that still count, by id."""
    return list(
        db.session.scalars(
            sa.select(CandidateCase.case_id)
            .join(Case, Case.id == CandidateCase.case_id)
            .where(CandidateCase.candidate_id == candidate_id, case_policy.counted())
            .order_by(CandidateCase.case_id)
        )
    )


def cases_of(viewer: Viewer, candidate_id: int) -> Rows:
    """Cases the candidate rests on, as far as the viewer may know of them, to page by id."""
    held = sa.select(CandidateCase.case_id).where(CandidateCase.candidate_id == candidate_id)
    return cases.cases(viewer, CaseFilter()).where(Case.id.in_(held), case_policy.counted())


def last_step(candidate_id: int) -> CandidateStep | None:
    """The newest step that counts."""
    return db.session.scalars(
        sa.select(CandidateStep)
        .where(CandidateStep.candidate_id == candidate_id, CandidateStep.undone_at.is_(None))
        .order_by(CandidateStep.id.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True)
class Entry:
    """One line of a candidate's history."""

    kind: CandidateStepKind
    when: datetime
    who: str  # an organisation; empty when nobody decided it
    sentence: str
    taken_back: bool

    @property
    def what(self) -> str:
        """What happened, in words."""
        return str(self.kind.label)


@dataclass(frozen=True)
class CandidatePage:
    """A candidate as everybody who may know of it reads it."""

    candidate: Candidate
    entries: list[Entry]
    last: CandidateStep | None
    evidence: Evidence  # of the cases it rests on
    trend: Trend  # the last months against the same a year before
    window: Trend  # the months the rule looked at against the same a year before
    came_since: int  # cases of the cell since it was decided; 0 of an open one


def candidate_page(viewer: Viewer, candidate_id: int, *, today: date) -> CandidatePage:
    """The candidate with history, figures and trends; four statements.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    candidate = get_candidate(viewer, candidate_id)
    steps = db.session.scalars(
        sa.select(CandidateStep)
        .where(CandidateStep.candidate_id == candidate.id)
        .options(joinedload(CandidateStep.organisation))
        .order_by(CandidateStep.id)
    ).all()
    counting = [step for step in steps if step.undone_at is None]
    facts, months, since = _cell(candidate, today)
    first, last = candidate.first_month, candidate.last_month
    length = (last.year - first.year) * YEAR + last.month - first.month + 1
    return CandidatePage(
        candidate=candidate,
        entries=[_entry(step) for step in steps],
        last=counting[-1] if counting else None,
        evidence=weighing.weigh(facts, today=today),
        trend=trend(months, today=today),
        window=trend(months, today=last, length=length),
        came_since=0 if candidate.state is CandidateState.OPEN else since,
    )


def _entry(step: CandidateStep) -> Entry:
    who = named(step.organisation) if step.organisation else ""
    return Entry(step.kind, step.at, who, step.sentence, step.undone_at is not None)


def _cell(candidate: Candidate, today: date) -> tuple[list[CaseFact], list[date], int]:
    """What the cases it rests on say, the months of the cell's cases, and how many came since."""
    held = set(
        db.session.scalars(
            sa.select(CandidateCase.case_id)
            .where(CandidateCase.candidate_id == candidate.id)
            .order_by(CandidateCase.case_id)
        )
    )
    # Long enough for the longest rule against the year before.
    first = months_back(min(candidate.first_month, today), YEAR + 1)[0]
    rows = db.session.execute(
        sa.select(
            Case.id,
            Case.submitted_at,
            Case.organisation_id,
            Case.occurred_month,
            Case.times_handled * Case.minutes_each,
            Case.gap,
            Case.requester,
            Case.outcome,
            Case.urgency,
            Case.client_key,
        )
        .where(
            Case.municipality_id == candidate.municipality_id,
            Case.area_id == candidate.area_id,
            Case.act_type_code == candidate.act_type_code,
            Case.occurred_month >= first,
            case_policy.counted(),
        )
        .order_by(Case.id)
    ).all()
    facts = [CaseFact(*row[2:]) for row in rows if row.id in held]
    since = sum(row.id not in held and row.submitted_at > candidate.state_since for row in rows)
    return facts, [row.occurred_month for row in rows], since


def waiting(viewer: Viewer) -> int:
    """How many candidates wait for the viewer to look at them; for a first page."""
    statement = sa.select(sa.func.count()).where(
        policy.visible_to(viewer),
        Candidate.state == CandidateState.OPEN,
        Candidate.faded_on.is_(None),
    )
    return db.session.scalar(statement) or 0


@dataclass(frozen=True)
class Beside:
    """What repetition says beside an issue."""

    since: int  # cases of its type and area filed since it was raised that do not support it
    teachable: bool  # people grouped its cases themselves, and the viewer may make a rule of it


def beside_issue(viewer: Viewer, issue: RegionalIssue) -> Beside:
    """The cell is not proposed while the issue is open: what came to it stands here; one statement.

    Nothing to whoever may not know of the issue.
    """
    attached = sa.select(IssueCase.case_id).where(IssueCase.issue_id == issue.id)
    conditions = [
        sa.exists().where(RegionalIssue.id == issue.id, issue_policy.visible_to(viewer)),
        Case.municipality_id == issue.municipality_id,
        Case.act_type_code == issue.act_type_code,
        Case.submitted_at > issue.created_at,
        Case.id.not_in(attached),
        case_policy.counted(),
    ]
    if issue.area_id is not None:
        conditions.append(Case.area_id == issue.area_id)
    since = sa.select(sa.func.count()).select_from(Case).where(*conditions).scalar_subquery()
    accepted = sa.exists().where(
        Candidate.issue_id == issue.id, Candidate.state == CandidateState.ACCEPTED
    )
    row = db.session.execute(sa.select(since, accepted)).one()
    may_teach = policy.can_teach(viewer, issue.municipality_id, issue.area_id)
    return Beside(row[0], teachable=may_teach and not row[1])
