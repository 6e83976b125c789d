"""A series of meetings, its usual members and headings; the headings of each meeting."""

import enum
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Area, Municipality, Organisation
from tracker.core.db import Model, Timestamps, Versioned
from tracker.meetings.models import MeetingLevel

NAME_LENGTH = 80
MOST_HEADINGS = 20
MOST_MEMBERS = 60


class Week(enum.StrEnum):
    """Which of the month's days of the chosen weekday; nothing when there is no custom."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LAST = "last"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return WEEK_LABELS[self]


WEEK_LABELS: dict[Week, LazyString] = {
    Week.FIRST: _l("First"),
    Week.SECOND: _l("Second"),
    Week.THIRD: _l("Third"),
    Week.FOURTH: _l("Fourth"),
    Week.LAST: _l("Last"),
}


WEEKDAY_LABELS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)


class Rule(enum.StrEnum):
    """What a standing heading proposes for the agenda by itself."""

    LINE = "line"
    DECISIONS = "decisions"
    ISSUES = "issues"
    LATE = "late"
    WAKING = "waking"
    CASES = "cases"
    ASKED = "asked"
    AGAIN = "again"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return RULE_LABELS[self]


RULE_LABELS: dict[Rule, LazyString] = {
    Rule.LINE: _l("Nothing: a line with its minutes, such as the opening"),
    Rule.DECISIONS: _l("Progress of what earlier meetings decided"),
    Rule.ISSUES: _l("Confirmed issues, by priority"),
    Rule.LATE: _l("Actions that are overdue or stand still"),
    Rule.WAKING: _l("Parked issues that wake up"),
    Rule.CASES: _l("New cases, by type"),
    Rule.ASKED: _l("Work the municipality asked of care managers"),
    Rule.AGAIN: _l("What was put off and is due again"),
}


class MeetingSeries(Timestamps, Versioned, Model):
    """Meetings of one body: its own name, its level, where, when and with whom it usually sits."""

    __tablename__ = "meeting_series"
    __table_args__ = (
        sa.Index("ix_meeting_series_municipality", "municipality_id", "id"),
        sa.CheckConstraint("weekday between 0 and 6", name="weekday"),
        sa.CheckConstraint("every_months between 1 and 12", name="months"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))  # the town's own
    level: Mapped[MeetingLevel]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("areas.id"), index=True)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    # Two bodies sit as one: the other's name, and the level it counts as where it has one.
    also_name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH), default="")
    also_level: Mapped[MeetingLevel | None]
    title_pattern: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))  # see rhythm.MARKS
    place: Mapped[str] = mapped_column(sa.String(80))
    starts_at: Mapped[time]
    length_minutes: Mapped[int]
    week: Mapped[Week | None]
    weekday: Mapped[int | None]  # 0 Monday to 6 Sunday
    every_months: Mapped[int] = mapped_column(default=1)
    ended_on: Mapped[date | None]

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    area: Mapped[Area | None] = relationship(lazy="raise")
    host: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def weekday_label(self) -> str:
        """The weekday in words; "" where there is no custom."""
        return "" if self.weekday is None else str(WEEKDAY_LABELS[self.weekday])


class SeriesMember(Model):
    """Who usually comes, by organisation and profession; the person where there is one."""

    __tablename__ = "series_members"
    __table_args__ = (sa.Index("ix_series_members_series", "series_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_series.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation: Mapped[str] = mapped_column(sa.String(80))
    profession: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80), default="")  # of the member; may be open


class SeriesHeading(Model):
    """A standing heading of the series, in its place, with the rule that fills it."""

    __tablename__ = "series_headings"
    __table_args__ = (sa.Index("ix_series_headings_series", "series_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_series.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    rule: Mapped[Rule] = mapped_column(default=Rule.LINE)
    minutes: Mapped[int] = mapped_column(default=0)  # for what is no item: opening, reports


class MeetingHeading(Model):
    """A heading of one meeting, as the series had it on the day the meeting was planned."""

    __tablename__ = "meeting_headings"
    __table_args__ = (sa.Index("ix_meeting_headings_meeting", "meeting_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    rule: Mapped[Rule] = mapped_column(default=Rule.LINE)
    minutes: Mapped[int] = mapped_column(default=0)


class AgendaReport(Model):
    """A line under a heading that is reported and not decided: an action, or a count of cases."""

    __tablename__ = "agenda_reports"
    __table_args__ = (sa.Index("ix_agenda_reports_heading", "heading_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    heading_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_headings.id"))
    action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("actions.id"), index=True)
    act_type_code: Mapped[str | None] = mapped_column(sa.ForeignKey("act_types.code"), index=True)
    facts: Mapped[dict[str, Any]]  # as it stood when it was put there, anew at publication
