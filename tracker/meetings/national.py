"""Figures of the whole country beside those of an issue: only those a source gives readably.

Each stands with its own base, for the bases differ and are never divided by each other. Reasons
whose labels are lost in the source are not here. A figure about requests outside the work concerns
every type but those of the care manager's own work; a type no row concerns is shown none.
Source: the columns of `data/national.csv`.
"""

import csv
import functools
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "national.csv"
ALL = "*"
# What a sheet keeps of a row; the rest says whom it concerns.
KEPT = (
    "key",
    "of_ja",
    "of_en",
    "what_ja",
    "what_en",
    "year_ja",
    "year_en",
    "survey_ja",
    "survey_en",
    "document_ja",
    "document_en",
    "sheet_ja",
    "sheet_en",
)


@functools.cache
def _rows() -> tuple[dict[str, str], ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def concerning(act_type_code: str) -> list[dict[str, Any]]:
    """Figures that concern this type, in the order of the file; empty where no source has one."""
    return [
        {**{name: row[name] for name in KEPT}, "percent": float(row["percent"]), "n": int(row["n"])}
        for row in _rows()
        if _concerns(row, act_type_code[:2])
    ]


def _concerns(row: dict[str, str], family: str) -> bool:
    named = row["families"].split()
    return (ALL in named or family in named) and family not in row["except_families"].split()
