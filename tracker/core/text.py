"""What was typed, made ready to store, to search and to count; the words themselves are kept.

Only the search key, the numeric boxes and the views for detectors are folded. A text is stored
as it was typed, so 髙﨑 and 𠮷 come back in print and in Excel as they went in.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import jaconv

# NFKC brings － and ｰ home but leaves these alone (tried on Python 3.11).
_DASHES = "‐‑‒–—―−─━﹘ー"
_WAVES = "~〜∼～"
# The inside of a regex class: what people put between the digits of one number.
DASHES = rf"\-{_DASHES}{_WAVES}_"

# One sign for every line a person may draw: サービス, サ－ビス and ｻｰﾋﾞｽ agree, and so do 9〜17時,
# 9～17時 and 9-17時. It is kept, not dropped: ビル and ビール are two words, R8-0042 is one number.
# The small ゖ and ゕ become full: 龍ヶ崎 and 龍ケ崎 are both written, 一ヵ月 and 一カ月 too.
_KEY_SIGNS = str.maketrans({**dict.fromkeys(_DASHES + _WAVES, "-"), "ゖ": "け", "ゕ": "か"})

_FULL_WIDTH_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NUMERIC_SIGNS = {
    **_FULL_WIDTH_ASCII,
    **dict.fromkeys(map(ord, _DASHES + "ｰ"), ord("-")),
    ord("\u3000"): ord(" "),
}

_UNSEEN = {"Cf"}  # zero-width spaces, joiners and marks that a paste brings along
_NO_CHARACTERS = {"\ufffe", "\uffff"}  # XML, so every docx and xlsx, refuses these two

_LINE_END = re.compile(r"[\n\r\u2028\u2029]")
_RUN = re.compile(rf"(?P<lead>[(\[]?\+?[(\[]?)[0-9]+(?:[\s{DASHES}.・·/()\[\]]{{1,6}}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_TIGHT_GAP = re.compile(rf"[{DASHES}.・·/]+")
_BETWEEN_DIGITS = re.compile(rf"(?<=[0-9)])\s*[\-ｰ{_DASHES}]\s*(?=[0-9(])")
_PLAIN_GAP = re.compile(rf"[\s{DASHES}]*")


class ControlCharacterError(ValueError):
    """A text holding a character that no file can carry; `position` counts from 0."""

    def __init__(self, position: int) -> None:
        """Keep the place in the text as it was given."""
        super().__init__(f"control character at {position}")
        self.position = position


@dataclass(frozen=True)
class Plain:
    """A text in plain characters, and for each the place it came from (one more at the end).

    Full-width, circled and foreign digits are ASCII; accents and invisible characters are gone.
    """

    text: str
    places: list[int]

    @classmethod
    def of(cls, text: str) -> Self:
        """The plain view; a lone ① is a list mark and becomes "|", several are a number."""
        characters: list[str] = []
        places: list[int] = []
        circled = [unicodedata.category(char) == "No" for char in text] + [False]
        for place, char in enumerate(text):
            mark = circled[place] and not (circled[place - 1] or circled[place + 1])
            shown = "|" if mark else _plain_character(char)
            characters.append(shown)
            places.extend([place] * len(shown))
        return cls("".join(characters), [*places, len(text)])

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch in the text as typed, with the invisible characters that follow it.

        :param end: after `start`; an empty stretch has no place
        """
        return self.places[start], max(self.places[end - 1] + 1, self.places[end])


@dataclass(frozen=True)
class DigitRun:
    """Groups of ASCII digits that only blanks, dashes, dots or brackets part.

    `gaps[i]` stands before group i ("" before the first), `starts[i]` is where it begins, `lead`
    a plus sign or an opening bracket before them all.
    """

    lead: str
    groups: list[str]
    gaps: list[str]
    starts: list[int]

    @classmethod
    def read(cls, text: str) -> Iterator[Self]:
        """Every run in the text, in order, each as long as it can be."""
        for match in _RUN.finditer(text):
            groups, gaps, starts = [], [], []
            before = match.end("lead")
            for group in _GROUP.finditer(text, before, match.end()):
                groups.append(group.group())
                starts.append(group.start())
                gaps.append(text[before : group.start()])
                before = group.end()
            yield cls(match["lead"], groups, gaps, starts)

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Start and end of the groups first..last, with the plus or bracket that is theirs."""
        own = first == 0 and ("+" in self.lead or ")" in "".join(self.gaps[1 : last + 1]))
        start = self.starts[first] - (len(self.lead) if own else 0)
        return start, self.starts[last] + len(self.groups[last])

    def lengths(self, first: int, last: int) -> tuple[int, ...]:
        """Digits in each of the groups first..last, or of those there are."""
        return tuple(len(group) for group in self.groups[first : last + 1])

    def groupings(self, first: int, last: int) -> set[tuple[int, ...]]:
        """The lengths as they stand, and with numbers that a line end broke put together."""
        plain = self.lengths(first, last)
        joined = [plain[0]]
        for length, gap in zip(plain[1:], self.gaps[first + 1 : last + 1], strict=True):
            if gap.isspace() and _LINE_END.search(gap):
                joined[-1] += length
            else:
                joined.append(length)
        return {plain, tuple(joined)}

    def is_whole(self, first: int, last: int) -> bool:
        """False when blanks inside first..last part looser than a dash just outside does."""
        if not any(gap.isspace() for gap in self.gaps[first + 1 : last + 1]):
            return True
        around = self.gaps[first : first + 1] + self.gaps[last + 1 : last + 2]
        return not any(_TIGHT_GAP.fullmatch(gap) for gap in around)

    def is_plain(self) -> bool:
        """True when nothing but blanks and dashes parts the groups."""
        return all(_PLAIN_GAP.fullmatch(gap) for gap in self.gaps)


def fold(text: str) -> str:
    """The search key: equal for texts a person would call the same word; "" for blanks.

    NFKC, lower case, katakana as hiragana, every dash, long vowel and wave as "-", small ヶ and ヵ
    full, no whitespace, nothing invisible. Folding a key changes nothing.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    seen = "".join(char for char in plain if not _is_unseen(char))
    # What the blanks kept apart may now compose (か + ゛), what lower() parted too.
    joined = unicodedata.normalize("NFKC", seen)
    return unicodedata.normalize("NFKC", jaconv.kata2hira(joined).translate(_KEY_SIGNS))


def words(query: str) -> list[str]:
    """The folded words of a query in the order typed, each once; [] for blanks."""
    return list(dict.fromkeys(key for word in query.split() if (key := fold(word))))


def clean(text: str) -> str:
    """The text to store: line ends as "\\n", no blanks around, all else as typed.

    :raises ControlCharacterError: for NUL, other control characters but tab and line end, lone
        surrogates, and the two code points that are no characters
    """
    for position, char in enumerate(text):
        if char not in "\t\n\r" and _is_unstorable(char):
            raise ControlCharacterError(position)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.replace("\u2028", "\n").replace("\u2029", "\n").strip()


def digits(text: str) -> str:
    """What was typed in a numeric box, in ASCII: `１２３` is `123`, `０４５ー１２３` is `045-123`.

    Full-width signs and dash variants become ASCII and the blanks around go; nothing is refused.
    """
    return text.translate(_NUMERIC_SIGNS).strip()


def contact(text: str) -> str:
    """A telephone or fax number or a mail address as it is stored: `０９８０ー００` is `0980-00`.

    Full-width signs become ASCII, a dash of any kind between digits "-", and what cannot be seen
    goes; words beside a number (コールセンター) stay as they are.
    """
    plain = "".join(char for char in text if unicodedata.category(char) not in _UNSEEN)
    plain = plain.translate({**_FULL_WIDTH_ASCII, ord("\u3000"): ord(" ")})
    return _BETWEEN_DIGITS.sub("-", plain).strip()


@lru_cache(4096)
def _is_unseen(char: str) -> bool:
    """True for whitespace, format characters and variation selectors (葛󠄀 is searched as 葛)."""
    if char.isspace() or unicodedata.category(char) in _UNSEEN:
        return True
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@lru_cache(4096)
def _is_unstorable(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"} or char in _NO_CHARACTERS


@lru_cache(maxsize=8192)
def _plain_character(char: str) -> str:
    """NFKC of one character, decimal digits of any script in ASCII, without marks."""
    shown = ""
    for part in unicodedata.normalize("NFKC", char):
        if unicodedata.category(part) not in {"Mn", "Me", "Cf"}:
            digit = unicodedata.decimal(part, None)
            shown += part if digit is None else str(digit)
    return shown
