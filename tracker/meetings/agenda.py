"""Pure: the order of an agenda, its sums, its clock, and the title a town would write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from tracker.core import wareki
from tracker.meetings.models import MeetingLevel

# As towns call them, in the town's own language whatever the page speaks.
# Source: ordinances of (北見市, 牛久市, 千曲市).
TOWN_WORDS: dict[MeetingLevel, str] = {
    MeetingLevel.INDIVIDUAL: "地域ケア個別会議",
    MeetingLevel.AREA: "地域ケア圏域会議",
    MeetingLevel.MUNICIPAL: "地域ケア推進会議",
    MeetingLevel.PREFECTURE: "広域地域ケア会議",
}


def proposed_title(level: MeetingLevel, area: str, held_on: date, count: int) -> str:
    """`令和8年度 第3回 地域ケア推進会議`; with the area's name where the meeting has one.

    :param area: Japanese name of the area; "" for the municipal level
    :param count: which of its kind in the fiscal year, from 1
    """
    year = wareki.fiscal_year_name(wareki.fiscal_year(held_on))
    words = [year, f"第{count}回", area, TOWN_WORDS[level]]
    return " ".join(word for word in words if word)


def moved(order: Sequence[int], item_id: int, *, up: bool) -> list[int]:
    """The order after the item has changed places with its neighbour; the same at an end."""
    here = list(order)
    place = here.index(item_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(here):
        here[place], here[other] = here[other], here[place]
    return here


@dataclass(frozen=True)
class Slot:
    """What takes time on an agenda: a heading with minutes of its own, or an item under one."""

    rank: int  # place of the heading, from 0; what stands under none has the last one
    item_id: int | None
    minutes: int


def inserted(order: Sequence[tuple[int, int]], item_id: int, rank: int) -> list[int]:
    """Item ids in order after the new one has come last under its heading.

    :param order: (id, rank of its heading) of the others, in order
    """
    before = [key for key, other in order if other <= rank]
    after = [key for key, other in order if other > rank]
    return [*before, item_id, *after]


def moved_between(
    order: Sequence[tuple[int, int]], item_id: int, *, up: bool, open_ranks: Sequence[int]
) -> tuple[list[int], int]:
    """Order and rank after one step: past its neighbour, or into the heading beside its own.

    At an end everything stays as it is.

    :param order: (id, rank) of all items in order
    :param open_ranks: headings that take items, ascending
    """
    ids, ranks = [key for key, _rank in order], dict(order)
    own, place = ranks[item_id], ids.index(item_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ids) and ranks[ids[other]] == own:
        return moved(ids, item_id, up=up), own
    beside = [rank for rank in open_ranks if (rank < own if up else rank > own)]
    if not beside:
        return ids, own
    return ids, beside[-1] if up else beside[0]


@dataclass(frozen=True)
class Timing:
    """Minutes allotted to the items against the length of the meeting."""

    allotted: int
    length: int

    @property
    def left(self) -> int:
        """Minutes not allotted; below zero: over."""
        return self.length - self.allotted

    @property
    def is_over(self) -> bool:
        """Do the items need more than there is?"""
        return self.left < 0

    @property
    def words(self) -> str:
        """How the sum stands, as a sentence."""
        facts = {"allotted": self.allotted, "length": self.length, "by": abs(self.left)}
        if self.is_over:
            return _(
                "%(allotted)s of %(length)s minutes allotted: over by %(by)s minutes.", **facts
            )
        if self.left:
            return _("%(allotted)s of %(length)s minutes allotted: %(by)s minutes left.", **facts)
        return _("All %(length)s minutes are allotted.", **facts)


def timing(minutes: Sequence[int], length: int) -> Timing:
    """The sum of the items' minutes against the length."""
    return Timing(sum(minutes), length)


def start_times(starts_at: time, minutes: Sequence[int]) -> list[time]:
    """When each item begins if all keep to their minutes."""
    clock = datetime.combine(date.min, starts_at)
    found = []
    for length in minutes:
        found.append(clock.time())
        clock += timedelta(minutes=length)
    return found


def ends_at(starts_at: time, length: int) -> time:
    """When the meeting ends."""
    return (datetime.combine(date.min, starts_at) + timedelta(minutes=length)).time()
