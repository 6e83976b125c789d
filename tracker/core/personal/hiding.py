"""Texts without the details that were found in them: hidden, or told by letters."""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from tracker.core.personal.births import year_of
from tracker.core.personal.finding import find
from tracker.core.personal.kinds import MASK, Kind, Level, Piece, Span
from tracker.core.personal.view import View

DOT = "●"
_KANJI_DIGITS = frozenset("〇零一二三四五六七八九壱弐参")
_LETTER_ALONE = re.compile(r"(?<![A-Za-z0-9])[A-Z](?![A-Za-z0-9])")
# What hiding brings together is looked at again. No text that means anything takes so long.
_ROUNDS = 6


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The text cut at the spans; joined it is the text, none is empty."""
    cut: list[Piece] = []
    place = 0
    for span in spans:
        cut += [Piece(text[place : span.start], None), Piece(text[span.start : span.end], span)]
        place = span.end
    cut.append(Piece(text[place:], None))
    return [piece for piece in cut if piece.text]


def mask(text: str, spans: Sequence[Span] | None = None) -> str:
    """The text with each span replaced by ●●●; without `spans`, until nothing is left to find.

    :param spans: in order and apart, as `find` returns them
    """
    if spans is not None:
        return "".join(MASK if piece.span else piece.text for piece in pieces(text, spans))
    # A mask is shorter than what it hides, so a number may come near a マイナンバー: look again.
    for _round in range(_ROUNDS):
        if not (spans := find(text)):
            return text
        text = mask(text, spans)
    return MASK if find(text) else text


def hide(text: str) -> str:
    """The text with ● for every digit of what must never be stored; all else as typed."""
    for _round in range(_ROUNDS):
        spans = [span for span in find(text) if span.level is Level.BLOCK]
        if not spans:
            return text
        text = "".join(
            _dotted(piece.text) if piece.span else piece.text for piece in pieces(text, spans)
        )
    return _dotted(text)


def _dotted(number: str) -> str:
    return "".join(DOT if _is_digit(char) else char for char in number)


def _is_digit(char: str) -> bool:
    plain = unicodedata.normalize("NFKC", char)
    return char in _KANJI_DIGITS or any(part.isdigit() for part in plain)


def letter(text: str, spans: Sequence[Span] | None = None) -> str:
    """The text with A, B, C … for the persons in it, years for births, ●●● for the rest.

    One name has one letter throughout; letters that stand in the text already are left to whom
    they mean. Without `spans` nothing is left to find. Never longer than the text.
    :param spans: in order and apart, as `find` returns them
    """
    letters: dict[str, str] = {}
    if spans is not None:
        return _lettered(text, spans, letters)
    for _round in range(_ROUNDS):
        if not (spans := find(text)):
            return text
        text = _lettered(text, spans, letters)
    return MASK if find(text) else text


def _lettered(text: str, spans: Sequence[Span], letters: dict[str, str]) -> str:
    free = _free_letters(text, letters)
    said = []
    for piece in pieces(text, spans):
        if piece.span is None:
            said.append(piece.text)
        elif piece.span.kind is Kind.NAME:
            said.append(_letter_of(piece.text, letters, free))
        elif piece.span.kind is Kind.BIRTH:
            said.append(year_of(piece.text) or MASK)
        else:
            said.append(MASK)
    return "".join(said)


def _key(name: str) -> str:
    """Equal for one name typed in two ways."""
    return re.sub(r"\s", "", View.of(name).names)


def _letter_of(name: str, letters: dict[str, str], free: Iterator[str]) -> str:
    key = _key(name)
    if key not in letters:
        letters[key] = next(free, DOT)
    return letters[key]


def _free_letters(text: str, letters: dict[str, str]) -> Iterator[str]:
    """Capital letters in order that neither the text nor a name before has taken."""
    taken = {*_LETTER_ALONE.findall(View.of(text).words), *letters.values()}
    return (sign for sign in string.ascii_uppercase if sign not in taken)
