"""Pure: whether the figures of use say that somebody should look again."""

import enum
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LOW = 3  # fewer uses a month, two months running
MONTHS_LOOKED_AT = 2


class MonthOfUse(Protocol):
    """One month's figures."""

    @property
    def month(self) -> date: ...

    @property
    def uses(self) -> int: ...

    @property
    def refusals(self) -> int: ...


class WhyReview(enum.StrEnum):
    """Why a review is proposed."""

    LITTLE_USED = "little_used"
    OFTEN_REFUSED = "often_refused"

    @property
    def label(self) -> LazyString:
        """The sentence on screen."""
        return WHY_LABELS[self]


WHY_LABELS: dict[WhyReview, LazyString] = {
    WhyReview.LITTLE_USED: _l(
        "Fewer than three uses a month, two months running: a review is proposed."
    ),
    WhyReview.OFTEN_REFUSED: _l(
        "In the last month it was refused at least as often as it was used: a review is proposed."
    ),
}


def why_review(months: Sequence[MonthOfUse]) -> WhyReview | None:
    """What the newest months say; None when nothing speaks for a review, or there is no figure.

    :param months: any order; months nobody wrote figures for are missing, not zero
    """
    newest = sorted(months, key=lambda one: one.month, reverse=True)
    if newest and newest[0].refusals > 0 and newest[0].refusals >= newest[0].uses:
        return WhyReview.OFTEN_REFUSED
    looked_at = newest[:MONTHS_LOOKED_AT]
    if len(looked_at) == MONTHS_LOOKED_AT and all(one.uses < LOW for one in looked_at):
        return WhyReview.LITTLE_USED
    return None
