"""Pure: where actions and their milestones stand on a line of months, for a drawing.

Numbers are units of the drawing: it is `WIDTH` wide, whatever paper or window it is shown on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from tracker.actions.models import ENDED, Stage
from tracker.core import clock

WIDTH = 960
LABELS = 230  # at the left, for number and title
ROW = 30
HEAD = 34
MOST_MONTHS = 30  # a longer line is cut at its beginning
EVERY = ((8, 1), (16, 2), (99, 3))  # up to so many months: a word at every so many
TITLE_SIGNS = 15


class Line(Protocol):
    """What of an action is drawn."""

    id: int
    number: str
    title: str
    stage: Stage
    stage_since: Any
    created_at: Any
    due_on: date


@dataclass(frozen=True)
class Mark:
    """A milestone on a line."""

    x: float
    title: str
    on: date
    done: bool
    late: bool


@dataclass(frozen=True)
class Bar:
    """An action on its line."""

    row: Any
    y: int
    x: float
    width: float  # from its beginning until its day
    late_x: float
    late_width: float  # from its day until today or its end; 0 when it is in time
    short: str
    marks: tuple[Mark, ...]

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + ROW / 2


@dataclass(frozen=True)
class Drawing:
    """A timeline: months, lines, today."""

    height: int
    months: tuple[tuple[float, date, bool], ...]  # where it begins, the month, with a word?
    bars: tuple[Bar, ...]
    today_x: float


def draw(
    rows: Sequence[Any], milestones: Mapping[int, Sequence[Any]], today: date
) -> Drawing | None:
    """The drawing of these actions, in their order; None when there are none."""
    if not rows:
        return None
    begun = [clock.local(row.created_at).date() for row in rows]
    days = [*begun, *(row.due_on for row in rows), today]
    days += [one.due_on for row in rows for one in milestones.get(row.id, ())]
    first, last = _first_of_month(min(days)), _next_month(max(days))
    first = max(first, _back(last, MOST_MONTHS))
    scale = _Scale(first, last)
    bars = tuple(
        _bar(row, start, index, milestones.get(row.id, ()), scale, today)
        for index, (row, start) in enumerate(zip(rows, begun, strict=True))
    )
    return Drawing(HEAD + ROW * len(rows) + 8, _months(scale), bars, scale.x(today))


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day stands; days outside stand at the edge."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(LABELS + min(1.0, max(0.0, share)) * (WIDTH - LABELS - 10), 1)


def _bar(
    row: Any, start: date, index: int, milestones: Sequence[Any], scale: _Scale, today: date
) -> Bar:
    x, due = scale.x(start), scale.x(max(start, row.due_on))
    until = clock.local(row.stage_since).date() if row.stage in ENDED else today
    late = max(0.0, round(scale.x(until) - due, 1)) if until > row.due_on else 0.0
    marks = tuple(
        Mark(
            scale.x(one.due_on),
            one.title,
            one.due_on,
            one.done_on is not None,
            one.done_on is None and one.due_on < today,
        )
        for one in milestones
    )
    short = row.title if len(row.title) <= TITLE_SIGNS else f"{row.title[: TITLE_SIGNS - 1]}…"
    width = round(max(3.0, due - x), 1)
    return Bar(row, HEAD + ROW * index, x, width, due, late, short, marks)


def _months(scale: _Scale) -> tuple[tuple[float, date, bool], ...]:
    found, day = [], scale.first
    while day < scale.last:
        found.append(day)
        day = _next_month(day)
    step = next(step for most, step in EVERY if len(found) <= most)
    return tuple((scale.x(day), day, index % step == 0) for index, day in enumerate(found))


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _back(day: date, months: int) -> date:
    for _step in range(months):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    return day
