"""The features of a Japanese text: pairs of characters, single kanji, known words.

Everything is folded as in `core.text.fold`, one character at a time, so that a feature can be shown
as it was typed. Pairs of hiragana alone say little and are left out; katakana is kept although it
folds to hiragana.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tracker.core import text

MOST_STRETCHES = 3
_LEAST_OF_HEAVIEST = 0.25

_HIRAGANA, _KATAKANA, _OTHER, _BREAK = "h", "k", "o", ""
# One character with the marks that belong to it: ｶ and ﾞ, a kanji and its variation selector.
_PIECE = re.compile("[\\s\\S][\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
_KANA_WORD = re.compile("[ぁ-ゖ-]+")
_PARTICLES = "のをにがはでともや"
_HONORIFICS = "おご"
_WORD_END = re.compile("(?:(?![のをにがはも])[ぁ-ゖ]){0,4}")
_WORD_MARK = "="  # before a known word, so that 猫 the word and 猫 the character are two features


class Feature(NamedTuple):
    """Something a text says, and where it stands in the text as typed."""

    key: str
    start: int
    end: int


class Lexicon:
    """Known words, found as a whole; where two begin at one place, the longer."""

    def __init__(self, words: Iterable[str]) -> None:
        """Fold the words; blank ones are left out."""
        self.words = tuple(sorted({key for word in words if (key := text.fold(word))}))
        longest_first = sorted(self.words, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @staticmethod
    def key(word: str) -> str:
        """The feature a known word is."""
        return _WORD_MARK + text.fold(word)

    def find(self, folded: str) -> Iterator[re.Match[str]]:
        """The words in a folded text, from left to right, none overlapping another."""
        return self._pattern.finditer(folded)


@dataclass(frozen=True)
class Wording:
    """A text, folded character by character, and for each where it stands in the text as typed."""

    folded: str
    kinds: list[str]
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, typed: str) -> "Wording":
        """The text made ready; blanks and signs stay as breaks between words."""
        characters: list[str] = []
        kinds: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for piece in _PIECE.finditer(typed):
            for character, kind in _folded(piece.group()):
                characters.append(character)
                kinds.append(kind)
                starts.append(piece.start())
                ends.append(piece.end())
        return cls("".join(characters), kinds, starts, ends)

    def pairs(self) -> Iterator[Feature]:
        """Two characters side by side, in order, as often as they stand; not two hiragana."""
        kinds, folded = self.kinds, self.folded
        for at in range(len(kinds) - 1):
            first, second = kinds[at], kinds[at + 1]
            if first and second and not first == second == _HIRAGANA:
                yield Feature(folded[at : at + 2], self.starts[at], self.ends[at + 1])

    def characters(self) -> Iterator[Feature]:
        """Each kanji alone, in order, as often as it stands."""
        for at, (character, kind) in enumerate(zip(self.folded, self.kinds, strict=True)):
            if kind == _OTHER and not character.isascii():
                yield Feature(character, self.starts[at], self.ends[at])

    def words(self, lexicon: Lexicon) -> Iterator[Feature]:
        """Known words, in order."""
        for match in lexicon.find(self.folded):
            start, end = match.span()
            if not self._inside_a_word(start, match.group()):
                yield Feature(_WORD_MARK + match.group(), self.starts[start], self.ends[end - 1])

    def _inside_a_word(self, start: int, word: str) -> bool:
        """No ダニ in いまだに: a kana word typed in hiragana begins after a particle at most."""
        if start == 0 or self.kinds[start] != _HIRAGANA or not _KANA_WORD.fullmatch(word):
            return False
        return self.kinds[start - 1] == _HIRAGANA and self.folded[start - 1] not in _PARTICLES

    def features(self, lexicon: Lexicon) -> list[Feature]:
        """Pairs, then kanji, then known words."""
        return [*self.pairs(), *self.characters(), *self.words(lexicon)]


def stretches(typed: str, weighed: Iterable[tuple[int, int, float]]) -> tuple[str, ...]:
    """Overlapping places as one stretch each, as typed, heaviest first; three at most.

    Made readable: cut where another word begins, and with the end of a word that was cut short.
    What weighs less than a quarter of the heaviest is left out; the same words come once.

    :param weighed: start, end and weight, in any order
    """
    found: dict[str, float] = {}
    for start, end, weight in _merged(sorted(weighed)):
        if word := _readable(typed, start, end):
            found[word] = max(weight, found.get(word, 0.0))
    least = max(found.values(), default=0.0) * _LEAST_OF_HEAVIEST
    heaviest = sorted(found, key=lambda word: (-found[word], -len(word), typed.find(word)))
    return tuple([word for word in heaviest if found[word] >= least][:MOST_STRETCHES])


def _merged(places: list[tuple[int, int, float]]) -> Iterator[tuple[int, int, float]]:
    """Places that overlap become one, with the sum of their weights."""
    whole: tuple[int, int, float] | None = None
    for start, end, weight in places:
        if whole is None:
            whole = start, end, weight
        elif start < whole[1]:
            whole = whole[0], max(whole[1], end), whole[2] + weight
        else:
            yield whole
            whole = start, end, weight
    if whole is not None:
        yield whole


def _readable(typed: str, start: int, end: int) -> str:
    """た後 is 後, 病院に is 病院, 頼ま is 頼まれた: pairs of characters know no words."""
    if end - start > 1 and _is_hiragana(typed[start]) and not _is_hiragana(typed[start + 1]):
        start += typed[start] not in _HONORIFICS
    if _is_hiragana(typed[end - 1]) and end - start > 1:
        if typed[end - 1] in _PARTICLES and not _is_hiragana(typed[end - 2]):
            end -= 1
        else:
            end += len(_WORD_END.match(typed, end).group())  # type: ignore[union-attr]
    return typed[start:end].strip()


def _is_hiragana(character: str) -> bool:
    return "ぁ" <= character <= "ゖ"


@lru_cache(maxsize=16384)
def _folded(piece: str) -> tuple[tuple[str, str], ...]:
    """Folded characters of one typed character, each with its kind; () for what cannot be seen."""
    plain = unicodedata.normalize("NFKC", piece).lower()
    if plain.isspace():
        return ((" ", _BREAK),)
    whole = text.fold(plain)
    if len(whole) == 1:  # ヶ and ゛ are folded together: け alone would not take the mark any more
        return ((whole, _kind(plain[0])),)
    return tuple((character, _kind(shown)) for shown in plain for character in text.fold(shown))


def _kind(character: str) -> str:
    if _is_hiragana(character):
        return _HIRAGANA
    if character == "ー" or "ァ" <= character <= "ヺ":
        return _KATAKANA
    return _OTHER if character.isalnum() else _BREAK
