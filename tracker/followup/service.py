"""Answering: the first press is stored, whoever of the office pressed, signed in or by a link."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.core.i18n import date_long
from tracker.followup import policy, queries
from tracker.followup.models import ANSWERS, Answer, AnswerLink, Question
from tracker.notifications.models import Notice


@dataclass(frozen=True)
class AnswerDraft:
    """One press, and why it could not be used."""

    answer: Answer
    reason: str | None = None


def answer(question: Question, draft: AnswerDraft, *, by: Viewer, at: datetime) -> None:
    """The office has answered.

    :raises ConflictError: when it had answered before
    :raises InvalidInputError: for an answer to another question, or without the reason
    """
    require(policy.can_answer(by, question))
    _store(question, draft, by, at)


@dataclass(frozen=True)
class _Bearer:
    """Whoever holds the link: the person it was mailed to."""

    person_id: int


def answer_by_link(
    link: AnswerLink, question: Question, draft: AnswerDraft, *, at: datetime
) -> None:
    """The press on a mailed page is stored, and the link is used up.

    :raises NotFoundError: when its person does not work in the office any more
    :raises ConflictError: when it was answered before, or the link is too old
    """
    require_usable(link, question, at=at)
    _store(question, draft, _Bearer(link.person_id), at)
    question.by_link = True


def require_usable(link: AnswerLink, question: Question, *, at: datetime) -> None:
    """Return only when this link may answer now.

    :raises NotFoundError: when its person does not work in the office any more
    :raises ConflictError: when it was answered before, or the link is too old
    """
    require_at_work(link, question, today=clock.local(at).date())
    require_unanswered(question)
    if question.expires_at <= at:
        raise ConflictError(
            _("This link is older than 60 days. You can still answer after signing in.")
        )


def require_at_work(link: AnswerLink, question: Question, *, today: date) -> None:
    """Return only while the person of the link works in the office.

    :raises NotFoundError: otherwise
    """
    office = question.case.organisation_id
    if link.person_id not in {p.id for p in accounts.active_people_of(office, today=today)}:
        raise NotFoundError


def require_unanswered(question: Question) -> None:
    """Return only when nobody has answered yet.

    :raises ConflictError: saying what was answered, and when
    """
    if question.answer is not None and question.answered_at is not None:
        raise ConflictError(
            _(
                "Your office answered this on %(day)s: %(answer)s. Nothing is left to do.",
                day=date_long(question.answered_at),
                answer=str(question.answer.label),
            )
        )


@dataclass(frozen=True)
class _InTown:
    """A question for the audit log, in the chain of the case's town."""

    id: int
    municipality_id: int
    __tablename__ = "questions"


def _reason(draft: AnswerDraft) -> str | None:
    """Why it could not be used; None when it could.

    :raises InvalidInputError: when the reason is missing, or contradicts the button: the answer
        stays for ever, and one of the two was a slip
    """
    if draft.answer is not Answer.COULD_NOT:
        if draft.reason:
            raise InvalidInputError(
                "reason",
                _(
                    "You chose a reason why it could not be used, and pressed another answer. "
                    "Please take the reason away, or press “It could not be used”."
                ),
            )
        return None
    if draft.reason not in {code.code for code in queries.reasons()}:
        raise InvalidInputError("reason", _("Please say why it could not be used."))
    return draft.reason


def _store(question: Question, draft: AnswerDraft, by: Viewer | _Bearer, at: datetime) -> None:
    require_unanswered(question)
    if draft.answer not in ANSWERS[question.kind]:
        raise InvalidInputError("answer", _("Please choose one of the answers."))
    reason = _reason(draft)
    question.answer, question.reason = draft.answer, reason
    question.answered_at, question.answered_by_id = at, by.person_id
    row = _InTown(question.id, question.case.municipality_id)
    now = {"answer": draft.answer.value, "reason": reason}
    audit.record(by, "question.answered", row, at=at, change=Change({}, now, {}, {}))
    seen = sa.update(Notice).where(
        Notice.path == f"/answers/{question.id}",
        Notice.number == question.case.number,
        Notice.read_at.is_(None),
    )
    db.session.execute(seen.values(read_at=at))
    db.session.flush()
