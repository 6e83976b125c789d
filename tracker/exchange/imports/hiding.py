"""No cell is stored before it was looked at: the forbidden is hidden, the doubtful is noted."""

from dataclasses import dataclass

from tracker.core import personal
from tracker.core.personal import Level
from tracker.exchange.imports import columns
from tracker.formats.tables import Table


@dataclass(frozen=True)
class Gated:
    """A row that may be stored, with the places of its cells that were hidden, or are doubtful."""

    number: int  # as the sheet shows it
    cells: list[str]
    hidden: list[int]
    marked: list[int]


def gated(table: Table) -> list[Gated]:
    """The rows of a file without the example of the template, ready to be stored."""
    seen: dict[str, tuple[str, bool, bool]] = {}
    rows = []
    for row in table.rows:
        if columns.is_example(row.cells):
            continue
        for cell in row.cells:
            if cell not in seen:
                seen[cell] = _looked_at(cell)
        looked = [seen[cell] for cell in row.cells]
        rows.append(
            Gated(
                row.number,
                [cell for cell, _hidden, _marked in looked],
                [place for place, (_cell, hidden, _marked) in enumerate(looked) if hidden],
                [place for place, (_cell, _hidden, marked) in enumerate(looked) if marked],
            )
        )
    return rows


def is_harmless(text: str) -> bool:
    """Is nothing left to find?"""
    return not personal.find(text)


def _looked_at(cell: str) -> tuple[str, bool, bool]:
    """The cell as it may be stored, was something hidden, is something doubtful."""
    found = personal.find(cell) if cell.strip() else []
    forbidden = any(span.level is Level.BLOCK for span in found)
    doubtful = any(span.level is not Level.BLOCK for span in found)
    return personal.hide(cell) if forbidden else cell, forbidden, doubtful
