"""What the offices of the demo said of the new resources: some used them, some could not."""

from datetime import datetime, timedelta
from itertools import cycle

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.standing import viewer_of
from tracker.core import clock
from tracker.core.db import db
from tracker.core.jobs import Job
from tracker.followup import asking, service
from tracker.followup.models import Answer, Question, QuestionKind
from tracker.followup.service import AnswerDraft

ASKED, ANSWERED, ASKED_AGAIN = timedelta(days=60), timedelta(days=57), timedelta(days=4)
# In turn; None: still waits for an answer.
SAID: dict[QuestionKind, tuple[AnswerDraft | None, ...]] = {
    QuestionKind.USE_THIS: (
        AnswerDraft(Answer.USED),
        AnswerDraft(Answer.COULD_NOT, "DISTANCE"),
        AnswerDraft(Answer.USED),
        AnswerDraft(Answer.NOT_NEEDED),
        AnswerDraft(Answer.COULD_NOT, "HOURS"),
        None,
    ),
    QuestionKind.DID_IT_HELP: (
        AnswerDraft(Answer.HELPED),
        None,
        AnswerDraft(Answer.PARTLY),
        AnswerDraft(Answer.HELPED),
        AnswerDraft(Answer.NOT_SOLVED),
    ),
}


def load(now: datetime) -> None:
    """Filers were asked two months ago and again last week; most have answered."""
    asks = sa.select(Job).where(Job.kind == asking.ASK_USE_THIS).order_by(Job.id)
    for job in db.session.scalars(asks):
        asking.ask_use_this(job.payload["resource_id"], at=now - ASKED)
        job.done_at = now
    _answer(QuestionKind.USE_THIS, now - ANSWERED)
    asking.ask_did_it_help(now - ASKED_AGAIN)
    _answer(QuestionKind.DID_IT_HELP, now - ASKED_AGAIN + timedelta(days=1))


def _answer(kind: QuestionKind, at: datetime) -> None:
    questions = db.session.scalars(
        sa.select(Question)
        .where(Question.kind == kind)
        .options(joinedload(Question.case))
        .order_by(Question.id)
    )
    for question, said in zip(questions.all(), cycle(SAID[kind]), strict=False):
        if said is not None:
            by = viewer_of(question.case.filed_by_id, today=clock.local(at).date())
            if question.case.organisation_id in by.organisation_ids():
                service.answer(question, said, by=by, at=at)
