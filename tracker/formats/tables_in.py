"""The sheets of a workbook, for `tables`: python-calamine reads them once they are harmless.

The library fills a grid from the first used cell to the last, copies a shared text for each cell
that uses it and makes room for as many texts as a workbook claims to have; where memory does not
suffice it ends the whole process. So `tables_zip`, `tables_parts` and `tables_cells` go first.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import TypeVar

from flask_babel import gettext as _
from python_calamine import CalamineSheet, load_workbook

from tracker.formats.tables import (
    Limits,
    NoTableError,
    Table,
    UnreadableFileError,
    damaged,
    of_rows,
)
from tracker.formats.tables_cells import Cells
from tracker.formats.tables_parts import Budget, Part, Relations, Sheets, Texts, too_large
from tracker.formats.tables_zip import Package

_Value = int | float | str | bool | time | date | datetime | timedelta
_T = TypeVar("_T")

_TEXTS = "xl/sharedStrings.xml"
_MOST_TEXT_BYTES = 40_000_000  # of the texts of all sheets, which the library keeps


class Book:
    """A workbook; its sheets are looked at when they are asked for.

    :raises UnreadableFileError: for everything that cannot be read whole and safely
    """

    def __init__(self, package: Package, data: bytes, limits: Limits) -> None:
        self._package, self._data, self._limits = package, data, limits
        self._budget = Budget.of(limits)
        self._opened = False
        for name in ("[Content_Types].xml", "_rels/.rels", "xl/styles.xml"):
            Part(self._budget).read(package, name)
        relations = Relations(self._budget).read(package, "xl/_rels/workbook.xml.rels")
        sheets = Sheets(self._budget).read(package, "xl/workbook.xml")
        self._paths = sheets.paths(relations.targets)

    def table(self, sheet: str | None) -> Table:
        """The table on the sheet; None takes the first that has headings and rows.

        :raises UnreadableFileError: with the sheets that can be chosen instead
        """
        names = list(self._paths)
        try:
            if sheet is None:
                return self._first(names)
            if sheet not in names:
                message = _("There is no sheet called “%(sheet)s”.", sheet=sheet)
                raise UnreadableFileError(message)
            return self._table(sheet)
        except UnreadableFileError as error:
            error.sheets = names
            raise

    def _first(self, names: list[str]) -> Table:
        why: UnreadableFileError = NoTableError(_("There is no sheet with cells."))
        for number, name in enumerate(names):
            try:
                return self._table(name)
            except NoTableError as error:
                why = error if number == 0 else why
        raise why

    def _table(self, name: str) -> Table:
        try:
            self._look_at(self._paths[name])
            sheet = _asked(lambda: self._sheet(name))
            table = of_rows(_rows(sheet), self._limits)
        except UnreadableFileError as error:
            error.sheet = name
            raise
        return replace(table, sheet=name, sheets=list(self._paths))

    def _look_at(self, path: str) -> None:
        """Return only when the sheet can be read safely."""
        if path not in self._package:
            raise damaged()
        cells = Cells(self._budget).read(self._package, path)
        self._texts.check(cells.texts, cells.own_text)

    @cached_property
    def _texts(self) -> Texts:
        if self._package.size(_TEXTS) > _MOST_TEXT_BYTES:
            raise too_large()
        return Texts(self._budget).read(self._package, _TEXTS)

    def _sheet(self, name: str) -> CalamineSheet:
        """The sheet alone: the workbook, which keeps the texts of all sheets, is let go."""
        if self._opened:
            self._budget.elements -= self._texts.elements  # the library reads them once more
        self._opened = True
        if self._budget.elements < 0:
            raise too_large()
        return load_workbook(BytesIO(self._data)).get_sheet_by_name(name)


def _asked(ask: Callable[[], _T]) -> _T:
    """What the library answers; whatever it raises is a refusal."""
    try:
        return ask()
    except (UnreadableFileError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise damaged() from error


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """The rows with the numbers Excel shows, their cells from column A on, as text."""
    if sheet.start is None:  # the library cannot step through no rows
        return
    rows = sheet.iter_rows()
    number = 1
    while (cells := _asked(lambda: next(rows, None))) is not None:
        yield number, [value if type(value) is str else _text(value) for value in cells]
        number += 1


def _text(value: _Value) -> str:
    """As a person would type it: 5, 0.25, TRUE, 2026-11-24, 9:30."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value)
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return _clock(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
        case timedelta():
            return _clock(value)
    return value


def _number(value: float) -> str:
    """Fifteen digits, which is what Excel has; no exponent, no .0."""
    if not math.isfinite(value):
        raise damaged()
    return format(Decimal(format(value, ".15g")), "f")


def _clock(value: timedelta) -> str:
    """Hours and minutes, more than 24 where there are more; seconds where there are some."""
    seconds = round(abs(value).total_seconds())
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{hours}:{minutes:02}" + (f":{rest:02}" if rest else "")
