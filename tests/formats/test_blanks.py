"""Papers to be filled in by hand: boxes, lines, codes, and no more pages than there may be."""

import re
from io import BytesIO

import pypdf
import pytest
import segno
from flask import Flask
from flask_babel import Babel

from tracker.formats import papers, qr
from tracker.formats.blanks import (
    Cells,
    CodeTable,
    Fill,
    Lines,
    Question,
    Questions,
    Said,
    Ticks,
)
from tracker.formats.papers import Paper, Qr

PAYLOADS = [
    "#set page(fill: red)", '#read("/etc/passwd")', "$x^2$", "*bold* _italic_ `raw`",
    "= Heading", "[content]", "@cite <label>", "\\u{41}", "// comment", "{{7*7}}", "<b>&amp;",
]  # fmt: skip
TARGET = "https://kakehashi.town.example/cases/12"


@pytest.fixture(autouse=True)
def _words():
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield


def _paper(*blocks, **changes):
    fields = {"title": "提出票", "subtitle": "", "footer_left": "", "confidential": False}
    return Paper(**{**fields, "blocks": blocks, "faxed": True, **changes})


def _pdf(paper):
    return pypdf.PdfReader(BytesIO(papers.to_pdf(paper)))


def _text(reader):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def _everywhere(text):
    """The text in each place that such a paper has."""
    parts = [Ticks([text], text), Fill(f"{text} ____ {text}"), Cells(4, text), Said(text), Lines(2)]
    asked = Question(text, parts, hint=text)
    return (
        Qr(TARGET, text, [[asked]]),
        Questions([[asked], [asked, asked]]),
        CodeTable([(text, [(text, text)])]),
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_printed_as_it_was_written(payload):
    packed = re.sub(r"\s", "", payload)
    question, row_beside_a_code, caption, code = 8, 7, 1, 3
    places = 3 * question + row_beside_a_code + caption + code
    assert _text(_pdf(_paper(*_everywhere(payload)))).count(packed) == places


def test_a_choice_has_a_box_and_a_gap_is_a_line():
    parts = [Ticks(["本人", "家族"], "誰が"), Fill("____ 回")]
    text = _text(_pdf(_paper(Questions([[Question("問い", parts, must=True)]]))))
    assert text.startswith("提出票問い＊誰が□本人□家族回")


def test_what_is_written_at_length_has_all_the_width():
    asked = Question("あったこと", [Lines(5)], hint="短く", wide=True)
    drawn = _pdf(_paper(Questions([[asked]]))).pages[0].get_contents().get_data()
    tall = _pdf(_paper(Questions([[Question("あったこと", [Lines(1)])]]))).pages[0]
    assert drawn.count(b" l") >= tall.get_contents().get_data().count(b" l") + 4


def test_rows_stand_closer_where_a_paper_would_take_too_many_pages():
    rows = Questions([[Question(f"問い{n}", [Ticks(["はい", "いいえ"])])] for n in range(47)])
    assert len(_pdf(_paper(rows)).pages) == 2
    assert len(_pdf(_paper(rows, most_pages=1)).pages) == 1


def test_a_paper_that_cannot_be_made_shorter_loses_nothing():
    rows = Questions([[Question(f"問い{n}", [Ticks(["はい"])])] for n in range(150)])
    reader = _pdf(_paper(rows, most_pages=1))
    assert len(reader.pages) > 1
    assert "問い149" in _text(reader)


@pytest.mark.parametrize("most_pages", [0, 1])
def test_codes_stand_under_their_group_airy_or_dense(most_pages):
    groups = [(f"族{g}", [(f"C{g}{n}", f"種別{g}の{n}") for n in range(8)]) for g in range(22)]
    text = _text(_pdf(_paper(CodeTable(groups), most_pages=most_pages)))
    for group in range(22):
        head = text.index(f"族{group}C{group}0")
        assert head < text.index(f"C{group}7種別{group}の7")
    assert _text(_pdf(_paper(CodeTable([])))).startswith("提出票")


def test_the_picture_of_an_address_is_its_code_with_a_quiet_edge():
    assert qr.png(TARGET).startswith(b"\x89PNG")
    assert qr.png(TARGET) == qr.png(TARGET) != qr.png(f"{TARGET}3")
    assert segno.make_qr(TARGET, error="q").error in {"Q", "H"}
    (picture,) = _pdf(_paper(Qr(TARGET, "画面"))).pages[0]["/Resources"]["/XObject"].values()
    squares = len(segno.make_qr(TARGET, error="q").matrix) + 2 * qr.QUIET
    assert picture.get_object()["/Width"] == squares * qr.MODULE


def test_the_picture_has_words_for_whoever_cannot_see_it():
    assert "画面で開く" in _alternatives(_pdf(_paper(Qr(TARGET, "画面で開く"))))


def _alternatives(reader):
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found += [node["/Alt"]] if "/Alt" in node else []
            waiting += [node["/K"]] if "/K" in node else []
    return found


@pytest.mark.parametrize("block", [Questions([]), CodeTable([]), Qr(TARGET, "")])
def test_such_a_paper_has_no_word_file(block):
    with pytest.raises(TypeError):
        papers.to_docx(_paper(block))


def test_the_same_sheet_gives_the_same_pdf():
    paper = _paper(*_everywhere("一"), most_pages=2)
    assert papers.to_pdf(paper) == papers.to_pdf(paper)
