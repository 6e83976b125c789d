"""Pure: light Markdown as safe HTML. Headings, lists, emphasis, rules and quotes; nothing else."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

# Headings of a text stand below those of the page it is shown on.
DEEPER = 2
DEEPEST = 6


@cache
def _reader() -> MarkdownIt:
    """Neither HTML, nor links, nor pictures: what is typed as such is shown as it was typed."""
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return reader.disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])


def to_html(text: str) -> Markup:
    """The text as HTML that holds no tag, link or picture somebody typed."""
    tokens = _reader().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1:]) + DEEPER - 1, DEEPEST)
            token.tag = f"h{max(level, DEEPER + 1)}"
    reader = _reader()
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - made by us
