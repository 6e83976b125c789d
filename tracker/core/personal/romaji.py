"""Names in Latin letters: Mr Yamada, yamada-san, Sato Hanako."""

import re
from collections.abc import Iterator

from tracker.core.personal import familiar
from tracker.core.personal.kinds import Found, Kind
from tracker.core.personal.view import View
from tracker.core.personal.words import WORDS

_WORD = r"[A-Z][a-z]{1,14}|[A-Z]{2,14}"
_TITLED = re.compile(
    r"(?<![A-Za-z])(?i:mr|mrs|ms|miss|dr|prof)(?:\.\s{0,2}|\s{1,2})"
    rf"(?P<name>[A-Z][A-Za-z]*[a-z](?:\s(?:{_WORD}))?|(?i:[a-z]{{3,14}}))(?![A-Za-z])"
)
_ADDRESSED = re.compile(
    r"(?<![A-Za-z])(?P<name>[A-Za-z]{2,14})(?:\s?[-‐‑–]\s?|\s)(?:san|sama|sensei|kun|chan)(?![A-Za-z])"
)
_PAIR = re.compile(rf"(?<![A-Za-z])(?P<first>{_WORD})[\s.](?P<second>{_WORD})(?![A-Za-z])")
_SYLLABLES = re.compile(
    r"(?:(?:[kgsztdnhbpmyrwjf]|ch|sh|ts|(?:[kgnhbpmr]|sh|ch|j)y)?[aiueo]|n(?![aiueoy])|(?=([kstp])\1)[kstp])+",
    re.I,
)
_NO_NAMES = WORDS["latin no names"]


def romaji(view: View) -> Iterator[Found]:
    """Names after a title, before -san, and a common surname beside another Japanese word."""
    words = view.words
    for titled in _TITLED.finditer(words):
        name = titled["name"]
        if name[0].isupper() or familiar.is_romaji_surname(name):
            yield Found(*titled.span("name"), Kind.NAME)
    for addressed in _ADDRESSED.finditer(words):
        name = addressed["name"]
        if name.lower() not in _NO_NAMES:
            yield Found(*addressed.span("name"), Kind.NAME)
    for pair in _PAIR.finditer(words):
        if _is_person(pair["first"], pair["second"]):
            yield Found(*pair.span(), Kind.NAME)


def _is_person(first: str, second: str) -> bool:
    if {first.lower(), second.lower()} & _NO_NAMES:
        return False
    japanese = _SYLLABLES.fullmatch(first) and _SYLLABLES.fullmatch(second)
    known = familiar.is_romaji_surname(first) or familiar.is_romaji_surname(second)
    return japanese is not None and known
