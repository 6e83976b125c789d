"""What the upper floors tell a case: milestones of its issue, and what a meeting made of it.

They have asked their own policies; here only the state of the case is checked.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.accounts.viewer import Viewer
from tracker.cases import history, queries, turnaround
from tracker.cases.models import STAYS_OPEN, Case, CaseStatus, CaseStep, Disposition, StepKind
from tracker.core import audit
from tracker.core.audit import NOTHING, Deed
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.notifications import service as notifications
from tracker.notifications.models import Event

EVENTS = {
    StepKind.GROUPED: Event.CASE_GROUPED,
    StepKind.ON_AGENDA: Event.ISSUE_ON_AGENDA,
    StepKind.DECIDED: Event.ISSUE_DECIDED,
    StepKind.IN_ACTION: Event.ISSUE_IN_ACTION,
    StepKind.RESOURCE_LIVE: Event.RESOURCE_LIVE,
}


def rows(case_ids: Sequence[int]) -> Sequence[Case]:
    """These cases, by id."""
    return db.session.scalars(
        sa.select(Case)
        .where(Case.id.in_(case_ids))
        .options(joinedload(Case.area))
        .order_by(Case.id)
    ).all()


def group(
    case_ids: Sequence[int], sentence: str, issue_id: int, *, by: Viewer, at: datetime, act: str
) -> None:
    """The cases support the issue; accepted ones are sorted to it, others stay where they are."""
    cases = rows(case_ids)
    for case in cases:
        if case.status is CaseStatus.ACCEPTED:
            was = history.coded(case)
            history.move(case, CaseStatus.DISPOSED, StepKind.DISPOSED, by=by, at=at, act=act)
            case.disposition = Disposition.TO_ISSUE
            history.record(case, "case.disposed", was, by=by, at=at)
    _milestone(cases, StepKind.GROUPED, sentence, issue_id, by=by, at=at, act=act)


def milestone(
    case_ids: Sequence[int],
    kind: StepKind,
    sentence: str,
    issue_id: int,
    *,
    by: Viewer,
    at: datetime,
    act: str,
) -> None:
    """Each case's bar shows that its issue came this far; each filer is told once an issue."""
    _milestone(rows(case_ids), kind, sentence, issue_id, by=by, at=at, act=act)


def close_with_issue(
    case_ids: Sequence[int],
    sentence: str,
    issue_id: int,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    held_elsewhere: Collection[int] = (),
) -> None:
    """The cases that waited for the issue are closed with its sentence as their answer.

    Each filer is told once, those whose case was closed before as well.

    :param held_elsewhere: cases that wait for another open issue too, and go on waiting
    """
    cases = rows(case_ids)
    for case in cases:
        waits = case.status is CaseStatus.DISPOSED and case.disposition is Disposition.TO_ISSUE
        waits = waits and case.id not in held_elsewhere
        was = history.coded(case)
        if waits:
            history.move(
                case, CaseStatus.CLOSED, StepKind.ANSWERED, by=by, at=at, act=act, sentence=sentence
            )
            history.record(case, "case.answered", was, by=by, at=at)
    once = f"issue:{issue_id}"
    notifications.may_hear_again(Event.ISSUE_REGRESSED, once)
    history.tell_all(cases, Event.ISSUE_CLOSED, act, at=at, once=once)


def tell_regressed(case_ids: Sequence[int], issue_id: int, *, at: datetime, act: str) -> None:
    """Each filer of an issue that was closed learns once that its need has come up again."""
    once = f"issue:{issue_id}"
    notifications.may_hear_again(Event.ISSUE_CLOSED, once)
    history.tell_all(rows(case_ids), Event.ISSUE_REGRESSED, act, at=at, once=once)


def answer_by_meeting(
    case_id: int, disposition: Disposition, sentence: str, *, by: Viewer, at: datetime, act: str
) -> None:
    """What an individual meeting made of the case is its answer.

    A case that becomes an issue stays open with it, one that is looked at again until then; every
    other is closed.
    """
    (case,) = rows([case_id])
    was = history.coded(case)
    if case.status is CaseStatus.ACCEPTED:
        history.move(case, CaseStatus.DISPOSED, StepKind.DISPOSED, by=by, at=at, act=act)
    case.disposition = disposition
    if disposition in STAYS_OPEN or case.status is CaseStatus.CLOSED:
        history.step(
            case, StepKind.MEETING_ANSWERED, case.status, by=by, at=at, act=act, sentence=sentence
        )
    else:
        history.move(
            case,
            CaseStatus.CLOSED,
            StepKind.MEETING_ANSWERED,
            by=by,
            at=at,
            act=act,
            sentence=sentence,
        )
    history.record(case, "case.answered", was, by=by, at=at)
    history.tell(case, Event.CASE_ANSWERED, act, at=at)


def take_back(case_ids: Sequence[int], act: str, *, by: Viewer, at: datetime) -> None:
    """What this act did to these cases never happened; its notices are the caller's to withdraw.

    :raises ConflictError: when a case that it moved has gone on since
    """
    for case in rows(case_ids):
        steps = [s for s in queries.steps_of_act(case.id, act) if s.undone_at is None]
        moved = [step for step in steps if step.was is not step.became]
        last = queries.last_step(case.id)
        if moved and (last is None or last.act != act):
            raise ConflictError(_("The last step cannot be taken back any more."))
        was = history.coded(case)
        for step in steps:
            step.undone_at = at
        if moved and moved[0].was is not None:
            now, case.status = case.status, moved[0].was
            case.status_since, case.updated_at = at, at
            history.step(case, StepKind.UNDONE, now, by=by, at=at, undone=True)
            turnaround.put_back(case, steps)
        _restore_disposition(case, steps)
        if steps:
            history.record(case, "case.undone", was, by=by, at=at)


def _restore_disposition(case: Case, undone: Sequence[CaseStep]) -> None:
    """What the case was sorted to before: nothing yet, or the meeting whose answer is undone."""
    if case.status is CaseStatus.ACCEPTED:
        case.disposition = None
    elif any(step.kind is StepKind.MEETING_ANSWERED for step in undone):
        case.disposition = Disposition.INDIVIDUAL_MEETING


def tell_taken_back(case_ids: Sequence[int], act: str, *, at: datetime) -> None:
    """Whoever filed these cases learns that what they were told does not hold."""
    history.tell_all(rows(case_ids), Event.CASE_TAKEN_BACK, act, at=at)


def _milestone(
    cases: Sequence[Case],
    kind: StepKind,
    sentence: str,
    issue_id: int,
    *,
    by: Viewer,
    at: datetime,
    act: str,
) -> None:
    history.steps(cases, kind, by=by, at=at, act=act, sentence=sentence)
    verb = f"case.{kind.value}"
    deeds = [
        Deed(case.municipality_id, verb, Case.__tablename__, case.id, NOTHING) for case in cases
    ]
    audit.record_many(by, deeds, at=at)
    history.tell_all(cases, EVENTS[kind], act, at=at, once=f"issue:{issue_id}")
