"""A small chart of bars, drawn here and not by a script: it shows in print and without JavaScript.

The picture is read-only and says nothing that its table does not say as well.
"""

import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 600, 96  # in the drawing's own units
FOOT, HEAD = 22, 18  # room for the names below and the counts above the bars
THICK = 0.62  # of its place on the axis
LETTER, WIDE = 6.2, 12  # about how wide a sign is, a plain one and a Japanese one
FONT = "Noto Sans Japanese, sans-serif"

_BAR = Markup('<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="currentColor"/>')
_WORD = Markup('<text x="{x}" y="{y}" text-anchor="middle" fill="currentColor">{word}</text>')
_LINE = Markup('<path d="M0 {y}H{width}" stroke="currentColor" stroke-width="1"/>')
_PICTURE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" class="bars" viewBox="0 0 {width} {height}"'
    ' role="img" aria-label="{summary}" font-family="{font}" font-size="12">{content}</svg>'
)


@dataclass(frozen=True)
class Bars:
    """Counts with a name for each, and the sentence that says what one sees."""

    summary: str
    names: Sequence[str]
    counts: Sequence[int]

    @property
    def picture(self) -> Markup:
        """The chart as it stands on a page."""
        return svg(self)


@dataclass(frozen=True)
class Bar:
    """Where a bar stands: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float


def bars(counts: Sequence[int]) -> list[Bar]:
    """A bar for each count, the highest as high as there is room; none for no counts."""
    place = WIDTH / max(1, len(counts))
    most = max([*counts, 1])
    room = HEIGHT - FOOT - HEAD
    found = []
    for index, count in enumerate(counts):
        height = round(room * count / most, 1)
        x = round((index + (1 - THICK) / 2) * place, 1)
        found.append(Bar(x, HEAD + room - height, round(place * THICK, 1), height))
    return found


def svg(chart: Bars) -> Markup:
    """The chart as a picture for a page or a PDF; in the colour of the text around it."""
    place = WIDTH / max(1, len(chart.counts))
    content = Markup()
    every = _named_every(chart.names, place)
    for index, bar in enumerate(bars(chart.counts)):
        middle = round((index + 0.5) * place, 1)
        if bar.height:
            content += _BAR.format(**vars(bar))
        content += _WORD.format(x=middle, y=round(bar.y - 4, 1), word=chart.counts[index])
        if index % every == 0:
            content += _WORD.format(x=middle, y=HEIGHT - 6, word=chart.names[index])
    content += _LINE.format(y=HEIGHT - FOOT, width=WIDTH)
    return _PICTURE.format(
        width=WIDTH, height=HEIGHT, summary=chart.summary, font=FONT, content=content
    )


def _named_every(names: Sequence[str], place: float) -> int:
    """1 when every name has room, 2 when every second one has, and so on."""
    widths = (sum(LETTER if sign.isascii() else WIDE for sign in name) for name in names)
    return max(1, math.ceil((max(widths, default=0) + LETTER) / place))


def png(chart: Bars) -> bytes:
    """The bars alone as a picture for Word, which takes no SVG; the names stand in its table."""
    rows = [bytearray(b"\xff" * WIDTH) for _row in range(HEIGHT - FOOT + 1)]
    rows[-1][:] = bytes(WIDTH)
    for bar in bars(chart.counts):
        left, right = round(bar.x), round(bar.x + bar.width)
        for y in range(round(bar.y), HEIGHT - FOOT):
            rows[y][left:right] = bytes(right - left)
    head = struct.pack(">IIBBBBB", WIDTH, len(rows), 8, 0, 0, 0, 0)  # eight bits of grey
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    parts = (b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
