"""A template of an answer or a question, of one centre, for a time."""

import enum
from datetime import date

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Organisation
from tracker.cases.models import SENTENCE_LENGTH, Disposition
from tracker.core.db import FreeText, Model, Timestamps, Versioned
from tracker.taxonomy.models import ActType

TITLE_LENGTH = 80


class TemplateUse(enum.StrEnum):
    """What a template is written for."""

    ANSWER = "answer"
    QUESTION = "question"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return USE_LABELS[self]


USE_LABELS: dict[TemplateUse, LazyString] = {
    TemplateUse.ANSWER: _l("Answer to the office"),
    TemplateUse.QUESTION: _l("Question when a case is sent back"),
}


class AnswerTemplate(Timestamps, Versioned, Model):
    """Words to begin with; earlier wordings stand in the audit log. Ended, never deleted."""

    __tablename__ = "answer_templates"
    __table_args__ = (
        sa.Index("ix_answer_templates_town", "municipality_id", "id"),
        sa.CheckConstraint("valid_until >= valid_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    is_shared: Mapped[bool] = mapped_column(default=False)  # the town's other centres use it too
    use: Mapped[TemplateUse]
    title: Mapped[str] = mapped_column(FreeText(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    act_type_code: Mapped[str | None] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    disposition: Mapped[Disposition | None]  # None: however the case goes on
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # the last day
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    act_type: Mapped[ActType | None] = relationship(lazy="raise")

    def holds_on(self, day: date) -> bool:
        """Is it offered on this day?"""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
