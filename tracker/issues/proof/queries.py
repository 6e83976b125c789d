"""Reading what a verdict is made from, and verdicts that were kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Area, Membership, Organisation, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case, CaseStatus
from tracker.cases.tallies import CaseTally
from tracker.core.db import db
from tracker.issues import counting
from tracker.issues.candidates.models import Candidate
from tracker.issues.evidence import months_back
from tracker.issues.models import IssueStatus, IssueStep, IssueStepKind, RegionalIssue
from tracker.issues.proof import reading as rules
from tracker.issues.proof.figures import Asked, Filings, Found, Reading
from tracker.issues.proof.models import ProofReading, WatchReminder
from tracker.resources.models import ResourceArea

ACCEPTED = (CaseStatus.ACCEPTED, CaseStatus.DISPOSED, CaseStatus.CLOSED)
# Actions stand above; only the way to their resources is asked here.
_ACTIONS = sa.table("actions", sa.column("issue_id"), sa.column("resource_id"))


@dataclass(frozen=True)
class Concern:
    """What an issue is about, with what was joined into it."""

    act_types: frozenset[str]
    here: frozenset[int]  # its areas, as far as the resource serves them
    there: frozenset[int]  # areas of the town that the resource does not serve
    triggered: frozenset[date]  # months whose cases made people look


def reading(issue: RegionalIssue, *, today: date) -> Reading:
    """New accepted cases of the need before and since its resource, and the verdict of this day.

    Before a resource is in use: the last twelve months, and what would be proof. Four statements,
    whoever asks.
    """
    concern = concern_of(issue)
    first = rules.earliest(issue.effective_on, today)
    return rules.read(
        Asked(
            effective_on=issue.effective_on,
            today=today,
            triggered=concern.triggered,
            cases=_cases(issue, concern, first, today),
            filings=_filings(issue, concern, first, today),
            here=concern.here,
            there=concern.there,
        )
    )


def may_compare(viewer: Viewer, issue: RegionalIssue) -> bool:
    """Does the viewer count cases in every area of the town, and so also those beside the issue's?

    A centre counts its own areas; what happened in another's is not its to read. One statement.
    """
    if issue.municipality_id in viewer.municipality_ids(*counting.SCOPE):
        return True
    counted = {area.id for area in counting.counted_areas(viewer)}
    every = sa.select(Area.id).where(Area.municipality_id == issue.municipality_id)
    return bool(counted) and counted >= set(db.session.scalars(every))


def concern_of(issue: RegionalIssue) -> Concern:
    """Types, areas and left-out months of the issue and of those joined into it."""
    rows = db.session.execute(
        sa.select(
            RegionalIssue.act_type_code,
            RegionalIssue.area_id,
            Candidate.first_month,
            Candidate.last_month,
        )
        .outerjoin(Candidate, Candidate.issue_id == RegionalIssue.id)
        .where(sa.or_(RegionalIssue.id == issue.id, RegionalIssue.joined_into_id == issue.id))
    ).all()
    served = sa.exists().where(
        _ACTIONS.c.issue_id == issue.id,
        ResourceArea.resource_id == _ACTIONS.c.resource_id,
        ResourceArea.area_id == Area.id,
    )
    areas = db.session.execute(
        sa.select(Area.id, served.label("served"))
        .where(Area.municipality_id == issue.municipality_id)
        .order_by(Area.id)
    ).all()
    reached = {row.id for row in areas if row.served}
    own = {row.area_id for row in rows}
    scope = {row.id for row in areas} if None in own else own
    here = (scope & reached) or scope
    return Concern(
        act_types=frozenset(row.act_type_code for row in rows),
        here=frozenset(here),
        there=frozenset(row.id for row in areas) - here - reached,
        triggered=frozenset(month for row in rows for month in _between(row[2], row[3])),
    )


def _between(first: date | None, last: date | None) -> list[date]:
    if first is None or last is None:
        return []
    return months_back(last, (last.year - first.year) * 12 + last.month - first.month + 1)


def _cases(issue: RegionalIssue, concern: Concern, first: date, today: date) -> list[Found]:
    minutes = Case.times_handled * Case.minutes_each
    # Month by month: a span would let SQLite read every case of the type in every town.
    months = _between(first, today.replace(day=1))
    rows = db.session.execute(
        sa.select(Case.occurred_month, Case.area_id, minutes, sa.func.count())
        .where(
            Case.municipality_id == issue.municipality_id,
            Case.occurred_month.in_(months),
            Case.act_type_code.in_(sorted(concern.act_types)),
            Case.status.in_(ACCEPTED),
            Case.duplicate_of_id.is_(None),
        )
        .group_by(Case.occurred_month, Case.area_id, minutes)
    )
    return [Found(month, area, each, many) for month, area, each, many in rows]


def _filings(issue: RegionalIssue, concern: Concern, first: date, today: date) -> list[Filings]:
    """What each office filed in each month; withdrawn cases and doubles are no filings."""

    def any_of(areas: frozenset[int]) -> sa.ColumnElement[int]:
        return sa.func.max(sa.case((CaseTally.area_id.in_(sorted(areas)), 1), else_=0))

    other = CaseTally.act_type_code.not_in(sorted(concern.act_types))
    rows = db.session.execute(
        sa.select(
            CaseTally.occurred_month,
            CaseTally.organisation_id,
            sa.func.sum(CaseTally.cases),
            sa.func.sum(sa.case((other, CaseTally.cases), else_=0)),
            any_of(concern.here),
            any_of(concern.there),
        )
        .where(
            CaseTally.municipality_id == issue.municipality_id,
            CaseTally.occurred_month.between(first, today),
        )
        .group_by(CaseTally.occurred_month, CaseTally.organisation_id)
    )
    return [
        Filings(month, office, int(cases), int(others), bool(here), bool(there))
        for month, office, cases, others, here, there in rows
    ]


@dataclass(frozen=True)
class Kept:
    """A verdict that led to closing, as it was read then."""

    reading: ProofReading
    kind: IssueStepKind  # proposed, or closed
    taken_back: bool


def kept_readings(issue: RegionalIssue) -> list[Kept]:
    """Verdicts that were kept with steps of closing, the newest first.

    For those who may know of the issue.
    """
    rows = db.session.execute(
        sa.select(ProofReading, IssueStep.kind, IssueStep.undone_at)
        .join(IssueStep, IssueStep.id == ProofReading.step_id)
        .where(ProofReading.issue_id == issue.id)
        .order_by(ProofReading.id.desc())
    )
    return [Kept(found, kind, undone_at is not None) for found, kind, undone_at in rows]


def reminded(issue_ids: Sequence[int]) -> set[tuple[int, date, int]]:
    """Reminders that were sent: issue, day of start, months after it."""
    rows = db.session.execute(
        sa.select(WatchReminder.issue_id, WatchReminder.effective_on, WatchReminder.months).where(
            WatchReminder.issue_id.in_(issue_ids)
        )
    )
    return {(row[0], row[1], row[2]) for row in rows}


def watched() -> Sequence[RegionalIssue]:
    """Issues of every town that are watched since a known day, by id. For the daily round."""
    return db.session.scalars(
        sa.select(RegionalIssue)
        .where(
            RegionalIssue.status == IssueStatus.WATCHING,
            RegionalIssue.effective_on.is_not(None),
            RegionalIssue.joined_into_id.is_(None),
        )
        .order_by(RegionalIssue.id)
    ).all()


def carriers(issue: RegionalIssue, *, today: date) -> Sequence[Person]:
    """Who carries the issue, by id: whoever raised it, and the officers of its town.

    Whoever has no account or no place in the town any more is left out.
    """
    officer = Membership.role == Role.OFFICER
    return (
        db.session.scalars(
            sa.select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                Organisation.municipality_id == issue.municipality_id,
                sa.or_(officer, Person.id == issue.raised_by_id),
                Person.disabled_at.is_(None),
                in_force(today),
            )
            .order_by(Person.id)
        )
        .unique()
        .all()
    )


def had_resource(issue_id: int) -> bool:
    """Did a resource ever come into use for the issue? For the service."""
    found = sa.select(IssueStep.id).where(
        IssueStep.issue_id == issue_id,
        IssueStep.kind == IssueStepKind.RESOURCE_LIVE,
        IssueStep.undone_at.is_(None),
    )
    return db.session.scalar(found.order_by(IssueStep.id).limit(1)) is not None


def step_of_act(issue_id: int, act: str) -> IssueStep | None:
    """The last step of one click that counts. For the service."""
    return db.session.scalars(
        sa.select(IssueStep)
        .where(IssueStep.issue_id == issue_id, IssueStep.act == act, IssueStep.undone_at.is_(None))
        .order_by(IssueStep.id.desc())
        .limit(1)
    ).one_or_none()
