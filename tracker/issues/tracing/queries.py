"""Reading the chain of one issue: cases, agenda, decision, actions, resources, verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from blinker import Signal
from sqlalchemy.orm import joinedload

from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.disclosure import Figure, disclosed, shown
from tracker.core.errors import NotFoundError
from tracker.issues import policy as issue_policy
from tracker.issues.models import IssueCase, IssueStep, IssueStepKind, RegionalIssue
from tracker.issues.proof import queries as proof
from tracker.issues.proof.figures import Reading
from tracker.issues.proof.queries import Kept
from tracker.issues.tracing import policy
from tracker.issues.tracing.asked import Doing, Item, actions_asked, items_asked
from tracker.resources import policy as resource_policy
from tracker.resources.models import Resource
from tracker.settings.values import small_cells
from tracker.taxonomy.models import ActType

MOST_CASES = 50  # that are named; the others stand on the issue's page
_K = IssueStepKind
# What every filer was told of anyway, with the agenda and what took it back.
TOLD = (
    _K.CONFIRMED,
    _K.PUT_ON_AGENDA,
    _K.DECIDED,
    _K.DECLINED,
    _K.ACTION_BEGUN,
    _K.RESOURCE_LIVE,
    _K.CLOSED,
    _K.REGRESSED,
)
# Actions stand above; only the way to their resources is asked here.
_ACTIONS = sa.table("actions", sa.column("issue_id"), sa.column("resource_id"))


@dataclass(frozen=True)
class Trace:
    """The chain of an issue as far as one viewer may know it."""

    issue: RegionalIssue
    knows_issue: bool  # may the viewer open the page of the issue?
    cases: Sequence[sa.Row[*tuple[Any, ...]]]  # the newest the viewer may know, MOST_CASES at most
    own: int  # how many the viewer may know of
    others: Figure | None  # how many more there are; None: none
    items: list[Item]
    actions: list[Doing]
    resources: Sequence[sa.Row[*tuple[Any, ...]]]
    told: Sequence[IssueStep]  # first to last
    reading: Reading | None  # None before a resource, or when its figures are not the viewer's
    kept: list[Kept]


def trace(viewer: Viewer, issue_id: int, *, today: date) -> Trace:
    """Everything between the cases of the issue and its proof.

    Whoever may know of the issue reads its figures; whoever only filed a case for it reads what
    filers are told, their own cases by number and the others as a number that tells nothing small.

    :raises NotFoundError: when there is none, or it is not the viewer's to follow
    """
    issue, knows = _issue(viewer, issue_id)
    cases, own, total = _cases(viewer, issue_id)
    others = total - own
    rule = small_cells.rule_of(issue.municipality_id)
    figure = shown(others, rounded=False) if knows else disclosed(others, rule)
    return Trace(
        issue=issue,
        knows_issue=knows,
        cases=cases,
        own=own,
        others=figure if others else None,
        items=_asked(items_asked, viewer=viewer, issue_id=issue_id, today=today),
        actions=_asked(actions_asked, viewer=viewer, issue_id=issue_id),
        resources=_resources(viewer, issue_id),
        told=_told(issue_id),
        reading=proof.reading(issue, today=today) if knows and issue.effective_on else None,
        kept=proof.kept_readings(issue) if knows else [],
    )


def _issue(viewer: Viewer, issue_id: int) -> tuple[RegionalIssue, bool]:
    row = db.session.execute(
        sa.select(RegionalIssue, issue_policy.visible_to(viewer))
        .where(RegionalIssue.id == issue_id, policy.visible_to(viewer))
        .options(
            joinedload(RegionalIssue.area),
            joinedload(RegionalIssue.municipality),
            joinedload(RegionalIssue.act_type).joinedload(ActType.family),
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], bool(row[1])


def _cases(viewer: Viewer, issue_id: int) -> tuple[Sequence[sa.Row[*tuple[Any, ...]]], int, int]:
    """Cases the viewer may know of, how many these are, and how many there are in all."""
    held = sa.and_(
        Case.id.in_(sa.select(IssueCase.case_id).where(IssueCase.issue_id == issue_id)),
        case_policy.counted(),
    )
    mine = case_policy.visible_to(viewer)
    own, total = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((mine, 1), else_=0)), 0), sa.func.count()
        ).where(held)
    ).one()
    rows = db.session.execute(
        sa.select(Case.id, Case.number, Case.occurred_month, Case.status)
        .where(held, mine)
        .order_by(Case.id.desc())
        .limit(MOST_CASES)
    ).all()
    return rows, own, total


def _asked(signal: Signal, **question: Any) -> list[Any]:
    return [one for _receiver, answer in signal.send(**question) for one in answer]


def _resources(viewer: Viewer, issue_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    of_actions = sa.select(_ACTIONS.c.resource_id).where(_ACTIONS.c.issue_id == issue_id)
    return db.session.execute(
        sa.select(
            Resource.id, Resource.name_ja, Resource.name_en, Resource.status, Resource.started_on
        )
        .where(Resource.id.in_(of_actions), resource_policy.visible_to(viewer))
        .order_by(Resource.id)
    ).all()


def _told(issue_id: int) -> Sequence[IssueStep]:
    return db.session.scalars(
        sa.select(IssueStep)
        .where(
            IssueStep.issue_id == issue_id,
            IssueStep.kind.in_(TOLD),
            IssueStep.undone_at.is_(None),
        )
        .order_by(IssueStep.id)
    ).all()


def _to_follow(viewer: Viewer) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(RegionalIssue.id, RegionalIssue.number, RegionalIssue.title, RegionalIssue.status)
        .where(policy.visible_to(viewer))
        .order_by(RegionalIssue.id)
    )


def of_case(viewer: Viewer, case_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Issues that the case supports and the viewer may follow, by id; empty: none yet.

    :raises NotFoundError: when there is no such case, or it is not the viewer's to know
    """
    known = sa.select(Case.id).where(Case.id == case_id, case_policy.visible_to(viewer))
    if db.session.scalar(known) is None:
        raise NotFoundError
    held = sa.select(IssueCase.issue_id).where(IssueCase.case_id == case_id)
    return db.session.execute(_to_follow(viewer).where(RegionalIssue.id.in_(held))).all()


def of_resource(viewer: Viewer, resource_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Issues from which the resource came that the viewer may follow, by id; empty: none.

    :raises NotFoundError: when there is no such resource, or it is not the viewer's to know
    """
    known = sa.select(Resource.id).where(
        Resource.id == resource_id, resource_policy.visible_to(viewer)
    )
    if db.session.scalar(known) is None:
        raise NotFoundError
    led = sa.select(_ACTIONS.c.issue_id).where(_ACTIONS.c.resource_id == resource_id)
    return db.session.execute(_to_follow(viewer).where(RegionalIssue.id.in_(led))).all()
