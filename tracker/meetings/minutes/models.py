"""Versions of the text of minutes, remarks about them, addenda."""

import enum
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model
from tracker.core.words import Searched

TEXT_LENGTH = 80_000  # of twenty-five items that were talked about at length
WORDS_LENGTH = 100_000  # of a text as it is searched: some signs become two
WHY_LENGTH = 200
REMARK_LENGTH = 600
ANSWER_LENGTH = 400
ADDENDUM_LENGTH = 1000


class MinutesText(Searched, Model):
    """One version of the text, in light Markdown; versions are added and never changed."""

    SEARCHED = ("text",)
    SEARCH_KEPT = WORDS_LENGTH

    __tablename__ = "minutes_texts"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    number: Mapped[int]  # 1, 2, 3 … of the meeting
    text: Mapped[str] = mapped_column(FreeText(TEXT_LENGTH))
    why: Mapped[str] = mapped_column(FreeText(WHY_LENGTH), default="")  # what was changed
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    search_text: Mapped[str] = mapped_column(sa.String(WORDS_LENGTH), default="")


class RemarkAnswer(enum.StrEnum):
    """What the host made of a request to correct the minutes."""

    TAKEN_UP = "taken_up"
    NOT_TAKEN_UP = "not_taken_up"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return ANSWER_LABELS[self]


ANSWER_LABELS: dict[RemarkAnswer, LazyString] = {
    RemarkAnswer.TAKEN_UP: _l("Taken up"),
    RemarkAnswer.NOT_TAKEN_UP: _l("Not taken up"),
}


class MinutesRemark(Model):
    """A member asks for a correction of one version; the host answers it once."""

    __tablename__ = "minutes_remarks"
    __table_args__ = (sa.Index("ix_minutes_remarks_meeting", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    text_number: Mapped[int]  # the version that was read
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(FreeText(REMARK_LENGTH))
    made_at: Mapped[datetime]
    answer: Mapped[RemarkAnswer | None]
    answer_reason: Mapped[str] = mapped_column(FreeText(ANSWER_LENGTH), default="")
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    answered_at: Mapped[datetime | None]


class MinutesAddendum(Model):
    """A correction after approval: it stands below the text, which stays as it was approved."""

    __tablename__ = "minutes_addenda"
    __table_args__ = (sa.Index("ix_minutes_addenda_meeting", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    text: Mapped[str] = mapped_column(FreeText(ADDENDUM_LENGTH))
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
