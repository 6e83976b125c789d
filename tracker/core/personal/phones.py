"""Telephone numbers, mail addresses and postal codes."""

import re
import string
from collections.abc import Iterator

from tracker.core.personal.kinds import Found, Kind
from tracker.core.personal.view import View
from tracker.core.text import DASHES, DigitRun

_OFFICE_NUMBER_BEFORE = re.compile(r"(?:事業所番号|事業者番号|医療機関コード)[^0-9]{0,3}$")
_PHONE_SHAPES = {(10,), (2, 8), (3, 7), (4, 6), (5, 5), (6, 4)}
_PHONE_SHAPES |= {(2, 4, 4), (3, 3, 4), (4, 2, 4), (5, 1, 4), (4, 3, 3), (3, 4, 4), (4, 3, 4)}
_MOBILE_SHAPES = {(11,), (3, 8), (7, 4), (4, 7)}
_MOBILE = re.compile(r"0[25-9]0[0-9]{8}")
LANDLINE = re.compile(r"0[1-9][0-9]{8}")
_LONGEST_PHONE_GROUPS = 5
_LOCAL_PHONE = re.compile(
    rf"(?:電話|でんわ|tel|携帯|fax|ファックス|連絡先)(?:番号)?\.?[\s:;はがの=]{{0,3}}"
    rf"(?P<number>[1-9][0-9]{{0,3}}\s?[{DASHES}]\s?[0-9]{{4}})(?![0-9{DASHES}])",
    re.I,
)

_MAIL_NAME = frozenset(string.ascii_letters + string.digits + "._%+'-‐‑‒–—−")
_LONGEST_MAIL_NAME = 64
_AT_WORD = r"at|アット(?:マ[ーア]ク)?|あっと(?:まーく)?"
_AT = re.compile(
    rf"\s{{0,2}}(?:@|[★☆◎](?=[a-z0-9-]{{1,63}}\.)|[(\[<{{]\s?(?:{_AT_WORD})\s?[)\]>}}]"
    r"|(?<=[a-z0-9])\s?(?:アット(?:マ[ーア]ク)?|あっとまーく)(?=\s?[a-z0-9]))\s{0,2}",
    re.I,
)
_DOT = r"(?:\.|\s\.\s?|\s?(?:ドット|どっと)\s?|\s?[(\[]\s?(?:dot|ドット|\.)\s?[)\]]\s?|。(?=[a-z]))"
_MAIL_DOMAIN = re.compile(rf"(?:[a-z0-9\-‐‑‒–—−]{{1,63}}{_DOT}){{1,8}}[a-z]{{2,24}}", re.I)

_POSTAL = re.compile(
    rf"(?:〒|郵便番号[\s:はが]{{0,3}})\s?(?P<marked>[0-9](?:[\s{DASHES}]{{0,2}}[0-9]){{6}})(?![0-9])"
    rf"|(?<![0-9])(?<![0-9][{DASHES}./])(?P<bare>[0-9]{{3}}\s?[{DASHES}]\s?[0-9]{{4}})"
    rf"(?![0-9]|\s?[{DASHES}./][0-9]|\s?(?:[円人名回件個枚本歳才年点字万千%]|[a-z]))",
    re.I,
)
_CLOCK_TIMES = re.compile(rf"[1-9](?:00|15|30|45)\s?[{DASHES}]\s?(?:1[0-9]|2[0-3])(?:00|15|30|45)")


def phones(view: View) -> Iterator[Found]:
    """Japanese telephone numbers in any grouping, and numbers from abroad with +81."""
    for run in view.runs:
        abroad = abroad_end(run)
        if abroad is not None:
            yield Found(*run.place(0, abroad), Kind.PHONE)
        for first, last in phone_groups(run):
            start, end = run.place(first, last)
            before = view.words[max(0, start - 12) : start]
            if first < last or not _OFFICE_NUMBER_BEFORE.search(before):
                yield Found(start, end, Kind.PHONE)
    for local in _LOCAL_PHONE.finditer(view.numbers):
        yield Found(*local.span("number"), Kind.PHONE)


def phone_groups(run: DigitRun) -> Iterator[tuple[int, int]]:
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
        return LANDLINE.fullmatch(number) is not None or _MOBILE.fullmatch(number) is not None
    return _MOBILE.fullmatch(number) is not None


def abroad_end(run: DigitRun) -> int | None:
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


def mails(view: View) -> Iterator[Found]:
    """Mail addresses, also with アットマーク or (at) for the sign."""
    plain, floor = view.words, 0
    for sign in _AT.finditer(plain):
        start = sign.start()
        lowest = max(floor, start - _LONGEST_MAIL_NAME)
        while start > lowest and plain[start - 1] in _MAIL_NAME:
            start -= 1
        domain = _MAIL_DOMAIN.match(plain, sign.end())
        if domain and start < sign.start():
            yield Found(start, domain.end(), Kind.MAIL)
            floor = domain.end()


def postal_codes(view: View) -> Iterator[Found]:
    """Seven digits after 〒, or three, a dash and four that count nothing."""
    for code in _POSTAL.finditer(view.numbers):
        bare = code["bare"]
        if bare is None:
            yield Found(*code.span("marked"), Kind.POSTAL)
        elif not _CLOCK_TIMES.fullmatch(bare):
            yield Found(*code.span("bare"), Kind.POSTAL)
