"""Pure: where each month's bar stands in the small drawing of before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.i18n import month_short
from tracker.issues.proof.figures import Counting, Month

WIDTH, HEIGHT = 760, 200
TOP, FOOT = 24, 44  # room for the figure above a bar, and for two lines below
GAP = 4
NAMED = 3  # every third month has its name below, or they would run into each other
SHORTEST = 2  # so that a month of none can be seen


@dataclass(frozen=True)
class Bar:
    """One month: a rectangle, its figure and its name."""

    part: Counting
    x: float
    y: float
    width: float
    height: float
    middle: float
    cases: int
    name: str  # "" where no name stands


@dataclass(frozen=True)
class Drawing:
    """All bars, and the line on which they stand."""

    width: int
    height: int
    ground: int
    bars: list[Bar]
    start: float | None  # where the resource came into use


def draw(months: Sequence[Month], *, started: bool) -> Drawing:
    """Bars from the oldest month to the newest; the highest reaches the top.

    :param started: a resource is in use: a line stands where the months before it end
    """
    most = max((month.cases for month in months), default=0) or 1
    step = WIDTH / max(len(months), 1)
    ground = HEIGHT - FOOT
    bars = []
    for place, month in enumerate(months):
        height = max(month.cases / most * (ground - TOP), SHORTEST)
        bars.append(
            Bar(
                part=month.part,
                x=round(place * step + GAP / 2, 1),
                y=round(ground - height, 1),
                width=round(step - GAP, 1),
                height=round(height, 1),
                middle=round((place + 0.5) * step, 1),
                cases=month.cases,
                name=month_short(month.month) if place % NAMED == 0 else "",
            )
        )
    first = next((b for b, m in zip(bars, months, strict=True) if m.part in _SINCE), None)
    start = round(first.x - GAP / 2, 1) if first is not None and started else None
    return Drawing(WIDTH, HEIGHT, ground, bars, start)


_SINCE = frozenset({Counting.GAP, Counting.AFTER, Counting.RUNNING})
