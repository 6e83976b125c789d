"""A text as the rules read it: in plain characters, each with the place it came from."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from tracker.core.personal.words import one_form
from tracker.core.text import DASHES, DigitRun, Plain

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九壱弐参", "00123456789123")
_KANJI_ONE_AS_DASH = re.compile(r"(?<=[0-9])一(?=[0-9])")
_READ_ALOUD = re.compile(r"(?<=[0-9])の(?=[0-9])")
_LETTER_AS_ZERO = re.compile(r"(?<![a-z])o(?=[0-9])|(?<=[0-9])o(?![a-z])", re.I)
# A comma parts thousands and lists, unless the groups are those of a telephone number.
_PHONE_BY_COMMAS = re.compile(
    r"(?<![0-9])0[0-9]{1,3}[,、*:=][0-9]{1,4}[,、*:=][0-9]{4}(?![0-9]|[,、][0-9])"
)
_COMMAS = str.maketrans(",、*:=", "-----")

# Dates and our own case numbers are cut out before numbers are looked for.
_KNOWN = re.compile(
    rf"(?<![0-9])(?:19|20)[0-9]{{2}}([{DASHES}./])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12][0-9]|0?[1-9])"
    rf"(?![0-9])|(?<![0-9])(?<![0-9][{DASHES}\s])(?:19|20)[0-9]{{2}}(?:1[0-2]|0[1-9])"
    rf"(?:3[01]|[12][0-9]|0[1-9])(?![0-9])|R[0-9]{{1,2}}[{DASHES}][0-9]{{5}}[{DASHES}]"
    rf"[0-9]{{4,6}}(?![0-9])"
)

# Letters set apart one by one, 山 田 さん: the blanks between them say nothing.
_STOPS = r"\s、。「」『』()【】:;!?"
_SPELT_OUT = re.compile(
    rf"(?<![^{_STOPS}])[^{_STOPS}0-9](?:\s{{1,2}}[^{_STOPS}0-9])+"
    rf"(?:(?![^{_STOPS}])|(?=さん|サン|さま|様|氏|くん|ちゃん|先生))"
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class View:
    """One text and its readings; all of them but `typed` have the same length."""

    typed: str
    plain: Plain

    @classmethod
    def of(cls, text: str) -> Self:
        """Full-width and the like as ASCII, the invisible gone, words spelt out put together."""
        plain = Plain.of(text)
        gone = {
            place
            for word in _SPELT_OUT.finditer(plain.text)
            for blank in _BLANKS.finditer(plain.text, *word.span())
            for place in range(*blank.span())
        }
        if gone:
            kept = [place for place in range(len(plain.text)) if place not in gone]
            plain = Plain(
                "".join(plain.text[place] for place in kept),
                [*(plain.places[place] for place in kept), len(text)],
            )
        return cls(text, plain)

    @property
    def words(self) -> str:
        """The plain text."""
        return self.plain.text

    @cached_property
    def names(self) -> str:
        """The plain text with one form for every way to write 髙橋 or 渡邊."""
        return one_form(self.words)

    @cached_property
    def digits(self) -> str:
        """Kanji digits as ASCII, whatever parts the digits of one number as a dash."""
        text = _KANJI_ONE_AS_DASH.sub("-", self.words).translate(_KANJI_DIGITS)
        text = _LETTER_AS_ZERO.sub("0", _READ_ALOUD.sub("-", text))
        return _PHONE_BY_COMMAS.sub(lambda match: match.group().translate(_COMMAS), text)

    @cached_property
    def numbers(self) -> str:
        """The digits without dates and case numbers."""
        return _KNOWN.sub(lambda match: "|" * len(match.group()), self.digits)

    @cached_property
    def runs(self) -> list[DigitRun]:
        """The numbers in order."""
        return list(DigitRun.read(self.numbers))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch in the text as typed."""
        first, last = self.plain.typed(start, end)
        while last - 1 > first and self.typed[last - 1].isspace():
            last -= 1
        return first, last

    def says(
        self, words: re.Pattern[str], start: int, end: int, *, before: int, after: int = 0
    ) -> bool:
        """True when one of the words stands at most so many characters before or after."""
        left = max(0, start - before - 10)
        near = self.words[left : end + after + 10]
        return any(
            (start - before <= word.end() + left <= start)
            or (end <= word.start() + left <= end + after)
            for word in words.finditer(near)
        )
