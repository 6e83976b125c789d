"""Dates of birth: full dates of eras long gone, and others where a birth is spoken of."""

import re
from collections.abc import Iterator

from tracker.core.personal.kinds import Found, Kind
from tracker.core.personal.view import View
from tracker.core.text import DASHES

_KANJI_NUMBER = "〇零一二三四五六七八九十"
_GAP = rf"\s?[年月./・,、{DASHES}]\s?"
_MONTH = rf"(?:1\s?[0-2]|0?\s?[1-9]|[{_KANJI_NUMBER}]{{1,2}})"
_DAY = rf"(?:3\s?[01]|[12]\s?[0-9]|0?\s?[1-9]|[{_KANJI_NUMBER}]{{1,4}})"
_MONTH_AND_DAY = rf"{_GAP}{_MONTH}{_GAP}{_DAY}(?![0-9])\s?日?"
_ERA_YEAR = rf"(?:元|[0-9]\s?[0-9]|[0-9]|[{_KANJI_NUMBER}]{{1,4}})"
_OLD_ERA = (
    r"(?:明治|大正|昭和|めいじ|たいしょう|しょうわ|(?<![a-z0-9])[mts]\s?\.?"
    r"|(?<![一-鿿])[明大昭]\s?\.?)"
)
_NEW_ERA = r"(?:平成|令和|へいせい|れいわ|(?<![a-z0-9])[hr]\s?\.?|(?<![一-鿿])[平令]\s?\.?)"
_WEST_YEAR = r"(?:西暦\s?)?(?<![0-9])(?:19|20)[0-9]{2}"
_WEST_YEAR += r"|[一二][九〇零][〇零一二三四五六七八九]{2}|(?<![0-9])[0-9]{1,2}(?=年)"

# Only a birth lies so far back in a text about a need of today.
_OLD_DATE = re.compile(
    rf"(?P<year>{_OLD_ERA}\s?{_ERA_YEAR}){_MONTH_AND_DAY}"
    rf"|(?P<packed>(?<![a-z0-9])[mts][0-6][0-9])(?:1[0-2]|0[1-9])(?:3[01]|[12][0-9]|0[1-9])(?![0-9])"
    rf"|(?P<west>(?<![0-9])19[0-4][0-9]){_MONTH_AND_DAY}",
    re.I,
)
_ANY_DATE = re.compile(
    rf"(?P<year>{_NEW_ERA}\s?{_ERA_YEAR}){_MONTH_AND_DAY}"
    rf"|(?P<west>{_WEST_YEAR}){_MONTH_AND_DAY}"
    r"|(?P<packed>(?<![0-9])(?:19|20)[0-9]{2})(?:1[0-2]|0[1-9])(?:3[01]|[12][0-9]|0[1-9])(?![0-9])",
    re.I,
)
_BIRTHDAY = re.compile(rf"誕生日[はが\s:]{{1,3}}(?P<day>{_MONTH}\s?[月/]\s?{_DAY}(?![0-9])\s?日?)")
_BORN_AFTER = re.compile(
    r"\s?[)」]?\s?(?:[にの]\s?)?(?:お?生まれ|うまれ|誕生(?!会|パ)|出生|生れ|生(?=[\s、。,.)の男女]|$)|born)",
    re.I,
)
_BORN_BEFORE = re.compile(
    r"(?:生年月日|誕生日(?!会|の?お?祝|プ|ケ|パ)|生まれ|うまれ|出生日?|(?<![a-z])dob|birth(?:day|date)?"
    r"|date of birth|born(?: on)?)[^0-9。\n]{0,8}$",
    re.I,
)
# Buildings and laws are of those years too.
_NO_BIRTH = re.compile(
    r"\s?[にの以]?(?:以?前|以?降|後の|施行|制定|公布|改正|建|築|竣工|着工|完成|開設|開所|開業|創業|設立|発足"
    r"|通知|法律|厚生|政令|省令|告示|老[一-鿿])"
)


def births(view: View) -> Iterator[Found]:
    """Full dates that are those of a birth; a year alone tells too little to be marked."""
    words = view.words
    for date in _OLD_DATE.finditer(words):
        if not _NO_BIRTH.match(words, date.end()):
            yield Found(*date.span(), Kind.BIRTH)
    for date in _ANY_DATE.finditer(words):
        before = words[max(0, date.start() - 18) : date.start()]
        if _BORN_AFTER.match(words, date.end()) or _BORN_BEFORE.search(before):
            yield Found(*date.span(), Kind.BIRTH)
    for day in _BIRTHDAY.finditer(words):
        yield Found(*day.span("day"), Kind.BIRTH)


def year_of(typed: str) -> str:
    """What may stay of a date of birth: 昭和12年 of 昭和12年3月4日; "" when it has no year."""
    view = View.of(typed)
    for pattern in (_OLD_DATE, _ANY_DATE):
        date = pattern.match(view.words)
        if date is not None:
            name = next(name for name in ("year", "west", "packed") if date[name])
            start, end = view.plain.typed(*date.span(name))
            return f"{typed[start:end].strip()}年"
    return ""
