"""Found words, marked in the text as it was typed."""

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.text import fold
from tracker.search.marking import EXCERPT, excerpt, marked
from tracker.search.queries import Kind
from tracker.search.showing import hits

AWKWARD = "ごミｺﾞﾐ゛ﾞ\u3099か㈱①ーＡa 　\n𠮷葛\U000e0100\u200b…|<&"


def shown(pieces):
    """The text with brackets around what is marked."""
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("毎週のゴミ出しを頼まれた。", ["ごみ"], "毎週の[ゴミ]出しを頼まれた。"),
        ("ｺﾞﾐとごみ", ["ごみ"], "[ｺﾞﾐ]と[ごみ]"),
        ("コ\u3099ミ出し", ["ごみ"], "[コ\u3099ミ]出し"),
        ("ゴ ミ", ["ごみ"], "[ゴ ミ]"),
        ("株式会社ではなく㈱です", ["株)"], "株式会社ではなく[㈱]です"),
        ("通院と買い物", ["買い物", "通院"], "[通院]と[買い物]"),
        ("ごみごみ", ["ごみ"], "[ごみごみ]"),
        ("ごみ出し", ["ごみ出", "み出し"], "[ごみ出し]"),
        ("何もない", ["ごみ"], "何もない"),
        ("", ["ごみ"], ""),
        ("ごみ", [], "ごみ"),
    ],
)
def test_the_words_are_marked_as_they_were_written(text, words, expected):
    assert shown(marked(text, words)) == expected


def test_an_excerpt_is_cut_around_the_first_word():
    text = "あ" * 300 + "通院の付き添い" + "い" * 300
    pieces = excerpt(text, ["通院"])
    assert shown(pieces).startswith("…あ")
    assert "[通院]の付き添い" in shown(pieces)
    assert shown(pieces).endswith("い…")
    assert sum(len(piece.text) for piece in pieces) == EXCERPT + 2


def test_an_excerpt_of_a_short_text_is_the_text():
    assert shown(excerpt("通院の付き添い", ["通院"])) == "[通院]の付き添い"


def test_an_excerpt_without_the_word_is_the_beginning():
    pieces = excerpt("あ" * 200, ["通院"])
    assert shown(pieces) == "あ" * EXCERPT + "…"


@given(st.text(alphabet=AWKWARD, max_size=40), st.text(alphabet=AWKWARD, max_size=3))
def test_no_sign_is_lost_and_what_is_marked_holds_the_word(text, typed):
    word = fold(typed)
    pieces = marked(text, [word])
    assert "".join(piece.text for piece in pieces) == text
    assert all(word in fold(piece.text) for piece in pieces if piece.found)


@given(st.text(max_size=300), st.text(max_size=3))
def test_an_excerpt_is_a_stretch_of_the_text(text, typed):
    pieces = excerpt(text, [fold(typed)])
    inside = "".join(piece.text for piece in pieces)
    assert inside.removeprefix("…").removesuffix("…") in text or inside in text
    assert len(inside) <= EXCERPT + 2


def test_a_text_of_minutes_is_shown_without_the_marks_it_was_written_with(app):
    text = "## 議題1 買い物\n\n**決めること** 移動販売を試すか\n\n- 場所は広場"
    town = {"area_ja": None, "area_en": None, "held_on": date(2026, 9, 30), "status": None}
    row = SimpleNamespace(id=1, meeting_id=2, meeting="第2回の会議", text=text, **town)
    with app.test_request_context("/?lang=ja"):
        (hit,) = hits(Kind.MINUTES_TEXT, [row], ["広場"])
    said = "".join(piece.text for piece in hit.text)
    assert "議題1 買い物" in said
    assert "場所は広場" in said
    assert not set("#*-") & set(said)
