"""Pure: the sheet of an agenda item, as blocks. What is frozen is printed as it was frozen."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.formats.papers import Beside, Block, Facts, Heading, Paragraph, Table
from tracker.issues.evidence import LISTS
from tracker.meetings import shapes, showing
from tracker.meetings.shown import Codes, Listing, Shown

Sheet = Mapping[str, Any]
# The coded answers that stand in the evidence, by the name they stand under.
COUNTED = LISTS
# Characters a page has room for beside its figures; so many at least for what the issue says.
ROOM, LEAST, CELL = 1260, 500, 44
CUT = "…"


def blocks(sheet: Sheet, codes: Codes, *, area: str = "") -> list[Block]:
    """The issues or the cases of a sheet of any shape, each under its number.

    :param codes: the lists of `COUNTED`; a code they do not hold is printed as it is
    :param area: what the town calls its areas; "" for our word
    """
    found: list[Block] = []
    for one in showing.shown(shapes.read(sheet), codes, area=area):
        found += _one(one)
    return found


def _one(one: Shown) -> list[Block]:
    found: list[Block] = [Heading(2, one.heading)]
    statement, parts = _in_room(one)
    if statement:
        found.append(Paragraph(statement))
    if parts:
        found.append(Facts(parts))
    return found + _figures(one) + _around(one)


def _figures(one: Shown) -> list[Block]:
    """The figures in two columns, with how the need came up month by month."""
    if not one.trend:
        return [Facts(one.figures)]
    half = (len(one.figures) + 3) // 2  # the picture is as high as some rows
    left, right = one.figures[:half], one.figures[half:]
    found: list[Block] = [Beside([Facts(left)], [one.trend, *([Facts(right)] if right else [])])]
    if one.months:
        found.append(Table(one.months.head, one.months.rows, one.months.numeric))
    return found


def _around(one: Shown) -> list[Block]:
    """What was tried, what there is, how it is elsewhere, what it is like, and the options."""
    found: list[Block] = [*_table(one.tried), *_table(one.steps), *_table(one.resources)]
    if one.no_resource:
        found.append(Paragraph(one.no_resource))
    told = [
        (_("The whole country"), "\n".join([*map(_item, one.national), one.source])),
        (_("Vignettes"), "\n".join(map(_item, one.vignettes))),
    ]
    if rows := [row for row in told if row[1]]:
        found.append(Facts(rows))
    return found + _table(one.options)


def _item(line: str) -> str:
    return f"・{line}"


def _table(listing: Listing | None) -> list[Block]:
    """Its caption stands over the first column: a heading of its own would take a line more."""
    if listing is None:
        return []
    head = [listing.caption, *listing.head[1:]]
    rows = [[_cut(first, CELL), *rest] for first, *rest in listing.rows]
    return [Table(head, rows, listing.numeric, listing.weights)]


def _in_room(one: Shown) -> tuple[str, list[tuple[str, str]]]:
    """Statement and parts as they are; where the page has no room for all, the longest are cut."""
    written = sum(map(len, one.vignettes))
    if one.options:
        written += sum(len(cell) for row in one.options.rows for cell in row)
    room = max(LEAST, ROOM - written)
    whole = sum(len(words) for _label, words in one.parts)
    statement = _cut(one.statement, max(room * 2 // 5, room - whole))
    most = limit = room - len(statement)
    while sum(min(len(words), limit) for _label, words in one.parts) > most:
        limit -= 1
    return statement, [(label, _cut(words, limit)) for label, words in one.parts]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + CUT
