"""Reading actions: lists, one action with its log, the counts of what is late and silent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Organisation
from tracker.accounts.viewer import Viewer
from tracker.actions import policy, stages
from tracker.actions.models import (
    ENDED,
    SOONER,
    STALLED_AFTER,
    STALLED_SOONER,
    Action,
    ActionEntry,
    Stage,
)
from tracker.actions.work import standing_in
from tracker.cases.stages import Stage as Place
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import date_long, named
from tracker.core.paging import Rows
from tracker.issues import policy as issue_policy
from tracker.issues.models import RegionalIssue

# Meetings stand above; of an agenda item only the way to its meeting is asked here.
_ITEMS = sa.table("agenda_items", sa.column("id"), sa.column("meeting_id"))


@dataclass(frozen=True)
class ActionFilter:
    """What a list is narrowed to; everything empty: all."""

    stage: Stage | None = None
    issue_id: int | None = None
    mine: bool = False  # only those of the organisations the viewer works in
    held: bool = False  # only those the viewer has in hand
    kind: str | None = None
    owner_id: int | None = None
    overdue_on: date | None = None  # only those past their day on this day
    stalled_at: datetime | None = None  # only those silent for too long at this instant


def actions(viewer: Viewer, wanted: ActionFilter) -> Rows:
    """Actions the viewer may know of, to page by id.

    An issue of an area the viewer does not serve shows by its number alone.
    """
    known = issue_policy.visible_to(viewer)
    return (
        sa.select(
            Action.id,
            Action.number,
            Action.title,
            Action.stage,
            Action.stage_since,
            Action.due_on,
            Action.held_until,
            Action.last_entry_at,
            Action.next_review_on,
            Action.kind,
            Action.issue_id,
            RegionalIssue.number.label("issue_number"),
            sa.case((known, RegionalIssue.title)).label("issue_title"),
            Organisation.name_ja.label("owner_ja"),
            Organisation.name_en.label("owner_en"),
        )
        .join(RegionalIssue, RegionalIssue.id == Action.issue_id)
        .join(Organisation, Organisation.id == Action.owner_id)
        .where(policy.visible_to(viewer), *narrowed(viewer, wanted))
    )


def narrowed(viewer: Viewer, wanted: ActionFilter) -> list[sa.ColumnElement[bool]]:
    """What a list is narrowed to, as conditions; they do not say what the viewer may know."""
    asked: list[tuple[object, sa.ColumnElement[bool]]] = [
        (wanted.stage, Action.stage == wanted.stage),
        (wanted.issue_id, Action.issue_id == wanted.issue_id),
        (wanted.mine or None, policy.owned_by(viewer)),
        (wanted.held or None, policy.held_by(viewer)),
        (wanted.kind, Action.kind == wanted.kind),
        (wanted.owner_id, Action.owner_id == wanted.owner_id),
    ]
    conditions = [condition for value, condition in asked if value is not None]
    if wanted.overdue_on is not None:
        conditions.append(_is_overdue(wanted.overdue_on))
    if wanted.stalled_at is not None:
        conditions.append(_is_stalled(wanted.stalled_at))
    return conditions


def _is_overdue(today: date) -> sa.ColumnElement[bool]:
    """The same as `delays.days_overdue`, in SQL."""
    return sa.and_(Action.stage.not_in(sorted(ENDED)), Action.due_on < today)


def _is_stalled(now: datetime) -> sa.ColumnElement[bool]:
    """The same as `delays.days_silent` or `delays.days_unreviewed`, in SQL."""
    resting = sorted(ENDED | {Stage.ON_HOLD})
    sooner = sa.and_(Action.stage.in_(SOONER), Action.last_entry_at < now - STALLED_SOONER)
    silent = Action.last_entry_at < now - STALLED_AFTER
    unreviewed = sa.and_(
        Action.next_review_on.is_not(None),
        Action.next_review_on < clock.local(now).date(),
        Action.stage != Stage.REVIEW,
    )
    return sa.and_(Action.stage.not_in(resting), sa.or_(sooner, silent, unreviewed))


def actions_of_issue(viewer: Viewer, issue_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Actions of one issue that the viewer may know of, first to last; columns as in `actions`."""
    statement = actions(viewer, ActionFilter(issue_id=issue_id))
    return db.session.execute(statement.order_by(Action.id)).all()


def owners(viewer: Viewer) -> list[tuple[int, str]]:
    """Bodies of the viewer's municipality that can take an action on: id and name, by id."""
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name_ja, Organisation.name_en)
        .where(policy.may_own(viewer))
        .order_by(Organisation.id)
    )
    return [(row.id, named(row)) for row in rows]


def is_owner(viewer: Viewer, organisation_id: int, municipality_id: int) -> bool:
    """Can this body take an action of the town on? For the service."""
    found = sa.select(Organisation.id).where(
        policy.may_own(viewer),
        Organisation.id == organisation_id,
        Organisation.municipality_id == municipality_id,
    )
    return db.session.scalar(found) is not None


def get_action(viewer: Viewer, action_id: int) -> Action:
    """The action with its issue, owner, holder, town and resource, and who stands in today.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Action)
        .where(Action.id == action_id, policy.visible_to(viewer))
        .options(
            joinedload(Action.issue),
            joinedload(Action.owner),
            joinedload(Action.municipality),
            joinedload(Action.resource),
            joinedload(Action.holder),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    found.note_deputies(standing_in.deputies_of(found.holder_id, clock.today()))
    return found


@dataclass(frozen=True)
class Entry:
    """One line of an action's log as it is read."""

    what: str
    when: datetime
    who: str
    sentence: str
    taken_back: bool
    next_step: str = ""


@dataclass(frozen=True)
class ActionPage:
    """An action as one viewer may read it."""

    action: Action
    issue: RegionalIssue | None  # None: of an area the viewer does not serve
    meeting_id: int | None
    entries: list[Entry]
    stages: list[Place]
    last: ActionEntry | None = field(repr=False, default=None)


def action_page(viewer: Viewer, action_id: int) -> ActionPage:
    """The action, its issue and meeting as far as the viewer may know them, its log and bar.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    action = get_action(viewer, action_id)
    log = db.session.scalars(
        sa.select(ActionEntry)
        .where(ActionEntry.action_id == action.id)
        .options(
            joinedload(ActionEntry.organisation),
            joinedload(ActionEntry.owner),
            joinedload(ActionEntry.holder),
        )
        .order_by(ActionEntry.id)
    ).all()
    counting = [entry for entry in log if entry.undone_at is None]
    knows, meeting_id = _around(viewer, action)
    return ActionPage(
        action=action,
        issue=action.issue if knows else None,
        meeting_id=meeting_id if knows else None,
        entries=[_first(action), *(_entry(entry) for entry in log)],
        stages=stages.bar(action, counting),
        last=counting[-1] if counting else None,
    )


def _around(viewer: Viewer, action: Action) -> tuple[bool, int | None]:
    """May the viewer know of the issue, and which meeting decided the action?"""
    meeting = sa.select(_ITEMS.c.meeting_id).where(_ITEMS.c.id == action.item_id)
    row = db.session.execute(
        sa.select(issue_policy.visible_to(viewer), meeting.scalar_subquery())
        .select_from(RegionalIssue)
        .where(RegionalIssue.id == action.issue_id)
    ).one()
    return bool(row[0]), row[1]


def _first(action: Action) -> Entry:
    what = _("Decided by a meeting") if action.item_id else _("Proposed")
    return Entry(what, action.created_at, "", "", taken_back=False)


def _entry(entry: ActionEntry) -> Entry:
    what, taken_back = _what(entry), entry.undone_at is not None
    if taken_back:
        what = _("%(step)s (taken back)", step=what)
    who = named(entry.organisation)
    return Entry(what, entry.at, who, entry.sentence, taken_back, entry.next_step)


def _what(entry: ActionEntry) -> str:
    if entry.holder is not None:
        return _("In the hands of %(name)s", name=entry.holder.name)
    if entry.owner is not None:
        return _("Handed to %(owner)s", owner=named(entry.owner))
    if entry.was is entry.became:
        return _("Entry")
    if entry.was is Stage.ON_HOLD and entry.became is not Stage.STOPPED:
        return _("Taken up again: %(stage)s", stage=str(entry.became.label))
    if entry.held_until:
        return _("On hold until %(day)s", day=date_long(entry.held_until))
    return str(entry.became.label)


def counting_entries(action_id: int) -> Sequence[ActionEntry]:
    """The log without what was taken back, first to last. For the service."""
    return db.session.scalars(
        sa.select(ActionEntry)
        .where(ActionEntry.action_id == action_id, ActionEntry.undone_at.is_(None))
        .order_by(ActionEntry.id)
    ).all()


def issue_of(action: Action, *, lock: bool = False) -> RegionalIssue:
    """The issue of the action. For the service.

    :param lock: so that of two people who stop its last two actions, the second sees the first's
    """
    statement = sa.select(RegionalIssue).where(RegionalIssue.id == action.issue_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one()


def others_begun(action: Action) -> bool:
    """Has work begun on another action of the same issue? For the service."""
    found = sa.select(Action.id).where(
        Action.issue_id == action.issue_id,
        Action.id != action.id,
        Action.stage.not_in([Stage.PROPOSED, Stage.STOPPED]),
        sa.or_(Action.held_from.is_(None), Action.held_from != Stage.PROPOSED),
    )
    return db.session.scalar(found.order_by(Action.id).limit(1)) is not None


def all_stopped(issue_id: int) -> bool:
    """Has the issue actions, and was every one of them stopped? For the service."""
    stopped = sa.func.sum(sa.case((Action.stage == Stage.STOPPED, 1), else_=0))
    row = db.session.execute(
        sa.select(sa.func.count(), stopped).where(Action.issue_id == issue_id)
    ).one()
    return row[0] > 0 and row[0] == row[1]


@dataclass(frozen=True)
class Waiting:
    """Counts of the actions a viewer may know of."""

    overdue: int = 0
    stalled: int = 0
    by_stage: dict[Stage, int] = field(default_factory=dict)  # every stage, 0 where none is

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_stage.values())


def waiting(
    viewer: Viewer, today: date, now: datetime, *, mine: bool = False, held: bool = False
) -> Waiting:
    """What is late, what is silent, and how many stand at each stage, in one statement."""
    overdue = sa.func.sum(sa.case((_is_overdue(today), 1), else_=0))
    stalled = sa.func.sum(sa.case((_is_stalled(now), 1), else_=0))
    rows = db.session.execute(
        sa.select(Action.stage, sa.func.count(), overdue, stalled)
        .where(policy.visible_to(viewer), *narrowed(viewer, ActionFilter(mine=mine, held=held)))
        .group_by(Action.stage)
    ).all()
    return Waiting(
        overdue=sum(row[2] for row in rows),
        stalled=sum(row[3] for row in rows),
        by_stage=dict.fromkeys(Stage, 0) | {row[0]: row[1] for row in rows},
    )


def open_of(_sender: object = None, *, organisation_id: int) -> str:
    """How many actions of the organisation have not ended; "" for none.

    Answers `accounts.changing.holding.held_asked`.
    """
    count = db.session.scalar(
        sa.select(sa.func.count(Action.id)).where(
            Action.owner_id == organisation_id, Action.stage.not_in(sorted(ENDED))
        )
    )
    return ngettext("%(num)d open action", "%(num)d open actions", count) if count else ""


def open_for(_sender: object = None, *, issue_ids: Sequence[int], case_ids: Sequence[int]) -> str:
    """Why these issues cannot be regrouped: an action for one of them is open; "" otherwise.

    Answers `issues.relating.ties.ties_asked`; no action is about a case.
    """
    found = sa.exists().where(Action.issue_id.in_(issue_ids), Action.stage.not_in(sorted(ENDED)))
    if not db.session.scalar(sa.select(found)):
        return ""
    return _("An action for it is open. Please stop or finish that first.")
