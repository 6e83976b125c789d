"""Letters to the prefecture about an issue: frozen when made, answered later."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model, Versioned
from tracker.core.erasing import Reworded
from tracker.core.serials import Serials

ADDRESSEE_LENGTH = 80
ANSWER_LENGTH = 400
PAPER_LENGTH = 60
REQUEST_LENGTH = 400


class IssueLetter(Reworded, Versioned, Model):
    """One letter. What it says is frozen: statement and suppressed figures, no case, no office."""

    __tablename__ = "issue_letters"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "fiscal_year", "serial"),
        sa.Index("ix_issue_letters_issue", "issue_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    fiscal_year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(12))  # R8-03, unique inside a town
    addressee: Mapped[str] = mapped_column(FreeText(ADDRESSEE_LENGTH))  # an office of theirs
    request: Mapped[str] = mapped_column(FreeText(REQUEST_LENGTH))  # what the prefecture is asked
    sheet: Mapped[dict[str, Any]]  # as it was made, but for words erased since
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the canonical sheet as made
    act: Mapped[str] = mapped_column(sa.String(36))
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(FreeText(ANSWER_LENGTH), default="")
    answered_on: Mapped[date | None]  # the date the answer bears; None: none has come
    paper_number: Mapped[str] = mapped_column(FreeText(PAPER_LENGTH), default="")  # of the answer
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    recorded_at: Mapped[datetime | None]


class LetterSerial(Serials, Model):
    """The last number given; see `core.serials`."""

    __tablename__ = "letter_serials"
