"""Reading a town's Word files: which are there, which is in use, and its content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.exchange.word_templates import policy
from tracker.exchange.word_templates.models import TemplateKind, WordTemplate, WordTemplateUse
from tracker.meetings import policy as meeting_policy
from tracker.meetings.models import Meeting

MOST_SHOWN = 50  # newest files of a town


def files(viewer: Viewer, municipality_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """The town's files without their content, the newest first, the newest 50."""
    return db.session.execute(
        sa.select(
            WordTemplate.id,
            WordTemplate.kind,
            WordTemplate.note,
            WordTemplate.size,
            WordTemplate.digest,
            WordTemplate.uploaded_at,
            Person.name.label("person"),
        )
        .join(Person, Person.id == WordTemplate.uploaded_by_id)
        .where(policy.visible_to(viewer), WordTemplate.municipality_id == municipality_id)
        .order_by(WordTemplate.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def get_file(viewer: Viewer, template_id: int) -> WordTemplate:
    """One file with its content.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(WordTemplate).where(WordTemplate.id == template_id, policy.visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True)
class InUse:
    """Which file a town uses for a kind, since when and by whom; `template_id` None: ours."""

    template_id: int | None
    person: str
    at: datetime


def in_use(municipality_id: int) -> Mapping[TemplateKind, InUse]:
    """What the town chose last, by kind; where it never chose, nothing stands and ours is used.

    For those who may read the town's settings.
    """
    newest = (
        sa.select(sa.func.max(WordTemplateUse.id))
        .where(WordTemplateUse.municipality_id == municipality_id)
        .group_by(WordTemplateUse.kind)
    )
    rows = db.session.execute(
        sa.select(WordTemplateUse, Person.name)
        .join(Person, Person.id == WordTemplateUse.person_id)
        .where(WordTemplateUse.id.in_(newest))
        .order_by(WordTemplateUse.id)
    )
    return {use.kind: InUse(use.template_id, name, use.at) for use, name in rows}


def file_in_use(municipality_id: int, kind: TemplateKind) -> bytes | None:
    """The content of the town's file for this kind; None: ours.

    For those who may open a folder of the town.
    """
    newest = _chosen(municipality_id, kind).scalar_subquery()
    return db.session.scalar(sa.select(WordTemplate.content).where(WordTemplate.id == newest))


def has_file(municipality_id: int, kind: TemplateKind) -> bool:
    """Is a file of the town in use for this kind, and not ours?"""
    return db.session.scalar(_chosen(municipality_id, kind)) is not None


def _chosen(municipality_id: int, kind: TemplateKind) -> sa.Select[int | None]:
    return (
        sa.select(WordTemplateUse.template_id)
        .where(WordTemplateUse.municipality_id == municipality_id, WordTemplateUse.kind == kind)
        .order_by(WordTemplateUse.id.desc())
        .limit(1)
    )


def last_meeting_id(viewer: Viewer, municipality_id: int) -> int | None:
    """The town's newest meeting the viewer may know of, to try a file with; None: there is none."""
    return db.session.scalar(
        sa.select(Meeting.id)
        .where(meeting_policy.visible_to(viewer), Meeting.municipality_id == municipality_id)
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    )
