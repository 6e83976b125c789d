"""The national list of municipalities: check digits, and loading it."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import sqlalchemy as sa

from tracker.accounts.models import Municipality, RegionKind
from tracker.core.db import db

FILE = Path(__file__).parent / "data" / "municipalities.csv"


def check_digit(code5: str) -> int:
    """The sixth digit of a local government code, from its first five.

    Source: 全国地方公共団体コード, modulus 11 with weights 6 to 2.
    """
    total = sum(int(digit) * weight for digit, weight in zip(code5, range(6, 1, -1), strict=True))
    return (11 - total % 11) % 10


def verified(code6: str) -> int:
    """The five-digit code as a number.

    :raises ValueError: when the check digit is wrong
    """
    if len(code6) != 6 or int(code6[5]) != check_digit(code6[:5]):
        raise ValueError(f"{code6}: the check digit is wrong")
    return int(code6[:5])


def load_national() -> int:
    """Every prefecture, municipality and ward is in the table; how many were added.

    :raises ValueError: when a code of the file fails its check digit
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        return _add(_national_rows(csv.DictReader(file)))


def _national_rows(lines: Iterable[Mapping[str, str]]) -> list[dict[str, object]]:
    prefectures: dict[str, int] = {}
    towns: dict[tuple[str, str], int] = {}
    rows: list[dict[str, object]] = []
    for line in sorted(lines, key=lambda line: list(RegionKind).index(RegionKind(line["kind"]))):
        number = verified(line["code6"])
        kind = RegionKind(line["kind"])
        if kind is RegionKind.PREFECTURE:
            prefectures[line["name"]] = number
        elif kind is RegionKind.MUNICIPALITY:
            towns[line["prefecture"], line["name"]] = number
        rows.append(
            {
                "id": number,
                "code": line["code6"],
                "kind": kind,
                "name_ja": line["name"],
                "name_en": line["name"],  # the list has no English names
                "kana": line["kana"],
                "prefecture_id": None
                if kind is RegionKind.PREFECTURE
                else prefectures[line["prefecture"]],
                "parent_id": towns[line["prefecture"], line["parent"]] if line["parent"] else None,
                "is_demo": False,
            }
        )
    return rows


def _add(rows: list[dict[str, object]]) -> int:
    known = set(db.session.scalars(sa.select(Municipality.id)))
    new = [row for row in rows if row["id"] not in known]
    for kind in RegionKind:  # parents before children
        batch = [row for row in new if row["kind"] is kind]
        if batch:
            db.session.execute(sa.insert(Municipality), batch)
    return len(new)
