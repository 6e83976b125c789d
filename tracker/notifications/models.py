"""A notice to one person."""

import enum
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class Event(enum.StrEnum):
    """What people are told; each has a mail in `templates/mail/` in both languages."""

    CASE_FILED_FOR = "case_filed_for"
    CASE_ACCEPTED = "case_accepted"
    CASE_RETURNED = "case_returned"
    CASE_SORTED = "case_sorted"
    CASE_ANSWERED = "case_answered"
    CASE_TAKEN_BACK = "case_taken_back"
    CASE_RECLASSIFIED = "case_reclassified"
    CASE_FILED_TWICE = "case_filed_twice"
    CASE_GROUPED = "case_grouped"
    ISSUE_ON_AGENDA = "issue_on_agenda"
    ISSUE_DECIDED = "issue_decided"
    ISSUE_IN_ACTION = "issue_in_action"
    RESOURCE_LIVE = "resource_live"
    ISSUE_CLOSED = "issue_closed"
    MEETING_INVITED = "meeting_invited"
    MEETING_CHANGED = "meeting_changed"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_TOLD = "meeting_told"
    MINUTES_CIRCULATED = "minutes_circulated"
    ISSUE_REGRESSED = "issue_regressed"
    ISSUE_CAME_BACK = "issue_came_back"
    WATCH_DUE = "watch_due"
    USE_THIS = "use_this"
    DID_IT_HELP = "did_it_help"
    SHEET_READY = "sheet_ready"
    RESOURCE_WORSE = "resource_worse"
    RESOURCE_ANSWERED = "resource_answered"
    ACTION_HANDED = "action_handed"
    ACTION_DELEGATED = "action_delegated"
    ACTION_MENTIONED = "action_mentioned"
    AGREEMENT_ENDING = "agreement_ending"
    EXPORT_ASKED = "export_asked"
    EXPORT_AGREED = "export_agreed"
    EXPORT_REFUSED = "export_refused"
    EXPORT_EXPIRED = "export_expired"
    READING_UNUSUAL = "reading_unusual"
    PASSWORD_SPRAYED = "password_sprayed"  # noqa: S105 - the name of what happened

    @property
    def is_news(self) -> bool:
        """Is it about an issue behind the reader's cases? Then the reader's pace for news holds."""
        return self in NEWS

    @property
    def label(self) -> LazyString:
        """The sentence of the notice."""
        return EVENT_LABELS[self]


EVENT_LABELS: dict[Event, LazyString] = {
    Event.CASE_FILED_FOR: _l("The centre has filed a case for your office, as you asked."),
    Event.CASE_ACCEPTED: _l("The centre has accepted the case."),
    Event.CASE_RETURNED: _l("The centre has a question about the case and sent it back."),
    Event.CASE_SORTED: _l("The centre has decided how the case goes on."),
    Event.CASE_ANSWERED: _l("There is an answer to the case."),
    Event.CASE_TAKEN_BACK: _l("The last step was taken back. Please look again."),
    Event.CASE_RECLASSIFIED: _l("The centre has changed the type or the area of the case."),
    Event.CASE_FILED_TWICE: _l("The case was filed twice. It goes on under its other number."),
    Event.CASE_GROUPED: _l("The case now supports a regional issue."),
    Event.ISSUE_ON_AGENDA: _l("The issue of the case is on the agenda of a meeting."),
    Event.ISSUE_DECIDED: _l("The meeting has decided about the issue of the case."),
    Event.ISSUE_IN_ACTION: _l("Work on the issue of the case has begun."),
    Event.RESOURCE_LIVE: _l("There is a resource for this need now."),
    Event.ISSUE_CLOSED: _l("The issue of the case is closed."),
    Event.MEETING_INVITED: _l("You are invited to a meeting, and its agenda is out."),
    Event.MEETING_CHANGED: _l("The day, the time or the place of a meeting has changed."),
    Event.MEETING_CANCELLED: _l("A meeting you were invited to is cancelled."),
    Event.MEETING_TOLD: _l("A meeting has told what it decided about the case, and why."),
    Event.MINUTES_CIRCULATED: _l("The draft of the minutes can be read and corrected."),
    Event.ISSUE_REGRESSED: _l("The need of the case has come up again; its issue is open again."),
    Event.ISSUE_CAME_BACK: _l("New cases came to an issue of yours: it is open again."),
    Event.WATCH_DUE: _l("It is time to look at the figures of an issue that is watched."),
    Event.USE_THIS: _l("There is something that may help now. Please say whether it can be used."),
    Event.DID_IT_HELP: _l("Six weeks have passed. Please say whether it helped."),
    Event.SHEET_READY: _l("The sheet of what became of your cases in the year is ready."),
    Event.RESOURCE_WORSE: _l("A resource that answers the issue has ended or become less."),
    Event.RESOURCE_ANSWERED: _l("The office of a resource has answered: its entry has to change."),
    Event.ACTION_HANDED: _l("An action is in your hands now."),
    Event.ACTION_DELEGATED: _l("You stand in for a colleague who is away."),
    Event.ACTION_MENTIONED: _l("Somebody has written to you about an action."),
    Event.AGREEMENT_ENDING: _l("An agreement in your hands ends within 60 days."),
    Event.EXPORT_ASKED: _l("Somebody wants to take out a large file. Please say if you agree."),
    Event.EXPORT_AGREED: _l("The large file you asked for can be opened for a day."),
    Event.EXPORT_REFUSED: _l("The large file you asked for was not agreed to."),
    Event.EXPORT_EXPIRED: _l("Nobody answered in time about the large file you asked for."),
    Event.READING_UNUSUAL: _l("Last week some reading of cases was out of the ordinary."),
    Event.PASSWORD_SPRAYED: _l(
        "One password is being tried at many accounts. It is refused everywhere now."
    ),
}

# How issues go on; everything else answers the reader, or waits for the reader.
NEWS = frozenset(
    {
        Event.CASE_GROUPED,
        Event.ISSUE_ON_AGENDA,
        Event.ISSUE_DECIDED,
        Event.ISSUE_IN_ACTION,
        Event.RESOURCE_LIVE,
        Event.ISSUE_CLOSED,
        Event.ISSUE_REGRESSED,
    }
)


class Notice(Model):
    """One line in a person's inbox; it shows from `due_at` on, unless withdrawn before."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "event", "act", "number"),  # each milestone once
        sa.Index("ix_notices_person", "person_id", "id"),
        sa.Index("ix_notices_once", "once", "event"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    event: Mapped[Event]
    number: Mapped[str] = mapped_column(sa.String(20))  # of the case
    path: Mapped[str] = mapped_column(sa.String(200))  # where it can be read
    act: Mapped[str] = mapped_column(sa.String(36), index=True)
    once: Mapped[str | None] = mapped_column(sa.String(40))  # "issue:7": told once about that
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
