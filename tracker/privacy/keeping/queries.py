"""What is past its time, what was taken out, and the texts of one record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Municipality, Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.paging import Rows
from tracker.privacy.keeping import due, policy
from tracker.privacy.keeping.due import Due
from tracker.privacy.keeping.emptying import Found, texts_of
from tracker.privacy.keeping.models import Redaction, RedactionOriginal
from tracker.privacy.keeping.places import OWNERS


def due_in_town(viewer: Viewer, municipality_id: int, *, today: date) -> list[Due]:
    """What the next round erases in the town, in numbers; as many statements as kinds, and one.

    :raises NotFoundError: when the viewer is not its privacy officer
    """
    if municipality_id not in policy.towns(viewer):
        raise NotFoundError
    times = due.times_of([municipality_id])[municipality_id]
    return due.town_counts(municipality_id, times, today)


def redactions(viewer: Viewer) -> Rows:
    """What was taken out in the viewer's towns, to page by id, with who did it."""
    return (
        sa.select(
            Redaction.id,
            Redaction.subject,
            Redaction.subject_id,
            Redaction.field,
            Redaction.is_whole,
            Redaction.reason,
            Redaction.sentence,
            Redaction.at,
            Person.name.label("person"),
            RedactionOriginal.until,
        )
        .join(Person, Person.id == Redaction.person_id)
        .outerjoin(RedactionOriginal, RedactionOriginal.redaction_id == Redaction.id)
        .where(policy.visible_to(viewer))
    )


def get_redaction(viewer: Viewer, redaction_id: int) -> Redaction:
    """One redaction.

    :raises NotFoundError: when there is none in the viewer's towns
    """
    found = db.session.scalars(
        sa.select(Redaction).where(Redaction.id == redaction_id, policy.visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def original_of(redaction: Redaction, *, today: date) -> RedactionOriginal | None:
    """What stood there, for whoever may read the redaction; None when it is not kept any more."""
    return db.session.scalars(
        sa.select(RedactionOriginal).where(
            RedactionOriginal.redaction_id == redaction.id, RedactionOriginal.until >= today
        )
    ).one_or_none()


@dataclass(frozen=True)
class Record:
    """A case, issue, action, meeting … whose texts may be taken out."""

    subject: str
    id: int
    number: str
    municipality_id: int
    texts: list[Found]


def get_record(viewer: Viewer, subject: str, record_id: int) -> Record:
    """The record with every text that is there.

    :raises NotFoundError: when there is none in the viewer's towns
    """
    model = OWNERS.get(subject)
    if model is None:
        raise NotFoundError
    row = db.session.scalars(
        sa.select(model).where(
            model.id == record_id, model.municipality_id.in_(policy.towns(viewer))
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Record(subject, row.id, _name(row), row.municipality_id, list(texts_of(subject, row.id)))


def _name(row: Any) -> str:
    """What people call it by: its number, a meeting's title, else its key."""
    found: str = getattr(row, "number", None) or getattr(row, "title", None) or f"{row.id}"
    return found


def towns_of(viewer: Viewer) -> Sequence[Municipality]:
    """The towns whose privacy officer the viewer is, by code."""
    statement = sa.select(Municipality).where(Municipality.id.in_(policy.towns(viewer)))
    return db.session.scalars(statement.order_by(Municipality.id)).all()
