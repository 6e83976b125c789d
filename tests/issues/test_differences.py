"""Two texts side by side: what was taken out, what was put in, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.issues.differences import Kind, compare


def said(pieces):
    return [(piece.kind.value, piece.text) for piece in pieces]


def test_the_same_text_has_no_difference():
    assert said(compare("米が重い。", "米が重い。")) == [("kept", "米が重い。")]


def test_a_word_without_spaces_around_it_is_found():
    found = said(compare("店が閉まり、買い物に困る。", "店が閉まり、通院に困る。"))
    assert found == [
        ("kept", "店が閉まり、"),
        ("out", "買い物"),
        ("in", "通院"),
        ("kept", "に困る。"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "out", "put_in"),
    [
        ("週に3回", "週に30回", "3", "30"),
        ("the shop closed", "the shops closed", "shop", "shops"),
        ("サービスがない", "ボランティアがない", "サービス", "ボランティア"),
    ],
)
def test_numbers_words_and_katakana_are_not_cut(before, after, out, put_in):
    found = said(compare(before, after))
    assert ("out", out) in found
    assert ("in", put_in) in found


def test_a_single_sign_between_two_changes_is_no_island():
    assert said(compare("朝、夜", "昼、晩")) == [("out", "朝、夜"), ("in", "昼、晩")]


def test_all_of_it_may_be_new_or_gone():
    assert said(compare("", "新しい。")) == [("in", "新しい。")]
    assert said(compare("古い。", "")) == [("out", "古い。")]
    assert compare("", "") == []


TEXTS = st.text(alphabet="買い物に困るカー12ab 、。\n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_back(before, after):
    found = compare(before, after)
    assert "".join(p.text for p in found if p.kind is not Kind.IN) == before
    assert "".join(p.text for p in found if p.kind is not Kind.OUT) == after
    assert found == compare(before, after)
