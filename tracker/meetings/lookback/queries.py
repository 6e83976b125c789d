"""Figures of meetings over a fiscal year, and what those who were there said of one.

Who has long not spoken is not kept: attendance is by office and profession, and nobody's words
are counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Organisation
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action
from tracker.core import clock, wareki
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.meetings import policy
from tracker.meetings.lookback.models import MeetingLook
from tracker.meetings.models import (
    AgendaItem,
    ItemKind,
    Meeting,
    MeetingStatus,
)
from tracker.meetings.series.models import MeetingSeries

LED_WITHIN = timedelta(days=30)
MET = frozenset(MeetingStatus) - {
    MeetingStatus.PLANNED,
    MeetingStatus.PUBLISHED,
    MeetingStatus.CANCELLED,
}
FEWEST_ANSWERS = 3  # of fewer one could tell whose they are
QUESTIONS = ("topics", "evidence", "talk", "next_steps")


@dataclass(frozen=True)
class Run:
    """Meetings of one series, or of one host and level where they belong to none."""

    name: str
    meetings: int
    items: int
    undecided: int
    carried: int
    issue_items: int
    led: int  # items about issues from which an action was made within 30 days
    preparation: list[timedelta]  # from planning to publication

    @property
    def undecided_share(self) -> float | None:
        """Share of items without an outcome; None without items."""
        return self.undecided / self.items if self.items else None

    @property
    def led_share(self) -> float | None:
        """Share of items about issues that led to an action; None without such items."""
        return self.led / self.issue_items if self.issue_items else None

    @property
    def median_preparation(self) -> timedelta | None:
        """Middle of the times from planning to publication; None when none was published."""
        seconds = [one.total_seconds() for one in self.preparation]
        return timedelta(seconds=median(seconds)) if seconds else None


def runs(viewer: Viewer, fiscal_year: int) -> list[Run]:
    """How the viewer's meetings of a fiscal year went, by series; those with most meetings first.

    Only meetings that took place count, by the day they were to take place on.
    """
    found: dict[tuple[int, int, str], list[sa.Row[Any]]] = {}
    rows = db.session.execute(_met(viewer, fiscal_year)).all()
    led = _led([row.id for row in rows])
    for row in rows:
        key = (row.series_id or 0, 0 if row.series_id else row.host_id, row.level.value)
        found.setdefault(key, []).append(row)
    made = [_run(rows, led) for rows in found.values()]
    return sorted(made, key=lambda run: (-run.meetings, run.name))


def _met(viewer: Viewer, fiscal_year: int) -> sa.Select[*tuple[Any, ...]]:
    standing = [AgendaItem.meeting_id == Meeting.id, AgendaItem.dropped_at.is_(None)]
    about_issues = AgendaItem.kind == ItemKind.ISSUE

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.count(AgendaItem.id)).where(*standing, *conditions).scalar_subquery()
        )

    return (
        sa.select(
            Meeting.id,
            Meeting.series_id,
            Meeting.host_id,
            Meeting.level,
            MeetingSeries.name.label("series"),
            Organisation.name_ja.label("host_ja"),
            Organisation.name_en.label("host_en"),
            Meeting.created_at,
            Meeting.published_at,
            count().label("items"),
            count(AgendaItem.outcome.is_(None)).label("undecided"),
            count(AgendaItem.times_carried > 0).label("carried"),
            count(about_issues).label("issue_items"),
        )
        .join(Organisation, Organisation.id == Meeting.host_id)
        .outerjoin(MeetingSeries, MeetingSeries.id == Meeting.series_id)
        .where(
            policy.visible_to(viewer),
            Meeting.municipality_id.in_(viewer.municipality_ids(Role.OFFICER, Role.CENTRE)),
            Meeting.status.in_(sorted(MET)),
            Meeting.held_on >= date(fiscal_year, 4, 1),
            Meeting.held_on < date(fiscal_year + 1, 4, 1),
        )
        .order_by(Meeting.held_on, Meeting.id)
    )


def _led(meeting_ids: Sequence[int]) -> Counter[int]:
    """How many items of each meeting led to an action within 30 days of its day."""
    rows = db.session.execute(
        sa.select(AgendaItem.meeting_id, Meeting.held_on, sa.func.min(Action.created_at))
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Action, Action.item_id == AgendaItem.id)
        .where(Meeting.id.in_(meeting_ids), AgendaItem.dropped_at.is_(None))
        .group_by(AgendaItem.id, AgendaItem.meeting_id, Meeting.held_on)
        .order_by(AgendaItem.id)
    )
    return Counter(
        meeting_id
        for meeting_id, held_on, made_at in rows
        if clock.local(made_at).date() <= held_on + LED_WITHIN
    )


def _run(rows: Sequence[sa.Row[Any]], led: Counter[int]) -> Run:
    first = rows[0]
    return Run(
        name=first.series or f"{named(first, 'host')} {first.level.label}",
        meetings=len(rows),
        items=sum(row.items for row in rows),
        undecided=sum(row.undecided for row in rows),
        carried=sum(row.carried for row in rows),
        issue_items=sum(row.issue_items for row in rows),
        led=sum(led[row.id] for row in rows),
        preparation=[row.published_at - row.created_at for row in rows if row.published_at],
    )


@dataclass(frozen=True)
class Said:
    """What those who were there say of one meeting."""

    count: int
    means: dict[str, float]  # by question, 1 to 4; empty while nobody answered
    sentences: list[str]  # without names, in no order that tells whose


def said_of(meeting_id: int) -> Said:
    """Number of answers, their means and the sentences; of fewer than three only how many.

    For the host, who is promised not to learn who said what.
    """
    rows = db.session.scalars(
        sa.select(MeetingLook).where(MeetingLook.meeting_id == meeting_id).order_by(MeetingLook.id)
    ).all()
    if len(rows) < FEWEST_ANSWERS:
        return Said(len(rows), {}, [])
    means = {name: sum(getattr(row, name) for row in rows) / len(rows) for name in QUESTIONS}
    return Said(len(rows), means, sorted(row.sentence for row in rows if row.sentence))


def own_look(viewer: Viewer, meeting_id: int) -> MeetingLook | None:
    """What the viewer said of the meeting; None while they have not."""
    return db.session.scalars(
        sa.select(MeetingLook).where(
            MeetingLook.meeting_id == meeting_id, MeetingLook.person_id == viewer.person_id
        )
    ).one_or_none()


def this_year(today: date) -> int:
    """The fiscal year that is running."""
    return wareki.fiscal_year(today)
