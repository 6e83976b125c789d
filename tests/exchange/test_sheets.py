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
    assert facts["Minutes in all"] == "98,765"
    assert facts["Minutes for one case"].endswith("62.5 minutes or less; the middle half 40 to 90")
    assert facts["Share of the busiest office"] == "46%"
    assert facts["Resources for this"] == "移動販売とくし号, 配食みどり"


def test_when_every_case_says_who_it_is_about_the_number_of_people_is_exact(codes):
    with force_locale("en"):
        facts = _facts(_issue(codes, clients_up_to=900, clients_exact=True))
    assert facts["Cases"] == "1,234 cases from 5 offices, of 900 people"


REMARKS = {
    "household": [["ALONE", 7]],
    "hour_bands": [["NIGHT", 3]],
    "charges": [["NONE", 3], ["PAID", 1]],
    "charged_share": 0.25,
    "asked_by_town": 2,
    "departments": [["長寿課", 2]],
    "bodies_agreed": [["NO", 2]],
    "tried": [
        {
            "category": "RS_SHOP",
            "name_ja": "とくし号",
            "name_en": "Tokushi van",
            "cases": 3,
            "results": [["FULL", 2], ["COST", 1]],
        },
        {"category": "RS_MEAL", "name_ja": "", "name_en": "", "cases": 1, "results": [["NONE", 1]]},
    ],
    "steps_missing": [{"text_ja": "生協に聞く", "text_en": "Ask the co-op", "cases": 4}],
}


@pytest.mark.parametrize(("language", "tried", "missing"), [
    (
        "ja",
        [
            ["とくし号", "いっぱいだった（2）、費用が払えない（1）", "3"],
            ["配食・会食", "地域にない（1）", "1"],
        ],
        [["生協に聞く", "4"]],
    ),
    (
        "en",
        [
            ["Tokushi van", "Full (2), Too expensive (1)", "3"],
            ["Meal delivery and shared meals", "There is none here (1)", "1"],
        ],
        [["Ask the co-op", "4"]],
    ),
])  # fmt: skip
def test_what_was_tried_and_why_it_failed_stands_in_tables(codes, language, tried, missing):
    with force_locale(language):
        found = _issue(codes, **REMARKS)
    tables = [block.rows for block in found if isinstance(block, Table)]
    assert tables[:2] == [tried, missing]


def test_circumstances_charges_and_what_the_town_asked_have_their_rows(codes):
    with force_locale("en"):
        facts = _facts(_issue(codes, **REMARKS))
    assert facts["Circumstances of the household"] == "Lives alone (7)"
    assert facts["At what hours"] == "Night (3)"
    assert facts["A fee was charged"] == "25 % of the cases that say so"
    assert facts["What the municipality asked for"] == "2 cases"
    assert facts["Departments"] == "長寿課 (2)"
    assert facts["Agreed with the care managers' bodies"] == "Not agreed (2)"


def test_a_sheet_frozen_before_these_were_asked_shows_none_of_them(codes):
    with force_locale("en"):
        found = _issue(codes)
    assert len([block for block in found if isinstance(block, Table)]) == 1  # months
    assert not _facts(found).keys() & {
        "Circumstances of the household",
        "A fee was charged",
        "Departments",
    }


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
