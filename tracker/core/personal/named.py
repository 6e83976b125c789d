"""Names without a form of address: 氏名：山田太郎, 佐藤花子は, 長女の和子が, 担当の鈴木に."""

import re
from collections.abc import Iterator

from tracker.core.personal import familiar, roles
from tracker.core.personal.addressed import KANJI
from tracker.core.personal.kinds import Found, Kind
from tracker.core.personal.view import View
from tracker.core.personal.words import SURNAMES, WORDS

_BOUNDARY = r"(?=$|[がのはをにへともでやら]|だ|[^ぁ-んァ-ヴー一-鿿々A-Za-z0-9]|さん|様|氏|です)"
_AFTER_NAME = re.compile(
    rf"{_BOUNDARY}|様|氏|殿|君|先生|本人|夫[妻人婦]|宅|[長次]女|[長次]男|妻|母|父|息子|娘|利用者|患者|名義|宛"
    rf"|[^{KANJI}]"
)
_AFTER_SHORT_NAME = re.compile(_BOUNDARY)

_LABEL = re.compile(
    r"(?:氏名|名前|なまえ|姓名|(?<!同)姓(?=は)|本名|実名|旧姓|名字|苗字|フリガナ|ふりがな|振り仮名|[者人主児]名)(?:\([^()\s]{1,6}\))?"
    r"\s?(?P<sign>[:;=】\]→\t]|は、?|\s)\s?"
)
_VALUE = re.compile(
    rf"[{KANJI}]{{1,5}}(?:[ノヶ][{KANJI}]{{1,3}})?(?:\s{{1,2}}[{KANJI}]{{1,4}}(?![{KANJI}]))?"
    r"|[ァ-ヴー]{2,8}(?:[\s・][ァ-ヴー]{2,8})?|[ぁ-ん]{2,6}(?:\s[ぁ-ん]{2,6})?"
    r"|[A-Z][A-Za-z]{1,11}(?:\s[A-Z][A-Za-z]{1,11})?"
)
_NO_VALUE = re.compile(
    r"不|非|未|無|な[しい]|記|省|略|匿|別|同|空|秘|仮|伏|確認|ひみつ|あり|要|上|右|左|前|後|漢字|平|片|偽|カタカナ|ひらがな"
    r"|イニシャル|わから|分|しら|知|聞|言|出|忘|覚|書|変|呼|個人|公|自分|だ[けれ]|すべ|全|一|それ|この|その|あの|どの|何|いえ|いわ|ふせ"
    r"|住|生年|年|性|電|男|女|等|及"
)
_SAID_TO_BE = re.compile(r"です|さん|様|氏|とい|と言|と申|である|ちゃん|$|[。\n]")
_ENDS_THERE = re.compile(r"$|[^ぁ-ん]|さん|さま|です|と|の|が")

_ROLE = (
    r"利用者|本人|担当者?|相談者|依頼者|申請者|家族|キーパーソン|KP|主治医|隣人|友人|知人|大家|民生委員|後見人|ケアマネ(?:ジャー)?"
    r"|ヘルパー|相談員|看護師|保健師|嫁|婿|長女|次女|長男|次男|娘|息子|夫|妻|母|父|兄|姉|弟|妹|甥|姪|通報者|契約者"
)
_OF_ROLE = re.compile(
    rf"(?:(?:{_ROLE})(?P<sign>[:=]\s?|の|は)|Dr\.?\s?)(?P<name>[{KANJI}]{{2,3}})(?![{KANJI}ァ-ヴー])"
)
# 母は福島に is about a place.
_NO_PLACES = SURNAMES - WORDS["places"]
_CALLED = re.compile(
    rf"(?<![{KANJI}])(?P<name>[{KANJI}]{{2,3}}?)(?:姓(?!名)"
    r"|(?:という|と言う|と名乗る)(?:お?名前|氏名|方|人|男|女|者|利用者|職員)"
    r"|の(?:奥|旦那|お?母|お?父|お?ば[あー]?|お?じ[いー]?|娘|息子|お?嫁|婆|爺)(?:さん|様|さま|ちゃん))"
)
_KIN = re.compile(
    r"(?:長女|次女|二女|三女|末娘|孫娘|長男|次男|二男|三男|息子|夫|妻|母|父|兄|姉|弟|妹|孫|娘|嫁|婿|叔母|伯母|叔父|伯父|甥|姪"
    r"|利用者|本人)(?P<sign>の名前は|[のは・、:(「\s])?"
    rf"(?P<name>[{KANJI}]{{2,3}}(?![{KANJI}])|[ァ-ヴ]{{2,4}}[子江枝代]?(?![ァ-ヴー]))"
)

_FIRST = re.compile(f"[{familiar.FIRST_LETTERS}]")
_KANJI_RUN = re.compile(rf"[{KANJI}]{{1,3}}")
_BEFORE = re.compile(rf"[{KANJI}]{{1,8}}$")
_KANA_GIVEN = re.compile(
    r"[ァ-ヴー]{2,4}[子江枝代]?(?![ァ-ヴー])|[ぁ-ん]{1,3}[子江枝代美乃恵]|(?P<hiragana>[ぁ-ん]{3,4})"
)


def named(view: View) -> Iterator[Found]:
    """Names after a label, surnames with a given name, given names after a kinship."""
    words = view.names
    yield from _full_names(words)
    yield from _labelled(words)
    for kin in _KIN.finditer(words):
        if _is_relative(words, kin):
            yield Found(*kin.span("name"), Kind.NAME)
    for of_role in _OF_ROLE.finditer(words):
        if _is_person(words, of_role):
            yield Found(*of_role.span("name"), Kind.NAME)
    for called in _CALLED.finditer(words):
        if called["name"] in _NO_PLACES:
            yield Found(*called.span("name"), Kind.NAME)


def _is_relative(words: str, kin: re.Match[str]) -> bool:
    """True when a given name follows the kinship: 長女の幸子が, 次男(健一)."""
    name, joined = kin["name"], kin["sign"] in {"の", "(", "「", "の名前は"}
    if "ァ" <= name[0] <= "ヴ":
        likely = familiar.is_given_read(name)
    else:
        likely = familiar.is_given(name, surely=not joined)
    return likely and _AFTER_SHORT_NAME.match(words, kin.end()) is not None


def _is_person(words: str, of_role: re.Match[str]) -> bool:
    name, sign = of_role["name"], of_role["sign"]
    if name not in _NO_PLACES:
        return False
    after = _SAID_TO_BE if sign == "は" else _AFTER_SHORT_NAME
    return after.match(words, of_role.end()) is not None


def _labelled(words: str) -> Iterator[Found]:
    for label in _LABEL.finditer(words):
        value = _VALUE.match(words, label.end())
        if value is None or _NO_VALUE.match(value.group()):
            continue
        if _is_value(words, value, said=label["sign"][0] == "は" or label["sign"].isspace()):
            yield Found(*value.span(), Kind.NAME)


def _is_value(words: str, value: re.Match[str], *, said: bool) -> bool:
    """True when the words after a label are a name, and not what is said about it."""
    name = value.group()
    if re.match(rf"[{KANJI}]", name):
        surname = next((name[:n] for n in (3, 2, 1) if name[:n] in SURNAMES), "")
        if surname and (name == surname or len(surname) > 1):
            return _AFTER_NAME.match(words, value.end()) is not None
        if len(name) < 2 or not roles.without_roles(name):
            return False
    if said:
        return _SAID_TO_BE.match(words, value.end()) is not None and len(name) > 1
    return _ENDS_THERE.match(words, value.end()) is not None


def _full_names(words: str) -> Iterator[Found]:
    """Common surnames followed by what is built like a given name."""
    floor = 0
    for first in _FIRST.finditer(words):
        start = first.start()
        if start < floor:
            continue
        for length in (3, 2, 1):
            surname = words[start : start + length]
            if len(surname) == length and surname in SURNAMES:
                end = _given_end(words, start + length, length)
                if end is not None and _may_begin(words, start):
                    yield Found(start, end, Kind.NAME)
                    floor = end
                    break


def _may_begin(words: str, start: int) -> bool:
    """True when no kanji, or a role, stands before the surname."""
    before = _BEFORE.search(words[max(0, start - 8) : start])
    return before is None or not roles.without_roles(before.group())


def _given_end(words: str, place: int, surname: int) -> int | None:
    """Where the given name ends that begins at `place` or after a blank; None when none does."""
    start = place
    while start < len(words) and start - place < 2 and words[start] in " \u3000\t":
        start += 1
    run = _KANJI_RUN.match(words, start)
    for length in range(len(run.group()) if run else 0, 0, -1):
        given = words[start : start + length]
        if not familiar.is_given(given, surely=surname == 1):
            continue
        after = _AFTER_SHORT_NAME if length == 1 else _AFTER_NAME
        if after.match(words, start + length):
            return start + length
    return _kana_given_end(words, start) if surname > 1 and run is None else None


def _kana_given_end(words: str, start: int) -> int | None:
    kana = _KANA_GIVEN.match(words, start)
    if kana is None:
        return None
    shortest = start + (3 if kana["hiragana"] else 2)
    for end in range(kana.end(), shortest - 1, -1):
        name = words[start:end]
        if familiar.is_given_read(name) and _AFTER_SHORT_NAME.match(words, end):
            return end
    return None
