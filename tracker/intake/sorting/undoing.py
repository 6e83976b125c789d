"""The last thing a person did while sorting, to one case or to many, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import aliased

from tracker.accounts.viewer import Viewer
from tracker.cases import assigning, chain, policy, queries, service
from tracker.cases.assigning import CaseAssignment
from tracker.cases.models import Case, CaseStep, StepKind
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotFoundError
from tracker.core.i18n import listed
from tracker.intake.sorting.bulk import NAMED
from tracker.issues import grouping
from tracker.issues import queries as issues
from tracker.issues.models import IssueStep, IssueStepKind
from tracker.notifications import service as notifications


@dataclass(frozen=True)
class LastAct:
    """What one click did, and to how many cases."""

    act: str
    what: str
    at: datetime
    count: int
    number: str  # of the first of the cases


def last_act(viewer: Viewer, *, at: datetime) -> LastAct | None:
    """The newest act of sorting of this person that may still be taken back; two statements."""
    step = db.session.execute(_newest_step(viewer, at)).one_or_none()
    given = db.session.execute(_newest_assignment(viewer, at)).one_or_none()
    if given is not None and (step is None or given.at > step.at):
        what = _("Somebody to look after it was chosen")
        return LastAct(given.act, what, given.at, given.cases, given.number)
    if step is None:
        return None
    return LastAct(step.act, str(step.kind.label), step.at, step.cases, step.number)


def _newest_step(viewer: Viewer, at: datetime) -> sa.Select[str, StepKind, datetime, int, str]:
    same = aliased(CaseStep)
    count = (
        sa.select(sa.func.count(same.case_id.distinct()))
        .where(
            same.person_id == viewer.person_id,
            same.at == CaseStep.at,
            same.act == CaseStep.act,
        )
        .scalar_subquery()
    )
    return (
        sa.select(CaseStep.act, CaseStep.kind, CaseStep.at, count.label("cases"), Case.number)
        .join(Case, Case.id == CaseStep.case_id)
        .where(
            CaseStep.person_id == viewer.person_id,
            CaseStep.at > at - policy.UNDO_WITHIN,
            CaseStep.undone_at.is_(None),
            sa.or_(
                CaseStep.kind.in_(sorted(policy.UNDOABLE)),
                sa.and_(CaseStep.kind == StepKind.GROUPED, _attached(viewer)),
            ),
        )
        .order_by(CaseStep.at.desc(), CaseStep.id.desc())
        .limit(1)
    )


def _attached(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Cases added to an issue that was there; raising one is taken back with the issue."""
    return sa.exists().where(
        IssueStep.person_id == viewer.person_id,
        IssueStep.act == CaseStep.act,
        IssueStep.kind == IssueStepKind.ATTACHED,
    )


def _newest_assignment(viewer: Viewer, at: datetime) -> sa.Select[str, datetime, int, str]:
    same = aliased(CaseAssignment)
    count = (
        sa.select(sa.func.count())
        .where(
            same.by_id == viewer.person_id,
            same.at == CaseAssignment.at,
            same.act == CaseAssignment.act,
        )
        .scalar_subquery()
    )
    return (
        sa.select(CaseAssignment.act, CaseAssignment.at, count.label("cases"), Case.number)
        .join(Case, Case.id == CaseAssignment.case_id)
        .where(
            CaseAssignment.by_id == viewer.person_id,
            CaseAssignment.at > at - policy.UNDO_WITHIN,
            CaseAssignment.undone_at.is_(None),
        )
        .order_by(CaseAssignment.at.desc(), CaseAssignment.id.desc())
        .limit(1)
    )


def take_back(act: str, *, by: Viewer, at: datetime) -> int:
    """What one click of this person did never happened, for all of its cases; how many they are.

    :raises NotFoundError: when the person did nothing by that key within a day
    :raises ConflictError: when anything was built on it since: then nothing is taken back
    """
    given = _own_assignments(act, by, at)
    if given:
        if past := [case.number for one, case in given if assigning.is_past(case, one)]:
            raise ConflictError(_gone_on(past))
        for assignment, case in given:
            assigning.take_back(case, assignment, by=by, at=at)
        return len(given)
    found = _own_cases(act, by, at)
    if not found:
        raise NotFoundError
    moved_on = [case.number for case in found if not _is_last(case, act)]
    if moved_on:
        raise ConflictError(_gone_on(moved_on))
    issue_id = db.session.scalar(
        sa.select(IssueStep.issue_id).where(
            IssueStep.act == act,
            IssueStep.person_id == by.person_id,
            IssueStep.kind == IssueStepKind.ATTACHED,
        )
    )
    if issue_id is not None:
        _detach(issue_id, [case.id for case in found], act, by=by, at=at)
    else:
        for case in found:
            service.undo_last(case, by=by, at=at)
    return len(found)


def _own_assignments(act: str, by: Viewer, at: datetime) -> Sequence[sa.Row[CaseAssignment, Case]]:
    return db.session.execute(
        sa.select(CaseAssignment, Case)
        .join(Case, Case.id == CaseAssignment.case_id)
        .where(
            CaseAssignment.by_id == by.person_id,
            CaseAssignment.at > at - policy.UNDO_WITHIN,
            CaseAssignment.act == act,
            CaseAssignment.undone_at.is_(None),
        )
        .order_by(CaseAssignment.id)
    ).all()


def _own_cases(act: str, by: Viewer, at: datetime) -> Sequence[Case]:
    """Cases of an act of one's own, also one that was handed to another centre by it."""
    ids = sa.select(CaseStep.case_id).where(
        CaseStep.person_id == by.person_id,
        CaseStep.at > at - policy.UNDO_WITHIN,
        CaseStep.act == act,
        CaseStep.undone_at.is_(None),
    )
    return db.session.scalars(
        sa.select(Case).where(Case.id.in_(ids)).order_by(Case.id).with_for_update(of=Case)
    ).all()


def _is_last(case: Case, act: str) -> bool:
    last = queries.last_step(case.id)
    return last is not None and last.act == act


def _detach(issue_id: int, case_ids: Sequence[int], act: str, *, by: Viewer, at: datetime) -> None:
    issue = issues.get_issue(by, issue_id)
    for case_id in case_ids:
        grouping.detach(issue, case_id, by=by, at=at)
    chain.take_back(case_ids, act, by=by, at=at)
    if notifications.withdraw(act, at=at):
        chain.tell_taken_back(case_ids, act, at=at)


def _gone_on(numbers: Sequence[str]) -> str:
    return ngettext(
        "Nothing was taken back: %(num)s case has gone on since (%(numbers)s).",
        "Nothing was taken back: %(num)s cases have gone on since (%(numbers)s).",
        len(numbers),
        numbers=listed(numbers[:NAMED]),
    )
