"""The secret address under which a person's calendar reads their meetings."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class CalendarFeed(Model):
    """One address a person; renewing it ends the one before."""

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # shown once, not kept
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
