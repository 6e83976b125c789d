"""What somebody who was there says of a meeting."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model

SENTENCE_LENGTH = 200
WORST, BEST = 1, 4


class MeetingLook(Model):
    """Four answers from 1 (not at all) to 4 (fully) and a sentence; one of each person."""

    __tablename__ = "meeting_looks"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    topics: Mapped[int]  # the right things were on the agenda
    evidence: Mapped[int]  # the folder was enough to decide by
    talk: Mapped[int]  # everybody who wanted to could speak
    next_steps: Mapped[int]  # it is clear who does what by when
    sentence: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH), default="")
    at: Mapped[datetime]
