"""Pure: what was taken out of a text and what was put in, word by word.

Japanese has no spaces: its characters are compared one by one, while a word of Latin letters, a
run of katakana and a number count as one. What stays between two changes but says nothing by
itself (a single particle, a comma) is shown as changed with them, so that a reader sees words and
not confetti. The same two texts always give the same pieces.
"""

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"[A-Za-z]+|[0-9０-９]+|[ァ-ヶー]+|\s+|.", re.DOTALL)
LEAST_KEPT = 2  # characters: less than that between two changes is no island


class Kind(enum.StrEnum):
    """What became of a piece."""

    KEPT = "kept"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class Piece:
    """Some text, and what became of it."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """Both texts as one line of pieces, in order; what was taken out stands before what came in.

    Without its `IN` pieces it is the text before, without its `OUT` pieces the one after.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Kind.KEPT, "".join(old[i1:i2])))
            continue
        found += _piece(Kind.OUT, old[i1:i2]) + _piece(Kind.IN, new[j1:j2])
    return _gathered(found)


def _piece(kind: Kind, words: Sequence[str]) -> list[Piece]:
    return [Piece(kind, "".join(words))] if words else []


def _gathered(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes that only a tiny island divides become one change."""
    found: list[Piece] = []
    out, put_in = "", ""
    for index, piece in enumerate(pieces):
        inside = 0 < index < len(pieces) - 1
        island = piece.kind is Kind.KEPT and inside and len(piece.text) < LEAST_KEPT
        if piece.kind is Kind.KEPT and not island:
            found += [*_change(out, put_in), piece]
            out, put_in = "", ""
            continue
        out += piece.text if piece.kind is not Kind.IN else ""
        put_in += piece.text if piece.kind is not Kind.OUT else ""
    return [*found, *_change(out, put_in)]


def _change(out: str, put_in: str) -> Iterator[Piece]:
    if out:
        yield Piece(Kind.OUT, out)
    if put_in:
        yield Piece(Kind.IN, put_in)
