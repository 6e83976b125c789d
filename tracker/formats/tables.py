"""Tables as people keep them: what comes in as Excel, CSV or a copied block is rows of text.

Nothing is guessed about what a cell means. A file that cannot be read whole is refused with one
sentence; workbooks are opened by `tables_in`, files are written by `tables_out`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import PurePath

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_BYTES = 20_000_000
LONGEST_CELL = 32_767  # of Excel
PREFACE = 10  # rows with a title or a date above the headings
TEXT_ENDINGS = (".csv", ".tsv", ".txt")

_SHEET_END = 1_048_576  # rows of Excel
_COUNTED_ON = 100_000  # rows; a table so much too long is refused without counting to its end
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    ((b"%PDF-",), _l("This is a PDF, not a table.")),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF", b"\0\0\0"),
        _l("This is a picture or a film, not a table."),
    ),
    (
        (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08"),
        _l("This is a packed file. Please unpack it and choose the table inside."),
    ),
    ((b"{\\rtf",), _l("This is a text document, not a table.")),
)
_WEB_PAGE = re.compile(r"\s*(?:<(?:!doctype|!--|html|head|body|meta|table|style|div|\?xml)|mime-v)")
# A spreadsheet program may run a cell that begins so, after blanks too; `'` in front stops it.
_LIVE = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


class UnreadableFileError(ValueError):
    """A file that is not taken; the message is translated and safe to show.

    `sheet` is the sheet the message speaks of, `sheets` are all that can be chosen instead; both
    are empty for other files, and for a workbook that cannot be opened at all.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.sheet = ""
        self.sheets: list[str] = []


class NoTableError(UnreadableFileError):
    """There is nothing that looks like headings with rows below them."""


@dataclass(frozen=True)
class Row:
    """A row with something in it; `number` is the one Excel shows, `cells` one for each heading."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """Headings, each once and none empty, and the rows below them in the order of the file.

    `head_number` is the row of the headings. `sheet` is the one that was read and `sheets` all
    that can be (both empty but for workbooks); `encoding` is empty but for text files.
    """

    head: list[str]
    rows: list[Row]
    head_number: int
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    encoding: str = ""


@dataclass(frozen=True)
class Limits:
    """How much is read at once."""

    rows: int = MOST_ROWS
    columns: int = MOST_COLUMNS

    def refuse_rows(self, count: int | None) -> UnreadableFileError:
        """The refusal of a table with so many rows; None when nobody counted to the end."""
        most = f"{self.rows:,}"
        if count is None:
            return UnreadableFileError(
                _("There are more than %(most)s rows; no more can be read at once.", most=most)
            )
        return UnreadableFileError(
            _(
                "The table has %(rows)s rows; at most %(most)s can be read at once.",
                rows=f"{count:,}",
                most=most,
            )
        )

    def refuse_columns(self, count: int | None) -> UnreadableFileError:
        """The refusal of a table with so many columns; None when nobody counted to the end."""
        most = f"{self.columns:,}"
        if count is None:
            return UnreadableFileError(
                _("There are more than %(most)s columns; no more can be read at once.", most=most)
            )
        return UnreadableFileError(
            _(
                "The table has %(columns)s columns; at most %(most)s can be read at once.",
                columns=f"{count:,}",
                most=most,
            )
        )


def read_table(
    data: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
) -> Table:
    """The table in a .xlsx, .csv, .tsv or .txt file, told apart by what is in it.

    :param sheet: of a workbook; None takes the first with headings and rows
    :param encoding: of a text, one of `tables_text.ENCODINGS`; None finds it
    :raises UnreadableFileError: for everything that is not such a table or holds too much
    """
    limits = Limits(most_rows, most_columns)
    ending = PurePath(filename).suffix.lower()
    _refuse_other_kinds(data, ending)
    if not data.startswith(b"PK\x03\x04"):
        from tracker.formats import tables_text

        _refuse_ending(ending, TEXT_ENDINGS)
        text, found = tables_text.decoded(data, encoding)
        rows = tables_text.records(text, tables_text.delimiter(text, ending), limits)
        return replace(of_rows(rows, limits), encoding=found)
    from tracker.formats import tables_in, tables_zip  # a library that only workbooks need

    package = tables_zip.Package(data)
    _refuse_ending(ending, (".xlsx",))
    return tables_in.Book(package, data, limits).table(sheet)


def read_pasted(
    text: str, *, most_rows: int = MOST_ROWS, most_columns: int = MOST_COLUMNS
) -> Table:
    """The table in a block copied from a sheet: tabs between cells, quotes around line ends.

    :raises UnreadableFileError: for a block without headings and rows, or that holds too much
    """
    from tracker.formats import tables_text

    limits = Limits(most_rows, most_columns)
    if not text.strip():
        raise UnreadableFileError(_("Nothing was pasted."))
    return of_rows(tables_text.pasted(text, limits), limits)


def of_rows(rows: Iterable[tuple[int, Sequence[str]]], limits: Limits) -> Table:
    """The table in numbered rows of cells; empty rows and columns at the end are left out.

    The headings are the first row with two filled cells, after at most ten others.

    :raises UnreadableFileError: without headings, without rows, or when it holds too much
    """
    rows = iter(rows)
    filled = _filled(rows, limits)
    head = _head(filled)
    kept: list[Row] = []
    for row in filled:
        kept.append(row)
        if len(kept) > limits.rows:
            following = list(map(_has_text, islice(rows, _COUNTED_ON)))
            to_the_end = len(following) < _COUNTED_ON
            raise limits.refuse_rows(len(kept) + sum(following) if to_the_end else None)
    if not kept:
        raise NoTableError(_("There are headings, but no row below them."))
    width = max(_width(row.cells) for row in (head, *kept))
    for row in kept:
        row.cells[:] = (row.cells + [""] * width)[:width]
    return Table(_headings(head.cells, width), kept, head.number)


def column_letter(index: int) -> str:
    """The name Excel gives a column, counted from 0: A, …, Z, AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters


def guarded(text: str) -> str:
    """The text with `'` in front where a spreadsheet program could take it for a formula."""
    return f"'{text}" if _LIVE.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text[:1] == "'" and _LIVE.match(text, 1) else text


def damaged() -> UnreadableFileError:
    """The refusal of a file that no spreadsheet program has written so."""
    return UnreadableFileError(
        _("The file is damaged or unusual. Please open it in Excel and save it anew as .xlsx.")
    )


def macros() -> UnreadableFileError:
    """The refusal of a workbook that holds a program."""
    return UnreadableFileError(
        _("Workbooks with macros are not taken. Please save it as .xlsx, without macros.")
    )


def cell_too_long(cell: str) -> UnreadableFileError:
    """The refusal of a cell, named as Excel does."""
    return UnreadableFileError(
        _(
            "Cell %(cell)s is longer than %(most)s characters.",
            cell=cell,
            most=f"{LONGEST_CELL:,}",
        )
    )


def _refuse_other_kinds(data: bytes, ending: str) -> None:
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(_("The file is too large to be read at once."))
    if not data.strip():
        raise UnreadableFileError(_("The file is empty."))
    if data.startswith(_OLD_OFFICE):
        raise UnreadableFileError(_old_office(data))
    if ending in {".xlsm", ".xltm", ".xlam", ".xla"}:
        raise macros()
    for beginnings, message in _OTHER_KINDS:
        if data.startswith(beginnings):
            raise UnreadableFileError(str(message))
    codec = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").decode(codec, "ignore")
    if _WEB_PAGE.match(start.lower()):
        raise UnreadableFileError(
            _("This is a web page under another name. Please save it as .xlsx in Excel.")
        )


def _old_office(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _("The workbook has a password. Please save it without one.")
    return _("This is a file of an old kind (.xls). Please save it as .xlsx.")


def _refuse_ending(ending: str, right: Sequence[str]) -> None:
    if ending in right:
        return
    if ending in (".xlsx", *TEXT_ENDINGS):
        raise UnreadableFileError(
            _("The name ends in %(ending)s, but something else is in the file.", ending=ending)
        )
    raise UnreadableFileError(_("Only files ending in .xlsx, .csv, .tsv or .txt can be read."))


def _head(filled: Iterator[Row]) -> Row:
    for _count, row in zip(range(PREFACE + 1), filled, strict=False):
        if sum(bool(cell.strip()) for cell in row.cells) >= 2:
            return row
    raise NoTableError(
        _("No headings were found: one of the first rows must hold at least two of them.")
    )


def _filled(rows: Iterable[tuple[int, Sequence[str]]], limits: Limits) -> Iterator[Row]:
    """The rows with something in them."""
    for number, cells in rows:
        if number > min(limits.rows + _COUNTED_ON, _SHEET_END):
            raise limits.refuse_rows(None)
        width = _width(cells)
        if width > limits.columns:
            raise limits.refuse_columns(width)
        if width:
            cells = cells[: limits.columns]
            yield Row(number, [_carried(text, at, number) for at, text in enumerate(cells)])


def _has_text(row: tuple[int, Sequence[str]]) -> bool:
    return any(row[1])


def _width(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not blank."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _carried(text: str, column: int, number: int) -> str:
    """The text of a cell as it is stored: without a guard, line ends as they are everywhere."""
    if len(text) > LONGEST_CELL:
        raise cell_too_long(f"{column_letter(column)}{number}")
    if "\0" in text:
        cell = f"{column_letter(column)}{number}"
        raise UnreadableFileError(_("Cell %(cell)s holds characters that are not text.", cell=cell))
    text = unguarded(text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _headings(cells: Sequence[str], width: int) -> list[str]:
    """Blanks made one, the letter of the column where there are none, a number where twice."""
    names: list[str] = []
    taken: set[str] = set()
    for at in range(width):
        name = " ".join(cells[at].split()) if at < len(cells) else ""
        name = first = name or column_letter(at)
        count = 1
        while name in taken:
            count += 1
            name = f"{first} ({count})"
        names.append(name)
        taken.add(name)
    return names
