"""Pure: when a need of an area is met, and in which way it is not."""

import enum
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Hole(enum.StrEnum):
    """How an area stands with a family of acts, the widest hole first."""

    NOTHING = "nothing"
    STALE = "stale"
    FULL = "full"
    DEAR = "dear"
    SERVED = "served"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return HOLE_LABELS[self]

    @property
    def rule(self) -> LazyString:
        """When a cell is called so."""
        return HOLE_RULES[self]


HOLE_LABELS: dict[Hole, LazyString] = {
    Hole.NOTHING: _l("Nothing"),
    Hole.STALE: _l("Not sure"),
    Hole.FULL: _l("Full"),
    Hole.DEAR: _l("Not affordable"),
    Hole.SERVED: _l("Served"),
}
HOLE_RULES: dict[Hole, LazyString] = {
    Hole.NOTHING: _l("No resource in use or on trial takes over anything of the family there."),
    Hole.STALE: _l(
        "There is one, but none was confirmed within 180 days, or it did not work for several"
        " offices since."
    ),
    Hole.FULL: _l("What was confirmed is full or has a waiting list."),
    Hole.DEAR: _l(
        "What was confirmed and takes people costs the ordinary price, and nothing for people who"
        " cannot pay it."
    ),
    Hole.SERVED: _l("At least one was confirmed, takes people, and can be paid with little."),
}


@dataclass(frozen=True)
class Supply:
    """Resources of one family that serve one area; each number is a part of the one before."""

    usable: int = 0
    sure: int = 0  # confirmed lately, and did not fail several offices since
    open: int = 0  # and neither full nor with a waiting list, as far as is known
    affordable: int = 0  # and free, for small thanks, or free for people with little


def hole(supply: Supply) -> Hole:
    """In which way the need is not met, or that it is."""
    if not supply.usable:
        return Hole.NOTHING
    if not supply.sure:
        return Hole.STALE
    if not supply.open:
        return Hole.FULL
    return Hole.SERVED if supply.affordable else Hole.DEAR
