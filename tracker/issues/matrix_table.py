# Words come from lazy texts of untyped packages.
# mypy: ignore-errors
"""From a matrix to what stands on the page, in a file and in the heat map: one figure a cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.i18n import named, number
from tracker.core.published import TOTAL
from tracker.issues.matrix import Asked, Cell, Matrix, Place
from tracker.issues.matrix_forms import SHOW_LABELS, Show
from tracker.issues.releases import ReleasedTable

COLOURS = ((0, "#f3f6ff"), (1, "#3d5afe"))
HIDDEN = "#d8d8db"
ROW_HEIGHT, AROUND = 34, 90  # pixels of a heat map


class Shown(NamedTuple):
    """A cell on the page."""

    text: str
    small: str  # a second figure below; empty for none
    query: str  # of the address of its cases; empty where there is none
    value: float | str | None  # in a file; a text where the figure is hidden


@dataclass(frozen=True)
class Line:
    """A row of the table; the last cell is its total."""

    name: str
    cells: Sequence[Shown]


@dataclass(frozen=True)
class Table:
    """What is shown: headings with the address a column opens into, rows, and the sums of all."""

    corner: str
    head: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    total: Line | None
    figure: str  # what stands in the cells

    @property
    def everything(self) -> Sequence[Line]:
        """The rows, totals last."""
        return [*self.lines, self.total] if self.total else self.lines


def counted_table(
    found: Matrix, asked: Asked, places: Sequence[Place], columns: Sequence[Any], corner: str
) -> Table:
    """The exact figures; cells lead to their cases, families open into their types."""
    names = {column.code: named(column) for column in columns}
    opens = asked.family is None
    shown = _Words(asked)
    head = [(names[code], asked.query(family=code) if opens else "") for code in found.columns]
    keys = [*found.columns, None]

    def line(name: str, place_id: int | None) -> Line:
        return Line(name, [shown.cell(found.cell(place_id, code), place_id, code) for code in keys])

    return Table(
        corner,
        head,
        [line(named(place), place.id) for place in places],
        line(_("Total"), None),
        str(SHOW_LABELS[Show(asked.show)]),
    )


class _Words:
    """The figure asked for, in words; each number is put into words once."""

    def __init__(self, asked: Asked) -> None:
        self._asked, self._say = asked, getattr(self, f"_say_{asked.show}")
        self._offices: dict[int, str] = {}

    def cell(self, cell: Cell, place_id: int | None, column: str | None) -> Shown:
        """An empty cell says 0 and leads nowhere."""
        if not cell.cases:
            return Shown("0", "", "", 0)
        text, small, value = self._say(cell)
        return Shown(text, small, self._asked.cell_query(place_id, column), value)

    def _say_cases(self, cell: Cell) -> tuple[str, str, float]:
        return number(cell.cases), self._of_offices(cell.offices), cell.cases

    def _of_offices(self, count: int) -> str:
        if count not in self._offices:
            self._offices[count] = ngettext("%(num)s office", "%(num)s offices", count)
        return self._offices[count]

    def _say_offices(self, cell: Cell) -> tuple[str, str, float]:
        return number(cell.offices), "", cell.offices

    def _say_clients(self, cell: Cell) -> tuple[str, str, float]:
        people = cell.clients
        plain = number(people.number)
        text = plain if people.exact else _("up to %(number)s", number=plain)
        return text, "", people.number

    def _say_minutes(self, cell: Cell) -> tuple[str, str, float]:
        return number(cell.minutes), self._of_offices(cell.offices), cell.minutes

    def _say_median(self, cell: Cell) -> tuple[str, str, float]:
        lower, median, upper = (cell.quartile(part) for part in (1, 2, 3))
        half = _("%(lower)s to %(upper)s", lower=f"{lower:,g}", upper=f"{upper:,g}")
        return f"{median:,g}", half, median

    def _say_share(self, cell: Cell) -> tuple[str, str, float]:
        share = round(100 * (cell.largest_share or 0))
        return f"{share}%", self._of_offices(cell.offices), share


def released_table(
    found: ReleasedTable, families: Sequence[Any], corner: str, total_id: int | None
) -> Table:
    """The figures for people outside, in tens or hidden; no cell leads anywhere.

    :param total_id: the region that is the sum of the others; None when none is
    """
    used = [family for family in families if family.code in set(found.families)]
    keys = [*(family.code for family in used), TOTAL]

    def line(region: Any, name: str) -> Line:
        cells = []
        for key in keys:
            figure = found.at(region.id, key)
            value = figure.text if figure.hidden else found.cases(region.id, key)
            cells.append(Shown(figure.text, "", "", value))
        return Line(name, cells)

    lines = [line(r, named(r)) for r in found.regions if r.id != total_id]
    total = next((line(r, _("Total")) for r in found.regions if r.id == total_id), None)
    return Table(corner, [(named(f), "") for f in used], lines, total, _("Cases, in tens"))


def heat_map(table: Table) -> dict[str, Any]:
    """The same figures as colours, without totals; a hidden one is grey. Data and layout.

    What was done stands downwards, so that long names need no turning on a telephone.
    """
    columns = [[line.cells[at] for line in table.lines] for at in range(len(table.head))]
    known = [[None if isinstance(c.value, str) else c.value for c in row] for row in columns]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": [line.name for line in table.lines],
                "y": [name for name, _query in table.head],
                "z": known,
                "zmin": 0,
                "zmax": max((value or 1 for row in known for value in row), default=1),
                "text": [[cell.text for cell in row] for row in columns],
                "texttemplate": "%{text}",
                "hovertemplate": "%{y}<br>%{x}<br>%{text}<extra></extra>",
                "hoverongaps": False,
                "xgap": 2,
                "ygap": 2,
                "colorscale": [list(step) for step in COLOURS],
                "showscale": False,
            }
        ],
        "layout": {
            "height": AROUND + ROW_HEIGHT * len(columns),
            "plot_bgcolor": HIDDEN,
            "xaxis": {"type": "category", "showgrid": False, "side": "top"},
            "yaxis": {"type": "category", "showgrid": False, "autorange": "reversed"},
        },
    }
