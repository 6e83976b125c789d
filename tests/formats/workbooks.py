"""Workbooks put together by hand, part by part, for what no program would write; and refusals."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from tracker.formats import tables

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = f'xmlns="{MAIN}" xmlns:r="{LINKS}"'
ONE_SHEET = '<sheet name="S" sheetId="1" r:id="rId1"/>'
ONE_LINK = f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
TABLE = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>氏名</t></is></c>'
    '<c r="B1" t="str"><v>数</v></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>青井</t></is></c><c r="B2"><v>5</v></c></row>'
)
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
ROOT = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def sheet(rows=TABLE, *, before="", after=""):
    """The XML of a sheet."""
    return f"<worksheet {SPACES}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def texts(inside, attributes=""):
    """The XML of the shared texts."""
    return f"<sst {SPACES} {attributes}>{inside}</sst>"


def parts(rows=TABLE, **changes):
    """Name of each part of a small workbook → what is in it."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": changes.get("workbook", workbook()),
        "xl/_rels/workbook.xml.rels": links(changes.get("links", ONE_LINK)),
        "xl/worksheets/sheet1.xml": sheet(rows),
    }


def workbook(sheets=ONE_SHEET, start=""):
    """The XML that names the sheets."""
    return f"{start}<workbook {SPACES}><sheets>{sheets}</sheets></workbook>"


def links(inside):
    """The XML that says where the sheets are."""
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def packed(content, *, method=zipfile.ZIP_DEFLATED, comment=b""):
    """The parts as a package; `content` is a dictionary, or pairs where names may be twice."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as archive:
        archive.comment = comment
        for name, data in content.items() if isinstance(content, dict) else content:
            archive.writestr(name, data)
    return target.getvalue()


def book(rows=TABLE, more=None, **changes):
    """A workbook with one sheet of these rows; `more` adds parts or takes their place."""
    return packed({**parts(rows, **changes), **(more or {})})


def cell(place, kind, value):
    """The XML of a cell."""
    return f'<c r="{place}" t="{kind}"><v>{value}</v></c>'


def below(cells):
    """The small table with one more row, the third."""
    return f'{TABLE}<row r="3">{cells}</row>'


def directory(count, *, said):
    """A package that is nothing but a directory of so many parts, and says there are `said`."""
    entries = b"".join(
        b"PK\x01\x02" + b"\x14\0\x14\0" + b"\0" * 20 + b"\x05\0" + b"\0" * 16 + b"%05x" % number
        for number in range(count)
    )
    end = b"PK\x05\x06\0\0\0\0" + said.to_bytes(2, "little") * 2
    size, offset = len(entries).to_bytes(4, "little"), (4).to_bytes(4, "little")
    return b"PK\x03\x04" + entries + end + size + offset + b"\0\0"


def with_size(data, name, size):
    """The package with another unpacked size written in its directory for a part."""
    place = data.index(b"PK\x01\x02", data.rindex(b"PK\x03\x04"))
    while data[place + 46 : place + 46 + len(name)] != name.encode():
        place = data.index(b"PK\x01\x02", place + 4)
    return data[: place + 24] + size.to_bytes(4, "little") + data[place + 28 :]


def refusal(data, filename="a.xlsx", **options):
    """The sentence a file is refused with: within two seconds, and in a hundred megabytes."""
    seconds = []
    while not seconds or (seconds[-1] >= 2 and len(seconds) < 3):  # others may work here too
        before, start = _held("VmRSS"), time.process_time()
        with pytest.raises(tables.UnreadableFileError) as refused:
            tables.read_table(data, filename, **options)
        seconds.append(time.process_time() - start)
        assert _held("VmHWM") - before < 100_000
    assert seconds[-1] < 2
    return refused.value.message


def _held(what):
    """Kilobytes of memory: VmRSS now, VmHWM at most since VmRSS was asked; 0 where none tells."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    if what == "VmRSS":
        Path("/proc/self/clear_refs").write_text("5")
    held = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(held[what].split()[0])
