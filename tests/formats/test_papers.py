"""A paper as PDF and as Word: what is written stays what it is, and can be read anywhere."""

import hashlib
import re
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask_babel import Babel

from tracker.formats import papers
from tracker.formats.papers import Facts, Heading, PageBreak, Paper, Paragraph, Table

FONTS = Path(papers.__file__).parent / "fonts"
# What a template engine, a layout language, Word, a sheet or a browser might obey.
PAYLOADS = [
    "{{7*7}}", "{{ config }}", "{% for x in y %}", "{%tr if 1 %}", "{# gone #}", "${7*7}",
    "#{1+1}", "<% 7*7 %>", "{{cycler.__init__.__globals__.os}}", "{{''.__class__.__mro__}}",
    "#set page(fill: red)", "#sys.inputs", "#read(\"/etc/passwd\")", "#include \"paper.typ\"",
    "$x^2$", "*bold* _italic_ `raw`", "= Heading", "- item + item / term: x", "[content]",
    "@cite <label>", "\\u{41} \\ \\n", "// comment", "/* comment */", "~ -- --- ...",
    "<w:fldSimple w:instr=\"DATE\"/>", "<w:t>x</w:t>", "]]> <![CDATA[x", "&amp; &lt; &#65;",
    "</w:p><w:p>", "<script>alert(1)</script>", "%s %(name)s {0}", "=HYPERLINK(\"x\")",
    "\"quoted\" 'quoted'", "<>&\"#$[]{{}}",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _words():
    """Enough of an application to have words for the marks."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield


def _paper(*blocks, **changes):
    fields = {
        "title": "令和8年度 第2回 地域ケア推進会議",
        "subtitle": "次第",
        "footer_left": "見晴市 長寿課",
        "confidential": True,
        "blocks": blocks,
    }
    return Paper(**{**fields, **changes})


def _pdf(paper):
    return pypdf.PdfReader(BytesIO(papers.to_pdf(paper)))


def _text(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


def _packed(text):
    """Without blanks and line ends: a line may break anywhere on paper."""
    return re.sub(r"\s|\u200b", "", text)


def _word(paper):
    return docx.Document(BytesIO(papers.to_docx(paper)))


def _everywhere(text):
    """The text in each place that a paper has."""
    table = Table([text], [[text]])
    changes = {"title": text, "subtitle": text, "footer_left": text, "mark": text}
    blocks = (Heading(1, text), Paragraph(text), Facts([(text, text)]), table)
    return _paper(*blocks, **changes)


def test_the_pdf_is_a4_tagged_and_titled():
    reader = _pdf(_paper(Paragraph("本文")))
    size = reader.pages[0].mediabox
    assert (round(size.width), round(size.height)) == (595, 842)
    assert reader.metadata.title == "令和8年度 第2回 地域ケア推進会議"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "ja-JP"


def test_a_date_in_the_pdf_can_be_searched_as_it_is_written():
    text = _text(
        _pdf(_paper(Paragraph("日時は令和8年11月24日（火）午後2時、課題R8-07の3件です。")))
    )
    assert "日時は令和8年11月24日（火）午後2時、課題R8-07の3件です。" in text


def test_each_page_has_its_number_the_foot_and_the_mark():
    reader = _pdf(_paper(Paragraph("一"), PageBreak(), Paragraph("二"), mark="案"))
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"{number} / 2" in text
        assert "見晴市 長寿課" in text
        assert "案" in text
        assert "Confidential" in text


def test_a_paper_that_may_be_handed_on_has_no_mark():
    assert "Confidential" not in _text(_pdf(_paper(Paragraph("一"), confidential=False)))


def test_only_our_two_fonts_are_in_the_pdf_and_both_are_embedded():
    reader = _pdf(_paper(Heading(1, "見出し Łódź 한 👍"), Paragraph("髙﨑邉𠮷 naïve Ōkubo 한 👍")))
    found = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in font["/FontDescriptor"].get_object()
            found.add(font["/BaseFont"].partition("+")[2])
    assert found == {"NotoSansJP-Regular", "NotoSansJP-Bold"}


def test_the_sign_of_the_era_that_the_font_lacks_is_written_out():
    assert "令和8年" in _text(_pdf(_paper(Paragraph("㋿8年"))))


def test_the_head_of_a_table_stands_on_each_of_its_pages():
    rows = [[str(number), "買い物に行けない人が増えている"] for number in range(90)]
    reader = _pdf(_paper(Table(["番号札", "議題"], rows, numeric=frozenset({0}), weights=(1, 5))))
    assert len(reader.pages) > 2
    assert all("番号札" in page.extract_text() for page in reader.pages)


def test_a_row_is_not_broken_over_two_pages():
    lines = "\n".join(f"{{}}の{line}" for line in range(8))
    rows = [[lines.format(*[f"行{number}"] * 8)] for number in range(20)]
    for page in _pdf(_paper(Table(["議題"], rows))).pages:
        text = page.extract_text()
        assert all((f"行{n}の0" in text) == (f"行{n}の7" in text) for n in range(20))


def test_a_row_longer_than_a_page_loses_nothing():
    lines = [f"{line}行目" for line in range(120)]
    text = _text(_pdf(_paper(Facts([("経過", "\n".join(lines))]))))
    assert all(line in text for line in lines)


def test_a_very_long_word_stays_on_the_page_and_is_copied_as_one():
    (page,) = _pdf(_paper(Table(["長い"], [["A" * 300]]))).pages
    lines = page.extract_text(extraction_mode="layout").splitlines()
    assert len([line for line in lines if set(line.strip()) == {"A"}]) > 3
    assert "A" * 300 in _packed(page.extract_text())


def test_the_same_paper_gives_the_same_pdf():
    paper = _paper(Heading(1, "議題1"), Facts([("事例", "12")]))
    assert papers.to_pdf(paper) == papers.to_pdf(paper)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_printed_as_it_was_written(payload):
    text = _packed(_text(_pdf(_everywhere(payload))))
    assert text.count(_packed(payload)) >= 10


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_literal_in_word(payload):
    document = _word(_everywhere(payload))
    section = document.sections[0]
    facts, table = document.tables
    assert [paragraph.text for paragraph in document.paragraphs][:4] == [payload] * 4
    assert section.header.paragraphs[0].text.startswith(f"【{payload}】")
    assert section.footer.paragraphs[0].text.startswith(payload)
    assert [cell.text for row in facts.rows for cell in row.cells] == [payload] * 2
    assert [cell.text for row in table.rows for cell in row.cells] == [payload] * 2
    fields = section.footer._element.xpath(".//w:fldSimple/@w:instr")
    assert fields == ["PAGE", "NUMPAGES"]
    assert not document.element.xpath("//w:fldSimple | //w:instrText | //w:hyperlink")


def test_characters_no_file_can_carry_are_left_out():
    bad = "前\x00\x0b\ud800\uffff後"
    assert "前後" in _text(_pdf(_paper(Paragraph(bad))))
    assert _word(_paper(Paragraph(bad))).paragraphs[2].text == "前後"


def test_line_ends_are_kept():
    assert "一\n二" in _text(_pdf(_paper(Paragraph("一\n二"))))
    assert _word(_paper(Paragraph("一\n二"))).paragraphs[2].text == "一\n二"


def test_word_has_real_headings_and_the_title_in_its_properties():
    document = _word(_paper(Heading(1, "議題1"), Heading(2, "課題"), Paragraph("本文")))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles == ["Title", "Subtitle", "Heading 1", "Heading 2", "Normal"]
    assert document.core_properties.title == "令和8年度 第2回 地域ケア推進会議"
    assert document.core_properties.author == ""


def test_word_is_a4():
    section = _word(_paper()).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_every_style_of_word_names_a_japanese_font_and_no_theme():
    document = _word(_paper())
    fonts = document.styles.element.xpath("//w:rFonts")
    assert fonts
    for font in fonts:
        assert font.get(qn("w:eastAsia")) == "BIZ UDPGothic"
        assert not [name for name in font.attrib if name.endswith("Theme")]
    with_font = document.styles.element.xpath("w:style[w:rPr/w:rFonts]/w:name/@w:val")
    assert {"Normal", "Title", "Subtitle", "heading 1", "heading 2", "heading 3"} <= set(with_font)


def test_word_knows_what_to_use_where_the_font_is_missing():
    with zipfile.ZipFile(BytesIO(papers.to_docx(_paper()))) as parts:
        fonts = parts.read("word/fontTable.xml").decode()
    assert '<w:font w:name="BIZ UDPGothic"><w:altName w:val="Yu Gothic"/>' in fonts


def test_in_word_the_head_is_repeated_numbers_stand_right_and_rows_are_whole():
    rows = [["1", "買い物"], ["2", "通院"]]
    (table,) = _word(_paper(Table(["番号", "議題"], rows, numeric=frozenset({0})))).tables
    assert table._tbl.xpath("w:tr[1]/w:trPr/w:tblHeader")
    assert not table._tbl.xpath("w:tr[position() > 1]/w:trPr/w:tblHeader")
    assert len(table._tbl.xpath("w:tr/w:trPr/w:cantSplit")) == 3
    assert table._tbl.xpath("w:tr/w:tc[1]/w:p/w:pPr/w:jc/@w:val") == ["right"] * 3
    assert not table._tbl.xpath("w:tr/w:tc[2]/w:p/w:pPr/w:jc")


def test_word_holds_no_macro_and_reaches_nothing_outside():
    with zipfile.ZipFile(BytesIO(papers.to_docx(_everywhere("文")))) as parts:
        assert not [name for name in parts.namelist() if "vba" in name.lower()]
        links = [name for name in parts.namelist() if name.endswith(".rels")]
        assert not [name for name in links if b"External" in parts.read(name)]


def test_empty_facts_leave_no_damaged_table():
    assert _word(_paper(Facts([]))).tables == []
    assert _pdf(_paper(Facts([])))


def test_the_vendored_fonts_are_those_written_down():
    written = dict(re.findall(r"^\| `([^`]+)` .*?`([0-9a-f]{64})`", _fonts_page(), re.MULTILINE))
    files = {path.name for path in FONTS.iterdir()} - {"FONTS.md"}
    assert written.keys() == files
    for name in files:
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == written[name], name


def _fonts_page():
    return (FONTS / "FONTS.md").read_text("utf-8")
