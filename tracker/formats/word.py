"""The blocks of a paper as a Word file, for `papers.to_docx`."""

import functools
from collections.abc import Collection, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from tracker.core import clock
from tracker.formats import bars
from tracker.formats.bars import Bars
from tracker.formats.papers import (
    Beside,
    Block,
    Facts,
    Heading,
    OnePage,
    PageBreak,
    Paper,
    Paragraph,
    Table,
)
from tracker.formats.papers import carried as plain

FONT = "BIZ UDPGothic"  # on every Windows since 2018
INSTEAD = "Yu Gothic"  # where it is missing, as on a Mac
WIDTH = Mm(170)  # A4 without its margins
TERM_WIDTH = Mm(42)
SIZES = {"Title": Pt(18), "Subtitle": Pt(13)}
SIZES |= {"Heading 1": Pt(14), "Heading 2": Pt(12), "Heading 3": Pt(10.5)}
IN_CELL = "NoSpacing"  # the style's id
_START, _END = '<w:t xml:space="preserve">', "</w:t>"
_TABLE = (
    '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:type="auto" w:w="0"/>'
    '<w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0"'
    ' w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr>'
)
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}


def written(paper: Paper) -> bytes:
    """The file; characters that XML cannot carry are left out."""
    document = Document(BytesIO(_styled()))
    _set_page(document, paper)
    _set_properties(document, paper)
    document.add_paragraph(plain(paper.title), "Title")
    if paper.subtitle:
        document.add_paragraph(plain(paper.subtitle), "Subtitle")
    for block in paper.blocks:
        _add(document, block)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


@functools.cache
def _styled() -> bytes:
    """An empty file in our styles; setting them took as long as all the rest."""
    document = Document()
    _set_styles(document)
    _name_substitute(document)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _set_properties(document: WordDocument, paper: Paper) -> None:
    """What the file says of itself: its title, and nobody's name."""
    properties = document.core_properties
    properties.title = plain(paper.title)
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.language = LANGUAGES[paper.language]
    properties.created = properties.modified = clock.now()


def _add(document: WordDocument, block: Block) -> None:
    match block:
        case Heading(level, text):
            _styled_as(document.add_paragraph(plain(text)), f"Heading{level}")
        case Paragraph(text):
            document.add_paragraph(plain(text))
        case Facts(rows):
            _add_facts(document, rows)
        case Table():
            _add_table(document, block)
        case Bars():
            _add_bars(document, block)
        case Beside() | OnePage():
            _add_all(document, block)
        case PageBreak():
            _leave_room(document).paragraph_format.page_break_before = True


def _add_all(document: WordDocument, block: Beside | OnePage) -> None:
    """What another block holds, one after the other: Word has no columns side by side here."""
    held = block.blocks if isinstance(block, OnePage) else [*block.left, *block.right]
    for one in held:
        _add(document, one)


def _add_bars(document: WordDocument, chart: Bars) -> None:
    """The chart as a picture that is read aloud by its sentence."""
    picture = document.add_picture(BytesIO(bars.png(chart)), width=WIDTH)
    picture._inline.docPr.set("descr", plain(chart.summary))


def _add_facts(document: WordDocument, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return  # Word calls a table without rows damaged
    _put_table(document, rows, [TERM_WIDTH, Length(WIDTH - TERM_WIDTH)], bold_terms=True)


def _add_table(document: WordDocument, block: Table) -> None:
    shares = block.shares()
    widths = [Length(WIDTH * share // sum(shares)) for share in shares]
    rows = [block.head, *block.rows]
    _put_table(document, rows, widths, has_head=True, numeric=block.numeric)


def _put_table(
    document: WordDocument,
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    *,
    has_head: bool = False,
    bold_terms: bool = False,
    numeric: Collection[int] = (),
) -> None:
    """The table and room behind it; as XML, for python-docx takes 3 ms for each row."""
    written = [
        _row(
            [
                _cell(
                    text,
                    width,
                    bold=(has_head and not number) or (bold_terms and not index),
                    right=index in numeric,
                )
                for index, (text, width) in enumerate(zip(row, widths, strict=True))
            ],
            is_head=has_head and not number,
        )
        for number, row in enumerate(rows)
    ]
    columns = "".join(f'<w:gridCol w:w="{width.twips}"/>' for width in widths)
    table = parse_xml(
        f"<w:tbl {nsdecls('w')}>{_TABLE}<w:tblGrid>{columns}</w:tblGrid>{''.join(written)}</w:tbl>"
    )
    document.element.body._insert_tbl(table)
    _leave_room(document)


def _row(cells: Sequence[str], *, is_head: bool) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, width: Length, *, bold: bool, right: bool) -> str:
    side = '<w:jc w:val="right"/>' if right else ""
    strong = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width.twips}"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{IN_CELL}"/>{side}</w:pPr>'
        f"<w:r>{strong}{_in_run(text)}</w:r></w:p></w:tc>"
    )


def _in_run(text: str) -> str:
    """The words of a run as text nodes; line ends and tabs as Word has them."""
    words = escape(plain(text))
    inner = words.replace("\n", f"{_END}<w:br/>{_START}").replace("\t", f"{_END}<w:tab/>{_START}")
    return f"{_START}{inner}{_END}"


def _styled_as(paragraph: WordParagraph, style: str) -> WordParagraph:
    """By the style's id: looking a style up by its name costs a millisecond each time."""
    paragraph._p.style = style
    return paragraph


def _leave_room(document: WordDocument) -> WordParagraph:
    """A table ends in an empty line: two tables in a row would grow together."""
    return _styled_as(document.add_paragraph(), IN_CELL)


def _set_page(document: WordDocument, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    header.add_run("　".join(f"【{plain(mark)}】" for mark in paper.marks())).bold = True
    footer = section.footer.paragraphs[0]
    stops = document.styles["Footer"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{plain(paper.footer_left)}\t")
    _add_field(footer, "PAGE")
    footer.add_run(" / ")
    _add_field(footer, "NUMPAGES")


def _set_styles(document: WordDocument) -> None:
    """Each style names its font: one without an East Asian name falls back to Word's own."""
    styles = document.styles
    for style in list(styles):
        if style.type is WD_STYLE_TYPE.TABLE and style.name not in {"Normal Table", "Table Grid"}:
            style.delete()
        elif style.type in {WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER}:
            _name_font(style.element.get_or_add_rPr())
    (defaults,) = styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    _name_font(defaults)
    (language,) = defaults.xpath("w:lang")
    language.set(qn("w:val"), LANGUAGES["en"])
    language.set(qn("w:eastAsia"), LANGUAGES["ja"])
    styles["Normal"].font.size = Pt(10.5)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in SIZES.items():
        styles[name].font.size = size
        styles[name].font.bold = name != "Subtitle"
        styles[name].font.italic = False
        styles[name].font.color.rgb = RGBColor(0, 0, 0)
    for name in ("Title", "Subtitle"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for border in styles[name].element.xpath("w:pPr/w:pBdr"):
            border.getparent().remove(border)


def _name_font(properties: BaseOxmlElement) -> None:
    """Our font by name for every script, in place of the theme's."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)


def _name_substitute(document: WordDocument) -> None:
    """Where our font is missing, Word takes the one we name and does not guess."""
    part = document.part.part_related_by(RT.FONT_TABLE)
    fonts = parse_xml(part.blob)
    font, other = OxmlElement("w:font"), OxmlElement("w:altName")
    font.set(qn("w:name"), FONT)
    other.set(qn("w:val"), INSTEAD)
    font.append(other)
    fonts.append(font)
    part._blob = serialize_part_xml(fonts)


def _add_field(paragraph: WordParagraph, code: str) -> None:
    """A number that Word fills in; the code is ours, never what somebody wrote."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)
    field.append(paragraph.add_run("1")._r)
