"""Vignettes and options of an issue; what a meeting was shown is frozen with its agenda."""

import enum

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model, Timestamps, Versioned

MOST_VIGNETTES = 3  # with more of them the evidence would not stay on one page
MOST_OPTIONS = 3
VIGNETTE_LENGTH = 120
OPTION_LENGTH = 60
WHO_LENGTH = 30
EFFECT_LENGTH = 60


class Cost(enum.StrEnum):
    """Roughly what an option costs the town in a year."""

    NONE = "none"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    OPEN = "open"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return COST_LABELS[self]


COST_LABELS: dict[Cost, LazyString] = {
    Cost.NONE: _l("No cost"),
    Cost.LOW: _l("Under 100,000 yen a year"),
    Cost.MIDDLE: _l("100,000 to under 1 million yen a year"),
    Cost.HIGH: _l("1 million yen a year or more"),
    Cost.OPEN: _l("Not worked out yet"),
}


class Vignette(Timestamps, Versioned, Model):
    """A few sentences on what the need is like. Of which case they tell is kept nowhere."""

    __tablename__ = "issue_vignettes"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), index=True)
    text: Mapped[str] = mapped_column(FreeText(VIGNETTE_LENGTH))
    is_public: Mapped[bool] = mapped_column(default=False)  # may stand in papers for everybody
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)


class IssueOption(Timestamps, Versioned, Model):
    """One way the need could be met, with its rough cost and who would do it."""

    __tablename__ = "issue_options"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), index=True)
    title: Mapped[str] = mapped_column(FreeText(OPTION_LENGTH))
    cost: Mapped[Cost] = mapped_column(default=Cost.OPEN)
    who: Mapped[str] = mapped_column(FreeText(WHO_LENGTH))  # a body, never a person
    effect: Mapped[str] = mapped_column(FreeText(EFFECT_LENGTH), default="")  # for and against
    is_public: Mapped[bool] = mapped_column(default=False)
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
