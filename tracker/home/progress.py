"""How far a town is on the way from its first case to its first published agenda."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker.cases.models import Case, CaseStatus
from tracker.core.db import db
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.meetings.models import Meeting, MeetingStatus
from tracker.meetings.series.models import MeetingSeries
from tracker.settings.values.models import Key, TownValue

NOT_OUT = (MeetingStatus.PLANNED, MeetingStatus.CANCELLED)
NOT_CONFIRMED = (IssueStatus.CANDIDATE, IssueStatus.DECLINED)


@dataclass(frozen=True)
class Progress:
    """What there is; whether, not how many, for who sets a town up need not read its cases."""

    population: bool
    own_hours: bool
    series: int
    case_filed: bool
    issue_confirmed: bool
    meetings: int
    to_publish: int | None  # the first meeting whose agenda is not out
    agenda_out: bool


def progress(town_id: int) -> Progress:
    """How far the town is; one statement."""
    meetings = sa.and_(
        Meeting.municipality_id == town_id, Meeting.status != MeetingStatus.CANCELLED
    )
    first = sa.select(sa.func.min(Meeting.id)).where(
        Meeting.municipality_id == town_id, Meeting.status == MeetingStatus.PLANNED
    )
    row = db.session.execute(
        sa.select(
            _any(TownValue, town_id, TownValue.key == Key.POPULATION, TownValue.value > 0),
            _any(TownValue, town_id, TownValue.key.in_((Key.OPENS, Key.CLOSES))),
            _number(MeetingSeries.id, MeetingSeries.municipality_id == town_id),
            _any(Case, town_id, Case.status != CaseStatus.WITHDRAWN),
            _any(RegionalIssue, town_id, RegionalIssue.status.not_in(NOT_CONFIRMED)),
            _number(Meeting.id, meetings),
            first.scalar_subquery(),
            _any(Meeting, town_id, Meeting.status.not_in(NOT_OUT)),
        )
    ).one()
    return Progress(*row)


def _any(model: Any, town_id: int, *conditions: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(model.municipality_id == town_id, *conditions)


def _number(column: Any, condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(column)).where(condition).scalar_subquery()
