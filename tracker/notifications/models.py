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
}


class Notice(Model):
    """One line in a person's inbox; it shows from `due_at` on, unless withdrawn before."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "event", "act", "number"),  # each milestone once
        sa.Index("ix_notices_person", "person_id", "id"),
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
