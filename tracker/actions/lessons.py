"""What was learnt from actions that were honestly stopped, without anybody's name."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.actions import policy
from tracker.actions.models import Action, ActionEntry, Stage, StopReason
from tracker.actions.work.models import ActionFact, Fact
from tracker.core.paging import Rows
from tracker.issues.models import RegionalIssue
from tracker.taxonomy.models import ActType


@dataclass(frozen=True)
class LessonFilter:
    """What the lessons are narrowed to; everything empty: all."""

    kind: str | None = None
    reason: StopReason | None = None
    family: str | None = None
    words: str = ""


def lessons(viewer: Viewer, wanted: LessonFilter) -> Rows:
    """Stopped actions of the viewer's town: reason, what was learnt, what instead; to page by id.

    No organisation and no person stands in a row.
    """
    stopping = sa.and_(
        ActionEntry.action_id == Action.id,
        ActionEntry.became == Stage.STOPPED,
        ActionEntry.was != Stage.STOPPED,
        ActionEntry.undone_at.is_(None),
    )
    instead = sa.and_(
        ActionFact.action_id == Action.id,
        ActionFact.fact == Fact.INSTEAD,
        ActionFact.undone_at.is_(None),
    )
    return (
        sa.select(
            Action.id,
            Action.number,
            Action.title,
            Action.kind,
            Action.stopped_because,
            Action.stage_since,
            ActionEntry.sentence.label("learnt"),
            ActionEntry.was.label("stopped_at"),
            ActionFact.text.label("instead"),
            ActType.family_code,
            ActType.name_ja.label("act_type_ja"),
            ActType.name_en.label("act_type_en"),
        )
        .join(RegionalIssue, RegionalIssue.id == Action.issue_id)
        .join(ActType, ActType.code == RegionalIssue.act_type_code)
        .join(ActionEntry, stopping)
        .outerjoin(ActionFact, instead)
        .where(policy.visible_to(viewer), Action.stage == Stage.STOPPED, *_narrowed(wanted))
    )


def _narrowed(wanted: LessonFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.kind:
        conditions.append(Action.kind == wanted.kind)
    if wanted.reason:
        conditions.append(Action.stopped_because == wanted.reason)
    if wanted.family:
        conditions.append(ActType.family_code == wanted.family)
    for word in wanted.words.split():
        conditions.append(
            sa.or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (Action.title, ActionEntry.sentence, ActionFact.text)
                )
            )
        )
    return conditions
