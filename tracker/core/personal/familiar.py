"""The names a reader would know for names: common surnames with their readings, given names."""

from collections.abc import Iterator

import jaconv

from tracker.core.personal.words import SURNAME_READINGS, SURNAMES, WORDS

# ﾔﾏﾀﾞ loses its marks in the plain view, so readings are compared without them.
_UNVOICED = str.maketrans(
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽぁぃぅぇぉっゃゅょ",
    "かきくけこさしすせそたちつてとはひふへほはひふへほあいうえおつやゆよ",
)


def _bare(kana: str) -> str:
    return jaconv.kata2hira(kana).translate(_UNVOICED)


def _romaji(kana: str) -> Iterator[str]:
    """さとう as satou, typed, and sato, in a passport."""
    typed = jaconv.kana2alphabet(kana)
    yield typed
    yield typed.replace("ou", "o").replace("oo", "o").replace("uu", "u")


FIRST_LETTERS = "".join(sorted({name[0] for name in SURNAMES}))
_READINGS = frozenset(map(_bare, SURNAME_READINGS))
_GIVEN = frozenset(map(_bare, WORDS["given names"]))
_ROMAJI = frozenset(word for kana in SURNAME_READINGS for word in _romaji(kana))
_LAST_KANJI_READ = {
    "子": "こ", "江": "え", "枝": "え", "代": "よ", "美": "み", "乃": "の", "恵": "え"
}  # fmt: skip


def is_surname_read(kana: str) -> bool:
    """True for the reading of a common surname, in hiragana or katakana, with marks or without."""
    return _bare(kana) in _READINGS


def is_given_read(name: str) -> bool:
    """True for a given name as it sounds: ハナ, よしこ, よし子."""
    return _bare(name[:-1] + _LAST_KANJI_READ.get(name[-1:], name[-1:])) in _GIVEN


def is_romaji_surname(word: str) -> bool:
    """True for Yamada, SATO, satou."""
    return word.lower() in _ROMAJI


def is_given(kanji: str, *, surely: bool = False) -> bool:
    """True for one to three kanji built like a given name: 清, 太郎, 美智子.

    :param surely: only what hardly any other word is built like, 和子 and 正夫
    """
    if not kanji or kanji in WORDS["not given"]:
        return False
    if len(kanji) == 1:
        return kanji in WORDS["given alone"] and not surely
    begins, ends = WORDS["given begins"], WORDS["given ends"]
    last = WORDS["given sure ends"] if surely else ends
    inner = all(char in begins or char in ends for char in kanji[1:-1])
    return inner and kanji[0] in begins and kanji[-1] in last


def is_one_kanji(kanji: str, *, like: bool) -> bool:
    """True for a name of one kanji, before a form of address: 誠, 梶.

    :param like: before 様, which means "like" as well: only surnames then
    """
    return kanji in WORDS["one kanji"] or (not like and kanji in WORDS["given alone"])
