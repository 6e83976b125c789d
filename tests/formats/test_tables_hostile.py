"""What is no harmless table: refused with its own sentence, soon, in little memory."""

import functools
import gzip
import stat
import warnings
import zipfile

import pytest

from tests.formats import workbooks as w
from tests.formats.workbooks import book, packed, parts, refusal, sheet

SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

EMPTY = "The file is empty."
DAMAGED = "The file is damaged or unusual"
MACROS = "Workbooks with macros are not taken"
PASSWORD = "The workbook has a password"
OLD = "a file of an old kind (.xls)"
PICTURE = "a picture or a film"
PACKED = "This is a packed file"
WEB_PAGE = "a web page under another name"
ENDINGS = "Only files ending in .xlsx, .csv, .tsv or .txt"
OTHER_ENDING = "but something else is in the file"
NOT_EXCEL = "This is not an Excel workbook"
UNPACKED = "Unpacked, the workbook would be too large"
PARTS = "more than 200 parts"
INSIDE = "Another file is packed inside"
NO_TEXT = "holds characters that are not text"
NO_HEADINGS = "No headings were found"
ONLY_HEADINGS = "There are headings, but no row below them."
QUOTES = "The quotation marks of the row that begins on line 3 do not match."
NEITHER = "The text is neither UTF-8 nor Shift_JIS"

pytestmark = pytest.mark.usefixtures("words")


def _flagged(flag):
    """The small workbook with a flag set on each part."""
    data = bytearray(book())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + place] |= flag
            start = data.find(mark, start + 4)
    return bytes(data)


def _with_link():
    info = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed([*parts().items(), (info, "/etc/passwd")])


def _twice(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of zipfile, that the name is there already
        return packed([*parts().items(), (name, sheet())])


@functools.cache
def _bomb():
    return book(more={SHEET: sheet(before=" " * 120_000_000)})


TEXT_FILES = {
    "nothing": (b"", "a.xlsx", EMPTY),
    "blanks": (b" \r\n\t", "a.csv", EMPTY),
    "old xls": (OLE + bytes(600), "a.xls", OLD),
    "old xls as xlsx": (OLE + bytes(600), "a.xlsx", OLD),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", PASSWORD),
    "pdf": (b"%PDF-1.7\n1 0 obj", "a.xlsx", "This is a PDF"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.csv", PICTURE),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(50), "a.xlsx", PICTURE),
    "gif": (b"GIF89a,1\n2,3", "a.csv", PICTURE),
    "webp": (b"RIFF\x10\0\0\0WEBP", "a.csv", PICTURE),
    "heic": (b"\0\0\0\x18ftypheic", "a.csv", PICTURE),
    "gzip": (gzip.compress(b"a,b\n1,2"), "a.csv", PACKED),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "a.xlsx", PACKED),
    "rar": (b"Rar!\x1a\x07\x01\0", "a.xlsx", PACKED),
    "empty zip": (packed({}), "a.xlsx", PACKED),
    "rtf": (b"{\\rtf1 a,b}", "a.csv", "This is a text document"),
    "html as xls": (b"<html><table><tr><td>a", "a.xls", WEB_PAGE),
    "html after blanks": (b"\xef\xbb\xbf \r\n<!DOCTYPE html>", "a.csv", WEB_PAGE),
    "html in utf-16": ("\ufeff<table>".encode("utf-16-le"), "a.xlsx", WEB_PAGE),
    "xml of 2003": (b'<?xml version="1.0"?><Workbook>', "a.xls", WEB_PAGE),
    "mhtml": (b"MIME-Version: 1.0\nX: y", "a.xls", WEB_PAGE),
    "csv as xlsx": (b"a,b\n1,2", "a.xlsx", OTHER_ENDING),
    "program before a workbook": (b"MZ" + book(), "a.xlsx", OTHER_ENDING),
    "unknown ending": (b"a,b\n1,2", "a.dat", ENDINGS),
    "no ending": (b"a,b\n1,2", "table", ENDINGS),
    "NUL": (b"a,b\n1,\x002", "a.csv", f"Line 2 {NO_TEXT}"),
    "utf-16 without mark": ("a,b\n1,2".encode("utf-16-le"), "a.csv", NO_TEXT),
    "no encoding": (b"a,b\n\xff\xff,\x80\x81", "a.csv", NEITHER),
    "half a utf-16": (b"\xff\xfea\0,\0b", "a.csv", "The text is neither"),
    "open quote": (b'a,b\n1,2\n3,"4\n5,6', "a.csv", QUOTES),
    "closed too early": (b'a,b\n1,2\n3,"4"5\n', "a.csv", QUOTES),
    "endless quote": (b'a,b\n1,2\n3,"' + b"4\n" * 200_000, "a.csv", QUOTES),
    "many rows": (b"a,b\n" + b"1,2\n" * 80_000, "a.csv", "has 80,000 rows; at most 5,000"),
    "too many rows to count": (b"a,b\n" + b"1,2\n" * 1_100_000, "a.csv", "more than 5,000 rows"),
    "blank rows without end": (b"a,b\n" + b"\n" * 4_000_000, "a.csv", "more than 5,000 rows"),
    "many columns": (b"a," * 101 + b"a\n", "a.csv", "has 102 columns; at most 100"),
    "a row of commas": (b"," * 19_000_000, "a.csv", "There are more than 100 columns"),
    "long cell": (b"a,b\n1," + b"x" * 32_768, "a.csv", "Cell B2 is longer than 32,767"),
    "too large": (b"a" * 20_000_001, "a.csv", "The file is too large"),
    "one column": (b"a\n1\n2", "a.csv", NO_HEADINGS),
    "headings too low": (b"a\n" * 11 + b"a,b\n1,2", "a.csv", NO_HEADINGS),
    "only headings": (b"a,b\n,\n", "a.csv", ONLY_HEADINGS),
}

PACKAGES = {
    "xlsx as csv": (book, "a.csv", OTHER_ENDING),
    "word": (lambda: packed({"word/document.xml": "<x/>"}), "a.xlsx", NOT_EXCEL),
    "ods": (lambda: packed({"mimetype": "x", "content.xml": "<x/>"}), "a.ods", "OpenDocument"),
    "xlsb": (lambda: book(more={"xl/workbook.bin": "x"}), "a.xlsx", "binary workbook"),
    "xlsm": (book, "a.xlsm", MACROS),
    "vba": (lambda: book(more={"xl/vbaProject.bin": "x"}), "a.xlsx", MACROS),
    "vba elsewhere": (lambda: book(more={"Custom/VBAPROJECT.BIN": "x"}), "a.xlsx", MACROS),
    "macro type": (
        lambda: book(more={"[Content_Types].xml": w.TYPES.replace("sheet.main", "macroEnabled")}),
        "a.xlsx",
        MACROS,
    ),
    "macro sheet": (lambda: book(more={"xl/macrosheets/sheet1.xml": "<x/>"}), "a.xlsx", MACROS),
    "links": (
        lambda: book(more={"xl/externalLinks/externalLink1.xml": "<x/>"}),
        "a.xlsx",
        "links to other workbooks",
    ),
    "encrypted part": (lambda: _flagged(0x1), "a.xlsx", PASSWORD),
    "bomb": (_bomb, "a.xlsx", UNPACKED),
    "bomb that says it is small": (lambda: w.with_size(_bomb(), SHEET, 1_000), "a.xlsx", DAMAGED),
    "part said to have 4 GB": (lambda: w.with_size(book(), SHEET, 0xFFFFFFF0), "a.xlsx", UNPACKED),
    "packed 200 to 1": (
        lambda: book(more={SHEET: sheet(before=" " * 5_000_000)}),
        "a.xlsx",
        UNPACKED,
    ),
    "100,000 parts": (lambda: w.directory(100_000, said=0xFFFF), "a.xlsx", PARTS),
    "100,000 parts, said 5": (lambda: w.directory(100_000, said=5), "a.xlsx", PARTS),
    "201 parts": (
        lambda: book(more={f"xl/media/{n}.png": "x" for n in range(196)}),
        "a.xlsx",
        PARTS,
    ),
    "zip in zip": (lambda: book(more={"xl/embeddings/a.zip": book()}), "a.xlsx", INSIDE),
    "zip as picture": (lambda: book(more={"xl/media/image1.png": book()}), "a.xlsx", INSIDE),
    "name twice": (lambda: _twice(SHEET), "a.xlsx", DAMAGED),
    "name twice but for case": (lambda: _twice(SHEET.upper()), "a.xlsx", DAMAGED),
    "name upwards": (lambda: book(more={"xl/../../etc/x": "x"}), "a.xlsx", DAMAGED),
    "name from the root": (lambda: book(more={"/etc/x": "x"}), "a.xlsx", DAMAGED),
    "name with drive": (lambda: book(more={"C:/x": "x"}), "a.xlsx", DAMAGED),
    "name with backslash": (lambda: book(more={"xl\\x": "x"}), "a.xlsx", DAMAGED),
    "name with NUL": (
        lambda: book(more={"xl/aXb.xml": "x"}).replace(b"xl/aXb.xml", b"xl/a\0b.xml"),
        "a.xlsx",
        DAMAGED,
    ),
    "symbolic link": (_with_link, "a.xlsx", DAMAGED),
    "wrong checksum": (
        lambda: packed(parts(), method=zipfile.ZIP_STORED).replace("青井".encode(), b"abcdef"),
        "a.xlsx",
        DAMAGED,
    ),
    "cut off": (lambda: book()[:-30], "a.xlsx", DAMAGED),
    "more behind": (lambda: book() + b"<html>", "a.xlsx", DAMAGED),
    "two packages": (lambda: book() + book(), "a.xlsx", DAMAGED),
    "comment": (lambda: packed(parts(), comment=b"hello"), "a.xlsx", DAMAGED),
    "bzip2": (lambda: packed(parts(), method=zipfile.ZIP_BZIP2), "a.xlsx", DAMAGED),
}


@pytest.mark.parametrize("name", TEXT_FILES)
def test_a_file_that_is_no_table_is_refused(name):
    data, filename, sentence = TEXT_FILES[name]
    assert sentence in refusal(data, filename)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_that_is_no_harmless_workbook_is_refused(name):
    make, filename, sentence = PACKAGES[name]
    assert sentence in refusal(make(), filename)


def test_a_wrong_encoding_that_was_chosen_is_refused_by_its_name():
    data = "氏名,数\n青井,5".encode("cp932")
    assert "cannot be read as utf-8" in refusal(data, "a.csv", encoding="utf-8")
    assert "one of the encodings offered" in refusal(data, "a.csv", encoding="utf-7")
