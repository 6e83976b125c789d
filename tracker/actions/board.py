"""Reading actions as a board and along the time: what stands on a card, and on a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.actions import policy, queries
from tracker.actions.models import ENDED, Action, Stage
from tracker.actions.queries import ActionFilter
from tracker.actions.work.models import Delegation, Milestone
from tracker.actions.work.standing_in import in_force
from tracker.core.db import db
from tracker.core.paging import Rows

MOST_CARDS = 600
ENDED_SHOWN = 10  # of each way of ending; the table has all
COLUMNS = (
    *(Stage.PROPOSED, Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW, Stage.REDESIGNED),
    *(Stage.ON_HOLD, Stage.SETTLED, Stage.EXPANDED, Stage.STOPPED),
)

Row = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Column:
    """The cards of one stage, the nearest day first; of those that have ended the newest."""

    stage: Stage
    cards: Sequence[Any]
    left_out: int = 0  # ended ones that only the table shows


def with_progress(viewer: Viewer, wanted: ActionFilter, today: date) -> Rows:
    """The columns of `queries.actions`, and how many milestones there are, are reached and late,
    who has the action in hand and who stands in today."""
    steps = (
        sa.select(
            Milestone.action_id,
            sa.func.count().label("steps"),
            sa.func.count(Milestone.done_on).label("steps_done"),
            sa.func.sum(
                sa.case(
                    (sa.and_(Milestone.done_on.is_(None), Milestone.due_on < today), 1), else_=0
                )
            ).label("steps_late"),
        )
        .where(Milestone.removed_at.is_(None))
        .group_by(Milestone.action_id)
        .subquery()
    )
    holder, deputy = aliased(Person), aliased(Person)
    standing_in = (
        sa.select(sa.func.min(deputy.name))
        .join(Delegation, Delegation.delegate_id == deputy.id)
        .where(Delegation.holder_id == Action.holder_id, in_force(today))
        .scalar_subquery()
    )
    return (
        queries.actions(viewer, wanted)
        .add_columns(
            sa.func.coalesce(steps.c.steps, 0).label("steps"),
            sa.func.coalesce(steps.c.steps_done, 0).label("steps_done"),
            sa.func.coalesce(steps.c.steps_late, 0).label("steps_late"),
            holder.name.label("holder"),
            standing_in.label("deputy"),
            Action.created_at,
        )
        .outerjoin(steps, steps.c.action_id == Action.id)
        .outerjoin(holder, holder.id == Action.holder_id)
    )


def board(viewer: Viewer, wanted: ActionFilter, today: date) -> list[Column]:
    """The viewer's actions by stage, every column even when it is empty; one statement."""
    rows = db.session.execute(
        with_progress(viewer, wanted, today).order_by(Action.due_on, Action.id).limit(MOST_CARDS)
    ).all()
    by_stage: dict[Stage, list[Any]] = {stage: [] for stage in COLUMNS}
    for row in rows:
        by_stage[row.stage].append(row)
    return [_column(stage, cards) for stage, cards in by_stage.items()]


def _column(stage: Stage, cards: list[Any]) -> Column:
    if stage not in ENDED:
        return Column(stage, cards)
    newest = sorted(cards, key=lambda row: (row.stage_since, row.id), reverse=True)
    return Column(stage, newest[:ENDED_SHOWN], max(0, len(cards) - ENDED_SHOWN))


def milestones_by_action(viewer: Viewer, action_ids: Sequence[int]) -> Mapping[int, Sequence[Row]]:
    """Action → its milestones by day, of actions the viewer may know of; else nothing."""
    found: dict[int, list[Row]] = {}
    for row in db.session.execute(
        sa.select(
            Milestone.action_id, Milestone.id, Milestone.title, Milestone.due_on, Milestone.done_on
        )
        .join(Action, Action.id == Milestone.action_id)
        .where(
            policy.visible_to(viewer),
            Milestone.action_id.in_(action_ids),
            Milestone.removed_at.is_(None),
        )
        .order_by(Milestone.due_on, Milestone.id)
    ):
        found.setdefault(row.action_id, []).append(row)
    return found
