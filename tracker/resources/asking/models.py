"""Links mailed to offices, and what the offices answered."""

import enum
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model
from tracker.resources.models import TEXT_LENGTH

EXPIRES_AFTER = timedelta(days=30)
EVENT = "resource_confirm"  # of the mail; the key of the link is made for it


class LinkAnswer(enum.StrEnum):
    """What an office can say by its link."""

    TRUE = "true"
    CHANGED = "changed"
    ENDED = "ended"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return ANSWER_LABELS[self]


ANSWER_LABELS: dict[LinkAnswer, LazyString] = {
    LinkAnswer.TRUE: _l("All of this is still true"),
    LinkAnswer.CHANGED: _l("Something has changed"),
    LinkAnswer.ENDED: _l("It has ended"),
}


class LinkState(enum.StrEnum):
    """What has become of a link."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return LINK_LABELS[self]


LINK_LABELS: dict[LinkState, LazyString] = {
    LinkState.OPEN: _l("Waiting for an answer"),
    LinkState.ANSWERED: _l("Was answered"),
    LinkState.WITHDRAWN: _l("Was withdrawn"),
    LinkState.EXPIRED: _l("Was not answered in time"),
}


class ResourceLink(Model):
    """A key to one answer about one entry; the key itself stands in no table."""

    __tablename__ = "resource_links"
    __table_args__ = (sa.Index("ix_resource_links_resource", "resource_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"))
    seed: Mapped[str] = mapped_column(sa.String(40))  # with the installation's key: the link's
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    act: Mapped[str] = mapped_column(sa.String(36))  # of the mail, so that it can be stopped
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[LinkAnswer | None]
    withdrawn_at: Mapped[datetime | None]

    def state(self, at: datetime) -> LinkState:
        """What has become of it by now."""
        if self.answered_at is not None:
            return LinkState.ANSWERED
        if self.withdrawn_at is not None:
            return LinkState.WITHDRAWN
        return LinkState.OPEN if at < self.expires_at else LinkState.EXPIRED


class ResourceAnswer(Model):
    """What an office wrote that is no plain yes; a keeper reads it and puts it into the entry."""

    __tablename__ = "resource_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(sa.ForeignKey("resource_links.id"), unique=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resources.id"), index=True)
    said: Mapped[str] = mapped_column(FreeText(TEXT_LENGTH))
    ended_on: Mapped[date | None]  # the office says that it has ended, on this day
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
