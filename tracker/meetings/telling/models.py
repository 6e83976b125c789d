"""One batch of word to everybody whose need was on the agenda."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class MeetingTelling(Model):
    """Who asked for it, when it goes out, how many it reaches; withdrawn until then."""

    __tablename__ = "meeting_tellings"
    __table_args__ = (sa.Index("ix_meeting_tellings_meeting", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    act: Mapped[str] = mapped_column(sa.String(36))
    due_at: Mapped[datetime]
    cases: Mapped[int]
    people: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
