"""The sheet of an item as blocks: figures as they were frozen, codes in words."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from flask_babel import force_locale
from pypdf import PdfReader

from tests.meetings import full_sheet
from tracker.exchange import documents, sheets
from tracker.exchange.content import Item
from tracker.formats import papers
from tracker.formats.papers import (
    Beside,
    Facts,
    Heading,
    OnePage,
    PageBreak,
    Paper,
    Paragraph,
    Table,
)
from tracker.issues.material.models import MOST_OPTIONS
from tracker.meetings.models import QUESTION_LENGTH
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


def _flat(blocks):
    """The blocks one after the other, columns taken apart."""
    for block in blocks:
        if isinstance(block, Beside):
            yield from (*_flat(block.left), *_flat(block.right))
        else:
            yield block


def _facts(blocks):
    found = [block for block in _flat(blocks) if isinstance(block, Facts)]
    return {term: words for facts in found for term, words in facts.rows}


def _tables(blocks):
    return [block for block in _flat(blocks) if isinstance(block, Table)]


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


def test_when_every_case_says_who_it_is_about_the_number_of_people_is_exact(codes):
    with force_locale("en"):
        facts = _facts(_issue(codes, clients_up_to=900, clients_exact=True))
    assert facts["Cases"] == "1,234 cases from 5 offices, of 900 people"


COVER = [Paragraph("表紙"), PageBreak()]
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
        [["生協に聞く", "この地域にはない（4）", "4"]],
    ),
    (
        "en",
        [
            ["Tokushi van", "Full (2), Too expensive (1)", "3"],
            ["Meal delivery and shared meals", "There is none here (1)", "1"],
        ],
        [["Ask the co-op", "Not available here (4)", "4"]],
    ),
])  # fmt: skip
def test_what_was_tried_and_why_it_failed_stands_in_tables(codes, language, tried, missing):
    with force_locale(language):
        found = [table.rows for table in _tables(_issue(codes, **REMARKS))]
    assert found[1:3] == [tried, missing]


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
    months, resources = _tables(found)
    assert (len(months.head), resources.rows) == (2, [["移動販売とくし号"], ["配食みどり"]])
    assert not _facts(found).keys() & {
        "Circumstances of the household",
        "A fee was charged",
        "Departments",
    }


def test_answers_are_in_words_with_their_count_and_an_unknown_code_is_shown_as_it_is(codes):
    with force_locale("ja"):
        said = list(_facts(_issue(codes)).values())
    assert "資源がない（1,000）、G7（234）" in said
    assert "本人（1,234）" in said


def test_an_answer_nobody_gave_has_no_row(codes):
    with force_locale("en"):
        assert "Outcome" not in _facts(_issue(codes))


def test_the_months_stand_in_a_table(codes):
    with force_locale("ja"):
        table, _resources = _tables(_issue(codes))
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
    assert Paragraph("Resources for this: None is known.") in found


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


# --- everything there can be, on one page ---


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_fullest_sheet_there_can_be_is_printed_on_one_page(codes, language):
    item = Item(
        number="1",
        title=full_sheet.ISSUE["title"],
        question=full_sheet.long(QUESTION_LENGTH),
        presenter="東地域包括支援センター",
        begins="14:00",
        minutes="30",
        time="30分",
        evidence="E12-1234abcd",
        sheet=(),
        is_case=False,
    )
    with force_locale(language):
        item = replace(item, sheet=sheets.blocks(full_sheet.SHEET, codes))
        blocks = documents.item_sheet(item, documents.item_heading(item))
        paper = Paper("地域ケア推進会議", "", "", confidential=True, blocks=[*COVER, *blocks],
                      language=language)  # fmt: skip
        pages = PdfReader(BytesIO(papers.to_pdf(paper))).pages
    assert len(pages) == 2  # the cover, and the sheet
    printed = pages[1].extract_text()
    for words in ("67.5", "72.5", "1,076", "R8.11" if language == "ja" else "Nov 2026"):
        assert words in printed
    assert printed.count("事務局") == MOST_OPTIONS  # down to the last row of the page


def test_texts_that_have_room_are_printed_whole_and_longer_ones_are_cut(codes):
    short = {**full_sheet.ISSUE, "vignettes": [], "options": [], "parts": {},
             "statement": full_sheet.long(700)}  # fmt: skip
    with force_locale("ja"):
        whole = sheets.blocks({**full_sheet.SHEET, "issues": [short]}, codes)
        cut = sheets.blocks(full_sheet.SHEET, codes)
    assert Paragraph(full_sheet.long(700)) in whole
    (statement,) = [block for block in cut if isinstance(block, Paragraph)]
    assert statement.text.endswith("…")


def test_word_has_the_same_sheet_with_its_picture_read_aloud(codes):
    with force_locale("en"):
        blocks = [OnePage(sheets.blocks(full_sheet.SHEET, codes))]
        written = papers.to_docx(Paper("A", "", "", confidential=True, blocks=blocks))
    document = Document(BytesIO(written))
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr").startswith("420 cases in the last twelve months")
    assert any("Miharashi van" in cell.text for table in document.tables
               for row in table.rows for cell in row.cells)  # fmt: skip
