"""What was typed into a long form and not yet sent: one row for each person and form."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import personal
from tracker.core.db import Model, db

KEPT = timedelta(days=30)


class Draft(Model):
    """Typed fields after the personal-details gate; kept 30 days after the last change."""

    __tablename__ = "drafts"
    __table_args__ = (sa.UniqueConstraint("person_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    form: Mapped[str] = mapped_column(sa.String(40))
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(index=True)


def find(person_id: int, form: str) -> Draft | None:
    """The person's draft of this form, if there is one."""
    return db.session.scalars(_of(person_id, form)).one_or_none()


def save(
    person_id: int, form: str, fields: Mapping[str, str], *, at: datetime, vouched: bool = False
) -> Draft:
    """The draft now holds these fields, persons told by letters; an older one is replaced.

    :param vouched: the person says that the words tell nobody; what must never be stored is
        hidden all the same
    """
    draft = find(person_id, form)
    if draft is None:
        draft = Draft(person_id=person_id, form=form)
        db.session.add(draft)
    draft.fields = {
        name: personal.hide(text if vouched else personal.letter(text))
        for name, text in fields.items()
    }
    draft.saved_at = at
    db.session.flush()
    return draft


def discard(person_id: int, form: str) -> None:
    """There is no draft of this form any more."""
    db.session.execute(
        sa.delete(Draft).where(*_mine(person_id, form)),
        execution_options={"synchronize_session": False},
    )


def expire(at: datetime) -> int:
    """Drafts untouched for 30 days are gone; how many there were."""
    rows = db.session.scalars(
        sa.delete(Draft).where(Draft.saved_at < at - KEPT).returning(Draft.id)
    )
    return len(rows.all())


def _of(person_id: int, form: str) -> sa.Select[Draft]:
    return sa.select(Draft).where(*_mine(person_id, form))


def _mine(person_id: int, form: str) -> tuple[sa.ColumnElement[bool], ...]:
    return Draft.person_id == person_id, Draft.form == form
