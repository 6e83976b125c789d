"""Reading questions: one's own, the one behind a mailed link, and how they were answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.paging import Rows
from tracker.followup import policy
from tracker.followup.models import ANSWERS, Answer, AnswerLink, Question, QuestionKind
from tracker.issues.models import IssueCase
from tracker.resources.models import Resource
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import Code, CodeList


def questions(viewer: Viewer, *, waiting: bool) -> Rows:
    """Questions about the viewer's own cases, to page by id.

    :param waiting: those without an answer, else the answered ones
    """
    unanswered = Question.answer.is_(None)
    return (
        sa.select(
            Question.id,
            Question.kind,
            Question.asked_at,
            Question.answer,
            Question.answered_at,
            Case.number,
            Case.id.label("case_id"),
            Resource.name_ja,
            Resource.name_en,
            Resource.status.label("resource_status"),
        )
        .join(Case, Case.id == Question.case_id)
        .outerjoin(Resource, Resource.id == Question.resource_id)
        .where(policy.visible_to(viewer), unanswered if waiting else ~unanswered)
    )


def waiting_count(viewer: Viewer) -> int:
    """How many questions wait for the viewer's office."""
    count = sa.select(sa.func.count(Question.id))
    waiting = count.where(policy.visible_to(viewer), Question.answer.is_(None))
    return db.session.scalar(waiting) or 0


def get_question(viewer: Viewer, question_id: int, *, to_answer: bool = False) -> Question:
    """One question about a case of the viewer's office, with case and resource.

    :param to_answer: hold it, so that whoever comes second finds the answer
    :raises NotFoundError: when it is another office's, or there is none
    """
    statement = sa.select(Question).where(Question.id == question_id, policy.visible_to(viewer))
    if to_answer:
        statement = statement.with_for_update(of=Question)
    return _one(statement)


def get_link(token: str) -> AnswerLink:
    """The link behind a mailed address, used up or not; its question is read apart.

    :raises NotFoundError: when there is no such link
    """
    found = db.session.scalars(
        sa.select(AnswerLink).where(AnswerLink.token_hash == token_hash(token))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def question_of(link: AnswerLink, *, to_answer: bool = False) -> Question:
    """The question a link answers, with case and resource."""
    statement = sa.select(Question).where(Question.id == link.question_id)
    if to_answer:
        statement = statement.with_for_update(of=Question)
    return _one(statement)


def _one(statement: sa.Select[Question]) -> Question:
    loaded = (joinedload(Question.case), joinedload(Question.resource))
    found = db.session.scalars(statement.options(*loaded)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def reasons() -> Sequence[Code]:
    """Why something could not be used, in the order of the list; that it worked is left out."""
    tried = taxonomy.codes(CodeList.TRIED)[CodeList.TRIED]
    return [code for code in tried.values() if code.code != "USED"]


@dataclass(frozen=True)
class Count:
    """How often one answer was given; reasons beside it, the commonest first."""

    answer: Answer
    times: int
    reasons: Sequence[tuple[Code, int]] = ()


@dataclass(frozen=True)
class Counts:
    """How a question was answered: each answer, who has not said, and how many were asked."""

    kind: QuestionKind
    answers: Sequence[Count]
    silent: int
    asked: int


def counts(
    viewer: Viewer, *, resource_id: int | None = None, issue_id: int | None = None
) -> list[Counts]:
    """How filers answered about this resource, or about the cases of this issue.

    Only cases the viewer may see are counted; a question that was never asked has no entry, and
    whoever reads no exact figures has none at all.
    """
    if not policy.reads_counts(viewer):
        return []
    statement = (
        sa.select(Question.kind, Question.answer, Question.reason, sa.func.count())
        .join(Case, Case.id == Question.case_id)
        .where(case_policy.visible_to(viewer), case_policy.counted())
        .group_by(Question.kind, Question.answer, Question.reason)
        .order_by(Question.kind, Question.answer, Question.reason)
    )
    if resource_id is not None:
        statement = statement.where(Question.resource_id == resource_id)
    if issue_id is not None:
        of_issue = sa.select(IssueCase.case_id).where(IssueCase.issue_id == issue_id)
        statement = statement.where(Question.case_id.in_(of_issue))
    rows = [tuple(row) for row in db.session.execute(statement)]
    return [_counts(kind, rows) for kind in QuestionKind if any(row[0] is kind for row in rows)]


def _counts(kind: QuestionKind, rows: Sequence[tuple[object, ...]]) -> Counts:
    found: dict[object, int] = {}
    why: dict[str, int] = {}
    for of, answer, reason, times in rows:
        if of is kind and isinstance(times, int):
            found[answer] = found.get(answer, 0) + times
            if isinstance(reason, str):
                why[reason] = why.get(reason, 0) + times
    known = [(code, why[code.code]) for code in reasons() if code.code in why]
    known.sort(key=lambda pair: -pair[1])
    answers = [
        Count(answer, found.get(answer, 0), known if answer is Answer.COULD_NOT else ())
        for answer in ANSWERS[kind]
    ]
    return Counts(kind, answers, found.get(None, 0), sum(found.values()))
