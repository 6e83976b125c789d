"""The sheet of an item as blocks: figures as they were frozen, codes in words."""

import pytest
from flask_babel import force_locale

from tracker.exchange import sheets
from tracker.formats.papers import Facts, Heading, Paragraph, Table
from tracker.taxonomy import queries as taxonomy

EVIDENCE = {
    "cases": 1234,
    "offices": 5,
    "clients_up_to": 1234,
    "minutes_total": 98765,
    "minutes_median": 62.5,
    "minutes_lower_quartile": 40.0,
    "minutes_upper_quartile": 90.0,
    "minutes_mean": 80.0,
    "largest_office_share": 0.456,
    "gaps": [["G1", 1000], ["G7", 234]],
    "requesters": [["SELF", 1234]],
    "outcomes": [],
    "urgencies": [["E2", 1234]],
    "months": [["2026-10", 3], ["2026-11", 0]],
}
ISSUE = {
    "number": "R8-07",
    "title": "買い物の手段がない",
    "statement": "店が閉まった。",
    "evidence": EVIDENCE,
    "resources": ["移動販売とくし号", "配食みどり"],
}
CASE = {
    "number": "R8-13101-0042",
    "summary": "米を運んだ。",
    "wanted": "",
    "month": "2026-11",
    "times": 3,
    "minutes_each": 40,
    "minutes_total": 120,
    "act_type": "買い物",
    "act_type_en": "Shopping",
    "area": "東",
    "area_en": "East",
    "requester": "本人",
    "requester_en": "The person",
    "outcome": "自ら対応した",
    "outcome_en": "Did it ourselves",
    "gap": "資源がない",
    "gap_en": "No resource",
    "urgency": "数日のうちに必要",
    "urgency_en": "Needed within days",
}


@pytest.fixture
def codes(app):
    return taxonomy.codes(*sheets.COUNTED.values())


def _facts(blocks):
    (facts,) = [block for block in blocks if isinstance(block, Facts)]
    return dict(facts.rows)


def _issue(codes, **changes):
    evidence = {**EVIDENCE, **changes}
    return sheets.blocks({"issues": [{**ISSUE, "evidence": evidence}], "at": ""}, codes)


def test_an_issue_is_printed_with_its_number_and_statement(codes):
    with force_locale("en"):
        heading, statement, *_rest = _issue(codes)
    assert heading == Heading(2, "Issue R8-07: 買い物の手段がない")
    assert statement == Paragraph("店が閉まった。")


def test_the_figures_are_those_of_the_sheet(codes):
    with force_locale("en"):
        facts = _facts(_issue(codes))
    assert facts["Cases"] == "1,234 cases from 5 offices, of at most 1,234 people"
    assert facts["Minutes in all"] == "98,765 minutes"
    assert facts["Minutes for one case"].endswith("62.5 minutes or less; the middle half 40 to 90")
    assert facts["Share of the busiest office"] == "46%"
    assert facts["Resources for this"] == "移動販売とくし号, 配食みどり"


def test_answers_are_in_words_with_their_count_and_an_unknown_code_is_shown_as_it_is(codes):
    with force_locale("ja"):
        (facts,) = [block for block in _issue(codes) if isinstance(block, Facts)]
    said = [value for _term, value in facts.rows]
    assert "資源がない（1000）、G7（234）" in said
    assert "本人（1234）" in said


def test_an_answer_nobody_gave_has_no_row(codes):
    with force_locale("en"):
        assert "Outcome" not in _facts(_issue(codes))


def test_the_months_stand_in_a_table(codes):
    with force_locale("ja"):
        (table,) = [block for block in _issue(codes) if isinstance(block, Table)]
    assert table.head == ["R8.10", "R8.11"]
    assert table.rows == [["3", "0"]]
    assert table.numeric == {0, 1}


def test_an_issue_without_a_case_has_no_median_and_no_share(codes):
    spread = ("minutes_median", "minutes_lower_quartile", "minutes_upper_quartile")
    nothing = dict.fromkeys((*spread, "largest_office_share"))
    with force_locale("en"):
        facts = _facts(_issue(codes, cases=0, offices=0, minutes_total=0, **nothing))
    assert not facts.keys() & {"Minutes for one case", "Share of the busiest office"}


def test_a_need_that_nothing_serves_says_so(codes):
    with force_locale("en"):
        found = sheets.blocks({"issues": [{**ISSUE, "resources": []}], "at": ""}, codes)
        assert _facts(found)["Resources for this"] == "None is known."


@pytest.mark.parametrize(("language", "act", "gap"), [
    ("ja", "買い物", "資源がない"), ("en", "Shopping", "No resource"),
])  # fmt: skip
def test_a_case_is_printed_in_the_language_of_the_page(codes, language, act, gap):
    with force_locale(language):
        heading, facts = sheets.blocks({"cases": [CASE], "at": ""}, codes)
    said = [value for _term, value in facts.rows]
    assert "R8-13101-0042" in heading.text
    assert {act, gap, "米を運んだ。"} <= set(said)
    assert all(said)  # what nobody wrote has no row
