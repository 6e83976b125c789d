"""The rows of a text file and of a block copied from a sheet, for `tables`."""

import csv
import re
from collections.abc import Iterator

from flask_babel import gettext as _

from tracker.formats.tables import Limits, UnreadableFileError

ENCODINGS = ("utf-8-sig", "utf-8", "cp932", "utf-16")

_DELIMITERS_IN_ROW = 200_000  # more can only be a row made to fill the memory
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
_PASTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"(?=[\t\r\n]|\Z)|([^\t\r\n]*)')
_QUOTED_FOR = re.compile(r'[\t\r\n]|""')


def decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    """The text without its mark, and the encoding it was in.

    :param encoding: None takes the mark at the start, else strict UTF-8, else cp932; guessing by
        likelihood is worse, it takes cp932 with 髙﨑①㈱ for Chinese
    :raises UnreadableFileError: when it is in none of them
    """
    if encoding is not None and encoding not in ENCODINGS:
        raise UnreadableFileError(_("Please choose one of the encodings offered."))
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    for name in (encoding,) if encoding else (marked,) if marked else ("utf-8", "cp932"):
        try:
            text = data.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        refuse_nul(text)
        return text, name
    if encoding:
        raise UnreadableFileError(
            _("The text cannot be read as %(encoding)s. Please choose another.", encoding=encoding)
        )
    raise UnreadableFileError(
        _("The text is neither UTF-8 nor Shift_JIS. Please save it as CSV UTF-8 in Excel.")
    )


def refuse_nul(text: str) -> None:
    """Return only when the text holds no NUL.

    :raises UnreadableFileError: naming the line
    """
    place = text.find("\0")
    if place >= 0:
        line = text.count("\n", 0, place) + 1
        raise UnreadableFileError(
            _("Line %(line)s holds characters that are not text.", line=f"{line:,}")
        )


def delimiter(text: str, ending: str) -> str:
    """The tab of a .tsv; else whichever of comma, tab and semicolon is found most at the start."""
    start = re.sub(r'"[^"]*"', "", text[:10_000])
    return "\t" if ending == ".tsv" else max(",\t;", key=start.count)


def records(text: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The rows with the number Excel gives them: a line end in quotes makes no new row.

    :raises UnreadableFileError: at the row whose quotation marks do not match
    """
    seen = 0  # delimiters since the last whole row

    def lines() -> Iterator[str]:
        nonlocal seen
        for line in _LINE.finditer(text):
            seen += line[0].count(delimiter)
            if seen > _DELIMITERS_IN_ROW:
                raise limits.refuse_columns(None)
            yield line[0]

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    number = begins = 1
    try:
        for cells in reader:
            yield number, cells
            number += 1
            begins, seen = reader.line_num + 1, 0
    except csv.Error as error:
        raise UnreadableFileError(
            _(
                "The quotation marks of the row that begins on line %(line)s do not match.",
                line=f"{begins:,}",
            )
        ) from error


def pasted(text: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The rows of a copied block, numbered from 1; quotes that close nowhere are text.

    A spreadsheet program puts quotes around a cell with line ends, tabs or quotes in it, and
    around no other: any other quotes belong to the cell.
    """
    refuse_nul(text)
    cells: list[str] = []
    number, place = 1, 0
    while match := _PASTED.match(text, place):
        cells.append(_unquoted(match))
        place = match.end() + 1
        if len(cells) > _DELIMITERS_IN_ROW:
            raise limits.refuse_columns(None)
        if text[match.end() : place] == "\t":
            continue
        yield number, cells
        if place >= len(text):
            return
        place += text[match.end() : place + 1] == "\r\n"
        number, cells = number + 1, []


def _unquoted(match: re.Match[str]) -> str:
    quoted: str | None = match[1]
    if quoted is None or not _QUOTED_FOR.search(quoted):
        return match[0]
    return quoted.replace('""', '"')
