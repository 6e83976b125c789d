"""Pure: words that must not leave the town in a letter: case numbers, offices, small figures."""

import re
import unicodedata
from collections.abc import Iterable

from tracker.core.disclosure import Rule

CASE_NUMBER = re.compile(r"R\s*\d{1,2}\s*-\s*(?:\d{5}\s*-\s*)?\d{4}(?!\d)", re.IGNORECASE)
_KANJI = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}
_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH = {word: value for value, word in enumerate(_WORDS, 1)}
_COUNTED = re.compile(
    r"(?<![\d,.第])(?P<number>\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])\s*"
    r"(?:つの|か所の|ヶ所の|カ所の)?\s*(?P<unit>件|人|名|世帯|事例|ケース|事業所|事業者)"
)
# As the sentence that an issue begins with says it: 事業所2か所, Offices: 2.
_COUNTED_AFTER = re.compile(
    r"(?P<unit>事業所数?|事例数?|利用者数?|件数|cases|offices|clients)\s*[:は]?\s*"
    r"(?P<number>\d{1,3})(?![,.]?\d|[件人名])",
    re.IGNORECASE,
)
_COUNTED_IN_ENGLISH = re.compile(
    rf"(?<![\d,.])\b(?P<number>\d{{1,3}}|{'|'.join(_WORDS)})\s+(?:[a-z]+\s+)?"
    r"(?P<unit>cases?|offices?|agenc(?:y|ies)|people|persons|clients?|households?)\b",
    re.IGNORECASE,
)
_OF_OFFICES = re.compile("事業|office|agenc", re.IGNORECASE)
# How a person lives or is helped, not how many there are: 一人暮らし, 夫婦二人世帯, 二人で抱える.
_NO_COUNT = re.compile(r"(?:暮らし|ぐらし|住まい|世帯|家族|介助|体制|ひとり|一人|で|では)")


def case_numbers(text: str) -> list[str]:
    """Numbers of cases that stand in the text, in order."""
    return [found.group() for found in CASE_NUMBER.finditer(_plain(text))]


def named_offices(text: str, names: Iterable[str]) -> list[str]:
    """Those of the names that stand in the text, whatever the width of their characters."""
    said = _plain(text).casefold()
    return [name for name in names if _plain(name).casefold() in said]


def small_figures(text: str, rule: Rule) -> list[str]:
    """Counts of cases, people or offices in the text that may not be told; zero may."""
    plain = _plain(text)
    ways = (_COUNTED, _COUNTED_IN_ENGLISH, _COUNTED_AFTER)
    matches = [match for way in ways for match in way.finditer(plain)]
    return [match.group() for match in matches if _is_small(match, rule)]


def _is_small(match: re.Match[str], rule: Rule) -> bool:
    number, unit = _number(match["number"]), match["unit"]
    if number == 0 or (unit == "人" and number <= 2 and _NO_COUNT.match(match.string, match.end())):
        return False
    limit = rule.offices if _OF_OFFICES.match(unit) else rule.least
    return limit is None or number < limit


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    if (word := written.lower()) in _ENGLISH:
        return _ENGLISH[word]
    tens, ten, ones = written.partition("十")
    if not ten:
        return _KANJI[written]
    return _KANJI.get(tens, 1) * 10 + _KANJI.get(ones, 0)
