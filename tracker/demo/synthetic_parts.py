"""What invented cases are put together from: types of act, sentences, codes."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import sqlalchemy as sa

from tracker.core import clock
from tracker.core.db import db
from tracker.demo.files import rows as lines
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import (
    CodeList,
    Guidance,
    GuidanceActType,
    GuidanceStep,
    ResourceCategoryType,
)
from tracker.taxonomy.service import DATA

LONG_TAIL = 1.05  # the n-th type comes 1 / n to this power as often as the first
COMMON = ("HK03", "MV01", "FN01", "HP02", "SF01", "CN01", "GR01", "AD01")  # first; then by chance


@dataclass(frozen=True)
class ActKind:
    """A type of act and what belongs to it."""

    code: str
    sentences: list[str]
    danger: str
    steps: list[int]  # of its guidance
    categories: list[str]  # of resources


class Kit:
    """What cases are put together from, read once."""

    def __init__(self, rng: Random, now: datetime) -> None:
        """The order of the types, commonest first, is the seed's."""
        self.codes = {
            name: list(codes) for name, codes in taxonomy.codes(*CodeList).items() if codes
        }
        self.phrases: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for line in lines("phrases"):
            self.phrases[line["kind"]].append((line["key"], line["text"]))
        said, steps = _sentences(), _pairs(_steps_by_type())
        categories = _pairs(
            sa.select(ResourceCategoryType.act_type_code, ResourceCategoryType.category)
        )
        self.acts = [
            ActKind(
                act.code,
                [act.example_ja, *said[act.code]],
                act.danger,
                steps[act.code],
                categories[act.code],
            )
            for act in sorted(taxonomy.act_types(clock.local(now).date()), key=lambda a: a.code)
        ]
        rng.shuffle(self.acts)
        self.acts.sort(key=lambda act: (*COMMON, act.code).index(act.code))
        self.weights = [1 / n**LONG_TAIL for n in range(1, len(self.acts) + 1)]

    def phrase(self, rng: Random, kind: str, key: str | None = None) -> str:
        """Some phrase of this kind; of this key, where one is asked for."""
        found = [words for name, words in self.phrases[kind] if key is None or name == key]
        return rng.choice(found) if found else ""


def _sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    with (DATA / "training.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found[line["act_type"]].append(line["text"])
    return found


def _steps_by_type() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(GuidanceActType.act_type_code, GuidanceStep.id)
        .join(Guidance, Guidance.key == GuidanceActType.guidance_key)
        .join(GuidanceStep, GuidanceStep.guidance_id == Guidance.id)
    )


def _pairs(statement: sa.Select[*tuple[Any, ...]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for key, value in db.session.execute(statement.order_by(*statement.selected_columns)):
        found[key].append(value)
    return found
