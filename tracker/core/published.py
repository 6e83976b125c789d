"""A table of counts for people who may not read cases: what is hidden cannot be computed.

A table with its totals is a circulation: total → row → column → total. What is shown is fixed,
what is hidden may be anything of at least one (zeros are shown, and everybody knows that), in a
row that is hidden whole anything at all. So a
hidden figure can be told exactly when no round trip through other hidden figures could change it;
that is what an attacker would compute, and it is computed here before anything is shown.
Source of the rule: see `core.disclosure`.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.core.disclosure import Figure, Rule, national, not_shown, shown

LEAST_CANDIDATES = 3  # so many values at least must remain possible for a hidden figure
TOTAL = ""  # the name of the row and of the column of totals

Place = tuple[str, str]  # (row, column), TOTAL for the sums


@dataclass(frozen=True)
class Counts:
    """What is to be published: counts by row and column, and how many offices stand behind each.

    A cell that is not there is zero. `offices` may leave out cells whose offices do not matter.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Mapping[Place, int]
    offices: Mapping[Place, int] = field(default_factory=dict)

    def of(self, place: Place) -> int:
        """The count at a place; totals are sums of the cells."""
        rows = self.rows if place[0] == TOTAL else [place[0]]
        columns = self.columns if place[1] == TOTAL else [place[1]]
        return sum(self.cells.get((row, column), 0) for row in rows for column in columns)

    def places(self) -> list[Place]:
        """Every place of the table with its totals, row by row, totals last."""
        return [(row, column) for row in [*self.rows, TOTAL] for column in [*self.columns, TOTAL]]


@dataclass(frozen=True)
class Published:
    """The table as it may be shown: a figure for every place."""

    figures: dict[Place, Figure]

    def at(self, row: str, column: str) -> Figure:
        """What is shown there; TOTAL names the sums."""
        return self.figures[row, column]


def publish(counts: Counts, rule: Rule | Mapping[str, Rule], *, rounded: bool = True) -> Published:
    """The table with every small figure hidden, and with it enough others that none can be told.

    :param rule: of the town the counts speak of, or of each row (TOTAL for the sums of all); a row
        that is not there counts as a town of unknown size
    :param rounded: figures that are shown are rounded to tens, totals too
    """
    values = {place: counts.of(place) for place in counts.places()}
    rules = {row: _rule_of(row, rule) for row in [*counts.rows, TOTAL]}
    shut = frozenset(row for row, own in rules.items() if own.least is None)
    hidden = _small(values, counts.offices, rules)
    if not _protect(values, hidden, shut):  # nothing is left to hide them behind
        hidden |= {place for place, value in values.items() if value}
    return Published(
        {
            place: not_shown() if place in hidden else shown(value, rounded=rounded)
            for place, value in values.items()
        }
    )


def _rule_of(row: str, rule: Rule | Mapping[str, Rule]) -> Rule:
    return rule if isinstance(rule, Rule) else rule.get(row, national(None))


def _small(
    values: Mapping[Place, int], offices: Mapping[Place, int], rules: Mapping[str, Rule]
) -> set[Place]:
    """What may not be said: all of a row without a limit, zeros too; else the small and the few."""
    found = set()
    for place, value in values.items():
        rule = rules[place[0]]
        few = 0 < offices.get(place, 0) < rule.offices
        if rule.least is None or (value and (value < rule.least or few)):
            found.add(place)
    return found


def _protect(values: Mapping[Place, int], hidden: set[Place], shut: frozenset[str]) -> bool:
    """Hide more until no hidden figure can be told; False when nothing is left to hide.

    Hiding more never tells more, so that a figure that is safe once stays safe.
    """
    network = Network(values, hidden, shut)
    waiting = deque(sorted(hidden))
    while waiting:
        place = waiting.popleft()
        while network.candidates(place) < LEAST_CANDIDATES:
            more = _companion(values, hidden, place)
            if more is None:
                return False
            hidden.add(more)
            network.hide(more)
            waiting.append(more)
    return True


def _companion(values: Mapping[Place, int], hidden: set[Place], place: Place) -> Place | None:
    """The shown figure to hide as well: the smallest in the same row or column, totals last."""
    row, column = place
    near = [p for p, value in values.items() if value and p not in hidden]
    beside = [p for p in near if p[0] == row or p[1] == column]
    # Without a partner beside it, a round trip needs any other figure.
    choice = beside or near
    return min(choice, key=lambda p: (TOTAL in p, values[p], p), default=None)


class Network:
    """The hidden figures as edges; what is shown is fixed and needs no edge."""

    def __init__(
        self,
        values: Mapping[Place, int],
        hidden: Iterable[Place],
        shut: frozenset[str] = frozenset(),
    ) -> None:
        """Rows in `shut` are hidden whole: there a hidden figure may be zero."""
        self._values, self._shut = values, shut
        self._edges: dict[Place, tuple[str, str]] = {}
        self._from: dict[str, list[tuple[str, Place, bool]]] = {}
        for place in sorted(hidden):
            self.hide(place)

    def hide(self, place: Place) -> None:
        """This figure is hidden as well."""
        start, end = self._edges[place] = _ends(place)
        self._from.setdefault(start, []).append((end, place, True))
        self._from.setdefault(end, []).append((start, place, False))

    def _least(self, place: Place) -> int:
        """What everybody knows the figure to be at least."""
        return 0 if place[0] in self._shut else 1

    def candidates(self, place: Place) -> int:
        """How many values the hidden figure may have, counted up to LEAST_CANDIDATES."""
        start, end = self._edges[place]
        found = 1 + self._room(place, end, start, up=True)
        if found < LEAST_CANDIDATES:
            found += self._room(place, start, end, up=False)
        return min(found, LEAST_CANDIDATES)

    def _room(self, place: Place, source: str, sink: str, *, up: bool) -> int:
        """By how much the figure can rise or fall: the flow that can come round another way."""
        room_down = self._values[place] - self._least(place)
        most = LEAST_CANDIDATES if up else min(LEAST_CANDIDATES, room_down)
        moved: dict[Place, int] = {}
        room = 0
        while room < most and (path := self._path(source, sink, place, moved)) is not None:
            for other, forward in path:
                moved[other] = moved.get(other, 0) + (1 if forward else -1)
            room += 1
        return room

    def _path(
        self, source: str, sink: str, without: Place, moved: Mapping[Place, int]
    ) -> list[tuple[Place, bool]] | None:
        """Figures to raise or lower by one so that everything still adds up; None when none."""
        came: dict[str, tuple[str, Place, bool]] = {}
        waiting = deque([source])
        while waiting:
            here = waiting.popleft()
            if here == sink:
                return _back(came, source, sink)
            for there, place, forward in self._from.get(here, []):
                if place == without or there in came or there == source:
                    continue
                left = self._values[place] + moved.get(place, 0)
                if not forward and left <= self._least(place):
                    continue
                came[there] = (here, place, forward)
                waiting.append(there)
        return None


def _back(
    came: Mapping[str, tuple[str, Place, bool]], source: str, sink: str
) -> list[tuple[Place, bool]]:
    path = []
    here = sink
    while here != source:
        here, place, forward = came[here]
        path.append((place, forward))
    return path


def _ends(place: Place) -> tuple[str, str]:
    """Where the flow of a place runs: total → row → column → total."""
    row, column = place
    start = f"row {row}" if row != TOTAL else "columns"
    end = f"column {column}" if column != TOTAL else "rows"
    if row == TOTAL and column == TOTAL:
        return "columns", "rows"
    if column == TOTAL:
        return "rows", f"row {row}"
    if row == TOTAL:
        return f"column {column}", "columns"
    return start, end
