"""A form sent twice does its work once: the answer of the first time is given again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, db, insert_or_skip
from tracker.core.errors import InvalidInputError


class RequestKey(Model):
    """One key of one person, what was sent with it, and where the answer is."""

    __tablename__ = "request_keys"
    __table_args__ = (sa.UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    answer_id: Mapped[int | None]  # key of the row that was made
    used_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Use:
    """The row of a key, and whether the work was already done with it."""

    row: RequestKey
    repeated: bool


def use(person_id: int, key: str, content: Mapping[str, object], *, at: datetime) -> Use:
    """Take the key for this content; waits for a first sender who is still at work.

    :raises InvalidInputError: when the key was used with other content
    """
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    values = {"person_id": person_id, "key": key, "digest": digest, "used_at": at}
    made = db.session.scalars(
        insert_or_skip(RequestKey).values(values).returning(RequestKey)
    ).one_or_none()
    row = (
        made
        or db.session.scalars(
            sa.select(RequestKey).where(RequestKey.person_id == person_id, RequestKey.key == key)
        ).one()
    )
    if row.digest != digest:
        raise InvalidInputError(
            None, _("This form was already sent with other content. Please open it again.")
        )
    return Use(row, repeated=made is None)


def is_used(person_id: int, key: str) -> bool:
    """Has the form with this key done its work already?"""
    found = sa.select(RequestKey.id).where(
        RequestKey.person_id == person_id, RequestKey.key == key, RequestKey.answer_id.is_not(None)
    )
    return db.session.scalar(found) is not None


def expire(before: datetime) -> int:
    """Keys used before this instant are forgotten; how many there were."""
    gone = sa.delete(RequestKey).where(RequestKey.used_at < before).returning(RequestKey.id)
    return len(db.session.scalars(gone).all())
