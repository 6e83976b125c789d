"""Word files for tests: an honest one, and the same with one thing in it that is not."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx

FIELDS = {
    "place": None,
    "title": None,
    "people": {"name": None, "office": None},
    "items": {"title": None, "actions": {"name": None, "days": {"day": None}}},
}
MAIN = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"


def word_file(*paragraphs: str, rows: Sequence[Sequence[str]] = (), header: str = "") -> bytes:
    """A file made in Word: paragraphs, then a table."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """What is packed in the file, by name."""
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: Mapping[str, bytes]) -> bytes:
    """A file of these parts."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return target.getvalue()


def with_part(name: str, content: bytes, data: bytes | None = None) -> bytes:
    """The file with one part more, or another one in its place."""
    return packed({**parts(data or word_file("{{ title }}")), name: content})


def changed(name: str, old: bytes, new: bytes, data: bytes | None = None) -> bytes:
    """The file with some bytes of a part changed."""
    found = parts(data or word_file("{{ title }}"))
    assert old in found[name], f"{old!r} does not stand in {name}"
    return packed({**found, name: found[name].replace(old, new, 1)})


def related(kind: str, target: str, *, external: bool) -> bytes:
    """The file with a relation to something more."""
    mode = ' TargetMode="External"' if external else ""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    said = f'<Relationship Id="rId99" Type="{office}/{kind}" Target="{target}"{mode}/>'
    return changed(RELATIONS, b"</Relationships>", said.encode() + b"</Relationships>")


def in_body(xml: str) -> bytes:
    """The file with this before its first paragraph."""
    return changed(MAIN, b"<w:body>", b"<w:body>" + xml.encode())


def words_of(data: bytes) -> str:
    """Everything the file says, in its text, its tables and its headers."""
    document = docx.Document(BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    heads = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    return "\n".join([*heads, *(paragraph.text for paragraph in document.paragraphs), *cells])
