"""Issues raised already: what an office may know of them while it files, and its wish to join one.

A wish changes nothing by itself. The centre attaches the case, or does not.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from blinker import Signal
from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotFoundError, require
from tracker.core.i18n import labelled
from tracker.core.paging import Rows
from tracker.issues import grouping, history, policy, queries
from tracker.issues.models import (
    IssueCase,
    IssueStatus,
    IssueStep,
    IssueStepKind,
    IssueWish,
    RegionalIssue,
)

CLOSED_FOR = timedelta(days=365)  # what was closed longer ago is history, not an answer
# Confirmed once and not turned down; what sleeps wakes by its own count of cases.
RAISED = frozenset(
    {
        IssueStatus.CONFIRMED,
        IssueStatus.ON_AGENDA,
        IssueStatus.DECIDED,
        IssueStatus.IN_ACTION,
        IssueStatus.WATCHING,
        IssueStatus.FORWARDED,
    }
)
# Steps whose sentence everybody who filed is told; what overtakes them is told to nobody.
TOLD = frozenset(
    {
        IssueStepKind.DECIDED,
        IssueStepKind.ACTION_BEGUN,
        IssueStepKind.RESOURCE_LIVE,
        IssueStepKind.CLOSED,
    }
)
OVERTAKES = frozenset({IssueStepKind.REGRESSED, IssueStepKind.ACTIONS_STOPPED})

# Meetings stand above issues: they answer with the day by issue, and say nothing of the others.
days_asked = Signal("on which day does a meeting speak of these issues: issue_ids, today")


@dataclass(frozen=True)
class Raised:
    """An issue as an office of its town may know it: no figures, and not its statement."""

    id: int
    number: str
    title: str
    status: IssueStatus
    told: IssueStepKind | None  # the last step its filers were told of
    sentence: str  # of that step
    meets_on: date | None  # the day of the meeting on whose agenda it stands

    @property
    def label(self) -> str:
        """The word for where it stands."""
        return str(self.status.label)

    @property
    def news(self) -> str:
        """What was decided or answered last, in one sentence; "" when nothing was."""
        if self.told is None:
            return ""
        step = str(self.told.label)
        return labelled(step, self.sentence) if self.sentence else step


def raised_for(
    viewer: Viewer,
    act_type_code: str,
    area_id: int,
    *,
    today: date,
    limit: int = 5,
    without: Collection[int] = (),
) -> list[Raised]:
    """Issues of this type for the area or its whole town that the viewer may point at.

    Open ones first, then those closed within a year, each the latest first; one statement, and a
    second one when any stands on an agenda.

    :param without: issues that are not to be shown
    """
    statement = _pointable(viewer, act_type_code, area_id, today)
    if without:
        statement = statement.where(RegionalIssue.id.not_in(sorted(without)))
    is_closed = sa.case((RegionalIssue.status == IssueStatus.CLOSED, 1), else_=0)
    order = (is_closed, RegionalIssue.status_since.desc(), RegionalIssue.id.desc())
    rows = db.session.execute(statement.order_by(*order).limit(limit)).all()
    days = _days([row.id for row in rows if row.status is IssueStatus.ON_AGENDA], today)
    return [_raised(row, days) for row in rows]


def _pointable(viewer: Viewer, act_type_code: str, area_id: int, today: date) -> Rows:
    last = (
        sa.select(sa.func.max(IssueStep.id))
        .where(
            IssueStep.issue_id == RegionalIssue.id,
            IssueStep.kind.in_(sorted(TOLD | OVERTAKES)),
            IssueStep.undone_at.is_(None),
        )
        .correlate(RegionalIssue)
        .scalar_subquery()
    )
    closed_lately = sa.and_(
        RegionalIssue.status == IssueStatus.CLOSED, RegionalIssue.closed_on >= today - CLOSED_FOR
    )
    return (
        sa.select(
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title,
            RegionalIssue.status,
            IssueStep.kind,
            IssueStep.sentence,
        )
        .join(Area, Area.municipality_id == RegionalIssue.municipality_id)
        .outerjoin(IssueStep, IssueStep.id == last)
        .where(
            Area.id == area_id,
            policy.may_point_in(viewer),
            RegionalIssue.act_type_code == act_type_code,
            RegionalIssue.joined_into_id.is_(None),
            sa.or_(RegionalIssue.area_id.is_(None), RegionalIssue.area_id == area_id),
            sa.or_(RegionalIssue.status.in_(sorted(RAISED)), closed_lately),
        )
    )


def _raised(row: sa.Row[Any], days: Mapping[int, date]) -> Raised:
    is_told = row.kind in TOLD
    return Raised(
        id=row.id,
        number=row.number,
        title=row.title,
        status=row.status,
        told=row.kind if is_told else None,
        sentence=row.sentence if is_told else "",
        meets_on=days.get(row.id),
    )


def _days(issue_ids: Sequence[int], today: date) -> dict[int, date]:
    if not issue_ids:
        return {}
    answers: Iterator[Mapping[int, date]] = (
        answer for _receiver, answer in days_asked.send(issue_ids=issue_ids, today=today)
    )
    return {issue_id: day for answer in answers for issue_id, day in answer.items()}


@dataclass(frozen=True)
class Wished:
    """The issue that the office of a case has pointed at."""

    issue_id: int
    number: str
    title: str
    status: IssueStatus
    fulfilled: bool  # the case supports it already


def wish_of(case_ids: Sequence[int]) -> dict[int, Wished]:
    """The wish by case, in one statement; cases without one have no entry.

    For those who may know of the cases.
    """
    held = sa.exists().where(
        IssueCase.issue_id == IssueWish.issue_id, IssueCase.case_id == IssueWish.case_id
    )
    rows = db.session.execute(
        sa.select(
            IssueWish.case_id,
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title,
            RegionalIssue.status,
            held,
        )
        .join(RegionalIssue, RegionalIssue.id == IssueWish.issue_id)
        .where(IssueWish.case_id.in_(case_ids))
    )
    return {row[0]: Wished(*row[1:]) for row in rows}


def wish(case: Case, issue_id: int | None, *, by: Viewer, at: datetime) -> None:
    """The office wishes its case to support this issue, or (None) no issue any more.

    :raises InvalidInputError: on `wished_issue`, when it is none that the person may point at
    """
    require(case_policy.can_edit(by, case))
    kept = db.session.get(IssueWish, case.id)
    was = kept.issue_id if kept else None
    if was == issue_id:
        return
    if issue_id is not None:
        _require_raised(case, issue_id, by=by, today=history.day(at))
    if kept is not None:
        db.session.delete(kept)
    if issue_id is not None:
        db.session.flush()
        db.session.add(IssueWish(case_id=case.id, issue_id=issue_id, at=at))
    change = Change(
        was={"wished_issue": was} if was is not None else {},
        now={"wished_issue": issue_id},
        replaced_texts={},
        written_texts={},
    )
    audit.record(by, "case.wished", case, at=at, change=change)


def _require_raised(case: Case, issue_id: int, *, by: Viewer, today: date) -> None:
    statement = _pointable(by, case.act_type_code, case.area_id, today)
    if db.session.execute(statement.where(RegionalIssue.id == issue_id)).one_or_none() is None:
        raise InvalidInputError(
            "wished_issue", _("Please choose one of the issues that are shown.")
        )


def accept_wish(case: Case, *, by: Viewer, at: datetime) -> RegionalIssue:
    """The case supports the issue its office has pointed at, which comes back.

    :raises NotFoundError: when the office wished nothing, or the issue is not the person's to know
    :raises ConflictError: when the issue is over
    """
    wished = db.session.get(IssueWish, case.id)
    if wished is None:
        raise NotFoundError
    issue = queries.get_issue(by, wished.issue_id)
    grouping.attach(issue, [case.id], by=by, at=at)
    return issue
