"""Numbers that stand for one person: individual, insured, pension, licence, card, account.

Source: 番号法施行規則 5条 (check digit of an individual number); 介護保険法施行規則 (ten digits of
an insured person, H and nine for recipients of public assistance aged 40 to 64).
"""

import re
from collections.abc import Iterator

from tracker.core.personal.kinds import Found, Kind, Level
from tracker.core.personal.phones import LANDLINE, abroad_end, phone_groups
from tracker.core.personal.view import View
from tracker.core.text import DASHES, DigitRun

CONTEXT_CHARACTERS = 20

_MY_NUMBER_WORD = re.compile(r"マイナン[バハ]ー|まいなんばー|個人番号|my[\s_-]?number", re.I)
_LICENCE_WORD = re.compile(
    r"運転免許|免許証|免許番号|免許の番号|driv(?:ing|er'?s) licen[cs]e", re.I
)
_CARD_WORD = re.compile(r"カ[ード]{1,2}番号|クレジット|デビット|クレカ|credit|debit", re.I)
_INSURED_WORD = re.compile(
    r"被保険者?|被保番|被保\s?(?:no|番)|保険証|介護保険の?番号|ヒホケンシャ|ひほけんしゃ|insured",
    re.I,
)
# What stands between such a word and a number that is something else.
_OTHER_NUMBER = re.compile(
    r"電話|tel|fax|携帯|連絡先|事業所番号|事業者番号|医療機関コード|法人番号|円$", re.I
)
_OFFICE_WORD = re.compile(
    r"(?:事業所|事業者|指定|医療機関|施設|薬局|店舗|法人)(?:番号|コード|no\.?)[^0-9]{0,4}$", re.I
)
# A prefecture (98 is that of the demo), then the digit that says what kind of office it is.
_OFFICE_NUMBER = re.compile(r"(?:0[1-9]|[1-3][0-9]|4[0-7]|98)[013-9][0-9]{7}")
_PART_OF_A_WORD = re.compile(r"[A-Za-z0-9/=_?&-]$")
_PENSION_WORD = re.compile(r"年金", re.I)
_WELFARE_NUMBER = re.compile(
    rf"(?<![a-z0-9])h(?P<gap>[\s{DASHES}.]{{0,2}})(?P<number>[0-9](?:[\s{DASHES}.]{{0,2}}[0-9]){{8}})"
    r"(?![0-9])",
    re.I,
)
_INSURED_NAMED = re.compile(
    rf"(?:被保険者|被保|保険証)(?:証)?の?(?:番号|番|no\.?|№)[^0-9。\n]{{0,5}}"
    rf"(?P<number>[0-9](?:[\s{DASHES}]?[0-9]){{5,9}})(?![\s{DASHES}]?[0-9])",
    re.I,
)

_BANK_WORD = re.compile(
    r"口座|記号番号|銀行|ぎんこう|信金|信用金庫|信組|信用組合|労金|労働金庫|ゆうちょ|郵便貯金|郵貯"
    r"|jaバンク|預金|通帳|\(普\)|(?:普通|当座|貯蓄)(?=(?:no\.?|番号)?[\s:;]{0,3}$)|account",
    re.I,
)
# 記号 12340 番号 1234567, as the post bank writes it: both parts are the account.
_POST_BANK = re.compile(
    rf"記号[^0-9。]{{0,4}}(?P<sign>1[0-9]{{4}})(?:\s?[{DASHES}]\s?[0-9])?[^0-9。]{{0,4}}番号"
    rf"[^0-9。]{{0,4}}(?P<number>[0-9](?:[\s{DASHES}]?[0-9]){{5,7}})(?![0-9])"
)
_BANK_GAP = re.compile(r"[^0-9。]{0,16}$")
_BANK_BETWEEN = re.compile(
    r"電話|tel|fax|携帯|〒|郵便番号|R$|#|残高|[年月日]$|事業所|法人番号|コード", re.I
)
_COUNTED = re.compile(
    r"\s?(?:円|万|千|人|名|回|件|個|枚|本|年|月|日|時|分|歳|才|%|ポイント|点|字|㎡|歩|m|k|g|ml|cc)",
    re.I,
)
_ACCOUNT_SHAPES = {(6,), (7,), (8,), (3, 4), (4, 4), (3, 7), (1, 6), (1, 7), (4, 3), (2, 5), (2, 6)}
_POST_BANK_SHAPES = {(5, 6), (5, 7), (5, 8), (5, 1, 6), (5, 1, 7), (5, 1, 8)}

# Three of these in a row are a table or a price list (one true number in 100,000 looks so).
_YEAR_OR_ROUND = re.compile(r"(?:19|20)[0-9]{2}|[0-9]{2}00")
_CARD_SHAPES = {(14,), (15,), (16,), (4, 4, 4, 4), (4, 6, 5), (4, 6, 4)}
_CARD_START = re.compile(r"3|4|5|6|2(?:2[2-9]|[3-6]|7[01]|720)")


def is_my_number(number: str) -> bool:
    """True for twelve ASCII digits whose check digit is right.

    Source: 番号法施行規則 5条; with the digits counted from the right, weights 2 to 7, 2 to 6.
    """
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11
    return int(number[11]) == (0 if rest <= 1 else 11 - rest)


def passes_luhn(number: str) -> bool:
    """True for digits that end in the check digit of payment cards (ISO/IEC 7812-1)."""
    doubled = [int(digit) * 2 for digit in number[-2::-2]]
    total = sum(int(digit) for digit in number[::-2]) + sum(n - 9 if n > 9 else n for n in doubled)
    return total % 10 == 0


def twelve_digits(view: View) -> Iterator[Found]:
    """Individual numbers, and numbers of driving licences where one is spoken of."""
    for run in _of_digits(view, 12):
        abroad = abroad_end(run)
        for first, last in _twelve_digits(run):
            if abroad is not None and first <= abroad:
                continue
            start, end = run.place(first, last)
            number = "".join(run.groups[first : last + 1])
            mine = _says(view, _MY_NUMBER_WORD, start, end)
            if not mine and _says(view, _LICENCE_WORD, start, end):
                yield Found(start, end, Kind.LICENCE, Level.BLOCK)
                continue
            # Twelve digits in odd groups may be a telephone number and a count on the next line.
            odd = run.lengths(first, last) not in {(12,), (4, 4, 4)}
            if mine or (is_my_number(number) and not (odd and any(phone_groups(run)))):
                yield Found(start, end, Kind.MY_NUMBER, Level.BLOCK)


def _of_digits(view: View, least: int) -> Iterator[DigitRun]:
    """The runs that are long enough to hold so many digits."""
    return (run for run in view.runs if sum(map(len, run.groups)) >= least)


def _says(view: View, words: re.Pattern[str], start: int, end: int) -> bool:
    return view.says(words, start, end, before=CONTEXT_CHARACTERS, after=CONTEXT_CHARACTERS)


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


def cards(view: View) -> Iterator[Found]:
    """Numbers of payment cards: their length, their first digits and their check digit agree."""
    for run in _of_digits(view, 14):
        for first, last in _card_groups(run):
            groups = run.groups[first : last + 1]
            number = "".join(groups)
            if not (_CARD_START.match(number) and passes_luhn(number)):
                continue
            start, end = run.place(first, last)
            # One row of years or of odd groups in ten passes the check.
            usual = run.lengths(first, last) in _CARD_SHAPES or len(groups) == len(number)
            table = all(map(_YEAR_OR_ROUND.fullmatch, groups))
            if (usual and not table) or _says(view, _CARD_WORD, start, end):
                yield Found(start, end, Kind.CARD, Level.BLOCK)


def _card_groups(run: DigitRun) -> Iterator[tuple[int, int]]:
    count = len(run.groups)
    for first in range(count):
        for size in (1, 3, 4):
            if run.lengths(first, first + size - 1) in _CARD_SHAPES and first + size <= count:
                yield first, first + size - 1
    if 1 < count <= 16 and run.is_plain() and sum(run.lengths(0, count - 1)) in (14, 15, 16):
        yield 0, count - 1


def insured(view: View) -> Iterator[Found]:
    """Numbers of insured persons: refused where insurance is spoken of, else only marked."""
    for named in _INSURED_NAMED.finditer(view.numbers):
        yield Found(*named.span("number"), Kind.INSURED, Level.BLOCK)
    for welfare in _WELFARE_NUMBER.finditer(view.numbers):
        spoken = view.says(_INSURED_WORD, *welfare.span(), before=20, after=12)
        yield Found(*welfare.span(), Kind.INSURED, Level.BLOCK if spoken else Level.WARN)
    for run in _of_digits(view, 10):
        for first, last in _ten_digits(run):
            start, end = run.place(first, last)
            # Without the word 番号 it is as likely the telephone of somebody insured.
            phone = first == last and LANDLINE.fullmatch(run.groups[first])
            if not phone and _speaks_of_insurance(view, start, end):
                yield Found(start, end, Kind.INSURED, Level.BLOCK)


def unnamed_insured(view: View) -> Iterator[Found]:
    """Ten digits in a row that are neither an office's nor a telephone's."""
    for run in _of_digits(view, 10):
        for first, last in _ten_digits(run):
            number = "".join(run.groups[first : last + 1])
            start, end = run.place(first, last)
            alone = first == last or len(run.groups) == 10
            before = view.words[max(0, start - 14) : start]
            office = _OFFICE_NUMBER.fullmatch(number) or _OFFICE_WORD.search(before)
            if (
                alone
                and not office
                and not _PART_OF_A_WORD.search(before)
                and not _COUNTED.match(view.words, end)
            ):
                yield Found(start, end, Kind.INSURED)


def _ten_digits(run: DigitRun) -> Iterator[tuple[int, int]]:
    """Ten digits in one group, or alone in their run."""
    for first, group in enumerate(run.groups):
        if len(group) == 10:
            yield first, first
    last = len(run.groups) - 1
    if 0 < last < 10 and run.is_plain() and sum(run.lengths(0, last)) == 10:
        yield 0, last


def _speaks_of_insurance(view: View, start: int, end: int) -> bool:
    """True when the word is near and no other number is announced in between."""
    before = view.words[max(0, start - CONTEXT_CHARACTERS - 6) : start]
    spoken = [*_INSURED_WORD.finditer(before)]
    if spoken:
        return _OTHER_NUMBER.search(before, spoken[-1].end()) is None
    if _OFFICE_WORD.search(before) or _OTHER_NUMBER.search(before[-8:]):
        return False
    return _INSURED_WORD.search(view.words, end, end + 8) is not None


def pensions(view: View) -> Iterator[Found]:
    """Basic pension numbers: four digits and six, or ten where a pension is spoken of."""
    for run in _of_digits(view, 10):
        for first in range(len(run.groups)):
            ten = run.lengths(first, first) == (10,)
            if not ten and run.lengths(first, first + 1) != (4, 6):
                continue
            start, end = run.place(first, first if ten else first + 1)
            spoken = view.says(_PENSION_WORD, start, end, before=12)
            year = _YEAR_OR_ROUND.fullmatch(run.groups[first])
            if spoken or not (ten or year or _COUNTED.match(view.words, end)):
                yield Found(start, end, Kind.PENSION)


def accounts(view: View) -> Iterator[Found]:
    """Numbers of bank accounts, where a bank or an account is spoken of."""
    for post in _POST_BANK.finditer(view.numbers):
        yield Found(*post.span("sign"), Kind.BANK, Level.BLOCK)
        yield Found(*post.span("number"), Kind.BANK, Level.BLOCK)
    for run in view.runs:
        last = len(run.groups) - 1
        shape = run.lengths(0, last)
        single = run.is_plain() and len(shape) in (6, 7, 8) and set(shape) == {1}
        if not (single or shape in _ACCOUNT_SHAPES or shape in _POST_BANK_SHAPES):
            continue
        start, end = run.place(0, last)
        if not _COUNTED.match(view.words, end) and _speaks_of_a_bank(view, start):
            yield Found(start, end, Kind.BANK, Level.BLOCK)


def _speaks_of_a_bank(view: View, start: int) -> bool:
    """True when only a few words, and no other number, part the bank from the number."""
    before = view.numbers[max(0, start - 40) : start]
    spoken = [*_BANK_WORD.finditer(before)]
    if not spoken:
        return False
    between = before[spoken[-1].end() :]
    return _BANK_GAP.fullmatch(between) is not None and not _BANK_BETWEEN.search(between)
