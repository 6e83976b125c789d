"""Pure: what becomes of a text when words, or whole texts, are struck out wherever they stand."""

import re
from collections.abc import Iterable

from tracker.core import personal
from tracker.core.erasing import ERASED, STRUCK, Change
from tracker.core.text import fold

LONG_ENOUGH = 8  # a shorter text inside another one may stand there by chance
REPEATED_FROM = 4  # folded characters in a row
# Ends of sentences that any two texts share; they tell nothing of what was taken out.
_ENDINGS = re.compile(
    "ていました|しています|ています|しました|されました|ください|ありました|あります|ありません"
)
_BETWEEN = re.compile(r"[\W_]+")


def words(struck: str) -> Change:
    """Each place of these words is covered."""
    cover = STRUCK[: len(struck)]
    return lambda text: text.replace(struck, cover)


def texts(said: Iterable[str]) -> Change:
    """A text that says one of these is erased; one that holds it loses that part.

    Frozen copies may have letters in the place of persons: both ways are looked for.
    """
    known = {text for text in said if text and text != ERASED}
    known |= {personal.letter(text) for text in known}
    inside = sorted((text for text in known if len(text) >= LONG_ENOUGH), key=len, reverse=True)

    def change(text: str) -> str:
        if text in known:
            return ERASED
        for one in inside:
            text = text.replace(one, ERASED)
        return text

    return change


def repeated(sentence: str, gone: Iterable[str]) -> str:
    """The first part of the sentence that says again what is gone, as typed; "" when none does.

    Four folded characters in a row are too many, or all of what is gone when it is shorter. Blanks
    and marks part nothing, and how sentences usually end is not looked at.
    """
    said = "\n".join(_key(part) for part in _ENDINGS.split(sentence))
    for text in gone:
        key = _key(text.replace(ERASED, "\n").replace(STRUCK, "\n"))
        length = min(REPEATED_FROM, len(key))
        if length < 2:  # one character is in every sentence
            continue
        for start in range(len(said) - length + 1):
            if said[start : start + length] in key:
                return _as_typed(sentence, _longest(said, start, start + length, key))
    return ""


def _key(text: str) -> str:
    return _BETWEEN.sub("", fold(text))


def _longest(said: str, start: int, end: int, key: str) -> str:
    while end < len(said) and said[start : end + 1] in key:
        end += 1
    return said[start:end]


def _as_typed(sentence: str, piece: str) -> str:
    """The shortest part of the sentence that folds to this piece; the piece when none does."""
    ends = (end for end in range(len(sentence) + 1) if piece in _key(sentence[:end]))
    end = next(ends, None)
    if end is None:
        return piece
    starts = range(end, -1, -1)
    return next(sentence[start:end] for start in starts if piece in _key(sentence[start:end]))
