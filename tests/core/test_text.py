"""Search keys, stored texts and numeric boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import text
from tracker.core.text import ControlCharacterError, DigitRun, Plain


@pytest.mark.parametrize(
    "spellings",
    [
        ("ケアマネ", "ｹｱﾏﾈ", "けあまね", "ケア マネ", "ケア\u3000マネ"),
        ("ゴミ", "ごみ", "ｺﾞﾐ", "コ\u3099ミ", "ゴ\u200bミ"),
        ("サービス", "さーびす", "ｻｰﾋﾞｽ", "サ－ビス", "サ-ビス", "サ−ビス", "サ―ビス"),
        ("9〜17時", "９～１７時", "9~17時", "9-17時", "9–17時", "9 〜 17時"),
        ("R8-13101-0042", "ｒ８ー１３１０１ー００４２", "r8‐13101‐0042"),
        ("ADL", "adl", "ＡＤＬ"),
        ("龍ケ崎市", "龍ヶ崎市"),
        ("一カ月", "一ヵ月", "一ヶ月".replace("ヶ", "ヵ")),
        ("葛飾", "葛\U000e0100飾"),
        ("㈱かけはし", "(株)カケハシ"),
        ("入院 付き添い", "入院\n付き添い", "入院付き添い"),
    ],
)
def test_spellings_of_one_word_share_a_search_key(spellings: tuple[str, ...]) -> None:
    assert len({text.fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("ビル", "ビール"), ("はは", "ばば"), ("病院", "美容院"), ("髙橋", "高井"), ("び", "ひ")],
)
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert text.fold(one) != text.fold(other)


@pytest.mark.parametrize("word", ["独居", "髙﨑", "𠮷田", "👵"])
def test_kanji_and_emoji_are_searched_as_they_are(word: str) -> None:
    assert text.fold(word) == word


def test_blanks_fold_to_nothing() -> None:
    assert text.fold(" \u3000\t\r\n\u200b\ufeff") == ""


@given(st.text())
def test_folding_a_key_changes_nothing(typed: str) -> None:
    key = text.fold(typed)
    assert text.fold(key) == key


@given(st.text(alphabet="かガ゛゜\u3099\u309aワヷヾー～ﾞ İǰJ\u030cΣςK①\u0301\u200dヵヶ\u3000"))
def test_folding_a_key_of_awkward_characters_changes_nothing(typed: str) -> None:
    key = text.fold(typed)
    assert text.fold(key) == key
    assert not any(char.isspace() for char in key)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("入院\u3000付き添い", ["入院", "付き添い"]),
        ("\u3000独居 \n", ["独居"]),
        ("ゴミ 出し", ["ごみ", "出し"]),
        ("ゴミ ごみ ｺﾞﾐ 夜間", ["ごみ", "夜間"]),
        ("", []),
        (" \u3000\t", []),
        ("\u200b 通院", ["通院"]),
        ("b a b", ["b", "a"]),
    ],
)
def test_a_query_is_its_folded_words_in_order_each_once(query: str, keys: list[str]) -> None:
    assert text.words(query) == keys


@given(st.text())
def test_words_are_never_empty_and_never_twice(query: str) -> None:
    keys = text.words(query)
    assert all(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("一行目\r\n二行目\r三行目\n", "一行目\n二行目\n三行目"),
        ("段落\u2028次\u2029終", "段落\n次\n終"),
        ("\u3000 髙﨑さん、𠮷田さん\t", "髙﨑さん、𠮷田さん"),
        ("語\u3000句 と\t表", "語\u3000句 と\t表"),
        ("家族👨‍👩‍👧と相談🙂", "家族👨‍👩‍👧と相談🙂"),
        ("ｶﾅ①㈱～〜−", "ｶﾅ①㈱～〜−"),
        ("\n\n", ""),
        ("", ""),
    ],
)
def test_a_stored_text_keeps_what_was_typed_but_line_ends_and_margins(
    typed: str, stored: str
) -> None:
    assert text.clean(typed) == stored


@pytest.mark.parametrize(
    "bad",
    ["\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x85", "\x9f",
     chr(0xD800), chr(0xDFFF), "\ufffe", "\uffff"],
)  # fmt: skip
def test_a_character_no_file_can_carry_is_refused_with_its_place(bad: str) -> None:
    with pytest.raises(ControlCharacterError) as caught:
        text.clean(f" 訪問\r\n{bad}先")
    assert caught.value.position == 5


def test_a_bad_character_in_the_margin_is_not_overlooked() -> None:
    with pytest.raises(ControlCharacterError):
        text.clean("訪問\x1f")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    assert text.clean(text.clean(typed)) == text.clean(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("１２３", "123"),
        ("０４５ー１２３", "045-123"),
        ("０４５ー１２３ー４５６７", "045-123-4567"),
        ("045-123-4567", "045-123-4567"),
        ("０４５－１２３−４５６７", "045-123-4567"),
        ("045‐123–4567", "045-123-4567"),
        ("045ｰ123ｰ4567", "045-123-4567"),
        ("（０４５）１２３", "(045)123"),
        ("\u3000１．５ ", "1.5"),
        ("−３", "-3"),
        ("＋８１", "+81"),
        ("１，２００", "1,200"),
        ("10²", "10²"),
        ("十", "十"),
        ("", ""),
    ],
)
def test_a_numeric_box_takes_full_width_digits_and_any_dash(typed: str, number: str) -> None:
    assert text.digits(typed) == number


@given(st.integers(0, 10**12))
def test_full_width_numbers_are_saved_as_the_number(number: int) -> None:
    wide = str(number).translate({48 + n: 0xFF10 + n for n in range(10)})
    assert text.digits(wide) == str(number)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("０９０", "090"),
        ("٠٩٠", "090"),
        ("⓪⑨⓪", "090"),
        ("①090", "|090"),
        ("0\ufe0f\u20e39\ufe0f\u20e3", "09"),
        ("ﾏｲﾅﾝﾊﾞｰ", "マイナンハー"),
        ("0\u200b9", "09"),
    ],
)
def test_the_plain_view_shows_disguised_digits_as_digits(typed: str, shown: str) -> None:
    assert Plain.of(typed).text == shown


@given(st.text(min_size=1))
def test_every_plain_character_knows_the_place_it_was_typed(typed: str) -> None:
    plain = Plain.of(typed)
    assert len(plain.places) == len(plain.text) + 1
    assert plain.places == sorted(plain.places)
    for place in range(len(plain.text)):
        start, end = plain.typed(place, place + 1)
        assert 0 <= start < end <= len(typed)


def test_a_run_of_digits_ends_where_words_stand_between() -> None:
    runs = DigitRun.read("03-1234 5678と(045)678")
    assert [(run.lead, run.groups, run.gaps) for run in runs] == [
        ("", ["03", "1234", "5678"], ["", "-", " "]),
        ("(", ["045", "678"], ["", ")"]),
    ]
