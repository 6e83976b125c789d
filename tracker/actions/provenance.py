"""Where a resource came from, and whom it concerns when it ends or becomes less."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts import queries as accounts
from tracker.accounts.viewer import Viewer
from tracker.actions import policy
from tracker.actions.models import Action, Stage
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.core.disclosure import shown
from tracker.issues import policy as issue_policy
from tracker.issues.models import IssueCase, RegionalIssue
from tracker.issues.proof import queries as proof
from tracker.notifications import service as notices
from tracker.notifications.models import Event, Notice
from tracker.notifications.service import About
from tracker.resources import policy as resource_policy
from tracker.resources.asked import Origin
from tracker.resources.models import Resource

# Meetings stand above; of an agenda item only the way to its meeting is asked here.
_ITEMS = sa.table("agenda_items", sa.column("id"), sa.column("meeting_id"))


def origins(_sender: object = None, *, viewer: Viewer, resource: Resource) -> list[Origin]:
    """The actions that brought it with their issues, the first one first.

    Those who keep the town's directory read everything; the others, of issues of the town that
    are told to everybody, number and title alone. Answers `resources.asked.origins_asked`.
    """
    keeps = resource_policy.can_edit(viewer, resource)
    rows = db.session.execute(
        sa.select(
            Action.id,
            Action.number,
            Action.title,
            Action.issue_id,
            RegionalIssue.number.label("issue_number"),
            RegionalIssue.title.label("issue_title"),
            RegionalIssue.status,
            sa.case((policy.visible_to(viewer), 1), else_=0).label("is_known"),
            sa.case((issue_policy.visible_to(viewer), 1), else_=0).label("issue_is_known"),
            _ITEMS.c.meeting_id,
            _cases_before(resource).label("cases"),
        )
        .join(RegionalIssue, RegionalIssue.id == Action.issue_id)
        .outerjoin(_ITEMS, _ITEMS.c.id == Action.item_id)
        .where(Action.resource_id == resource.id)
        .order_by(Action.id)
    )
    return [_origin(row, keeps) for row in rows]


def _cases_before(resource: Resource) -> sa.ScalarSelect[int]:
    """Cases under the issue that were filed before it could be used."""
    began = resource.started_on
    before = [Case.submitted_at < clock.midnight(began)] if began else []
    return (
        sa.select(sa.func.count())
        .select_from(IssueCase)
        .join(Case, Case.id == IssueCase.case_id)
        .where(IssueCase.issue_id == Action.issue_id, case_policy.counted(), *before)
        .scalar_subquery()
    )


def _origin(row: sa.Row[*tuple[Any, ...]], keeps: bool) -> Origin:
    known = keeps and bool(row.issue_is_known)
    return Origin(
        action_id=row.id if row.is_known else None,
        action_number=row.number if row.is_known else "",
        action_title=row.title if row.is_known else "",
        issue_id=row.issue_id if known else None,
        issue_number=row.issue_number,
        issue_title=row.issue_title if known or not keeps else "",
        issue_label=row.status.label if known else None,
        meeting_id=row.meeting_id if known else None,
        cases_before=shown(row.cases, rounded=False) if known else None,
    )


def on_worsened(_sender: object = None, *, resource_id: int, how: str, at: datetime) -> None:
    """Who answers for an issue it met has a notice; once for each way, issue and day.

    Where nobody of the owner has an account, those who carry the issue have it. Listens to
    `core.events.resource_worsened`.
    """
    today, act = clock.local(at).date(), str(uuid.uuid4())
    rows = db.session.execute(
        sa.select(Action.owner_id, RegionalIssue.id, RegionalIssue.number)
        .join(RegionalIssue, RegionalIssue.id == Action.issue_id)
        .where(Action.resource_id == resource_id, Action.stage != Stage.STOPPED)
        .order_by(Action.id)
    ).all()
    for owner_id, issue_id, number in rows:
        people = accounts.active_people_of(owner_id, today=today)
        if not people:
            people = proof.carriers(db.session.get_one(RegionalIssue, issue_id), today=today)
        once = f"r{resource_id}:i{issue_id}:{how}:{today:%Y%m%d}"
        about = About(number, f"/resources/{resource_id}", once)
        notices.tell(people, Event.RESOURCE_WORSE, about, act=act, at=at)


def on_live(_sender: object = None, *, resource_id: int, at: datetime) -> None:
    """It can be used again: alerts about it that wait are not sent, what was said stays said.

    Listens to `core.events.resource_live`.
    """
    waiting = sa.select(Notice.act).where(
        Notice.event == Event.RESOURCE_WORSE,
        Notice.path == f"/resources/{resource_id}",
        Notice.due_at > at,
        Notice.withdrawn_at.is_(None),
    )
    for act in sorted(db.session.scalars(waiting.distinct())):
        notices.withdraw(act, at=at)
