"""Names by the form of address after them: 山田さん, ヤマダ様, よし子ちゃん, 佐藤先生."""

import re
from collections.abc import Iterator

from tracker.core.personal import familiar, roles
from tracker.core.personal.kinds import Found, Kind
from tracker.core.personal.view import View
from tracker.core.personal.words import SURNAMES, WORDS

KANJI = "一-鿿㐀-䶿豈-﫿𠀀-𪛟々"
_LONGEST = 16

_ADDRESS = re.compile(
    r"(?P<free>さ[ーぁあ]?\s?ん|さ\s?ま|サ[ーァア]?\s?ン(?![ァ-ヴー])|サマ(?![ァ-ヴー])|様|氏(?![名神族子素])"
    r"|ちゃん|チャン|く\s?ん|クン(?![ァ-ヴー]))"
    r"|(?P<bound>君(?![臨主が])|殿(?![下堂])|先生|せんせい|センセイ|女史|夫[妻婦人]|宅(?![配急地老食建内])"
    r"|家(?![族具電事庭屋計主内賃政畜系業裁柄])|邸|医師|看護師(?!会)|保健師|相談員|民生委員|主任|班長|会長|社長|院長|所長|店長"
    r"|課長|係長|部長|(?:Dr|CM|Ns)(?![A-Za-z])|ケアマネ|ヘルパー(?!ステ|事|派|セ|協|研))"
)
# What may follow a form of address; 薬をちゃんと, 時間をさんざん are none.
_CLEAR = re.compile(
    r"$|[^ぁ-んァ-ヴー々子式相態変便性状]|[がのはをにへともでやよねだなっおごちらた]|か(?:ら|な|も|ど|け|い?$|[\s。、?)])"
    r"|まで|しか|こと|より|いわ|あて|すみ|き[たま]|[ァ-ヴー]"
)
_NO_PERSON = re.compile(r"[一二三四五六七八九十百千数何]+[人名件軒組]?")

_KANJI_BEFORE = re.compile(rf"[{KANJI}]+(?:[ノツヶケヵ][{KANJI}]+)*$")
_SURNAME_BEFORE = re.compile(rf"([{KANJI}ノヶ]{{1,8}})[\s・]{{0,2}}$")
_KATAKANA_BEFORE = re.compile(r"(?:[ァ-ヴー]{2,10}[・=\s]){0,2}[ァ-ヴー]{2,12}$")
_BOTH_KANA_BEFORE = re.compile(r"[ぁ-んァ-ヴー]{3,6}$")
_HIRAGANA_BEFORE = re.compile(r"[ぁ-んー]+$")
_LATIN_BEFORE = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,12}(?:\s[A-Za-z]{2,12})?$")
_MIXED_BEFORE = re.compile(r"([ぁ-んァ-ヴー]{1,4})([子江枝代美乃恵])$")
_PARTICLES = tuple("のはがとへもにをや")
_BEFORE_NAMES = "のはがと"
_LIKE = frozenset({"様", "さま", "サマ"})


def addressed(view: View) -> Iterator[Found]:
    """Names before さん, 様, 氏 and the like; without the form of address, which may stay."""
    words = view.names
    for address in _ADDRESS.finditer(words):
        end = address.start()
        while (
            end > 0
            and address.start() - end < 3
            and words[end - 1] in " \u3000\t\n\r「」『』()【】”\"'"
        ):
            end -= 1
        clear = _is_clear(words, address)
        if not clear and "ぁ" <= words[end - 1 : end] <= "ん":
            continue
        known_only = address["bound"] is not None or not clear
        start = _name_start(words, end, address.group(), known_only=known_only)
        if start is not None:
            yield Found(start, end, Kind.NAME)


def _is_clear(words: str, address: re.Match[str]) -> bool:
    """False where the form of address may be the beginning of another word."""
    form, after = address.group(), words[address.end() : address.end() + 1]
    if form in {"ちゃん", "チャン"} and after in ("と", "ち"):
        return False
    if form == "さま" and after == "ち":
        return False
    if form[0] == "く" and after and after in "だでじやな":
        return False
    return _CLEAR.match(words, address.end()) is not None


def _name_start(words: str, end: int, form: str, *, known_only: bool) -> int | None:
    """Where the name that ends at `end` begins; None when there is none."""
    left = max(0, end - _LONGEST)
    before = words[left:end]
    if not before:
        return None
    last = before[-1]
    if mixed := _mixed(before) or _both_kana(before):
        return _with_surname(words, end - mixed)
    if re.match(rf"[{KANJI}]", last):
        length = _kanji(before, form, known_only=known_only)
    elif "ァ" <= last <= "ー":
        length = _katakana(before, form, known_only=known_only)
    elif "ぁ" <= last <= "ん":
        length = _hiragana(before, form, known_only=known_only)
    else:
        length = _latin(before)
    return _with_surname(words, end - length) if length else None


def _with_surname(words: str, start: int) -> int:
    """The place of a surname right before a given name, else of the given name."""
    left = max(0, start - 10)
    found = _SURNAME_BEFORE.search(words[left:start])
    if found is None:
        return start
    run = found[1]
    for length in (3, 2, 1):
        if run[-length:] in SURNAMES and _stands_alone(run[:-length], length):
            return left + found.end(1) - min(length, len(run))
    return start


def _stands_alone(prefix: str, length: int) -> bool:
    """True when what stands before a surname is nothing or a role; a short one needs nothing."""
    return not prefix or (length > 1 and not roles.without_roles(prefix))


def _kanji(before: str, form: str, *, known_only: bool) -> int:
    found = _KANJI_BEFORE.search(before)
    run = found.group() if found else ""
    for place in range(len(run)):
        if _is_known(run[place:]) and _stands_alone(run[:place], len(run) - place):
            shy = len(run) - place == 1 and before[: -len(run)].endswith(("お", "ご", "御"))
            return 0 if shy else len(run) - place
    if known_only or (form in _LIKE and roles.is_likeness(run)) or _NO_PERSON.fullmatch(run):
        return 0
    name = roles.without_roles(run)
    polite = before[: -len(run)].endswith(("お", "ご", "御")) or run[0] == "御"
    if len(name) == 1:
        family = _family(before[: -len(run)]) if familiar.is_given(name) else 0
        stands = name == run and not polite and familiar.is_one_kanji(name, like=form in _LIKE)
        return 1 + family if family or stands else 0
    return len(name) if 2 <= len(name) <= 5 and not (polite and name == run) else 0


def _family(before: str) -> int:
    """Length of an unknown surname and the blank that part it from a given name of one letter."""
    found = re.search(rf"(?<![{KANJI}])[{KANJI}]{{2,3}}\s{{1,2}}$", before)
    if found is None or not roles.without_roles(found.group().strip()):
        return 0
    return len(found.group())


def _is_known(run: str) -> bool:
    """True for a common surname, alone or with up to three kanji that are no role after it."""
    for length in (4, 3, 2, 1):
        if run[:length] in SURNAMES and len(run) >= length:
            given = run[length:]
            likely = familiar.is_given(given) or (length > 1 and 0 < len(given) <= 3)
            if not given or (likely and roles.without_roles(given) == given):
                return True
    return False


def _katakana(before: str, form: str, *, known_only: bool) -> int:
    found = _KATAKANA_BEFORE.search(before)
    if found is None:
        return 0
    parts = re.split(r"[・=\s]", found.group())
    name = roles.without_katakana_roles(parts[-1])
    known = familiar.is_surname_read(name) or familiar.is_given_read(name)
    if len(name) < 2 or ((known_only or form[0] == "サ") and not known):
        return 0
    length = len(name)
    for part in reversed(parts[:-1]):
        if name != parts[-1] or not roles.without_katakana_roles(part):
            break
        length += len(part) + 1
    return length


def _hiragana(before: str, form: str, *, known_only: bool) -> int:
    found = _HIRAGANA_BEFORE.search(before)
    run = found.group() if found else ""
    whole = len(run) < len(before) or len(before) < _LONGEST
    if roles.is_hiragana_role(run):
        return 0
    # 向かい before さん ends a word that began with a kanji; 山田ちよ is a name.
    kanji = _KANJI_BEFORE.search(before[: -len(run)])
    ends_word = kanji is not None and kanji.group()[-2:] not in SURNAMES
    for length in range(min(6, len(run)), 1, -1):
        name, rest = run[-length:], run[:-length]
        alone = whole and (rest in _PARTICLES or not (rest or ends_word))
        known = familiar.is_surname_read(name) or familiar.is_given_read(name)
        if known and (length > 2 or alone) and not roles.is_hiragana_role(name):
            return length + _surname_read(before[:-length])
    if known_only or form not in {"さん", "ちゃん"} or not whole:
        return 0
    return _unknown_hiragana(run, before[: -len(run)])


def _surname_read(before: str) -> int:
    """Length of a surname in hiragana, and the blank after it, right before a given name."""
    blank = len(before) - len(before.rstrip())
    rest = before.rstrip() if blank < 2 else ""
    for length in range(min(6, len(rest)), 2, -1):
        if familiar.is_surname_read(rest[-length:]):
            return length + blank
    return 0


def _unknown_hiragana(run: str, before: str) -> int:
    """Length of a word that stands for itself; what follows a kanji may be its ending."""
    if run[0] in _BEFORE_NAMES and len(run) > 2:
        run = run[1:]
    elif before and re.match(rf"[{KANJI}]", before[-1]):
        return 0
    refused = any(roles.is_hiragana_role(word) for word in (run, run[1:])) or run[0] in "おご"
    return len(run) if 2 <= len(run) <= 4 and not refused else 0


def _mixed(before: str) -> int:
    """Length of a given name in kana and one kanji, よし子, キヌ江; 0 when there is none."""
    found = _MIXED_BEFORE.search(before)
    if found is None:
        return 0
    kana = found[1]
    if re.fullmatch(r"[ァ-ヴー]{2,3}", kana):
        return len(kana) + 1
    for length in range(len(kana), 0, -1):
        if familiar.is_given_read(kana[-length:] + found[2]):
            return length + 1
    return 0


def _both_kana(before: str) -> int:
    """Length of a name written in hiragana and katakana at once: たなカ."""
    found = _BOTH_KANA_BEFORE.search(before)
    run = found.group() if found else ""
    for length in range(min(6, len(run)), 2, -1):
        name = run[-length:]
        both = re.search("[ぁ-ん]", name) and re.search("[ァ-ヴ]", name)
        if both and (familiar.is_surname_read(name) or familiar.is_given_read(name)):
            return length
    return 0


def _latin(before: str) -> int:
    found = _LATIN_BEFORE.search(before)
    word = found.group() if found else ""
    if not word or word.lower() in WORDS["companies"]:
        return 0
    parts = word.split()
    if any(familiar.is_romaji_surname(part) for part in parts):
        return len(word)
    written = len(parts[-1]) > 2 and parts[-1][0].isupper() and parts[-1][1:].islower()
    return len(parts[-1]) if written else 0
