"""A Word file of somebody else, looked through before anything in it is used.

What is found is said in plain sentences, all of it at once where the file can be read at all.
Nothing is unpacked to disk, no entity is resolved, nothing outside the file is asked for.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from stat import S_ISLNK
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from flask_babel import gettext as _
from lxml import etree

MOST_BYTES = 2_000_000
MOST_PARTS = 300
MOST_UNPACKED = 20_000_000  # bytes, all parts together
MOST_IN_PART = 4_000_000
MOST_RATIO = 150  # unpacked to packed
MAIN = "word/document.xml"

_ENCRYPTED = 0x1
_OLD = b"\xd0\xcf\x11\xe0"  # a file of Word 97, or one behind a password
_ERRORS = (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error)
_KINDS = {"xml", "rels", "png", "jpg", "jpeg", "gif", "bmp", "emf", "wmf", "odttf"}
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^[^>]*encoding=["']([^"']+)""")
# What one part may say of another, by the last word of the relation's name.
_RELATIONS = {
    *("officeDocument", "core-properties", "extended-properties", "custom-properties"),
    *("styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "theme", "font"),
    *("numbering", "header", "footer", "footnotes", "endnotes", "image", "hyperlink"),
    *("customXml", "customXmlProps", "thumbnail", "glossaryDocument", "comments", "people"),
    *("commentsExtended", "commentsIds", "commentsExtensible", "keymap"),
}
_WEB = ("http://", "https://", "mailto:")
# Fields that only count or repeat what stands in the file.
_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "TOC", "PAGEREF", "REF", "STYLEREF", "SEQ"}
_FIELDS |= {"DATE", "TIME", "SAVEDATE", "CREATEDATE", "PRINTDATE", "EQ", "SYMBOL"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_INSIDE = {"altChunk", "object", "OLEObject", "control", "subDoc", "mailMerge", "movie"}
_TRACKED = {"ins", "del", "moveFrom", "moveTo"}


class RefusedError(Exception):
    """The file is not taken, with every reason as a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        """Keep the reasons, each once."""
        super().__init__(reasons[0])
        self.reasons = list(dict.fromkeys(reasons))


def looked_through(data: bytes) -> dict[str, etree._Element]:
    """The XML parts of the file by name, in small letters.

    :raises RefusedError: for whatever is no plain Word file, or holds more than words and pictures
    """
    archive, entries = _opened(data)
    reasons = list(_of_names(entries))
    parts: dict[str, etree._Element] = {}
    for entry in entries:
        if entry.filename.lower().rpartition(".")[2] in {"xml", "rels"}:
            root = _parsed(archive, entry, reasons)
            if root is not None:
                parts[entry.filename.lower()] = root
    if reasons:
        raise RefusedError(reasons)
    if MAIN not in parts or "[content_types].xml" not in parts:
        raise RefusedError([_("This is not a Word file (.docx).")])
    reasons += [*_of_types(parts), *_of_relations(parts), *_of_elements(parts)]
    if reasons:
        raise RefusedError(reasons)
    return parts


def _opened(data: bytes) -> tuple[ZipFile, list[ZipInfo]]:
    if len(data) > MOST_BYTES:
        raise RefusedError([_("The file is larger than 2 MB. Please make its pictures smaller.")])
    if data.startswith(_OLD):
        raise RefusedError(
            [_("The file has a password or the old format (.doc). Please save it as .docx.")]
        )
    try:
        archive = ZipFile(BytesIO(data))
    except _ERRORS as error:
        raise RefusedError([_("This is not a Word file (.docx).")]) from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(data):
        raise RefusedError([_("Unpacked, the file would be far too large.")])
    return archive, entries


def _of_names(entries: list[ZipInfo]) -> Iterator[str]:
    names = [entry.filename.lower() for entry in entries]
    odd = any(
        name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name
        for name in names
    )
    linked = any(S_ISLNK(entry.external_attr >> 16) for entry in entries)
    packed = any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries)
    if odd or linked or packed or len(set(names)) < len(names):
        yield _("The file is built in a way no Word file is. Please save it anew in Word.")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        yield _("The file has a password or the old format (.doc). Please save it as .docx.")
    if any("vbaproject" in name or "vbadata" in name for name in names):
        yield _macros()
    elif any(not name.endswith("/") and name.rpartition(".")[2] not in _KINDS for name in names):
        yield _("Something other than text and pictures is packed inside. Please take it out.")


def _macros() -> str:
    return _("The file holds macros. Please save it as .docx without macros.")


def _parsed(archive: ZipFile, entry: ZipInfo, reasons: list[str]) -> etree._Element | None:
    """The part; None and a reason more where it cannot be read in safety."""
    if entry.file_size > MOST_IN_PART:
        reasons.append(_("Unpacked, the file would be far too large."))
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        content = archive.read(entry)
        content.decode("utf-8")
        said = _ENCODING.search(content[:200])
        if said and said.group(1).lower() != b"utf-8":
            raise ValueError("another encoding than Word's")
        if _DTD.search(content):
            reasons.append(_("The file defines words of its own (a DTD), which Word never does."))
            return None
        return etree.fromstring(content, parser)
    except (*_ERRORS, etree.XMLSyntaxError):  # a text that is no UTF-8 is a ValueError too
        reasons.append(_("The file is damaged. Please save it anew in Word."))
        return None


def _of_types(parts: Mapping[str, etree._Element]) -> Iterator[str]:
    found = [one for one in parts["[content_types].xml"] if isinstance(one.tag, str)]
    types = {(one.get("PartName") or "").lower(): one.get("ContentType") or "" for one in found}
    said = " ".join(one.get("ContentType") or "" for one in found)
    if "macroEnabled" in said or "vbaProject" in said:
        yield _macros()
    elif types.get(f"/{MAIN}") != _MAIN_TYPE or any(map(_is_disguised, found)):
        yield _("This is not a Word file (.docx).")


def _is_disguised(one: etree._Element) -> bool:
    """Is a part said to be XML that was not read as such?"""
    name = (one.get("PartName") or f".{one.get('Extension')}").lower()
    return "xml" in (one.get("ContentType") or "") and not name.endswith((".xml", ".rels"))


def _of_relations(parts: Mapping[str, etree._Element]) -> Iterator[str]:
    for name, root in parts.items():
        if not name.endswith(".rels"):
            continue
        for one in root:
            if isinstance(one.tag, str):
                yield from _of_relation(one)
    main = [
        (one.get("Target") or "").lstrip("/").lower()
        for one in parts.get("_rels/.rels", ())
        if (one.get("Type") or "").endswith("/officeDocument")
    ]
    if main != [MAIN]:
        yield _("This is not a Word file (.docx).")


def _of_relation(one: etree._Element) -> Iterator[str]:
    kind, target = (one.get("Type") or "").rpartition("/")[2], one.get("Target") or ""
    if one.get("TargetMode") == "External" or "://" in target:
        if kind != "hyperlink" or not target.lower().startswith(_WEB):
            yield _(
                "The file fetches something from elsewhere: %(what)s. Please put it into the file.",
                what=target[:80],
            )
    elif kind not in _RELATIONS:
        yield _("The file holds something that is not text: %(what)s.", what=kind[:40])


def _of_elements(parts: Mapping[str, etree._Element]) -> Iterator[str]:
    for name, root in parts.items():
        if not name.startswith("word/") or name.endswith(".rels"):
            continue
        seen = {_local(one) for one in root.iter(etree.Element)}
        if found := sorted(seen & _INSIDE):
            yield _("The file holds something that is not text: %(what)s.", what=found[0])
        if seen & _TRACKED and name == MAIN:
            yield _("The file holds tracked changes. Please accept or refuse them all.")
        for code in _field_codes(root):
            if not _harmless(code):
                yield _("The field “%(code)s” of Word is not allowed.", code=code.strip()[:40])


def _harmless(code: str) -> bool:
    """Does the field only count, repeat what stands in the file, or lead to the web?"""
    word = (code.split() or ["PAGE"])[0].upper()
    if word == "HYPERLINK":
        return "\\l" in code or any(start in code.lower() for start in _WEB)
    return word in _FIELDS


def _local(one: etree._Element) -> str:
    return etree.QName(one).localname


def _field_codes(root: etree._Element) -> Iterator[str]:
    """What Word's own fields say, each put together from its pieces."""
    waiting: list[str] = []
    for one in root.iter(W + "fldSimple", W + "fldChar", W + "instrText"):
        kind = one.get(W + "fldCharType")
        if one.tag == W + "fldSimple":
            yield one.get(W + "instr") or ""
        elif one.tag == W + "instrText":
            waiting = [*waiting[:-1], (waiting or [""])[-1] + (one.text or "")]
        elif kind == "begin":
            waiting.append("")
        elif waiting:
            yield waiting.pop()
            waiting += [""] if kind == "separate" else []
    yield from waiting
