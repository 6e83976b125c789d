"""Word files of a town, and which of them is in use since when."""

import enum
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model

NOTE_LENGTH = 80


class TemplateKind(enum.StrEnum):
    """Which file of a meeting is written into the template."""

    FOLDER = "folder"
    AGENDA = "agenda"
    MINUTES = "minutes"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return KIND_LABELS[self]


KIND_LABELS: dict[TemplateKind, LazyString] = {
    TemplateKind.FOLDER: _l("The whole folder"),
    TemplateKind.AGENDA: _l("Order of proceedings"),
    TemplateKind.MINUTES: _l("Minutes of the meeting"),
}


class WordTemplate(Model):
    """A file as it was sent, after it was looked through; never changed, never thrown away."""

    __tablename__ = "word_templates"
    __table_args__ = (sa.Index("ix_word_templates_town", "municipality_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    kind: Mapped[TemplateKind]
    note: Mapped[str] = mapped_column(FreeText(NOTE_LENGTH))  # what is new in it
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the content
    size: Mapped[int]  # bytes
    uploaded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    uploaded_at: Mapped[datetime]


class WordTemplateUse(Model):
    """From here on this file is in use; the newest entry of a kind counts."""

    __tablename__ = "word_template_uses"
    __table_args__ = (sa.Index("ix_word_template_uses_town", "municipality_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    kind: Mapped[TemplateKind]
    template_id: Mapped[int | None] = mapped_column(  # None: ours
        sa.ForeignKey("word_templates.id"), index=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
