"""The first gate against personal details: My Numbers, telephone numbers, mail addresses.

The text is read through a plain view (full-width, kanji, circled digits as ASCII; invisible
characters gone) that remembers where each character came from, so spans are places in the text
as typed. Every step looks at a bounded stretch: the time taken grows with the length alone.
Source: 番号法施行規則 5条 (check digit of an individual number).
"""

import enum
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.core.text import DASHES, DigitRun, Plain

MASK = "●●●"
MY_NUMBER_CONTEXT_CHARACTERS = 20


class Kind(enum.StrEnum):
    """What a marked stretch seems to be."""

    MY_NUMBER = "my_number"
    PHONE = "phone"
    MAIL = "mail"


class Level(enum.StrEnum):
    """BLOCK: never stored. WARN: the person may say it is harmless."""

    BLOCK = "block"
    WARN = "warn"


LEVELS = {Kind.MY_NUMBER: Level.BLOCK, Kind.MAIL: Level.WARN, Kind.PHONE: Level.WARN}


@dataclass(frozen=True)
class Span:
    """A stretch of the text as typed, from `start` up to and without `end`."""

    start: int
    end: int
    kind: Kind

    @property
    def level(self) -> Level:
        """How hard the gate closes on this kind."""
        return LEVELS[self.kind]


_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_ONE_AS_DASH = re.compile(r"(?<=[0-9])一(?=[0-9])")
# Dates and our own case numbers are cut out before numbers are looked for.
_KNOWN = re.compile(
    rf"(?<![0-9])(?:19|20)[0-9]{{2}}([{DASHES}./])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12][0-9]|0?[1-9])"
    rf"(?![0-9])|(?<![0-9])(?<![0-9][{DASHES}\s])(?:19|20)[0-9]{{2}}(?:1[0-2]|0[1-9])"
    rf"(?:3[01]|[12][0-9]|0[1-9])(?![0-9])|R[0-9]{{1,2}}[{DASHES}][0-9]{{5}}[{DASHES}]"
    rf"[0-9]{{4,6}}(?![0-9])"
)
_OFFICE_NUMBER_BEFORE = re.compile(r"(?:事業所番号|事業者番号|医療機関コード)[^0-9]{0,3}$")
_MY_NUMBER_WORD = re.compile(r"マイナン[バハ]ー|まいなんばー|個人番号|my[\s_-]?number", re.I)

# Three of these in a row are a table or a price list (one true number in 100,000 looks so).
_YEAR_OR_ROUND = re.compile(r"(?:19|20)[0-9]{2}|[0-9]{2}00")
_PHONE_SHAPES = {(10,), (2, 8), (3, 7), (4, 6), (5, 5), (6, 4)}
_PHONE_SHAPES |= {(2, 4, 4), (3, 3, 4), (4, 2, 4), (5, 1, 4), (4, 3, 3), (3, 4, 4), (4, 3, 4)}
_MOBILE_SHAPES = {(11,), (3, 8), (7, 4), (4, 7)}
_MOBILE = re.compile(r"0[25-9]0[0-9]{8}")
_LANDLINE = re.compile(r"0[1-9][0-9]{8}")
_LONGEST_PHONE_GROUPS = 5

_MAIL_NAME = frozenset(string.ascii_letters + string.digits + "._%+'-‐‑‒–—−")
_LONGEST_MAIL_NAME = 64
_AT = re.compile(r"\s{0,2}(?:@|[(\[<{]\s?(?:at|アット(?:マーク)?)\s?[)\]>}])\s{0,2}", re.I)
_MAIL_DOMAIN = re.compile(r"(?:[a-z0-9\-‐‑‒–—−]{1,63}\.){1,8}[a-z]{2,24}", re.I)


def find(text: str) -> list[Span]:
    """Stretches that look like personal details, in order, none over another; [] when none."""
    plain = Plain.of(text)
    numbers = _KANJI_ONE_AS_DASH.sub("-", plain.text).translate(_KANJI_DIGITS)
    numbers = _KNOWN.sub(lambda match: "|" * len(match.group()), numbers)
    runs = list(DigitRun.read(numbers))
    # In this order: a stretch that could be two things is taken as the first.
    found = [(Kind.MY_NUMBER, place) for run in runs for place in _my_numbers(run, plain.text)]
    found += [(Kind.MAIL, place) for place in _mails(plain.text)]
    found += [(Kind.PHONE, place) for run in runs for place in _phones(run, plain.text)]
    return _without_overlaps((Span(*plain.typed(*place), kind) for kind, place in found), len(text))


def mask(text: str, spans: Sequence[Span] | None = None) -> str:
    """The text with each span replaced by ●●●; without `spans`, until nothing is left to find.

    :param spans: in order and apart, as `find` returns them
    """
    if spans is not None:
        return "".join(MASK if marked else piece for piece, marked in pieces(text, spans))
    # A mask is shorter than what it hides, so a number may come near a マイナンバー: look again.
    while spans := find(text):
        text = mask(text, spans)
    return text


def pieces(text: str, spans: Iterable[Span]) -> list[tuple[str, bool]]:
    """The text cut at the spans, True for a marked piece; joined it is the text, none is empty."""
    cut: list[tuple[str, bool]] = []
    place = 0
    for span in spans:
        cut += [(text[place : span.start], False), (text[span.start : span.end], True)]
        place = span.end
    cut.append((text[place:], False))
    return [(piece, marked) for piece, marked in cut if piece]


def blocks(text: str) -> bool:
    """True when the text holds something that must never be stored."""
    return any(span.level is Level.BLOCK for span in find(text))


def is_my_number(number: str) -> bool:
    """True for twelve ASCII digits whose check digit is right.

    Source: 番号法施行規則 5条; with the digits counted from the right, weights 2 to 7, 2 to 6.
    """
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11
    return int(number[11]) == (0 if rest <= 1 else 11 - rest)


def _my_numbers(run: DigitRun, plain: str) -> Iterator[tuple[int, int]]:
    abroad = _abroad_end(run)
    for first, last in _twelve_digits(run):
        if abroad is not None and first <= abroad:
            continue
        start, end = run.place(first, last)
        number = "".join(run.groups[first : last + 1])
        # Twelve digits in odd groups may be a telephone number and a count on the next line.
        odd = run.lengths(first, last) not in {(12,), (4, 4, 4)}
        likely = is_my_number(number) and not (odd and any(_phone_groups(run)))
        if likely or _speaks_of_my_number(plain, start, end):
            yield start, end


def _twelve_digits(run: DigitRun) -> Iterator[tuple[int, int]]:
    """First and last group of what is written like a My Number: 12, 4-4-4, or alone in its run."""
    for first, group in enumerate(run.groups):
        if len(group) == 12:
            yield first, first
        table = all(map(_YEAR_OR_ROUND.fullmatch, run.groups[first : first + 3]))
        if run.lengths(first, first + 2) == (4, 4, 4) and not table:
            yield first, first + 2
    last = len(run.groups) - 1
    if 0 < last < 12 and run.is_plain():
        lengths = run.lengths(0, last)
        if sum(lengths) == 12 and lengths != (4, 4, 4):
            yield 0, last


def _speaks_of_my_number(plain: str, start: int, end: int) -> bool:
    """True when the word stands within 20 characters before `start` or after `end`."""
    left = max(0, start - MY_NUMBER_CONTEXT_CHARACTERS - 10)
    near = plain[left : end + MY_NUMBER_CONTEXT_CHARACTERS + 10]
    return any(
        word.end() + left >= start - MY_NUMBER_CONTEXT_CHARACTERS
        and word.start() + left <= end + MY_NUMBER_CONTEXT_CHARACTERS
        for word in _MY_NUMBER_WORD.finditer(near)
    )


def _phones(run: DigitRun, plain: str) -> Iterator[tuple[int, int]]:
    abroad = _abroad_end(run)
    if abroad is not None:
        yield run.place(0, abroad)
    for first, last in _phone_groups(run):
        start, end = run.place(first, last)
        if first < last or not _OFFICE_NUMBER_BEFORE.search(plain[max(0, start - 12) : start]):
            yield start, end


def _phone_groups(run: DigitRun) -> Iterator[tuple[int, int]]:
    """First and last group of each domestic number, from the left, none over another."""
    first, count = 0, len(run.groups)
    if _is_spread_phone(run):
        yield 0, count - 1
        return
    while first < count:
        furthest = min(first + _LONGEST_PHONE_GROUPS, count) - 1
        last = next((n for n in range(furthest, first - 1, -1) if _is_phone(run, first, n)), None)
        if last is not None:
            yield first, last
        first = first + 1 if last is None else last + 1


def _is_phone(run: DigitRun, first: int, last: int) -> bool:
    """True for a number of 10 or 11 digits in a Japanese grouping that stands for itself."""
    if not run.groups[first].startswith("0"):
        return False
    number = "".join(run.groups[first : last + 1])
    if len(number) not in (10, 11) or number[1] == "0":
        return False
    allowed = _PHONE_SHAPES | _MOBILE_SHAPES if _MOBILE.fullmatch(number) else _PHONE_SHAPES
    return not allowed.isdisjoint(run.groupings(first, last)) and run.is_whole(first, last)


def _is_spread_phone(run: DigitRun) -> bool:
    """True for a run that is one number in odd groups; 01 02 03 04 05 is a list."""
    if not 1 < len(run.groups) <= 11 or not run.is_plain():
        return False
    number = "".join(run.groups)
    if len(run.groups) == 10 or len(run.groups[0]) > 2:
        return _LANDLINE.fullmatch(number) is not None or _MOBILE.fullmatch(number) is not None
    return _MOBILE.fullmatch(number) is not None


def _abroad_end(run: DigitRun) -> int | None:
    """The group with which a +81 number ends; None without +81 and for wrong lengths."""
    number = ""
    if "+" not in run.lead:
        return None
    for last, group in enumerate(run.groups[:12]):
        number += group
        home = number.removeprefix("81").removeprefix("0")
        if number.startswith("81") and len(home) == (10 if re.match("[25-9]0", home) else 9):
            return last
    return None


def _mails(plain: str) -> Iterator[tuple[int, int]]:
    floor = 0
    for sign in _AT.finditer(plain):
        start = sign.start()
        lowest = max(floor, start - _LONGEST_MAIL_NAME)
        while start > lowest and plain[start - 1] in _MAIL_NAME:
            start -= 1
        domain = _MAIL_DOMAIN.match(plain, sign.end())
        if domain and start < sign.start():
            yield start, domain.end()
            floor = domain.end()


def _without_overlaps(found: Iterable[Span], length: int) -> list[Span]:
    """The spans in order of place; of two over each other, the one given first."""
    taken = bytearray(length)
    kept = []
    for span in found:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
