"""The blocks of a paper as a Word file, for `papers.to_docx`."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl, CT_Tc
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from tracker.core import clock
from tracker.formats.papers import Block, Facts, Heading, PageBreak, Paper, Paragraph, Table
from tracker.formats.papers import carried as plain

FONT = "BIZ UDPGothic"  # on every Windows since 2018
INSTEAD = "Yu Gothic"  # where it is missing, as on a Mac
WIDTH = Mm(170)  # A4 without its margins
TERM_WIDTH = Mm(42)
SIZES = {"Title": Pt(18), "Subtitle": Pt(13)}
SIZES |= {"Heading 1": Pt(14), "Heading 2": Pt(12), "Heading 3": Pt(10.5)}
IN_CELL = "NoSpacing"  # the style's id
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}


def written(paper: Paper) -> bytes:
    """The file; characters that XML cannot carry are left out."""
    document = Document()
    _set_page(document, paper)
    _set_styles(document)
    _name_substitute(document)
    _set_properties(document, paper)
    document.add_paragraph(plain(paper.title), "Title")
    if paper.subtitle:
        document.add_paragraph(plain(paper.subtitle), "Subtitle")
    for block in paper.blocks:
        _add(document, block)
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
            document.add_heading(plain(text), level)
        case Paragraph(text):
            document.add_paragraph(plain(text))
        case Facts(rows):
            _add_facts(document, rows)
        case Table():
            _add_table(document, block)
        case PageBreak():
            document.add_paragraph(style="No Spacing").paragraph_format.page_break_before = True


def _add_facts(document: WordDocument, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return  # Word calls a table without rows damaged
    table = _new_table(document, rows, [TERM_WIDTH, Length(WIDTH - TERM_WIDTH)])
    for row in table.tr_lst:
        _embolden(row.tc_lst[0])
    _leave_room(document)


def _add_table(document: WordDocument, block: Table) -> None:
    shares = block.shares()
    widths = [Length(WIDTH * share // sum(shares)) for share in shares]
    table = _new_table(document, [block.head, *block.rows], widths)
    head = table.tr_lst[0]
    head.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in head.tc_lst:
        _embolden(cell)
    for row in table.tr_lst:
        for index in block.numeric:
            row.tc_lst[index].p_lst[0].get_or_add_pPr().jc_val = WD_ALIGN_PARAGRAPH.RIGHT
    _leave_room(document)


def _new_table(
    document: WordDocument, rows: Sequence[Sequence[str]], widths: Sequence[Length]
) -> CT_Tbl:
    """The cells filled; on the elements, as python-docx's own rows cost 3 ms each."""
    table = document.add_table(len(rows), len(widths), "Table Grid")
    table.autofit = False
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    for row, texts in zip(table._tbl.tr_lst, rows, strict=True):
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width, text in zip(row.tc_lst, widths, texts, strict=True):
            cell.width = width
            cell.p_lst[0].style = IN_CELL
            cell.p_lst[0].add_r().text = plain(text)
    return table._tbl


def _embolden(cell: CT_Tc) -> None:
    for run in cell.p_lst[0].r_lst:
        run.get_or_add_rPr().append(OxmlElement("w:b"))


def _leave_room(document: WordDocument) -> None:
    """A table ends in an empty line: two tables in a row would grow together."""
    document.add_paragraph(style="No Spacing")


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
