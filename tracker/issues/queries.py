"""Reading regional issues: lists, one issue with its history, its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import Membership, Organisation, OrganisationArea, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases import queries as cases
from tracker.cases.models import Case, CaseStatus, CaseStep, StepKind
from tracker.cases.queries import CaseFilter
from tracker.cases.stages import Stage
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.core.paging import Rows
from tracker.issues import evidence as figures
from tracker.issues import policy
from tracker.issues.evidence import NO_REMARKS, CaseFact, Evidence
from tracker.issues.models import (
    OPEN,
    IssueCase,
    IssueStatus,
    IssueStep,
    IssueStepKind,
    RegionalIssue,
)
from tracker.issues.policy import SecondLook
from tracker.issues.remarks import remarks_of
from tracker.issues.stages import stages
from tracker.taxonomy.models import ActType

ACCEPTED = (CaseStatus.ACCEPTED, CaseStatus.DISPOSED, CaseStatus.CLOSED)


def get_issue(viewer: Viewer, issue_id: int) -> RegionalIssue:
    """The issue with its area, town and act type.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(RegionalIssue)
        .where(RegionalIssue.id == issue_id, policy.visible_to(viewer))
        .options(
            joinedload(RegionalIssue.area),
            joinedload(RegionalIssue.municipality),
            joinedload(RegionalIssue.act_type).joinedload(ActType.family),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def open_to_cases(viewer: Viewer) -> list[tuple[int, str, str]]:
    """Open issues, which cases may be added to: id, number, title; the newest first."""
    rows = db.session.execute(
        sa.select(RegionalIssue.id, RegionalIssue.number, RegionalIssue.title)
        .where(policy.visible_to(viewer), RegionalIssue.status.in_(sorted(OPEN)))
        .order_by(RegionalIssue.id.desc())
    )
    return [(row.id, row.number, row.title) for row in rows]


def case_ids(issue_id: int) -> list[int]:
    """Cases that support the issue, by id; those that no figure counts are left out."""
    return list(
        db.session.scalars(
            sa.select(IssueCase.case_id)
            .join(Case, Case.id == IssueCase.case_id)
            .where(IssueCase.issue_id == issue_id, case_policy.counted())
            .order_by(IssueCase.case_id)
        )
    )


def case_ids_held_elsewhere(issue_id: int) -> list[int]:
    """Cases of the issue that another open issue holds as well, by id."""
    other = aliased(IssueCase)
    return list(
        db.session.scalars(
            sa.select(IssueCase.case_id)
            .join(other, other.case_id == IssueCase.case_id)
            .join(RegionalIssue, RegionalIssue.id == other.issue_id)
            .where(
                IssueCase.issue_id == issue_id,
                other.issue_id != issue_id,
                RegionalIssue.status.in_(sorted(OPEN)),
            )
            .order_by(IssueCase.case_id)
            .distinct()
        )
    )


def supporting_cases(viewer: Viewer, issue_id: int) -> Rows:
    """Cases of the issue the viewer may know of, to page by id."""
    attached = sa.select(IssueCase.case_id).where(IssueCase.issue_id == issue_id)
    return cases.cases(viewer, CaseFilter()).where(Case.id.in_(attached), case_policy.counted())


def chosen_cases(viewer: Viewer, ids: Sequence[int]) -> Sequence[sa.Row[tuple[object, ...]]]:
    """These cases, as far as the viewer may know of them, with what an issue would be about."""
    return db.session.execute(
        cases.cases(viewer, CaseFilter())
        .add_columns(
            Case.municipality_id,
            Case.area_id,
            Case.act_type_code,
            Case.organisation_id,
            Case.gap,
        )
        .where(Case.id.in_(ids), case_policy.counted())
        .order_by(Case.id)
    ).all()


def evidence(issue: RegionalIssue, *, today: date, ticks: bool = True) -> Evidence:
    """What the cases of the issue show, whoever asks; withdrawn ones are left out.

    :param ticks: with what was ticked beside the cases, for one statement more
    """
    return evidence_of([issue.id], today=today, ticks=ticks)[issue.id]


def evidence_of(
    issue_ids: Sequence[int], *, today: date, ticks: bool = True
) -> dict[int, Evidence]:
    """What the cases of each of these issues show, in two statements; in one without the ticks."""
    rows = db.session.execute(
        sa.select(
            IssueCase.issue_id,
            Case.organisation_id,
            Case.occurred_month,
            Case.times_handled * Case.minutes_each,
            Case.gap,
            Case.requester,
            Case.outcome,
            Case.urgency,
            Case.client_key,
            Case.hour_band,
            Case.charge,
            Case.bodies_agreed,
            Case.department,
        )
        .join(IssueCase, IssueCase.case_id == Case.id)
        .where(IssueCase.issue_id.in_(issue_ids), case_policy.counted())
        .order_by(Case.id)
    )
    facts: dict[int, list[CaseFact]] = {issue_id: [] for issue_id in issue_ids}
    for issue_id, *said in rows:
        facts[issue_id].append(CaseFact(*said))
    ticked = remarks_of(issue_ids) if ticks else {}
    return {
        issue_id: figures.weigh(found, today=today, remarks=ticked.get(issue_id, NO_REMARKS))
        for issue_id, found in facts.items()
    }


def _same_need(issue: RegionalIssue) -> list[sa.ColumnElement[bool]]:
    """Cases of the issue's town, type and area, each event once."""
    conditions = [
        Case.municipality_id == issue.municipality_id,
        Case.act_type_code == issue.act_type_code,
        Case.duplicate_of_id.is_(None),
    ]
    if issue.area_id is not None:
        conditions.append(Case.area_id == issue.area_id)
    return conditions


def cases_since_parked(issue: RegionalIssue) -> int:
    """Cases that speak for a parked issue: those it has, and like ones accepted since then."""
    attached = sa.select(IssueCase.case_id).where(IssueCase.issue_id == issue.id)
    accepted = sa.exists().where(
        CaseStep.case_id == Case.id,
        CaseStep.kind == StepKind.ACCEPTED,
        CaseStep.undone_at.is_(None),
        CaseStep.at >= issue.status_since,
    )
    like = sa.and_(*_same_need(issue), Case.status.in_(ACCEPTED), accepted)
    counted = sa.select(sa.func.count()).where(
        case_policy.counted(), sa.or_(Case.id.in_(attached), like)
    )
    return db.session.scalars(counted.select_from(Case)).one()


def touched_by(case: Case) -> Sequence[RegionalIssue]:
    """Closed and parked issues of the case's town, type and area that do not hold it, by id."""
    held = sa.select(IssueCase.issue_id).where(IssueCase.case_id == case.id)
    return db.session.scalars(
        sa.select(RegionalIssue)
        .where(
            RegionalIssue.municipality_id == case.municipality_id,
            RegionalIssue.act_type_code == case.act_type_code,
            sa.or_(RegionalIssue.area_id.is_(None), RegionalIssue.area_id == case.area_id),
            RegionalIssue.status.in_([IssueStatus.CLOSED, IssueStatus.PARKED]),
            RegionalIssue.joined_into_id.is_(None),
            RegionalIssue.id.not_in(held),
        )
        .order_by(RegionalIssue.id)
    ).all()


def due_to_wake(today: date) -> Sequence[RegionalIssue]:
    """Parked issues whose day has come, of every town, by id."""
    return db.session.scalars(
        sa.select(RegionalIssue)
        .where(
            RegionalIssue.status == IssueStatus.PARKED,
            RegionalIssue.parked_until <= today,
            RegionalIssue.joined_into_id.is_(None),
        )
        .order_by(RegionalIssue.id)
    ).all()


def came_back() -> sa.ColumnElement[bool]:
    """Issues that new cases opened again, that rest on actions, and that no meeting has taken up
    since then.
    """
    taken_up = sa.exists().where(
        IssueStep.issue_id == RegionalIssue.id,
        IssueStep.kind == IssueStepKind.PUT_ON_AGENDA,
        IssueStep.undone_at.is_(None),
        IssueStep.at >= RegionalIssue.regressed_at,
    )
    return sa.and_(
        RegionalIssue.status == IssueStatus.IN_ACTION,
        RegionalIssue.regressed_at.is_not(None),
        sa.not_(taken_up),
    )


def waits_again(issue: RegionalIssue) -> bool:
    """Did new cases open this issue again, and has no meeting taken it up since then?"""
    if issue.status is not IssueStatus.IN_ACTION or issue.regressed_at is None:
        return False
    found = sa.select(RegionalIssue.id).where(RegionalIssue.id == issue.id, came_back())
    return db.session.scalar(found) is not None


def last_step(issue_id: int, *kinds: IssueStepKind) -> IssueStep | None:
    """The newest step that counts, of these kinds if any are named."""
    wanted = [IssueStep.kind.in_(kinds)] if kinds else []
    return db.session.scalars(
        sa.select(IssueStep)
        .where(IssueStep.issue_id == issue_id, IssueStep.undone_at.is_(None), *wanted)
        .order_by(IssueStep.id.desc())
        .limit(1)
    ).one_or_none()


def steps_of_act(issue_id: int, act: str) -> Sequence[IssueStep]:
    """What one click did to the issue, first to last."""
    return db.session.scalars(
        sa.select(IssueStep)
        .where(IssueStep.issue_id == issue_id, IssueStep.act == act)
        .order_by(IssueStep.id)
    ).all()


def second_look(issue: RegionalIssue, proposer_id: int, *, today: date) -> SecondLook:
    """Who can look a second time: another officer, else the centre's people, else nobody."""
    rows = db.session.execute(
        sa.select(Membership.role, OrganisationArea.area_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .where(
            Organisation.municipality_id == issue.municipality_id,
            Membership.role.in_([Role.OFFICER, Role.CENTRE]),
            Membership.person_id != proposer_id,
            Person.disabled_at.is_(None),
            in_force(today),
        )
        .distinct()
    ).all()
    if any(row.role is Role.OFFICER for row in rows):
        return SecondLook.OFFICER
    serving = [row for row in rows if issue.area_id is None or row.area_id == issue.area_id]
    return SecondLook.CENTRE if serving else SecondLook.NOBODY


@dataclass(frozen=True)
class Entry:
    """One line of an issue's history."""

    kind: IssueStepKind
    when: datetime
    who: str  # an organisation; empty when nobody decided it
    sentence: str
    taken_back: bool

    @property
    def what(self) -> str:
        """What happened, in words."""
        return str(self.kind.label)


@dataclass(frozen=True)
class IssuePage:
    """An issue as everybody who may know of it reads it."""

    issue: RegionalIssue
    entries: list[Entry]
    stages: list[Stage]
    counting: Sequence[IssueStep]  # its steps that were not taken back, first to last

    @property
    def was_rewritten(self) -> bool:
        """Has it more than one version to compare?"""
        return any(step.kind is IssueStepKind.REWRITTEN for step in self.counting)

    @property
    def has_letters(self) -> bool:
        """Was a letter about it made?"""
        return any(step.kind is IssueStepKind.LETTER_MADE for step in self.counting)

    @property
    def last(self) -> IssueStep | None:
        """The newest step that counts."""
        return self.counting[-1] if self.counting else None


def issue_page(viewer: Viewer, issue_id: int) -> IssuePage:
    """The issue with its history and its stages.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    issue = get_issue(viewer, issue_id)
    steps = db.session.scalars(
        sa.select(IssueStep)
        .where(IssueStep.issue_id == issue.id)
        .options(joinedload(IssueStep.organisation))
        .order_by(IssueStep.id)
    ).all()
    counting = [step for step in steps if step.undone_at is None]
    entries = [
        Entry(
            step.kind,
            step.at,
            named(step.organisation) if step.organisation else "",
            step.sentence,
            step.undone_at is not None,
        )
        for step in steps
    ]
    return IssuePage(issue, entries, stages(issue, counting), counting)
