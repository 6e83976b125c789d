"""A question about a case, and the mailed links that answer it."""

import enum
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.cases.models import Case
from tracker.core.db import Model
from tracker.resources.models import Resource


class QuestionKind(enum.StrEnum):
    """What is asked."""

    USE_THIS = "use_this"
    DID_IT_HELP = "did_it_help"

    @property
    def label(self) -> LazyString:
        """The question."""
        return QUESTIONKIND_LABELS[self]


QUESTIONKIND_LABELS: dict[QuestionKind, LazyString] = {
    QuestionKind.USE_THIS: _l("Can this be used instead?"),
    QuestionKind.DID_IT_HELP: _l("Did it help?"),
}


class Answer(enum.StrEnum):
    """What one press says."""

    USED = "used"
    COULD_NOT = "could_not"
    NOT_NEEDED = "not_needed"
    HELPED = "helped"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"

    @property
    def label(self) -> LazyString:
        """The words on the button and in counts."""
        return ANSWER_LABELS[self]


ANSWER_LABELS: dict[Answer, LazyString] = {
    Answer.USED: _l("It was used"),
    Answer.COULD_NOT: _l("It could not be used"),
    Answer.NOT_NEEDED: _l("It is not needed any more"),
    Answer.HELPED: _l("It helped"),
    Answer.PARTLY: _l("It helped in part"),
    Answer.NOT_SOLVED: _l("It is not solved"),
}

ANSWERS: dict[QuestionKind, tuple[Answer, ...]] = {
    QuestionKind.USE_THIS: (Answer.USED, Answer.COULD_NOT, Answer.NOT_NEEDED),
    QuestionKind.DID_IT_HELP: (Answer.HELPED, Answer.PARTLY, Answer.NOT_SOLVED),
}
SAYS_IT_WORKED = frozenset({"USED"})  # of the list `tried`: no reason why it could not be used


class Question(Model):
    """Asked once about a case and a resource; the office's first answer counts."""

    __tablename__ = "questions"
    __table_args__ = (sa.Index("ix_questions_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)  # kind:case:resource, 0 for none
    kind: Mapped[QuestionKind]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    resource_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resources.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answer: Mapped[Answer | None]
    reason: Mapped[str | None] = mapped_column(sa.String(20))  # codes, list tried
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    by_link: Mapped[bool] = mapped_column(default=False)  # without signing in

    case: Mapped[Case] = relationship(lazy="raise")
    resource: Mapped[Resource | None] = relationship(lazy="raise")


class AnswerLink(Model):
    """A mailed link to one question for one person; only its hash is kept."""

    __tablename__ = "answer_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)

    question: Mapped[Question] = relationship(lazy="raise")
