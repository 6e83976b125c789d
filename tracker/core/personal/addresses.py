"""Addresses down to the house: a town or a block alone is fine."""

import re
from collections.abc import Iterator

from tracker.core.personal.kinds import Found, Kind
from tracker.core.personal.view import View

_LETTER = r"[一-鿿㐀-䶿豈-﫿々〆ァ-ヴーヶヵ]"
_KANJI_NUMBER = "〇零一二三四五六七八九十百千"
_NUMBER = rf"(?:[0-9]{{1,5}}|[{_KANJI_NUMBER}]{{1,7}})"
_TO = r"\s?[-‐‑‒–—―−─━﹘ーの之ノ]\s?"
# What is counted is no house: 2丁目5軒, 川瀬町2-3回.
_UNCOUNTED = (
    rf"(?![0-9{_KANJI_NUMBER}]|\s?(?:[円万人名回件個枚本年日時分週歳才度割%軒台便級歩等点戸棟床字階つ組班]"
    r"|番目|か?月|[かカヶケヵ箇]所|世帯|往復|メートル|キロ|丁目の|行目|k?m(?![a-z])))"
)
_BLOCK_AND_HOUSE = (
    rf"{_NUMBER}\s?丁目\s?{_NUMBER}"
    rf"(?:\s?番地?(?!目)(?:(?:{_TO}|\s)?{_NUMBER})?|\s?号|{_TO}{_NUMBER})*{_UNCOUNTED}"
)
_LOT = rf"{_NUMBER}\s?番地(?:(?:{_TO})?{_NUMBER}(?:\s?号)?)?|{_NUMBER}\s?番\s?{_NUMBER}\s?号"
_ROOM = rf"{_NUMBER}\s?号室"
_BUILDING = (
    r"(?:コーポ|ハイツ|メゾン|マンション|アパート|レジデンス|パレス|ハイム|コート|団地|住宅"
    r"|(?<=[一-鿿ぁ-ー])荘)"
)
_WING = r"[0-9A-Z]{1,2}\s?号?棟"
_FLAT = (
    rf"{_BUILDING}{_LETTER}{{0,6}}?\s?(?:{_WING}{_TO}?\s?|[0-9A-Z]{{1,2}}{_TO})?[0-9]{{3,4}}\s?号?"
    rf"(?![-0-9/:.番]){_UNCOUNTED}|{_WING}(?:{_TO}|\s?)[0-9]{{2,4}}\s?号?{_UNCOUNTED}"
)
_SECTION = (
    rf"(?:大字|小字|(?<![一-鿿])字|(?<=[市町村区郡])字)\s?{_LETTER}{{1,8}}?[0-9]{{1,5}}(?:{_TO}[0-9]{{1,4}})?(?:番地?(?!目))?"
    rf"{_UNCOUNTED}"
)
_HOUSE = re.compile("|".join((_BLOCK_AND_HOUSE, _LOT, _FLAT, _ROOM, _SECTION)))

_THREE = rf"[0-9]{{1,4}}{_TO}[0-9]{{1,3}}(?:{_TO}[0-9]{{1,4}}){{1,2}}{_UNCOUNTED}"
_TWO = rf"[0-9]{{1,4}}{_TO}[0-9]{{1,4}}(?!{_TO}[0-9]|[/.]){_UNCOUNTED}"
_NUMBERS = re.compile(
    rf"(?<={_LETTER})(?:(?<=[町村区市台丘郷里])\s?(?P<two>{_TWO})|\s?(?P<three>{_THREE}))"
    # 川瀬町上2-15, but not 町内2-15.
    rf"|(?<=[町村])(?![内会民営立長議役中])[一-鿿]{{1,2}}(?P<section>{_TWO})"
)
# A place is named right before the three numbers; these words are no place.
_NO_PLACE = re.compile(
    r"(?:様式|別紙|別表|別添|資料|図|表|課題|議題|事例|章|節|項|第|号|版|令和|平成|昭和|大正|明治|要介護|要支援"
    r"|介護度?|支援|血圧|脈拍?|体温|体重|番号|整理|番|日|回|時|年|月|度|円|人|歳|代|電話|携帯|記号|口座|通帳"
    r"|パターン|レベル|ステップ|ランク|コース|プラン|ケース|バージョン|スコア|テスト|検査|判定|自立度|食事?|毎食"
    r"|朝|昼|夕|夜|薬|錠|条例|規則|法律?|点数?|成績|割合?|比率?|値)\s?$"
)

_IS_LETTER = re.compile(_LETTER)
_SAID_BEFORE = re.compile(
    r"^.*(?:現住所|住所地?|自宅|居住地|所在地|転居先|実家|本籍地?|住まい|在住|[女男妻夫父母兄姉弟妹]宅|在)"
)
# さくら町, ひばりが丘: hiragana that begins where a name of a place may begin.
_KANA_PLACE = re.compile(r"(?:^|[都道府県市区郡町村\s、。:はの])([ぁ-ん]{2,6})$")
_LONGEST_PLACE = 24


def addresses(view: View) -> Iterator[Found]:
    """Houses, lots and rooms, each with the places named right before it."""
    for house in _HOUSE.finditer(view.words):
        yield _with_place(view.words, *house.span())
    for numbers in _NUMBERS.finditer(view.numbers):
        start, end = numbers.span(numbers.lastgroup or 0)
        if not numbers["three"] or not _NO_PLACE.search(view.words[max(0, start - 8) : start]):
            yield _with_place(view.words, start, end)


def _with_place(words: str, house: int, end: int) -> Found:
    """The house from where the names begin that lead to it: 石川県見晴市川瀬町 of 3-4."""
    left = max(0, house - _LONGEST_PLACE)
    blank = house - 1 if house - 2 >= left and words[house - 1].isspace() else house
    start = _letters_from(words, blank, left)
    start = house if start == blank else start
    kana = _KANA_PLACE.search(words[left:start]) if words[start] in "町台丘村ヶが" else None
    if kana is not None:
        start = _letters_from(words, left + kana.start(1), left)
    said = _SAID_BEFORE.match(words[start:house])
    return Found(start + said.end() if said else start, end, Kind.ADDRESS)


def _letters_from(words: str, place: int, left: int) -> int:
    """Where the kanji and katakana begin that end at `place`, with 2条 and 見晴市 川瀬町."""
    while place > left:
        before = words[place - 1]
        numbered = before in "0123456789" and words[place] in "0123456789条線"
        joined = before.isspace() and words[max(0, place - 2)] in "都道府県市区町村郡"
        if not (numbered or joined or _IS_LETTER.match(before)):
            break
        place -= 1
    return place
