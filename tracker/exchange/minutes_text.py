"""Pure: the text of minutes, written in light Markdown, as blocks of a paper."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tracker.formats.papers import Block, Heading, Paragraph

_READER = MarkdownIt("commonmark", {"html": False}).disable(
    ["link", "image", "autolink", "reference", "html_block", "html_inline"]
)


def text_blocks(text: str) -> list[Block]:
    """Headings and paragraphs in order, list items with a dot; emphasis is left out."""
    found: list[Block] = []
    before: Token | None = None
    for token in _READER.parse(text):
        if token.type == "inline":
            found.append(_block(token, before))
        elif token.content:  # a block of code, which is shown as it was typed
            found.append(Paragraph(token.content.rstrip("\n")))
        before = token
    return found


def _block(token: Token, before: Token | None) -> Block:
    said = "".join(_said(token.children or []))
    if before is not None and before.type == "heading_open":
        return Heading(min(max(int(before.tag[1:]) - 1, 1), 3), said)
    in_list = token.level > 2
    return Paragraph(f"・{said}" if in_list else said)


def _said(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        yield "\n" if child.type in {"softbreak", "hardbreak"} else child.content
