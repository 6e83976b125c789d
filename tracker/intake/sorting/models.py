"""What stays inside the centre: its notes about a case."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model

NOTE_LENGTH = 400


class CaseNote(Model):
    """A note for colleagues; it goes with the case, and into no paper, file or notice."""

    __tablename__ = "case_notes"
    __table_args__ = (sa.Index("ix_case_notes_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    note: Mapped[str] = mapped_column(FreeText(NOTE_LENGTH))
    at: Mapped[datetime]
