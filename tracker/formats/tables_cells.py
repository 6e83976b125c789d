"""A sheet of a workbook, read once to its end to see whether its cells hold values only.

Places must be written the one way Excel writes them, so that the library which reads the values
finds the same cells in the same places.
"""

import re
from array import array
from collections.abc import Callable

from flask_babel import gettext as _

from tracker.formats.tables import (
    LONGEST_CELL,
    PREFACE,
    Limits,
    UnreadableFileError,
    cell_too_long,
    column_letter,
    damaged,
)
from tracker.formats.tables_parts import Attributes, Budget, Part

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of Excel
_REFERENCE = re.compile(r"([A-Z]{1,9})([1-9][0-9]{0,11})")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_NUMBER = re.compile(r"[-+]?[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,3})?|")
_TEXT_PLACE = re.compile(r"[0-9]{1,9}")
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_ABOVE_ROWS = PREFACE + 1  # and the headings
_AROUND = {"v": "c", "is": "c", "f": "c", "c": "row", "row": "sheetData"}
_AROUND |= {"sheetData": "worksheet"}


class Cells(Part):
    """A sheet: whether its cells hold values only, and no more of them than can be read.

    `texts` are the places of the shared texts it uses, `own_text` the characters of its own.
    """

    KNOWN = ("worksheet", "sheetData", "row", "c", "v", "is", "f")

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.texts = array("L")
        self.own_text = 0
        self._declared_rows = self._declared_columns = 0
        self._done = False
        self._at = "worksheet"
        self._row = self._column = 0  # as Excel counts, from 1
        self._row_text = ""
        self._used_row = self._used_rows = self._used_column = 0
        self._columns: dict[str, int] = {}
        self._kind = self._value = ""
        self._begin: dict[str, Callable[[Attributes], None]] = {
            "row": self._begin_row,
            "c": self._begin_cell,
            "v": self._begin_value,
            "is": self._begin_text,
            "f": self._formula,
            "sheetData": self._odd,
            "worksheet": self._odd,
        }

    def start(self, name: str, attributes: Attributes) -> None:
        """Outside the rows: what a sheet says of itself, and its page and rules."""
        local = name.rpartition(":")[2]
        if local == "dimension":
            self._dimension(attributes.get("ref", ""))
        elif local == "sheetData":
            if self._done or not self.known(name):
                raise damaged()
            self._at = local
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end
            self.parser.CharacterDataHandler = self._characters
            self.parser.CommentHandler = self._odd
            self.parser.ProcessingInstructionHandler = self._odd
            self.parser.StartCdataSectionHandler = self._odd

    def _dimension(self, said: str) -> None:
        for corner in said.split(":")[:2]:
            match = _REFERENCE.fullmatch(corner)
            if match is None:
                raise damaged()
            columns, rows = _column(match[1]), int(match[2])
            if columns > _LAST_COLUMN:
                raise self.budget.limits.refuse_columns(columns)
            if rows > _LAST_ROW:
                raise self.budget.limits.refuse_rows(rows)
            self._declared_rows, self._declared_columns = rows, columns

    def _start(self, name: str, attributes: Attributes) -> None:
        known = self.names.get(name)
        begin = self._begin.get(self.known(name) if known is None else known)
        if begin is not None:
            begin(attributes)

    def _end(self, name: str) -> None:
        around = _AROUND.get(self.names.get(name, ""))
        if around is None:
            return
        if around == "c":
            self._end_value()
        elif around == "worksheet":
            self._done = True
            self.parser.StartElementHandler = self.start
            self.parser.EndElementHandler = None
            self.parser.CharacterDataHandler = None
        self._at = around

    def _begin_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        row = self._row + 1
        if number is not None:
            row = int(number) if _ROW_NUMBER.fullmatch(number) else 0
        if self._at != "sheetData" or not self._row < row <= _LAST_ROW:
            raise damaged()
        self._row, self._column, self._at = row, 0, "row"
        self._row_text = str(row)

    def _begin_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        column = self._column + 1
        if place is not None:
            letters = place.removesuffix(self._row_text)
            column = self._columns.get(letters) or self._new_column(letters)
        if self._at != "row" or not self._column < column <= _LAST_COLUMN:
            raise damaged()
        self._column, self._at = column, "c"
        self._kind = attributes.get("t", "n")

    def _new_column(self, letters: str) -> int:
        column = _column(letters)
        if not _LETTERS.fullmatch(letters):
            raise damaged()
        self._columns[letters] = column
        return column

    def _begin_value(self, _attributes: Attributes) -> None:
        if self._at != "c":
            raise damaged()
        self._at, self._value = "v", ""
        if self._column > self._used_column or self._row > self._used_row:
            self._grow()

    def _begin_text(self, attributes: Attributes) -> None:
        self._begin_value(attributes)
        self._at, self._kind = "is", "is"

    def _formula(self, _attributes: Attributes) -> None:
        raise UnreadableFileError(
            _("Cell %(cell)s holds a formula; please paste values.", cell=self._cell())
        )

    def _grow(self) -> None:
        """A cell that is not empty stands below or to the right of all before."""
        limits = self.budget.limits
        if self._column > limits.columns:
            declared = self._declared_columns
            raise limits.refuse_columns(declared if declared >= self._column else None)
        self._used_column = max(self._used_column, self._column)
        if self._row > self._used_row:
            self._used_row = self._row
            self._used_rows += 1
            self._check_rows(limits)

    def _check_rows(self, limits: Limits) -> None:
        if self._used_rows > limits.rows + _ABOVE_ROWS:
            declared = self._declared_rows
            raise limits.refuse_rows(declared if declared >= self._row else None)
        # Empty rows above a full one cost the library as much as full ones.
        if self._row > 2 * limits.rows + _ABOVE_ROWS:
            raise limits.refuse_rows(self._row)

    def _characters(self, text: str) -> None:
        if self._at in {"v", "is"}:
            self._value += text
            if len(self._value) > LONGEST_CELL:
                raise cell_too_long(self._cell())

    def _end_value(self) -> None:
        kind, value = self._kind, self._value
        if kind == "s":
            if not _TEXT_PLACE.fullmatch(value):
                raise damaged()
            self.texts.append(int(value))
        elif kind == "n":
            if not _NUMBER.fullmatch(value):
                raise damaged()
        elif kind == "e":
            raise UnreadableFileError(
                _("Cell %(cell)s holds an error, %(error)s.", cell=self._cell(), error=value[:20])
            )
        else:
            self.own_text += len(value)

    def _odd(self, *_said: object) -> None:
        """A second sheet in the sheet, or what the library would not look through in a cell."""
        if self._at != "worksheet":
            raise damaged()

    def _cell(self) -> str:
        return f"{column_letter(self._column - 1)}{self._row}"


def _column(letters: str) -> int:
    """Counted from 1."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column
