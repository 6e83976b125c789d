"""Pure: every shape in which a sheet was ever stored, read as one of today's shape.

What was frozen is never rewritten: it is read. A reader takes a sheet from its shape to the next
one and never changes a number; what an earlier sheet did not say stays empty.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tracker.meetings.freezing import SHAPE, Sheet

# What sheets of the second shape say of an issue that those of the first did not.
_NEW_OF_ISSUES: Sheet = {
    "parts": {},
    "national": [],
    "vignettes": [],
    "options": [],
    "act_type": "",
    "act_type_en": "",
    "area": "",
    "area_en": "",
}
_NEW_OF_FIGURES: Sheet = {
    "clients_exact": False,
    "hour_bands": [],
    "charges": [],
    "charged_share": None,
    "asked_by_town": 0,
    "departments": [],
    "bodies_agreed": [],
    "household": [],
    "tried": [],
    "steps_missing": [],
}
_NEW_OF_CASES: Sheet = {"household": [], "steps": [], "tried": []}


def read(sheet: Mapping[str, Any]) -> Sheet:
    """The sheet in today's shape; the sheet itself stays as it is.

    :raises ValueError: for a shape this program does not know: it is older than the database
    """
    shape = sheet.get("shape", 1)
    if shape not in {*_READERS, SHAPE}:
        raise ValueError(f"a sheet of shape {shape}: this program knows shapes up to {SHAPE}")
    found: Sheet = dict(sheet)
    while shape != SHAPE:
        found = _READERS[shape](found)
        shape += 1
    return found


def _first(sheet: Sheet) -> Sheet:
    """Resources were names alone, and of the steps of guidance only those missing were counted."""
    found = {**sheet, "shape": 2}
    if "issues" in sheet:
        found["issues"] = [_first_issue(issue) for issue in sheet["issues"]]
    if "cases" in sheet:
        found["cases"] = [{**_NEW_OF_CASES, **case} for case in sheet["cases"]]
    return found


def _first_issue(issue: Mapping[str, Any]) -> Sheet:
    figures = {**_NEW_OF_FIGURES, **issue["evidence"]}
    if "steps" not in figures:
        missing = figures["steps_missing"]
        figures["steps"] = [
            {**step, "results": [["NOT_AVAILABLE", step["cases"]]]} for step in missing
        ]
    resources = [
        {"name_ja": name, "name_en": ""} if isinstance(name, str) else name
        for name in issue.get("resources", ())
    ]
    return {**_NEW_OF_ISSUES, **issue, "evidence": figures, "resources": resources}


_READERS: dict[int, Callable[[Sheet], Sheet]] = {1: _first}
