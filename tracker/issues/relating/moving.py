"""How cases go from one issue to another, so that the same act can be taken back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.issues import grouping
from tracker.issues.models import IssueCase, IssueWish, RegionalIssue


def claim(*issues: RegionalIssue) -> None:
    """Nobody else changes these issues until the end; taken by key, so that nobody waits in a ring.

    :raises ConflictError: when somebody has changed one of them since it was read
    """
    ids = sorted(issue.id for issue in issues)
    rows = db.session.execute(
        sa.select(RegionalIssue.id, RegionalIssue.version)
        .where(RegionalIssue.id.in_(ids))
        .order_by(RegionalIssue.id)
        .with_for_update()
    )
    now = {row.id: row.version for row in rows}
    if any(now.get(issue.id) != issue.version for issue in issues):
        raise ConflictError(_("This was changed while you were reading. Please look again."))


def rows_of(issue_id: int) -> Sequence[IssueCase]:
    """Every case the issue holds, counted or not, by case."""
    return db.session.scalars(
        sa.select(IssueCase).where(IssueCase.issue_id == issue_id).order_by(IssueCase.case_id)
    ).all()


def held(issue_id: int) -> set[int]:
    """Keys of every case the issue holds, counted or not."""
    return {row.case_id for row in rows_of(issue_id)}


def take_out(issue_id: int, case_ids: Collection[int] | None = None) -> list[list[Any]]:
    """The issue holds these cases (None: any) no longer; what `put_back` needs comes back."""
    rows = [row for row in rows_of(issue_id) if case_ids is None or row.case_id in case_ids]
    taken = [[row.case_id, row.attached_by_id, row.attached_at.isoformat()] for row in rows]
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    return taken


def put_back(issue_id: int, taken: Sequence[Sequence[Any]]) -> None:
    """The issue holds again what was taken out, attached by whom and when it was before."""
    db.session.add_all(
        IssueCase(
            issue_id=issue_id,
            case_id=case_id,
            attached_by_id=by_id,
            attached_at=datetime.fromisoformat(at),
        )
        for case_id, by_id, at in taken
    )
    db.session.flush()


def bring_in(
    issue: RegionalIssue,
    case_ids: Collection[int],
    *,
    counted: Collection[int],
    by: Viewer,
    at: datetime,
    act: str,
) -> list[int]:
    """The issue holds these cases as well; those it did not hold before come back, by id.

    :param counted: whose offices are told; a withdrawn case is carried along in silence
    """
    new = sorted(set(case_ids) - held(issue.id))
    told = [case_id for case_id in new if case_id in counted]
    silent = [[case_id, by.person_id, at.isoformat()] for case_id in new if case_id not in counted]
    put_back(issue.id, silent)
    if told:
        grouping.hold_cases(issue, told, by=by, at=at, act=act)
    return new


def carry_wishes(from_id: int, to_id: int, case_ids: Collection[int] | None = None) -> list[int]:
    """What offices wished of the one issue they wish of the other; whose wishes went comes back."""
    wishes = db.session.scalars(
        sa.select(IssueWish).where(IssueWish.issue_id == from_id).order_by(IssueWish.case_id)
    ).all()
    gone = [wish for wish in wishes if case_ids is None or wish.case_id in case_ids]
    for wish in gone:
        wish.issue_id = to_id
    db.session.flush()
    return [wish.case_id for wish in gone]


def turn_signposts(from_id: int, to_id: int, issue_ids: Collection[int] | None = None) -> list[int]:
    """What led to the one issue leads to the other; the keys of those signposts come back."""
    signs = db.session.scalars(
        sa.select(RegionalIssue)
        .where(RegionalIssue.joined_into_id == from_id)
        .order_by(RegionalIssue.id)
    ).all()
    turned = [sign for sign in signs if issue_ids is None or sign.id in issue_ids]
    for sign in turned:
        sign.joined_into_id = to_id
    db.session.flush()
    return [sign.id for sign in turned]
