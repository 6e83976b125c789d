"""Loading the taxonomy that comes with the product."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tracker.core.db import Model, db, insert_or_skip
from tracker.taxonomy import shelf
from tracker.taxonomy.models import (
    ActFamily,
    ActType,
    ClassPlacement,
    Code,
    CodeList,
    Guidance,
    GuidanceActType,
    GuidanceStep,
    PlacementBasis,
    ResourceCategoryType,
    WorkClass,
)

DATA = Path(__file__).parent / "data"
_DATES = ("valid_from", "valid_until", "source_on")
_NUMBERS = ("position", "version")
_RENAMED = {"family": "family_code", "act_type": "act_type_code", "work_class": "work_class_code"}


def load() -> None:
    """Every row of `data/` is in its table; rows that are there already are left as they are."""
    _load(ActFamily, "families.csv")
    _load(ActType, "act_types.csv")
    _load(WorkClass, "work_classes.csv")
    _load(ClassPlacement, "class_placements.csv")
    _load(Code, "codes.csv")
    _load(ResourceCategoryType, "resource_category_types.csv")
    _load(Guidance, "guidance.csv")
    _load_steps()
    _load(GuidanceActType, "guidance_act_types.csv", {"guidance": "guidance_key"})
    shelf.forget()


def _load(model: type[Model], name: str, renamed: dict[str, str] | None = None) -> None:
    rows = [_typed(line, {**_RENAMED, **(renamed or {})}) for line in _lines(name)]
    db.session.execute(insert_or_skip(model.__table__), rows)  # type: ignore[arg-type]


def _load_steps() -> None:
    ids = {row.key: row.id for row in db.session.scalars(sa.select(Guidance))}
    known = set(db.session.scalars(sa.select(GuidanceStep.guidance_id)))
    rows = []
    for line in _lines("guidance_steps.csv"):
        values = _typed(line, {})
        values["guidance_id"] = ids[values.pop("guidance")]
        if values["guidance_id"] not in known:
            rows.append(values)
    if rows:
        db.session.execute(sa.insert(GuidanceStep), rows)


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _typed(line: dict[str, str], renamed: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in line.items():
        values[renamed.get(name, name)] = _value(name, text)
    return values


def _value(name: str, text: str) -> Any:
    if name in _DATES:
        return date.fromisoformat(text) if text else None
    if name in _NUMBERS:
        return int(text)
    if name == "list":
        return CodeList(text)
    if name == "basis":
        return PlacementBasis(text)
    return (text or None) if name == "work_class" else text
