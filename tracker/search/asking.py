"""What was typed into the search field, understood: words, other words for them, a number."""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracker.core.text import fold

DATA = Path(__file__).parent / "data"
MOST_WORDS = 8

_WORDS = re.compile(r"[\"“”]([^\"“”]*)[\"“”]|(\S+)")
# As people say numbers, folded: r8-13101-0042, r8-0042, 課題r8-07.
_OF_ISSUES, _OF_CASES = ("課題", "地域課題", "issue"), ("事例", "case")
_KIND_WORDS = (*_OF_ISSUES, *_OF_CASES)
_NUMBER = re.compile(
    rf"(?P<kind>{'|'.join(_KIND_WORDS)})?(?P<year>[a-z]\d{{1,2}})-(?:(?P<town>\d{{5}})-)?(?P<serial>\d{{0,6}})",
    re.ASCII,
)
_CASE_DIGITS, _ISSUE_DIGITS, _TOWN_DIGITS = 4, 2, 5


@dataclass(frozen=True)
class Number:
    """The beginning of a case's or an issue's number: fiscal year, town if it was said, serial.

    A word before it may say which of the two is meant; "" leaves it open.
    """

    year: str  # R8
    town: int | None
    serial: str  # as typed; may be ""
    kind: str = ""

    def of_cases(self, towns: Collection[int]) -> list[str]:
        """How numbers of cases may begin: with the town that was said, else with one of these."""
        if self.kind in _OF_ISSUES:
            return []
        if self.town is not None:
            return [f"{self.year}-{self.town:05}-{self.serial}"]
        whole_town = [f"{self.year}-{self.serial}-"] if len(self.serial) == _TOWN_DIGITS else []
        return whole_town + [
            f"{self.year}-{town:05}-{serial}"
            for town in sorted(towns)
            for serial in self._serials(_CASE_DIGITS)
        ]

    def inside_town(self) -> list[str]:
        """The same for whatever town, as patterns of LIKE."""
        if self.kind in _OF_ISSUES:
            return []
        return [f"{self.year}-_____-{serial}%" for serial in self._serials(_CASE_DIGITS)]

    def of_issues(self) -> list[str]:
        """How numbers of issues may begin; none where a town was said, for they carry none."""
        if self.town is not None or self.kind in _OF_CASES:
            return []
        return [f"{self.year}-{serial}" for serial in self._serials(_ISSUE_DIGITS)]

    def _serials(self, digits: int) -> list[str]:
        """As typed, and with the zeros people leave out: 42 is 0042, and how 420 begins."""
        padded = self.serial.zfill(digits) if self.serial else ""
        return list(dict.fromkeys([padded, self.serial]))


@dataclass(frozen=True)
class Question:
    """What is asked for: rows that say each word in one of its ways, or bear the number.

    The first way of each word is the one that was typed; all are folded.
    """

    words: tuple[tuple[str, ...], ...] = ()
    number: Number | None = None
    number_word: str = ""  # the number as a word, for texts that mention it

    @classmethod
    def read(cls, typed: str) -> "Question":
        """The words in the order typed, each once; what stands in quotation marks is one word."""
        found = [quoted or bare for quoted, bare in _WORDS.findall(typed)]
        words = list(dict.fromkeys(key for word in found if (key := fold(word))))
        number = next((word for word in words if _NUMBER.fullmatch(word)), None)
        if number is None:
            return cls(tuple(map(_ways, words)))
        said = [word for word in words if word != number and word not in _KIND_WORDS]
        kind = next((word for word in words if word in _KIND_WORDS), "")
        return cls(tuple(map(_ways, said)), _number(number, kind), number)

    @property
    def is_empty(self) -> bool:
        """Was nothing asked for?"""
        return not self.words and self.number is None

    @property
    def is_long(self) -> bool:
        """Are these more words than are looked for at once?"""
        return len(self.words) > MOST_WORDS

    @property
    def all_words(self) -> tuple[tuple[str, ...], ...]:
        """The words, and the number as one of them, for rows that bear no number themselves."""
        return (*self.words, (self.number_word,)) if self.number_word else self.words

    @property
    def added(self) -> list[str]:
        """Other words that are looked for as well, in order, each once."""
        return list(dict.fromkeys(way for ways in self.words for way in ways[1:]))

    @property
    def marked(self) -> list[str]:
        """Every way of every word, the longest first: what is marked in what was found."""
        ways = {way for ways in self.all_words for way in ways}
        return sorted(ways, key=lambda way: (-len(way), way))


def _number(word: str, kind: str) -> Number:
    said = _NUMBER.fullmatch(word)
    assert said is not None  # noqa: S101 - the caller has matched it
    town = said["town"]
    year, town_id = said["year"].upper(), int(town) if town else None
    return Number(year, town_id, said["serial"], said["kind"] or kind)


def _ways(word: str) -> tuple[str, ...]:
    return (word, *_synonyms().get(word, ()))


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    """Other words for a word, folded. A line holds words that may stand for each other."""
    found: dict[str, dict[str, None]] = {}
    with (DATA / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            keys = [fold(word) for word in line["words"].split()]
            for key in keys:
                found.setdefault(key, {}).update(dict.fromkeys(k for k in keys if k != key))
    return {key: tuple(others) for key, others in found.items()}
