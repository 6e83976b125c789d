"""A paper as plain blocks, and the same paper as PDF and as Word.

What people wrote is carried as data all the way: as JSON into the layout of the PDF, as text nodes
into Word. It is never put into a template, so nothing in it can become markup, code or a field.
"""

import functools
import json
import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from tracker.formats import bars, blanks, qr
from tracker.formats.bars import Bars
from tracker.formats.blanks import CodeTable, Question, Questions

if TYPE_CHECKING:
    import typst

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
WHOLE_ROW = 600  # characters in a cell; a longer row may run over the end of a page
ROOMY = (1.0, 0.6, 0.4, 0.2, 0.1, 0.0)  # room between rows to be filled in, from airy to dense
LINE = 40  # characters a line end counts for, in the same measure


@dataclass(frozen=True)
class Heading:
    """A heading, level 1 to 3."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Some lines of text; line ends are kept."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Terms and what they are, one to a row."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Rows under a head that is repeated on each page.

    :param numeric: columns, from 0, that are set to the right
    :param weights: shares of the width, one a column; empty for equal ones
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    weights: Sequence[int] = ()

    def shares(self) -> list[int]:
        """The weight of each column."""
        return list(self.weights) or [1] * len(self.head)


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Qr:
    """A square code that opens an address, its caption below it, other rows on its left."""

    target: str
    caption: str
    beside: Sequence[Sequence[Question]] = ()


@dataclass(frozen=True)
class Beside:
    """Two columns of blocks, where there is room; in Word the second comes after the first."""

    left: Sequence["Block"]
    right: Sequence["Block"]


@dataclass(frozen=True)
class OnePage:
    """Blocks that are to stay on one page: printed as large as they fit on it, in few sizes."""

    blocks: Sequence["Block"]


Block = (
    Heading
    | Paragraph
    | Facts
    | Table
    | PageBreak
    | Qr
    | Questions
    | CodeTable
    | Bars
    | Beside
    | OnePage
)
ONLY_PRINTED = (Qr, Questions, CodeTable)


@dataclass(frozen=True)
class Paper:
    """What is printed, from the title to the last block.

    :param footer_left: stands at the foot of each page, beside the page's number
    :param confidential: each page says that it must not be handed on
    :param mark: one more word at the head of each page: draft, cancelled
    :param language: of the words, as `ja` or `en`
    :param faxed: narrow margins, so that it takes few pages, and no small print
    :param apart: each page goes to somebody else, so none is counted with the others
    :param most_pages: rows to be filled in stand closer where it would take more; 0: as they are
    """

    title: str
    subtitle: str
    footer_left: str
    confidential: bool
    blocks: Sequence[Block] = field(default=())
    mark: str = ""
    language: str = "ja"
    faxed: bool = False
    apart: bool = False
    most_pages: int = 0

    def marks(self) -> list[str]:
        """What stands at the head of each page."""
        return [mark for mark in (self.mark, self.confidential and _("Confidential")) if mark]


def to_pdf(paper: Paper) -> bytes:
    """A4, fonts embedded, tagged, searchable; the same paper gives the same bytes.

    What is read and not filled in by hand keeps PDF/UA-1, so that it makes sense read aloud; only
    a sign that our fonts lack stands in the way of that promise, never of the paper.
    """
    content = _as_data(paper)
    for air in ROOMY if paper.most_pages else ROOMY[:1]:
        compiler = _compiler({**content, "air": air})
        if not paper.most_pages or _pages(compiler) <= paper.most_pages:
            break
    printed = _printed(compiler, by_hand=any(isinstance(b, ONLY_PRINTED) for b in paper.blocks))
    assert isinstance(printed, bytes)  # noqa: S101 - a list only comes back for images
    return printed


def _printed(compiler: "typst.Compiler", *, by_hand: bool) -> Any:
    import typst

    if not by_hand:
        try:
            return compiler.compile(format="pdf", timestamp=0, pdf_standards=["ua-1"])
        except typst.TypstError:
            log.info("papers.not_accessible")
    return compiler.compile(format="pdf", timestamp=0)


def _compiler(content: dict[str, Any]) -> "typst.Compiler":
    import typst  # 80 MB, and only printing needs it

    return typst.Compiler(
        str(HERE / "paper.typ"),
        root=HERE,
        font_paths=_fonts(),
        sys_inputs={"paper": json.dumps(content, ensure_ascii=False)},
    )


def _pages(compiler: "typst.Compiler") -> int:
    return int(compiler.query("<pages>", field="value", one=True))


def to_docx(paper: Paper) -> bytes:
    """A4, to be gone on with in Word: real headings, tables and page numbers, no macro.

    :raises TypeError: for a paper that is only printed
    """
    if any(isinstance(block, ONLY_PRINTED) for block in paper.blocks):
        raise TypeError("a paper to be filled in by hand is only printed")
    from tracker.formats import word  # python-docx is slow to import, and only printing needs it

    return word.written(paper)


@functools.cache
def _fonts() -> "typst.Fonts":
    """Only the two fonts that lie here: a paper looks alike on every machine."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"]
    )


def carried(text: str) -> str:
    """The text without the characters no file can carry; ㋿, which the font lacks, is 令和."""
    kept = (char for char in text if char in "\t\n" or unicodedata.category(char) not in _NOWHERE)
    return "".join(kept).translate(_REPLACED)


_NOWHERE = {"Cc", "Cs"}
_REPLACED = {0x32FF: "令和", 0xFFFE: None, 0xFFFF: None}


def _as_data(paper: Paper) -> dict[str, Any]:
    """What the layout reads."""
    return {
        "title": carried(paper.title),
        "subtitle": carried(paper.subtitle),
        "footer_left": carried(paper.footer_left),
        "language": paper.language,
        "faxed": paper.faxed,
        "apart": paper.apart,
        "marks": [carried(mark) for mark in paper.marks()],
        "blocks": [_block(block) for block in paper.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": carried(text)}
        case Paragraph(text):
            return {"kind": "paragraph", "text": carried(text)}
        case Facts(rows):
            return {"kind": "facts", "rows": _rows(rows), "columns": _columns([1, 1], frozenset())}
        case Table(head, rows, numeric):
            return {
                "kind": "table",
                "head": [carried(word) for word in head],
                "rows": _rows(rows),
                "columns": _columns(block.shares(), numeric),
            }
        case PageBreak() | Bars() | Beside() | OnePage():
            return _set_apart(block)
        case Qr():
            return _qr(block)
        case Questions() | CodeTable():
            return blanks.as_data(block, carried)


def _set_apart(block: PageBreak | Bars | Beside | OnePage) -> dict[str, Any]:
    """A break, a picture, and what holds other blocks."""
    match block:
        case PageBreak():
            return {"kind": "page"}
        case Bars():
            picture = bars.svg(replace(block, names=[carried(name) for name in block.names]))
            return {"kind": "bars", "svg": str(picture), "summary": carried(block.summary)}
        case Beside(left, right):
            sides = [[_block(one) for one in side] for side in (left, right)]
            return {"kind": "beside", "sides": sides}
        case OnePage(blocks):
            return {"kind": "one page", "blocks": [_block(one) for one in blocks]}


def _qr(block: Qr) -> dict[str, Any]:
    return {
        "kind": "qr",
        "picture": list(qr.png(block.target)),
        "caption": carried(block.caption),
        "beside": [[blanks.question(one, carried) for one in row] for row in block.beside],
    }


def _rows(rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    return [
        {
            "cells": [carried(text) for text in row],
            "whole": all(len(text) + LINE * text.count("\n") < WHOLE_ROW for text in row),
        }
        for row in rows
    ]


def _columns(shares: Sequence[int], numeric: frozenset[int]) -> list[dict[str, Any]]:
    return [
        {"index": index, "weight": weight, "numeric": index in numeric}
        for index, weight in enumerate(shares)
    ]
