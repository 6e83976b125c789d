"""What becomes of a text: letters for persons, dots for what is refused, and nothing else."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import Clock
from tracker.accounts.viewer import Viewer
from tracker.core import drafts, personal

VALID = "983205673214"


@pytest.mark.parametrize(
    ("text", "lettered"),
    [
        ("山田さんの通院", "Aさんの通院"),
        ("山田さんと佐藤様と山田さん", "AさんとB様とAさん"),
        ("髙橋さんと高橋さん、山 田さん", "AさんとAさん、Bさん"),
        ("Aさんの隣の山田さん", "Aさんの隣のBさん"),
        ("Ａ氏とC病院と山田さんと佐藤さん", "Ａ氏とC病院とBさんとDさん"),
        ("山田太郎（82）は独居", "A（82）は独居"),
        ("Mr Yamada and Sato-san", "Mr A and B-san"),
        ("ﾔﾏﾀﾞｻﾝの件", "Aｻﾝの件"),
        ("昭和12年3月4日生まれ", "昭和12年生まれ"),
        ("Ｓ１２．３．４生", "Ｓ１２年生"),
        ("S120304生", "S12年生"),
        ("生年月日 1937/3/4", "生年月日 1937年"),
        ("昭和十二年三月四日", "昭和十二年"),
        ("誕生日は3月4日", "誕生日は●●●"),
        ("見晴市本町2-3-4に住む", "●●●に住む"),
        ("電話090-1234-5678", "電話●●●"),
        (f"番号{VALID}、口座番号1234567", "番号●●●、口座番号●●●"),
        ("困りごとだけの文", "困りごとだけの文"),
    ],
)
def test_persons_become_letters_births_years_and_the_rest_dots(text: str, lettered: str) -> None:
    assert personal.letter(text) == lettered


def test_after_twenty_six_persons_there_are_no_letters_left() -> None:
    names = (
        "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 山口 松本 井上 木村 清水 池田"
    )
    names += " 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田"
    lettered = personal.letter("、".join(f"{name}さん" for name in names.split()))
    assert (lettered[:7], lettered[-7:]) == ("Aさん、Bさん", "Zさん、●さん")


def test_only_the_given_spans_become_letters() -> None:
    text = "山田さんと佐藤さん"
    assert personal.letter(text, personal.find(text)[1:]) == "山田さんとAさん"
    assert personal.letter(text, []) == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"番号{VALID}です", "番号●●●●●●●●●●●●です"),
        ("番号9832-0567-3214", "番号●●●●-●●●●-●●●●"),
        ("番号九八三二〇五六七三二一四", "番号●●●●●●●●●●●●"),
        ("山田さん、口座番号１２３４５６７", "山田さん、口座番号●●●●●●●"),
        ("被保険者番号 0001234567、090-1234-5678", "被保険者番号 ●●●●●●●●●●、090-1234-5678"),
        ("0001234567", "0001234567"),
        ("昭和12年3月4日生まれの佐藤様", "昭和12年3月4日生まれの佐藤様"),
    ],
)
def test_what_is_refused_is_hidden_digit_by_digit_and_the_rest_untouched(
    text: str, hidden: str
) -> None:
    assert personal.hide(text) == hidden


def test_a_draft_tells_persons_by_letters(clock: Clock, aoi: Viewer) -> None:
    typed = f"山田さんの番号は{VALID}、電話は090-1234-5678"
    draft = drafts.save(aoi.person_id, "case", {"summary": typed}, at=clock.now())
    assert draft.fields == {"summary": "Aさんの番号は●●●、電話は●●●"}


def test_a_draft_that_was_vouched_for_keeps_all_but_what_is_refused(
    clock: Clock, aoi: Viewer
) -> None:
    typed = f"山田商店の山田さん、番号は{VALID}"
    draft = drafts.save(aoi.person_id, "case", {"wanted": typed}, at=clock.now(), vouched=True)
    assert draft.fields == {"wanted": "山田商店の山田さん、番号は●●●●●●●●●●●●"}


ALPHABET = (
    "0123456789０９〇一九①⑨-ー−  \n\u3000()+＋.@＠aｂ.jp月年日R/SHT昭和マイナンバー個人番号"
    "口座被保険者\u200b㏠⒈●İ山田太郎佐藤さんサ様氏:ﾔﾏﾀﾞ町丁目室生〒M名は長女のYamada"
)
PARTS = (
    f"{VALID}|123456789010|090|1234|5678|045-123-4567|a@b.jp|個人番号|+81|-| |\n|(|)|ー|@|"
    "娘|0|12|2024-06-24|山田|太郎|さん|様|氏名：|の|長女|和子|昭和|12年|3月|4日|生|"
    "S12.3.4|口座|1234567|被保険者番号|0001234567|見晴市|川瀬町|3-4|-5|2丁目|号室|203|〒|"
    "231-0017|Mr |Yamada|-san|A|B氏|ヤマダ|サン|よし子|はなこ|4111 1111 1111 1111|免許証|"
    "H123456789|、|。|誕生日は|一|〇九〇|銀行|記号|番号|12340|年金|1234-567890|●●●|●"
).split("|")
awkward = st.one_of(
    st.text(),
    st.text(alphabet=ALPHABET, max_size=80),
    st.lists(st.sampled_from(PARTS), max_size=20).map("".join),
)


@given(awkward)
def test_spans_are_in_order_apart_and_within_the_text(text: str) -> None:
    edges = [edge for span in personal.find(text) for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in personal.find(text))


@given(awkward)
def test_a_masked_text_has_nothing_left_to_find_and_masks_to_itself(text: str) -> None:
    masked = personal.mask(text)
    assert personal.find(masked) == []
    assert personal.mask(masked) == masked


@given(awkward)
def test_a_lettered_text_has_nothing_left_to_find_and_is_no_longer(text: str) -> None:
    lettered = personal.letter(text)
    assert personal.find(lettered) == []
    assert personal.letter(lettered) == lettered
    assert len(lettered) <= len(text)


@given(awkward)
def test_a_hidden_text_is_not_refused_and_hides_to_itself(text: str) -> None:
    hidden = personal.hide(text)
    assert not personal.blocks(hidden)
    assert personal.hide(hidden) == hidden
    assert len(hidden) == len(text)
    assert all(now in (was, "●") for was, now in zip(text, hidden, strict=True))


@given(awkward)
def test_pieces_put_together_are_the_text(text: str) -> None:
    cut = personal.pieces(text, personal.find(text))
    assert "".join(piece.text for piece in cut) == text
    assert all(piece.text for piece in cut)


def _seconds(work: Callable[[str], object], text: str) -> float:
    """Processor time of the quickest of three tries."""
    tries = []
    for _try in range(3):
        begun = time.process_time()
        work(text)
        tries.append(time.process_time() - begun)
    return max(min(tries), 0.001)


@pytest.mark.parametrize("work", [personal.find, personal.letter, personal.hide])
@pytest.mark.parametrize(
    "stretch",
    ["山田さん", "山", "様", "はさん", "ァ・", "昭和12年", "1丁目", "町1-", "氏名：", "Yamada ",
     "口座1", "4111 1111 1111 ", "山 ", "0,", "長女の和", "記号1", "H1 "],
)  # fmt: skip
def test_four_times_the_text_takes_no_more_than_nine_times_as_long(
    work: Callable[[str], object], stretch: str
) -> None:
    short = (stretch * 1_000)[:1_000]
    assert _seconds(work, short * 4) < 9 * _seconds(work, short)
