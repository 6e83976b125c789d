"""Pure: evidence in the one form whose hash can be checked in ten years.

A sheet is a dictionary of plain values. Frozen means: written as canonical JSON, read back (so
that what is stored is what was hashed), and kept with the SHA-256 of that text. It says by the
number of its shape how it is to be read; `shapes` has a reader for each.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Sheet = dict[str, Any]
SHAPE = 2  # of sheets that are made today; those without a number are of the first


def canonical(sheet: Mapping[str, Any]) -> str:
    """The one way to write a sheet: keys sorted, no spaces, characters as they are."""
    return json.dumps(
        sheet, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(sheet: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(sheet).encode()).hexdigest()


@dataclass(frozen=True)
class Frozen:
    """A sheet as it will be kept, and its hash."""

    sheet: Sheet
    digest: str


def frozen(sheet: Mapping[str, Any]) -> Frozen:
    """The sheet as it reads after being stored, with its hash."""
    kept: Sheet = json.loads(canonical(sheet))
    return Frozen(kept, digest(kept))


def holds(sheet: Mapping[str, Any] | None, expected: str | None) -> bool:
    """Is the sheet the one that was hashed?"""
    return sheet is not None and digest(sheet) == expected


def issue_sheet(issues: Sequence[Mapping[str, Any]], *, at: datetime) -> Sheet:
    """The sheet of an item about issues: what each says, its figures and what was written of it."""
    return {"issues": [dict(issue) for issue in issues], **_made(at)}


def case_sheet(cases: Sequence[Mapping[str, Any]], *, at: datetime) -> Sheet:
    """The sheet of an item about cases: what was filed, in words, without the office."""
    return {"cases": [dict(case) for case in cases], **_made(at)}


def _made(at: datetime) -> Sheet:
    return {"shape": SHAPE, "at": at.isoformat(timespec="seconds")}
