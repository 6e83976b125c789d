"""Workbooks whose parts would deceive, fill the memory or end the process: each is refused."""

import contextlib
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import workbooks as w
from tests.formats.workbooks import TABLE, below, book, cell, packed, parts, refusal, sheet, texts
from tracker.formats import tables

SHEET, TEXTS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TWO_SHEETS = w.ONE_SHEET + '<sheet name="s" sheetId="2" r:id="rId2"/>'
SHARED = below(cell("A3", "s", 0) + cell("B3", "s", 1))

DAMAGED = "The file is damaged or unusual"
DECLARATIONS = "holds declarations that Excel does not write"
TOO_MUCH = "The sheet holds more than can be read at once"
FORMULA = "Cell B3 holds a formula; please paste values."

pytestmark = pytest.mark.usefixtures("words")


def _numbers(rows, columns):
    """A sheet of numbers that hardly get smaller by packing."""
    chance = random.Random(1)  # noqa: S311 - a sheet, not a secret
    line = "".join(f"<c><v>{chance.randrange(10**9)}</v></c>" for _ in range(columns - 1))
    return "".join(f"<row><c><v>{chance.random()}</v></c>{line}</row>" for _ in range(rows))


def _stored(name, xml):
    """A workbook with a part that is long and not packed."""
    return packed({**parts(), name: xml}, method=zipfile.ZIP_STORED)


def _copies():
    """A text as long as a cell can be, in 20,000 cells: 600 MB out of 40 KB."""
    line = "".join(cell(f"{chr(65 + at)}ROW", "s", 0) for at in range(20))
    rows = "".join(f'<row r="{n}">{line.replace("ROW", str(n))}</row>' for n in range(1, 1001))
    return book(rows, {TEXTS: texts(f"<si><t>{'x' * 32_000}</t></si>")})


def _with(name, old, new):
    """The small workbook with something else in one part."""
    content = parts()
    assert old in content[name]
    return packed({**content, name: content[name].replace(old, new, 1)})


MARKUP = {
    "entities in the sheet": (lambda: book(more={SHEET: ENTITIES + sheet()}), DECLARATIONS),
    "entities in the texts": (lambda: book(more={TEXTS: ENTITIES + texts("")}), DECLARATIONS),
    "file in the workbook": (lambda: book(workbook=w.workbook(start=OUTSIDE)), DECLARATIONS),
    "file in the styles": (lambda: book(more={STYLES: OUTSIDE + "<styleSheet/>"}), DECLARATIONS),
    "file in the relations": (lambda: _with(LINKS, "<Rel", OUTSIDE + "<Rel"), DECLARATIONS),
    "file in the types": (lambda: _with("[Content_Types].xml", "<T", OUTSIDE + "<T"), DECLARATIONS),
    "sheet in utf-16": (lambda: book(more={SHEET: sheet().encode("utf-16")}), DAMAGED),
    "sheet says Shift_JIS": (
        lambda: book(more={SHEET: '<?xml version="1.0" encoding="Shift_JIS"?>' + sheet()}),
        DAMAGED,
    ),
    "sheet is no XML": (lambda: book(more={SHEET: "a,b"}), DAMAGED),
    "sheet is cut off": (lambda: book(more={SHEET: sheet()[:-20]}), DAMAGED),
    "a tag of three megabytes": (
        lambda: _stored(SHEET, sheet(before=f'<x a="{"x" * 3_000_000}"/>')),
        DAMAGED,
    ),
    "a number in pieces": (lambda: book(below("<c><v>5<!-- -->6</v></c>")), DAMAGED),
    "a number in CDATA": (lambda: book(below("<c><v><![CDATA[5]]></v></c>")), DAMAGED),
    "an order in a cell": (lambda: book(below("<c><v>5<?x?>6</v></c>")), DAMAGED),
    "a cell of another family": (lambda: book(below('<y:c xmlns:y="y"/>')), DAMAGED),
    "a cell in a cell": (lambda: book(below("<c><c><v>1</v></c></c>")), DAMAGED),
    "a value in no cell": (lambda: book(below("<v>1</v>")), DAMAGED),
    "a row in a row": (lambda: book(below("<row/>")), DAMAGED),
    "two sets of rows": (lambda: book(more={SHEET: sheet(after="<sheetData/>")}), DAMAGED),
    "no number": (lambda: book(below(cell("A3", "n", "nan"))), DAMAGED),
    "no finite number": (lambda: book(below(cell("A3", "n", "1e999"))), DAMAGED),
    "an unknown kind": (lambda: book(below(cell("A3", "zz", "1"))), DAMAGED),
    "two sheets of a name": (lambda: book(workbook=w.workbook(TWO_SHEETS)), DAMAGED),
    "a relation twice": (lambda: book(links=w.ONE_LINK * 2), DAMAGED),
    "no such part": (lambda: _with(LINKS, "sheet1", "sheet7"), DAMAGED),
    "a part above": (lambda: _with(LINKS, "worksheets/", "../worksheets/"), "no sheet with cells"),
    "a text in a text": (lambda: book(SHARED, {TEXTS: texts("<si><si/></si>")}), DAMAGED),
    "a text there is not": (lambda: book(SHARED, {TEXTS: texts("<si><t>a</t></si>")}), DAMAGED),
}

PLACES = {
    "cells in disorder": (lambda: book(below(cell("B3", "n", 1) + cell("A3", "n", 1))), DAMAGED),
    "a cell twice": (lambda: book(below(cell("A3", "n", 1) * 2)), DAMAGED),
    "a cell of another row": (lambda: book(below(cell("A4", "n", 1))), DAMAGED),
    "rows in disorder": (lambda: book(f'{TABLE}<row r="2">{cell("A2", "n", 1)}</row>'), DAMAGED),
    "a row beyond 32 bits": (lambda: book(f'{TABLE}<row r="4294967299"/>'), DAMAGED),
    "a place in entities": (lambda: book(below(cell("&#65;3", "n", 1))), DAMAGED),
    "a place in small letters": (lambda: book(below(cell("a3", "n", 1))), DAMAGED),
    "the last cell of a sheet": (
        lambda: book(f'{TABLE}<row r="1048576">{cell("XFD1048576", "n", 1)}</row>'),
        "There are more than 100 columns",
    ),
    "the last row of a sheet": (
        lambda: book(f'{TABLE}<row r="1048576">{cell("A1048576", "n", 1)}</row>'),
        "has 1,048,576 rows; at most 5,000",
    ),
    "a million columns said": (
        lambda: book(more={SHEET: sheet(before='<dimension ref="A1:BDWGN9"/>')}),
        "has 1,000,000 columns; at most 100",
    ),
    "ten million rows said": (
        lambda: book(more={SHEET: sheet(before='<dimension ref="A1:B10000000"/>')}),
        "has 10,000,000 rows; at most 5,000",
    ),
    "no place said": (lambda: book(more={SHEET: sheet(before='<dimension ref=""/>')}), DAMAGED),
    "60,000 rows": (lambda: book(_numbers(60_000, 2)), "There are more than 5,000 rows"),
    "60,000 rows, as said": (
        lambda: book(
            more={SHEET: sheet(_numbers(60_000, 2), before='<dimension ref="A1:B60000"/>')}
        ),
        "has 60,000 rows; at most 5,000",
    ),
    "200 columns": (lambda: book(_numbers(3, 200)), "There are more than 100 columns"),
    "200 columns, as said": (
        lambda: book(more={SHEET: sheet(_numbers(3, 200), before='<dimension ref="A1:GR3"/>')}),
        "has 200 columns; at most 100",
    ),
}

AMOUNTS = {
    "one text in many cells": (_copies, TOO_MUCH),
    "texts without end said": (
        lambda: book(SHARED, {TEXTS: texts("", 'uniqueCount="99999999999999"')}),
        DAMAGED,
    ),
    "texts in words said": (lambda: book(SHARED, {TEXTS: texts("", 'uniqueCount="x"')}), DAMAGED),
    "four million cells": (
        lambda: _stored(SHEET, sheet(f"<row>{'<c/>' * 16_000}</row>" * 250)),
        TOO_MUCH,
    ),
    "three million texts": (lambda: _stored(TEXTS, texts("<si/>" * 3_000_000)), TOO_MUCH),
    "three million styles": (
        lambda: _stored(STYLES, f"<styleSheet>{'<x/>' * 3_000_000}</styleSheet>"),
        TOO_MUCH,
    ),
    "45 MB of texts": (
        lambda: packed({**parts(), TEXTS: texts(f"<si><t>{_noise(45_000_000)}</t></si>")}),
        TOO_MUCH,
    ),
    "a cell too long": (
        lambda: book(below(cell("A3", "str", "x" * 32_768))),
        "Cell A3 is longer than 32,767",
    ),
    "a shared text too long": (
        lambda: book(SHARED, {TEXTS: texts(f"<si/><si><t>{'x' * 32_768}</t></si>")}),
        "Cell B3 is longer than 32,767",
    ),
}

CELLS = {
    "a formula": (lambda: book(below("<c r='B3'><f>1+1</f><v>2</v></c>")), FORMULA),
    "a formula behind its value": (
        lambda: book(below("<c r='B3'><v>2</v><f>1+1</f></c>")),
        FORMULA,
    ),
    "a formula without place": (lambda: book(below("<c/><c><f/></c>")), FORMULA),
    "a formula of another sheet": (
        lambda: book(below('<c r="B3"><f t="shared" si="0"/></c>')),
        FORMULA,
    ),
    "a formula with a prefix": (
        lambda: book(
            more={
                SHEET: f'<x:worksheet xmlns:x="{w.MAIN}"><x:sheetData><x:row r="3">'
                '<x:c r="B3"><x:f>1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
            }
        ),
        FORMULA,
    ),
    "an error": (lambda: book(below(cell("B3", "e", "#N/A"))), "Cell B3 holds an error, #N/A."),
    "NUL in a cell": (
        lambda: book(below(cell("A3", "str", "a_x0000_b"))),
        "Cell A3 holds characters that are not text.",
    ),
    "no rows": (lambda: book(""), "No headings were found"),
    "only headings": (
        lambda: book(TABLE.partition("</row>")[0] + "</row>"),
        "There are headings, but no row below them.",
    ),
}


def _noise(length):
    """Text that packing makes twenty times smaller, and not a hundred."""
    chance = random.Random(2)  # noqa: S311 - a text, not a secret
    return "".join(chance.randbytes(200).hex() + "x" * 9_600 for _ in range(length // 10_000))


@pytest.mark.parametrize("name", MARKUP)
def test_markup_no_program_writes_is_refused(name):
    make, sentence = MARKUP[name]
    assert sentence in refusal(make())


@pytest.mark.parametrize("name", PLACES)
def test_cells_that_would_make_a_huge_grid_are_refused(name):
    make, sentence = PLACES[name]
    assert sentence in refusal(make())


@pytest.mark.parametrize("name", AMOUNTS)
def test_more_than_memory_holds_is_refused(name):
    make, sentence = AMOUNTS[name]
    assert sentence in refusal(make())


@pytest.mark.parametrize("name", CELLS)
def test_what_is_no_plain_value_is_refused(name):
    make, sentence = CELLS[name]
    assert sentence in refusal(make())


def _read(data, filename):
    """A table or a refusal; anything else is a fault."""
    with contextlib.suppress(tables.UnreadableFileError):
        tables.read_table(data, filename)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([b"", b"a,b\n", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe", b'"', book()]),
    st.binary(max_size=300),
    st.sampled_from(["a.csv", "a.xlsx", "a.tsv", "a.txt", "a.xls"]),
)
def test_whatever_bytes_come_they_are_a_table_or_refused(start, rest, filename):
    _read(start + rest, filename)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_workbook_with_bytes_changed_is_a_table_or_refused(data):
    good = bytearray(packed(parts(), method=zipfile.ZIP_STORED))
    for _count in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    _read(bytes(good), "a.xlsx")


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_workbook_with_a_part_changed_is_a_table_or_refused(data):
    content = {**parts(SHARED), TEXTS: texts("<si><t>a</t></si><si><r><t>b</t></r></si>")}
    name = data.draw(st.sampled_from([SHEET, SHEET, SHEET, TEXTS, BOOK, LINKS]))
    pieces = [
        *['"', "<", ">", "/", "0", "9" * 9, "r=", 't="s"', "<v>", "</v>", "<c>", "</c>", "<row>"],
        *["<is>", "<t>", "&#65;", "<!---->", "XFD", "é", "<si/>", "<f/>", "<v/>", "<c/>", "<row/>"],
    ]
    xml = content[name]
    for _count in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(xml)))
        gone = data.draw(st.integers(0, 6))
        xml = xml[:place] + data.draw(st.sampled_from(pieces)) + xml[place + gone :]
    _read(packed({**content, name: xml}), "a.xlsx")
