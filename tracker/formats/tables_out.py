"""Tables as files for people with a spreadsheet program: CSV, and workbooks with choices.

A text stays a text: nothing that was typed becomes a formula, a link or a number in the file.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from zipfile import ZipFile

from flask_babel import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.core import clock
from tracker.formats.tables import (
    LONGEST_CELL,
    MOST_ROWS,
    cell_too_long,
    column_letter,
    guarded,
)

Cell = str | int | float | date | None

FONT = "BIZ UDPGothic"  # on every Windows since 2018
GETA = "〓"  # what printers set where a character is missing

_NARROWEST, _WIDEST = 8, 50  # columns, in half-width characters
_MEASURED = 200  # rows that are looked at for the width of a column
_LONGEST_RULE = 255  # characters of Excel for choices that stand in the rule itself
_ODD_CHOICE = re.compile(r'[,"]|^[=\s]|\s$')
_LONGEST_NAME = 31  # of a sheet
# Control characters, halves of characters, and the two code points that are no characters.
_NOT_CARRIED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_BODY = {"text_wrap": True, "valign": "top"}
_LOOKS: dict[str, dict[str, object]] = {
    "text": {**_BODY, "num_format": "@"},  # what is typed there stays as typed: 01101
    "value": _BODY,
    "date": {**_BODY, "num_format": "yyyy-mm-dd"},
    "bad": {**_BODY, "bg_color": "#FFD9D4"},
    "bad date": {**_BODY, "bg_color": "#FFD9D4", "num_format": "yyyy-mm-dd"},
    "heading": {**_BODY, "bold": True, "bg_color": "#E4EBF2", "bottom": 1},
    "title": {"bold": True, "font_size": 14},
}
# A Mac writes these for what cp932 knows under another number.
_SAME_IN_CP932 = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")


@dataclass(frozen=True)
class SheetOut:
    """A sheet to write: headings, and the rows below them.

    :param title: a line above the headings
    :param widths: of the columns in half-width characters; empty to measure the texts
    :param choices: column, from 0 → what can be chosen in its cells
    :param marks: (row, column), both from 0 and below the headings → what is wrong with the cell
    """

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    widths: Sequence[float] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def head_row(self) -> int:
        """Where the headings stand, from 0."""
        return 1 if self.title else 0


def write_csv(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, encoding: str = "utf-8-sig"
) -> bytes:
    """A CSV that Excel opens by a double click and in which no text is a formula.

    `tables.read_table` gives the same texts back. What cp932 lacks is 〓, see `lacking`.
    """
    text = _as_csv([head, *rows])
    if encoding == "cp932":
        text = text.translate(_SAME_IN_CP932)
        text = text.translate(dict.fromkeys(map(ord, _unknown(text)), GETA))
    return text.encode(encoding)


def lacking(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """How many characters `write_csv` would write as 〓 in cp932."""
    text = _as_csv([head, *rows]).translate(_SAME_IN_CP932)
    return sum(text.count(char) for char in _unknown(text))


def write_xlsx(sheets: Sequence[SheetOut], *, notes: Sequence[str] = ()) -> bytes:
    """A workbook with the sheets in their order, then long choices, then the notes line by line.

    :param sheets: at least one, each with a heading; names are cut and told apart as Excel asks
    :raises UnreadableFileError: for a text longer than a cell can hold
    """
    target = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": 11},
    }
    with Workbook(target, options) as book:
        book.set_properties({"created": clock.local(clock.now()).replace(tzinfo=None)})
        writer = _Writer(book)
        for sheet in sheets:
            writer.write(sheet)
        writer.write_choices()
        if notes:
            title = _("Explanations")
            writer.write(SheetOut(title, [title], [[line] for line in notes]))
    return target.getvalue()


class _Writer:
    """The sheets one after the other; the long choices are collected for a sheet of their own."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._looks: dict[str, Format] = {
            name: book.add_format({"font_name": FONT, "font_size": 11, **look})
            for name, look in _LOOKS.items()
        }
        self._names: set[str] = set()
        self._choices_name = self._free(_("List of choices"))
        self._long: list[tuple[str, Sequence[str]]] = []

    def write(self, sheet: SheetOut) -> None:
        """One sheet; the rows go to the disk as they come."""
        page = self._book.add_worksheet(self._free(sheet.name))
        self._write(page, sheet)

    def write_choices(self) -> None:
        """The choices that were too long for a rule, one column each; nothing without any."""
        if self._long:
            most = max(len(choices) for _heading, choices in self._long)
            rows = [
                [choices[at] if at < len(choices) else "" for _heading, choices in self._long]
                for at in range(most)
            ]
            page = self._book.add_worksheet(self._choices_name)
            self._write(page, SheetOut("", [heading for heading, _choices in self._long], rows))

    def _write(self, page: Worksheet, sheet: SheetOut) -> None:
        self._set_columns(page, sheet)
        top = sheet.head_row
        if sheet.title:
            page.write_string(0, 0, _checked(sheet.title, "A1"), self._looks["title"])
        for column, heading in enumerate(sheet.head):
            place = f"{column_letter(column)}{top + 1}"
            page.write_string(top, column, _checked(heading, place), self._looks["heading"])
        for number, row in enumerate(sheet.rows):
            for column, value in enumerate(row):
                message = sheet.marks.get((number, column), "")
                self._write_cell(page, (top + 1 + number, column), value, message)
        self._set_choices(page, sheet)
        page.freeze_panes(top + 1, 0)
        if len(sheet.head) > 1:
            page.autofilter(top, 0, top + len(sheet.rows), len(sheet.head) - 1)
        _set_paper(page, top)

    def _set_columns(self, page: Worksheet, sheet: SheetOut) -> None:
        numeric = {
            column
            for row in sheet.rows
            for column, value in enumerate(row)
            if not isinstance(value, str | None)
        }
        for column, width in enumerate(sheet.widths or _measured(sheet)):
            look = "value" if column in numeric else "text"
            page.set_column(column, column, width, self._looks[look])

    def _write_cell(
        self, page: Worksheet, place: tuple[int, int], value: Cell, message: str
    ) -> None:
        look = self._looks["bad" if message else "value"]
        if value is None or value == "":
            page.write_blank(*place, None, look if message else None)
        elif isinstance(value, str):
            cell = f"{column_letter(place[1])}{place[0] + 1}"
            text = self._looks["bad" if message else "text"]
            page.write_string(*place, _checked(_escaped(_clean(value)), cell), text)
        elif isinstance(value, bool):
            page.write_boolean(*place, value, look)
        elif isinstance(value, date):
            look = self._looks["bad date" if message else "date"]
            page.write_datetime(*place, value, look)
        else:
            page.write_number(*place, value, look)
        if message:
            page.write_comment(*place, _clean(message), {"x_scale": 2, "author": ""})

    def _set_choices(self, page: Worksheet, sheet: SheetOut) -> None:
        first = sheet.head_row + 1
        last = first + max(len(sheet.rows), MOST_ROWS) - 1
        for column, choices in sheet.choices.items():
            rule = {
                "validate": "list",
                "source": self._source(sheet.head[column], choices),
                "error_message": _("Please choose from the list."),
            }
            page.data_validation(first, column, last, column, rule)

    def _source(self, heading: str, choices: Sequence[str]) -> Sequence[str] | str:
        """The choices themselves, or where they stand when a rule cannot hold them."""
        odd = any(_ODD_CHOICE.search(choice) for choice in choices)
        if not odd and len(",".join(choices)) <= _LONGEST_RULE:
            return choices
        letter = column_letter(len(self._long))
        self._long.append((heading, choices))
        quoted = self._choices_name.replace("'", "''")
        return f"='{quoted}'!${letter}$2:${letter}${len(choices) + 1}"

    def _free(self, name: str) -> str:
        """A name Excel takes and no other sheet has."""
        plain = _NOT_IN_NAMES.sub("・", _clean(name)).replace("\n", " ").strip("' ") or "Sheet"
        count = 1
        free = plain[:_LONGEST_NAME]
        while free.lower() in self._names or free.lower() == "history":
            count += 1
            ending = f" ({count})"
            free = plain[: _LONGEST_NAME - len(ending)] + ending
        self._names.add(free.lower())
        return free


def _set_paper(page: Worksheet, head_row: int) -> None:
    """A4 across, as wide as the sheet, with the headings on each page."""
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(head_row)


def _measured(sheet: SheetOut) -> Iterator[float]:
    """Wide enough for the headings and the first rows, within reason."""
    rows = [sheet.head, *islice(sheet.rows, _MEASURED)]
    for column in range(len(sheet.head)):
        texts = [_text(row[column]) for row in rows if column < len(row)]
        widest = max(_width(line) for text in texts for line in text.split("\n"))
        yield min(max(widest + 2, _NARROWEST), _WIDEST)


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)


def _as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    target = StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    for number, row in enumerate(rows, start=1):
        cells = enumerate(row)
        writer.writerow(
            [_checked(_csv_text(value), f"{column_letter(at)}{number}") for at, value in cells]
        )
    return target.getvalue()


def _csv_text(value: Cell) -> str:
    """Only texts are guarded: a number below zero is a number."""
    return guarded(_clean(value)) if isinstance(value, str) else _text(value)


def _text(value: Cell) -> str:
    """As `tables.read_table` would give it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return value.isoformat()[:10]
    return format(Decimal(repr(value)), "f")


def _escaped(text: str) -> str:
    """In a workbook a text is safe as it is; only one that looks guarded needs another `'`."""
    return f"'{text}" if text[:1] == "'" and guarded(text) != text else text


def _checked(text: str, cell: str) -> str:
    text = _clean(text)
    if len(text) > LONGEST_CELL:
        raise cell_too_long(cell)
    return text


def _clean(text: str) -> str:
    """Without the characters no file can carry; line ends as `read_table` gives them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_CARRIED.sub("", text)


def _unknown(text: str) -> set[str]:
    """The characters cp932 has no number for."""
    unknown = set()
    for char in set(text):
        try:
            char.encode("cp932")
        except UnicodeEncodeError:
            unknown.add(char)
    return unknown


def rows_written(workbook: bytes) -> int:
    """How many rows stand below the first one, on all sheets of a workbook made here."""
    with ZipFile(BytesIO(workbook)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(max(0, parts.read(name).count(b"<row ") - 1) for name in sheets)
