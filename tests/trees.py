"""The tree of a page: quickly where every element is written out, as a browser would elsewhere."""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

import html5lib

_VOID = "area base br col embed hr img input link meta source track wbr"
_ENDS = """address article aside blockquote details dialog div dl fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre section summary table ul"""
VOID, ENDS_A_PARAGRAPH = frozenset(_VOID.split()), frozenset(_ENDS.split())
# Where an element stands alone that only a browser would put into another one.
PARENTS = {
    "head": {"html"},
    "body": {"html"},
    "tr": {"tbody", "thead", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "col": {"colgroup"},
}


class UnwrittenError(ValueError):
    """A browser would make something of this that is not written there."""


class _Written(HTMLParser):
    """Builds what is written, and gives up where that is not all."""

    def __init__(self) -> None:
        super().__init__()
        self._tree = TreeBuilder()
        self._open: list[str] = []
        self._began_text = False  # a first line break in a box is none

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        above = self._open[-1] if self._open else None
        if (above is None) != (tag == "html") or above not in PARENTS.get(tag, {above}):
            raise UnwrittenError(tag)
        if tag in {"svg", "math"} or (tag in ENDS_A_PARAGRAPH and "p" in self._open):
            raise UnwrittenError(tag)
        named: dict[str, str] = {}
        for name, value in attrs:
            named.setdefault(name, value or "")
        self._tree.start(tag, named)  # type: ignore[arg-type]
        self._began_text = tag in {"pre", "textarea"}
        if tag in VOID:
            self._tree.end(tag)
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            raise UnwrittenError(tag)
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise UnwrittenError(tag)
        self._tree.end(tag)
        self._began_text = False

    def handle_comment(self, data: str) -> None:
        raise UnwrittenError(data)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._tree.data(data.removeprefix("\n") if self._began_text else data)
        elif data.strip():
            raise UnwrittenError(data)
        self._began_text = False

    def whole(self) -> Element:
        """The tree of all that was fed."""
        self.close()
        if self._open:
            raise UnwrittenError(self._open[-1])
        return self._tree.close()


def parsed(html: str) -> Element:
    """The tree of a page."""
    try:
        return as_written(html)
    except UnwrittenError:
        return html5lib.parse(html, namespaceHTMLElements=False)


def as_written(html: str) -> Element:
    """The tree of a page that leaves nothing to the browser; its white space may differ.

    :raises UnwrittenError: when it leaves something
    """
    if "\0" in html:
        raise UnwrittenError("a browser shows something else")
    written = _Written()
    written.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    return written.whole()
