"""Papers made for somebody: kept as they were handed out."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model
from tracker.core.erasing import Reworded


class Audience(enum.StrEnum):
    """Whom a paper is made for."""

    MEMBERS = "members"
    PUBLIC = "public"

    @property
    def label(self) -> LazyString:
        """The words for it on screen and on the paper."""
        return AUDIENCE_LABELS[self]


AUDIENCE_LABELS: dict[Audience, LazyString] = {
    Audience.MEMBERS: _l("For members"),
    Audience.PUBLIC: _l("For the public"),
}


class PaperVersion(Reworded, Model):
    """The folder as it was made for an audience; its words never change, but may be erased."""

    __tablename__ = "paper_versions"
    __table_args__ = (sa.Index("ix_paper_versions_meeting", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    audience: Mapped[Audience]
    paper: Mapped[dict[str, Any]]  # formats.kept: blocks in the language it was made in
    digest: Mapped[str] = mapped_column(sa.String(64))  # of the paper's canonical text
    hidden: Mapped[int] = mapped_column(default=0)  # places that were marked and hidden
    vouched: Mapped[int] = mapped_column(default=0)  # places that were marked and left
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
