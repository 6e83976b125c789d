"""Who is asked what: by the worker, when a resource can be used and six weeks later; in bulk."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.standing import token_hash
from tracker.actions.models import Action, ActionEntry, Stage
from tracker.cases import history
from tracker.cases import policy as case_policy
from tracker.cases.models import Case, CaseStatus, Disposition
from tracker.core import jobs, outbox
from tracker.core.db import db
from tracker.followup.models import Answer, AnswerLink, Question, QuestionKind
from tracker.issues.models import IssueCase
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.notifications.service import About
from tracker.resources import narrowing
from tracker.resources.models import Resource, ResourceActType, ResourceArea, ResourceStatus

ASK_USE_THIS = "ask-use-this"
ANSWERED_WITHIN = timedelta(days=60)
RECENT = timedelta(days=365)
ASK_AFTER = timedelta(weeks=6)
CAUGHT_UP = timedelta(days=30)  # a worker that stood still this long asks about all of it
AT_ONCE = 500
EVENTS = {QuestionKind.USE_THIS: Event.USE_THIS, QuestionKind.DID_IT_HELP: Event.DID_IT_HELP}
LINK = "/a/"

Pair = tuple[int, int | None]  # case and resource


def on_resource_live(_sender: object = None, *, resource_id: int, at: datetime) -> None:
    """The worker will ask who could use it, once the wait is over. Listens to `core.events`."""
    key = f"{ASK_USE_THIS}:{resource_id}:{at:%Y-%m-%dT%H:%M}"  # a pair is asked about once anyway
    jobs.enqueue(
        ASK_USE_THIS, key, due_at=outbox.due_after(at), payload={"resource_id": resource_id}
    )


def ask_use_this(resource_id: int, *, at: datetime) -> int:
    """Filers of open and of recent cases that this resource serves are asked; how many questions.

    A resource that is not in use any more asks nobody, and neither does one that may not be
    recommended yet.
    """
    recent = sa.or_(Case.status != CaseStatus.CLOSED, Case.submitted_at >= at - RECENT)
    served = (
        sa.select(Case.id)
        .join(Resource, Resource.municipality_id == Case.municipality_id)
        .where(
            Resource.id == resource_id,
            Resource.status == ResourceStatus.LIVE,
            narrowing.recommendable(),
            Case.submitted_at <= at,
            case_policy.counted(),
            recent,
            Case.act_type_code.in_(
                sa.select(ResourceActType.act_type_code).where(
                    ResourceActType.resource_id == resource_id
                )
            ),
            Case.area_id.in_(
                sa.select(ResourceArea.area_id).where(ResourceArea.resource_id == resource_id)
            ),
        )
        .order_by(Case.id)
    )
    pairs = [(case_id, resource_id) for case_id in db.session.scalars(served)]
    return ask(QuestionKind.USE_THIS, pairs, at=at)


def ask_did_it_help(at: datetime) -> int:
    """Whoever had an answer six weeks ago is asked whether it helped; how many questions."""
    until = at - ASK_AFTER
    since = until - CAUGHT_UP
    pairs = {*_used(since, until), *_of_issues(since, until)}
    settled = {case_id for case_id, _resource in pairs}
    pairs |= {(key, None) for key in _settled(since, until) if key not in settled}
    return ask(QuestionKind.DID_IT_HELP, sorted(pairs, key=lambda p: (p[0], p[1] or 0)), at=at)


def _used(since: datetime, until: datetime) -> Iterable[Pair]:
    """Cases in which the resource was used, as the office said."""
    rows = db.session.execute(
        sa.select(Question.case_id, Question.resource_id)
        .join(Case, Case.id == Question.case_id)
        .where(
            Question.kind == QuestionKind.USE_THIS,
            Question.answer == Answer.USED,
            Question.answered_at.between(since, until),
            case_policy.counted(),
        )
    )
    return [(row.case_id, row.resource_id) for row in rows]


def _of_issues(since: datetime, until: datetime) -> Iterable[Pair]:
    """Cases whose issue got a resource; not where the office said that it is of no use."""
    said = sa.exists().where(
        Question.case_id == IssueCase.case_id,
        Question.resource_id == Action.resource_id,
        Question.answer.in_({Answer.COULD_NOT, Answer.NOT_NEEDED}),
    )
    rows = db.session.execute(
        sa.select(IssueCase.case_id, Action.resource_id)
        .join(Action, Action.issue_id == IssueCase.issue_id)
        .join(ActionEntry, ActionEntry.action_id == Action.id)
        .join(Case, Case.id == IssueCase.case_id)
        .where(
            Action.resource_id.is_not(None),
            ActionEntry.became == Stage.LIVE,
            ActionEntry.was != Stage.LIVE,
            ActionEntry.undone_at.is_(None),
            ActionEntry.at.between(since, until),
            case_policy.counted(),
            ~said,
        )
        .distinct()
    )
    return [(row.case_id, row.resource_id) for row in rows]


def _settled(since: datetime, until: datetime) -> Iterable[int]:
    """Cases answered with something that exists."""
    return db.session.scalars(
        sa.select(Case.id).where(
            Case.status == CaseStatus.CLOSED,
            Case.disposition == Disposition.RESOLVED_EXISTING,
            Case.status_since.between(since, until),
            case_policy.counted(),
        )
    ).all()


def ask(kind: QuestionKind, pairs: Sequence[Pair], *, at: datetime) -> int:
    """Each pair is asked about once, ever: a question, a notice and a link a filer; how many."""
    asked = 0
    for start in range(0, len(pairs), AT_ONCE):
        asked += _ask_some(kind, pairs[start : start + AT_ONCE], at)
    return asked


def _ask_some(kind: QuestionKind, pairs: Sequence[Pair], at: datetime) -> int:
    keys = {
        f"{kind}:{case_id}:{resource_id or 0}": (case_id, resource_id)
        for case_id, resource_id in pairs
    }
    known = set(db.session.scalars(sa.select(Question.key).where(Question.key.in_(keys))))
    new = {key: pair for key, pair in keys.items() if key not in known}
    if not new:
        return 0
    rows = [
        {
            "key": key,
            "kind": kind,
            "case_id": case_id,
            "resource_id": resource_id,
            "asked_at": at,
            "expires_at": at + ANSWERED_WITHIN,
            "by_link": False,
        }
        for key, (case_id, resource_id) in new.items()
    ]
    db.session.execute(sa.insert(Question), rows)
    made = db.session.execute(
        sa.select(Question.id, Question.case_id).where(Question.key.in_(new)).order_by(Question.id)
    )
    _tell(kind, [(row.id, row.case_id) for row in made], at)
    return len(new)


def _tell(kind: QuestionKind, made: Sequence[tuple[int, int]], at: datetime) -> None:
    """Each filer has a notice, and a link of their own in the mail."""
    cases = _cases({case_id for _question_id, case_id in made})
    people = history.filers_of(list(cases.values()), at)
    links: list[dict[str, object]] = []
    tellings: list[tuple[Person, About]] = []
    for question_id, case_id in made:
        for person in people[case_id]:
            seed = f"{question_id}:{person.id}"
            key = outbox.link_key(EVENTS[kind].value, seed)
            links.append(
                {"question_id": question_id, "person_id": person.id, "token_hash": token_hash(key)}
            )
            page = f"/answers/{question_id}"
            number = cases[case_id].number
            tellings.append((person, About(number, page, None, mail_path=LINK, seed=seed)))
    if links:
        db.session.execute(sa.insert(AnswerLink), links)
    notifications.tell_each(tellings, EVENTS[kind], act=history.new_act(), at=at)


def _cases(case_ids: Collection[int]) -> dict[int, Case]:
    found = db.session.scalars(sa.select(Case).where(Case.id.in_(case_ids)).order_by(Case.id))
    return {case.id: case for case in found}
