"""The meeting, its agenda, who comes, and what came of each item."""

import enum
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Area, Municipality, Organisation
from tracker.core.db import FreeText, Model, Timestamps, Versioned
from tracker.core.erasing import Reworded
from tracker.core.words import Searched
from tracker.issues.statement import IssueLevel

QUESTION_LENGTH = 200
DISCUSSION_LENGTH = 2000
REASON_LENGTH = 400
EVENT_LENGTH = 120
CARRIED_TOO_OFTEN = 3  # from so many times on, the agenda says what has to be decided now


class MeetingLevel(enum.StrEnum):
    """Which of the town's meetings it is."""

    INDIVIDUAL = "individual"
    AREA = "area"
    MUNICIPAL = "municipal"
    PREFECTURE = "prefecture"  # of what one town cannot solve; the town's office keeps it

    @property
    def is_town_wide(self) -> bool:
        """Is it for the whole town, and hosted by its office?"""
        return self in TOWN_WIDE

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return LEVEL_LABELS[self]

    @property
    def of_issues(self) -> IssueLevel:
        """The level at which such a meeting deals with issues."""
        return ISSUE_LEVELS[self]


LEVEL_LABELS: dict[MeetingLevel, LazyString] = {
    MeetingLevel.INDIVIDUAL: _l("Individual care meeting"),
    MeetingLevel.AREA: _l("Area meeting"),
    MeetingLevel.MUNICIPAL: _l("Municipal promotion meeting"),
    MeetingLevel.PREFECTURE: _l("Meeting with the prefecture"),
}
TOWN_WIDE = frozenset({MeetingLevel.MUNICIPAL, MeetingLevel.PREFECTURE})
ISSUE_LEVELS: dict[MeetingLevel, IssueLevel] = {
    MeetingLevel.INDIVIDUAL: IssueLevel.INDIVIDUAL,
    MeetingLevel.AREA: IssueLevel.AREA,
    MeetingLevel.MUNICIPAL: IssueLevel.MUNICIPALITY,
    MeetingLevel.PREFECTURE: IssueLevel.PREFECTURE,
}


class MeetingStatus(enum.StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    PUBLISHED = "published"
    HELD = "held"
    MINUTES_DRAFTED = "minutes_drafted"
    MINUTES_APPROVED = "minutes_approved"
    ANSWERED = "answered"
    CANCELLED = "cancelled"

    @property
    def label(self) -> LazyString:
        """The word for it on screen."""
        return MEETING_LABELS[self]


MEETING_LABELS: dict[MeetingStatus, LazyString] = {
    MeetingStatus.PLANNED: _l("Being prepared"),
    MeetingStatus.PUBLISHED: _l("Agenda published"),
    MeetingStatus.HELD: _l("Held"),
    MeetingStatus.MINUTES_DRAFTED: _l("Minutes drafted"),
    MeetingStatus.MINUTES_APPROVED: _l("Minutes approved"),
    MeetingStatus.ANSWERED: _l("Everyone answered"),
    MeetingStatus.CANCELLED: _l("Cancelled"),
}

_M = MeetingStatus
EDGES: frozenset[tuple[MeetingStatus, MeetingStatus]] = frozenset(
    {
        (_M.PLANNED, _M.PUBLISHED),
        (_M.PUBLISHED, _M.HELD),
        (_M.HELD, _M.MINUTES_DRAFTED),
        (_M.MINUTES_DRAFTED, _M.MINUTES_APPROVED),
        (_M.MINUTES_APPROVED, _M.ANSWERED),
        (_M.PLANNED, _M.CANCELLED),
        (_M.PUBLISHED, _M.CANCELLED),
    }
)
# The agenda may change until the minutes are approved; after publication changes are listed.
AGENDA_OPEN = frozenset({_M.PLANNED, _M.PUBLISHED, _M.HELD, _M.MINUTES_DRAFTED})


class Meeting(Timestamps, Versioned, Model):
    """One sitting."""

    __tablename__ = "meetings"
    __table_args__ = (sa.Index("ix_meetings_municipality", "municipality_id", "held_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    level: Mapped[MeetingLevel]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("areas.id"), index=True)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(
        sa.String(80)
    )  # the town's own: 令和8年度第2回地域ケア推進会議
    held_on: Mapped[date]
    starts_at: Mapped[time]
    length_minutes: Mapped[int]
    place: Mapped[str] = mapped_column(sa.String(80))
    status: Mapped[MeetingStatus] = mapped_column(default=MeetingStatus.PLANNED)
    published_at: Mapped[datetime | None]
    circulated_at: Mapped[datetime | None]  # the draft of the minutes went to the members
    remarks_until: Mapped[date | None]  # until when they may ask for corrections
    approved_alone: Mapped[bool] = mapped_column(default=False)  # nobody else could look at them
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_series.id"), index=True)
    round: Mapped[int | None]  # which of its series in the fiscal year of its day, from 1
    also_name: Mapped[str] = mapped_column(sa.String(80), default="")  # two bodies sit as one
    also_level: Mapped[MeetingLevel | None]

    municipality: Mapped[Municipality] = relationship(lazy="raise")
    area: Mapped[Area | None] = relationship(lazy="raise")
    host: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def reach(self) -> IssueLevel:
        """The widest level at which it deals with issues, where two bodies sit as one."""
        widest = self.level.of_issues
        if self.also_level is not None and self.also_level.of_issues.is_wider_than(widest):
            return self.also_level.of_issues
        return widest

    @property
    def takes_cases(self) -> bool:
        """May cases stand on its agenda?"""
        return MeetingLevel.INDIVIDUAL in (self.level, self.also_level)


class ItemKind(enum.StrEnum):
    """An item is about issues or about cases, never both."""

    ISSUE = "issue"
    CASE = "case"


class Outcome(enum.StrEnum):
    """What came of an item."""

    ADOPT = "adopt"
    ASK = "ask"
    HOLD = "hold"
    REFER = "refer"
    DECLINE = "decline"
    NOTE = "note"
    SETTLED = "settled"
    TO_ISSUE = "to_issue"
    AGAIN = "again"
    STATISTICS = "statistics"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS: dict[Outcome, LazyString] = {
    Outcome.ADOPT: _l("Adopt: actions are decided"),
    Outcome.ASK: _l("Ask for information"),
    Outcome.HOLD: _l("Hold until a date"),
    Outcome.REFER: _l("Refer to the level above"),
    Outcome.DECLINE: _l("Do not take it up"),
    Outcome.NOTE: _l("Take note"),
    Outcome.SETTLED: _l("Settled with existing means"),
    Outcome.TO_ISSUE: _l("Make it a regional issue"),
    Outcome.AGAIN: _l("Look at it again on a date"),
    Outcome.STATISTICS: _l("Keep it for the statistics"),
}

OUTCOMES: dict[ItemKind, tuple[Outcome, ...]] = {
    ItemKind.ISSUE: (
        Outcome.ADOPT,
        Outcome.ASK,
        Outcome.HOLD,
        Outcome.REFER,
        Outcome.DECLINE,
        Outcome.NOTE,
    ),
    ItemKind.CASE: (Outcome.SETTLED, Outcome.TO_ISSUE, Outcome.AGAIN, Outcome.STATISTICS),
}


class DeclineReason(enum.StrEnum):
    """Why a meeting does not take an issue up."""

    NO_MEANS = "no_means"
    OTHER_WAY = "other_way"
    NOT_OURS = "not_ours"
    TOO_LITTLE_KNOWN = "too_little_known"
    NOT_NOW = "not_now"
    OTHER = "other"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return DECLINE_LABELS[self]


DECLINE_LABELS: dict[DeclineReason, LazyString] = {
    DeclineReason.NO_MEANS: _l("There are no means for it"),
    DeclineReason.OTHER_WAY: _l("It can be met in another way"),
    DeclineReason.NOT_OURS: _l("It is for another body"),
    DeclineReason.TOO_LITTLE_KNOWN: _l("Too little is known about it"),
    DeclineReason.NOT_NOW: _l("Other issues come first"),
    DeclineReason.OTHER: _l("Another reason, in the sentence"),
}


class ItemIssue(Model):
    """An item is about this issue."""

    __tablename__ = "agenda_item_issues"

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_items.id"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), primary_key=True, index=True)


class ItemCase(Model):
    """An item is about this case."""

    __tablename__ = "agenda_item_cases"

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_items.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)


class AgendaItem(Searched, Reworded, Timestamps, Versioned, Model):
    """One point of the agenda, from the question to the outcome."""

    SEARCHED = ("title", "question", "discussion", "outcome_reason")

    __tablename__ = "agenda_items"
    __table_args__ = (sa.Index("ix_agenda_items_meeting", "meeting_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    position: Mapped[int]  # 1, 2, 3 … among the items that are not dropped
    kind: Mapped[ItemKind]
    title: Mapped[str] = mapped_column(FreeText(80))
    question: Mapped[str] = mapped_column(FreeText(QUESTION_LENGTH))  # what is to be decided
    presenter: Mapped[str] = mapped_column(sa.String(80))  # office or role
    minutes_planned: Mapped[int]
    added_after_publication: Mapped[bool] = mapped_column(default=False)
    dropped_at: Mapped[datetime | None]
    # Frozen at publication and never changed after, but for words that were erased.
    evidence: Mapped[dict[str, Any] | None]
    evidence_hash: Mapped[str | None] = mapped_column(sa.String(64))
    frozen_at: Mapped[datetime | None]
    discussion: Mapped[str] = mapped_column(FreeText(DISCUSSION_LENGTH), default="")
    outcome: Mapped[Outcome | None]
    outcome_reason: Mapped[str] = mapped_column(FreeText(REASON_LENGTH), default="")
    outcome_who: Mapped[str] = mapped_column(sa.String(80), default="")  # who brings information
    outcome_on: Mapped[date | None]  # by when, until when, again when
    outcome_event: Mapped[str] = mapped_column(FreeText(EVENT_LENGTH), default="")  # held until it
    decline_reason: Mapped[DeclineReason | None]
    begun_at: Mapped[datetime | None]  # the meeting came to it; the last begun is talked about now
    # What the centre recommends before the meeting, and why the meeting decided otherwise.
    recommendation: Mapped[Outcome | None]
    recommendation_reason: Mapped[str] = mapped_column(FreeText(REASON_LENGTH), default="")
    recommended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    differs_because: Mapped[str] = mapped_column(FreeText(REASON_LENGTH), default="")
    heading_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_headings.id"), index=True)
    # It was put off by an earlier meeting: which item that was, and for the how manieth time.
    carried_from_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agenda_items.id"), index=True
    )
    times_carried: Mapped[int] = mapped_column(default=0)
    decision_line: Mapped[str] = mapped_column(FreeText(QUESTION_LENGTH), default="")

    @property
    def needs_decision_line(self) -> bool:
        """Was it put off so often that the agenda must say what has to be decided now?"""
        return self.times_carried >= CARRIED_TOO_OFTEN and not self.decision_line

    @property
    def sheet_hash(self) -> str | None:
        """What the hash of the sheet is as it stands: another one once words of it were erased."""
        return self.left_hash or self.evidence_hash

    @property
    def evidence_id(self) -> str | None:
        """Printed on the sheet: the item and the first signs of the hash."""
        return f"E{self.id}-{self.evidence_hash[:8]}" if self.evidence_hash else None


class Attendee(Model):
    """Somebody invited to a meeting, by office and profession; present or not."""

    __tablename__ = "attendees"
    __table_args__ = (sa.Index("ix_attendees_meeting", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("invitations.id"), index=True
    )  # the link to an account; whoever used it is invited with it
    organisation: Mapped[str] = mapped_column(sa.String(80))
    profession: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))  # of the member, never of a client
    present: Mapped[bool | None]  # None: not yet noted


class Pledge(Model):
    """A member's pledge to keep secret what is heard in one meeting; without it no folder opens.

    Without a meeting: signed for all of the town, when pledges were not yet for one each.
    """

    __tablename__ = "pledges"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meetings.id"), index=True)
    text_version: Mapped[str] = mapped_column(sa.String(10), default="1")  # what was promised
    signed_on: Mapped[date]
    valid_until: Mapped[date]


class MeetingStep(Model):
    """One entry of a meeting's history: states, and every change of the agenda."""

    __tablename__ = "meeting_steps"
    __table_args__ = (sa.Index("ix_meeting_steps_meeting", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agenda_items.id"), index=True)
    verb: Mapped[str] = mapped_column(sa.String(40))  # the audit verb: meeting.published …
    was: Mapped[MeetingStatus | None]
    became: Mapped[MeetingStatus]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
