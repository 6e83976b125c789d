"""The gate against personal details: what may tell who a person is, found, hidden, lettered.

A text is read through a plain view (full-width, kanji, circled digits as ASCII; invisible
characters gone) that remembers where each character came from, so spans are places in the text
as typed. Every rule looks at a bounded stretch: the time taken grows with the length alone.
"""

from tracker.core.personal.finding import blocks, find, refused
from tracker.core.personal.hiding import hide, letter, mask, pieces
from tracker.core.personal.identifiers import is_my_number
from tracker.core.personal.kinds import KIND_LABELS, MASK, Kind, Level, Piece, Span

__all__ = [
    "KIND_LABELS",
    "MASK",
    "Kind",
    "Level",
    "Piece",
    "Span",
    "blocks",
    "find",
    "hide",
    "is_my_number",
    "letter",
    "mask",
    "pieces",
    "refused",
]
