"""The parts of an issue's priority as they were last counted, and what people set by hand."""

import enum
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model
from tracker.issues.weighing import Band

SENTENCE_LENGTH = 300


class BandReason(enum.StrEnum):
    """Why a band was set by hand."""

    LAW = "law"
    SINGLE_GRAVE_CASE = "single_grave_case"
    HIDDEN_NEED = "hidden_need"
    OTHER_BODY = "other_body"
    TIMING = "timing"
    OTHER = "other"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return BAND_REASON_LABELS[self]


BAND_REASON_LABELS: dict[BandReason, LazyString] = {
    BandReason.LAW: _l("A law or a plan of the town asks for it"),
    BandReason.SINGLE_GRAVE_CASE: _l("One grave case says more than many"),
    BandReason.HIDDEN_NEED: _l("Much more need is known than was filed"),
    BandReason.OTHER_BODY: _l("Somebody else is dealing with it already"),
    BandReason.TIMING: _l("This is the right, or the wrong, moment"),
    BandReason.OTHER: _l("Another reason"),
}


class IssueWeight(Model):
    """One row an issue. Counted with every change of its cases, and anew every day.

    Beside `issues`, so that counting anew is no change of what somebody is just writing.
    """

    __tablename__ = "issue_weights"

    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), primary_key=True)
    severity: Mapped[int | None]  # 0 to 3, see weighing.Severity; None: nobody has said it yet
    feasibility: Mapped[int | None]  # 0 to 3, see weighing.Feasibility
    # What was counted, and of which gap: what the page explains the points with.
    cases: Mapped[int] = mapped_column(default=0)
    offices: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    latest: Mapped[int] = mapped_column(default=0)
    year_before: Mapped[int] = mapped_column(default=0)
    gap: Mapped[str | None] = mapped_column(sa.String(20))
    score: Mapped[int] = mapped_column(default=0)
    band: Mapped[Band] = mapped_column(default=Band.C)  # what the points say
    set_band: Mapped[Band | None]  # what a person says; goes before
    set_reason: Mapped[BandReason | None]
    set_sentence: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH), default="")
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    set_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]  # None: not yet
