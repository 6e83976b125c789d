"""Pure: words that must not leave the town in a letter: case numbers, offices, small figures."""

import re
import unicodedata
from collections.abc import Iterable

from tracker.core.published import FEWEST_OFFICES

CASE_NUMBER = re.compile(r"R\s*\d{1,2}\s*-\s*(?:\d{5}\s*-\s*)?\d{4}(?!\d)", re.IGNORECASE)
_KANJI = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}
_COUNTED = re.compile(
    r"(?<![\d,.-])(\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    r"(つの|か所の|ヶ所の|カ所の)?(件|人|名|世帯|事例|事業所|offices?\b|cases?\b|people\b)?"
)


def case_numbers(text: str) -> list[str]:
    """Numbers of cases that stand in the text, in order."""
    return [found.group() for found in CASE_NUMBER.finditer(_plain(text))]


def named_offices(text: str, names: Iterable[str]) -> list[str]:
    """Those of the names that stand in the text, whatever the width of their characters."""
    said = _plain(text).casefold()
    return [name for name in names if _plain(name).casefold() in said]


def small_figures(text: str, least: int | None) -> list[str]:
    """Counts of cases, people or offices in the text that may not be told; zero may.

    :param least: counts of cases and people from this on may be told; None: none may
    """
    found = []
    for match in _COUNTED.finditer(_plain(text).replace(" ", "")):
        number, unit = _number(match.group(1)), match.group(3)
        if unit is None or number == 0:
            continue
        of_offices = unit in {"事業所", "office", "offices"}
        limit = FEWEST_OFFICES if of_offices else least
        if limit is None or number < limit:
            found.append(match.group())
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.partition("十")
    if not ten:
        return _KANJI[written]
    return _KANJI.get(tens, 1) * 10 + _KANJI.get(ones, 0)
