"""What was typed into the search field, understood."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.text import fold
from tracker.search.asking import DATA, Question

MIHARASHI = 98201


def first_ways(typed):
    """Each word as it was typed, folded."""
    return [ways[0] for ways in Question.read(typed).words]


def case_numbers(typed, *towns):
    """How the numbers may begin that were asked for."""
    number = Question.read(typed).number
    assert number is not None, f"{typed} is a number"
    return number.of_cases(towns)


def test_words_are_parted_by_blanks_of_every_kind_and_asked_once():
    assert first_ways("ゴミ　ごみ 通院\n ﾍﾙﾊﾟｰ") == ["ごみ", "通院", fold("ヘルパー")]


@pytest.mark.parametrize("typed", ['"外出 介助"', "“外出　介助”", "外出介助"])
def test_a_phrase_in_quotation_marks_is_one_word(typed):
    assert first_ways(typed) == ["外出介助"]


@pytest.mark.parametrize("typed", ["", " 　\n", '""', "\u200b", '"'])
def test_blanks_ask_for_nothing(typed):
    assert Question.read(typed).is_empty or first_ways(typed) == ['"']


@pytest.mark.parametrize("typed", ["通院", "病院"])
def test_seeing_a_doctor_and_the_hospital_are_looked_for_together(typed):
    (ways,) = Question.read(typed).words
    assert {"通院", "病院"} <= set(ways)
    assert ways[0] == typed


def test_the_words_that_were_added_are_told_but_not_what_was_typed():
    question = Question.read("受診 買い物")
    assert question.added == ["通院", "病院", "買物"]


def test_a_word_without_a_line_in_the_list_stands_alone():
    assert Question.read("猟銃").words == (("猟銃",),)


def test_every_line_of_the_list_holds_two_different_words_or_more():
    with (DATA / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        lines = [line["words"].split() for line in csv.DictReader(file)]
    short = [words for words in lines if len({fold(word) for word in words}) < 2]
    assert lines
    assert not short


@pytest.mark.parametrize("typed", ["R8-98201-0042", "ｒ８－９８２０１－００４２", "r8-98201-0042"])
def test_the_whole_number_of_a_case_is_a_number_in_every_writing(typed):
    assert case_numbers(typed) == ["R8-98201-0042"]
    assert Question.read(typed).words == ()


def test_inside_a_town_its_code_may_be_left_out():
    assert case_numbers("R8-0042", MIHARASHI) == ["R8-98201-0042"]


def test_zeros_may_be_left_out_and_the_end_as_well():
    assert case_numbers("R8-42", MIHARASHI) == ["R8-98201-0042", "R8-98201-42"]
    assert case_numbers("R8-98201-00") == ["R8-98201-00"]
    assert case_numbers("R8-", MIHARASHI) == ["R8-98201-"]


@pytest.mark.parametrize("typed", ["課題 R8-07", "課題R8-07", "R8-7", "地域課題　R8-07"])
def test_an_issue_is_asked_for_with_or_without_its_word(typed):
    question = Question.read(typed)
    assert question.number is not None
    assert "R8-07" in question.number.of_issues()
    assert question.words == ()


def test_a_number_with_a_town_is_no_number_of_an_issue():
    question = Question.read("R8-98201-0042")
    assert question.number is not None
    assert question.number.of_issues() == []


def test_words_beside_a_number_are_asked_for_too():
    question = Question.read("R8-0042 ごみ")
    assert question.number is not None
    assert question.words[0][0] == "ごみ"
    assert [ways[0] for ways in question.all_words] == ["ごみ", "r8-0042"]


@pytest.mark.parametrize("typed", ["8-0042", "R-42", "要介護3-4", "R8", "RR8-1", "R８００42"])
def test_what_only_looks_like_a_number_is_a_word(typed):
    question = Question.read(typed)
    assert question.number is None
    assert first_ways(typed) == [fold(typed)]


@given(st.text(max_size=200))
def test_whatever_is_typed_can_be_read(typed):
    question = Question.read(typed)
    assert all(way for ways in question.words for way in ways)
    assert all(fold(ways[0]) == ways[0] for ways in question.words)
