"""The national file of care management offices (`jigyosho_430.csv`): its rows, as plain values.

Source: 介護サービス情報公表システム オープンデータ, 居宅介護支援, UTF-8 with a mark, 24 columns.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import jaconv
from flask_babel import gettext as _

from tracker.accounts.regions import check_digit
from tracker.core import text
from tracker.core.errors import InvalidInputError
from tracker.core.i18n import listed
from tracker.formats import tables
from tracker.formats.tables import Table, UnreadableFileError

MOST_ROWS = 60_000  # the file has about 36,500
SERVICE = "居宅介護支援"
# Our field → heading. The other columns are not read, and may change.
COLUMNS = {
    "code": "都道府県コード又は市町村コード",
    "name": "事業所名",
    "kana": "事業所名カナ",
    "service": "サービスの種類",
    "address": "住所",
    "building": "方書(ビル名等)",
    "phone": "電話番号",
    "number": "事業所番号",
}


@dataclass(frozen=True)
class OfficeRow:
    """An office as the file tells of it."""

    number: str
    name: str
    kana: str
    phone: str
    address: str
    town: int  # five digits, of a ward where it is in one

    @property
    def is_odd(self) -> bool:
        """Does the check digit of its number not fit? Such numbers are in use all the same."""
        return not is_sound(self.number)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def is_sound(number: str) -> bool:
    """Does the last sign of an office number fit the nine before it?

    Source: 介護保険事業所番号, modulus 10 with weights 2 and 1 from the right, digits added singly;
    letters count from A as 10.
    """
    signs = number.upper()
    if len(signs) != 10 or not (signs.isascii() and signs.isalnum() and signs[-1].isdigit()):
        return False
    total = 0
    for place, sign in enumerate(reversed(signs[:9])):
        product = int(sign, 36) * (1 if place % 2 else 2)
        total += sum(int(digit) for digit in str(product))
    return (10 - total % 10) % 10 == int(signs[-1])


def plain_number(typed: str) -> str:
    """An office number as it is stored: half-width, without blanks and hyphens."""
    plain = unicodedata.normalize("NFKC", typed)
    return "".join(sign for sign in plain if sign.isalnum()).upper()


def read(data: bytes, filename: str) -> list[OfficeRow]:
    """Every care management office in the file, each number once, in the order of the file.

    :raises InvalidInputError: for a file that is not this table, naming the columns it lacks
    """
    try:
        table = tables.read_table(data, filename, most_rows=MOST_ROWS)
    except UnreadableFileError as error:
        raise InvalidInputError("file", error.message) from error
    places = _places(table)
    found: dict[str, OfficeRow] = {}
    for row in table.rows:
        cells = {name: row.cells[place].strip() for name, place in places.items()}
        number = plain_number(cells["number"])
        if _plain(cells["service"]) == SERVICE and number and number.isascii():
            found.setdefault(number, _office(cells, number))
    if not found:
        raise InvalidInputError(
            "file", _("No row of this file is a care management office (%(kind)s).", kind=SERVICE)
        )
    return list(found.values())


def _places(table: Table) -> dict[str, int]:
    at = {_plain(heading): place for place, heading in enumerate(table.head)}
    missing = [heading for heading in COLUMNS.values() if _plain(heading) not in at]
    if missing:
        known = {_plain(heading) for heading in COLUMNS.values()}
        others = [heading for heading in table.head if _plain(heading) not in known]
        raise InvalidInputError("file", _changed(missing, others))
    return {name: at[_plain(heading)] for name, heading in COLUMNS.items()}


def _changed(missing: Sequence[str], others: Sequence[str]) -> str:
    return _(
        "The headings are not those of the national file. Missing: %(missing)s. In the file "
        "instead: %(others)s. Nothing was taken over.",
        missing=listed(missing),
        others=listed(others[:10]) or _("none"),
    )


def _office(cells: Mapping[str, str], number: str) -> OfficeRow:
    address = " ".join(part for part in (cells["address"], cells["building"]) if part)
    kana = jaconv.kata2hira(unicodedata.normalize("NFKC", cells["kana"]))
    phone = text.contact(cells["phone"])
    return OfficeRow(
        number[:10],
        cells["name"][:120],
        kana[:120],
        phone[:20],
        address[:200],
        _town(cells["code"]),
    )


def _town(code: str) -> int:
    """The five digits of a local government code with or without its check digit and zeros."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", code) if sign.isdecimal())
    whole = digits.zfill(6)[:6]
    if len(digits) >= 5 and int(whole[5]) == check_digit(whole[:5]):
        return int(whole[:5])
    return int(digits[:5] or 0)


def _plain(heading: str) -> str:
    """A heading however wide its signs and brackets are."""
    return "".join(unicodedata.normalize("NFKC", heading).split())
