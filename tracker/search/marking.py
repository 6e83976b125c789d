"""The words that were found, marked in the text as it was typed."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.core.text import fold

EXCERPT = 110  # characters of a text beside a found row
BEFORE = 30  # of them before the first word found
_VOICED = "ﾞﾟ゛゜"  # half-width kana carry their marks behind them


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    found: bool


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole text in pieces; put together they are the text again.

    :param words: folded, the longest first
    """
    return _pieces(text, 0, len(text), _stretches(text, words))


def excerpt(text: str, words: Sequence[str]) -> list[Piece]:
    """The text around the first word found in it, or its beginning, with … where it is cut."""
    stretches = _stretches(text, words)
    first = stretches[0][0] if stretches else 0
    start = max(0, min(first - BEFORE, len(text) - EXCERPT))
    end = min(len(text), start + EXCERPT)
    pieces = _pieces(text, start, end, stretches)
    if start > 0:
        pieces.insert(0, Piece("…", found=False))
    if end < len(text):
        pieces.append(Piece("…", found=False))
    return pieces


def _pieces(text: str, start: int, end: int, stretches: list[tuple[int, int]]) -> list[Piece]:
    pieces, here = [], start
    for first, last in stretches:
        first, last = max(first, here), min(last, end)
        if first >= last:
            continue
        if here < first:
            pieces.append(Piece(text[here:first], found=False))
        pieces.append(Piece(text[first:last], found=True))
        here = last
    if here < end:
        pieces.append(Piece(text[here:end], found=False))
    return pieces


def _stretches(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand in the text, in order, not overlapping; [] where it cannot be said."""
    key, places = _placed(text)
    if not key:
        return []
    taken = [False] * len(key)
    for word in filter(None, words):
        at = key.find(word)
        while at >= 0:
            taken[at : at + len(word)] = [True] * len(word)
            at = key.find(word, at + 1)
    found: list[tuple[int, int]] = []
    for at, is_taken in enumerate(taken):
        if not is_taken:
            continue
        first, last = places[at]
        if found and at and taken[at - 1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        elif not found or first >= found[-1][1]:
            found.append((first, last))
    return found


def _placed(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and for each of its signs where it came from; "" when folding moved them.

    A text is folded cluster by cluster. Where that gives another key than folding it as a whole
    (marks that combine across a blank), no place can be trusted.
    """
    key: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        folded = fold(text[start:end])
        key.append(folded)
        places.extend([(start, end)] * len(folded))
    whole = "".join(key)
    return (whole, places) if whole == fold(text) else ("", [])


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for place, char in enumerate(text):
        joins = char in _VOICED or unicodedata.category(char) in {"Mn", "Me", "Mc"}
        if place and not joins:
            yield start, place
            start = place
    if text:
        yield start, len(text)
