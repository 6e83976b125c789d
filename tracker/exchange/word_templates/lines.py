"""Pure: blocks as lines of a term and what it says, for a list in a town's own file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.core.i18n import labelled, listed
from tracker.formats.papers import Beside, Block, Facts, Heading, OnePage, Paragraph, Table


@dataclass(frozen=True)
class Line:
    """A term and what it says; one of them may be ""."""

    term: str
    text: str


def lines(blocks: Sequence[Block]) -> list[Line]:
    """The words of the blocks in order; pictures are left out."""
    return [line for block in blocks for line in _of(block)]


def _of(block: Block) -> Iterator[Line]:
    match block:
        case Heading(_level, text):
            yield Line(text, "")
        case Paragraph(text):
            yield Line("", text)
        case Facts(rows):
            yield from (Line(term, text) for term, text in rows)
        case Table(head, rows):
            for row in rows:
                said = [labelled(*pair) for pair in zip(head[1:], row[1:], strict=True)]
                yield Line(row[0], listed(said))
        case Beside(left, right):
            yield from lines([*left, *right])
        case OnePage(inner):
            yield from lines(inner)
