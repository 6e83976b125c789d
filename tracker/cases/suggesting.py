"""Suggestions from what was filed before: the types a text points to, and the cases it is like."""

import csv
import logging
import weakref
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tracker.accounts.viewer import Viewer
from tracker.cases import policy
from tracker.cases.likeness import Alike, Candidate, Codes, rank, says_enough
from tracker.cases.models import (
    Case,
    CaseStatus,
    CaseTick,
    Disposition,
    SuggestionModel,
    TickKind,
)
from tracker.cases.suggestion import Model, Suggestion, train
from tracker.core import clock
from tracker.core.db import db, reading
from tracker.core.erasing import ERASED
from tracker.core.paging import Rows
from tracker.taxonomy.models import ActType
from tracker.taxonomy.service import DATA

log = logging.getLogger(__name__)

CONFIRMED = (CaseStatus.ACCEPTED, CaseStatus.DISPOSED, CaseStatus.CLOSED)
MOST_OF_A_TYPE = 500  # the newest; older ones add little and the words of a town change
LOOKED_AT_EVERY = 60.0  # seconds between two looks for a newer model
COMPARED = 300  # newest cases of an area and type
ALIKE_FOR = timedelta(days=731)  # two years


class Described(NamedTuple):
    """What the taxonomy says of a type, as far as one can learn from it."""

    code: str
    name_ja: str
    example_ja: str
    cues: str  # space between


def learn(types: Iterable[Described], cases: Iterable[tuple[str, str]] = ()) -> Model:
    """A model of what the taxonomy says, of the sentences beside it, and of these cases.

    :param cases: code and text
    """
    types = list(types)
    known = {one.code for one in types}
    said = [(one.code, text) for one in types for text in (one.name_ja, one.example_ja)]
    said += [(code, text) for code, text in _sentences() if code in known]
    return train(said, cues={one.code: one.cues.split() for one in types}, cases=cases)


@cache
def _sentences() -> tuple[tuple[str, str], ...]:
    """Code and text of the sentences written for training."""
    with (DATA / "training.csv").open(encoding="utf-8", newline="") as file:
        return tuple((line["act_type"], line["text"]) for line in csv.DictReader(file))


def shipped_types() -> list[Described]:
    """The types as they come with the product, in the order of their file."""
    with (DATA / "act_types.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return [Described(*(line[name] for name in Described._fields)) for line in lines]


def retrain(at: datetime) -> None:
    """The one stored model knows the confirmed cases of this moment; the session was clean before.

    It learns without holding the write lock.
    """
    with reading():
        model = learn(_types(), _confirmed())
    row = SuggestionModel(trained_at=at, samples=model.samples, content=model.to_json())
    db.session.add(row)
    db.session.flush()
    db.session.execute(sa.delete(SuggestionModel).where(SuggestionModel.id != row.id))


def _types() -> list[Described]:
    """Every type there ever was: old cases still name the retired ones."""
    columns = (ActType.code, ActType.name_ja, ActType.example_ja, ActType.cues)
    return [Described(*row) for row in db.session.execute(sa.select(*columns).order_by(columns[0]))]


def _confirmed() -> Iterator[tuple[str, str]]:
    """Code and text of what a centre accepted, the newest of each type, type by type."""
    for code in db.session.scalars(sa.select(ActType.code).order_by(ActType.code)).all():
        newest = (
            sa.select(Case.summary, Case.wanted)
            .where(Case.act_type_code == code, Case.status.in_(CONFIRMED))
            .where(Case.summary != ERASED)
            .order_by(Case.id.desc())
            .limit(MOST_OF_A_TYPE)
        )
        for summary, wanted in db.session.execute(newest):
            yield code, f"{summary}\n{wanted}"


@dataclass(frozen=True)
class _Known:
    """What this process knows of one database."""

    engine: "weakref.ref[Engine]"
    looked_at: float
    day: date
    model_id: int | None
    model: Model
    in_force: frozenset[str]

    def is_fresh(self, today: date) -> bool:
        """Need nobody look again?"""
        return self.day == today and monotonic() - self.looked_at < LOOKED_AT_EVERY


class _Memory:
    """The last model read; replaced as a whole, so that threads need no lock."""

    def __init__(self) -> None:
        self._known: _Known | None = None

    def recall(self, today: date) -> _Known:
        """The newest stored model, or one of the taxonomy alone, with the codes of the day."""
        engine = db.engine
        known = self._known
        if known is not None and known.engine() is not engine:
            known = None
        if known is not None and known.is_fresh(today):
            return known
        looked_at = monotonic()
        newest, in_force = _look(today)
        same = known is not None and known.model_id == newest
        model = known.model if known is not None and same else _read(newest)
        self._known = _Known(weakref.ref(engine), looked_at, today, newest, model, in_force)
        return self._known


_memory = _Memory()


def _look(today: date) -> tuple[int | None, frozenset[str]]:
    """Key of the newest model, None before the first, and the codes in force; one statement."""
    newest = sa.select(sa.func.max(SuggestionModel.id)).scalar_subquery()
    rows = db.session.execute(
        sa.select(newest, ActType.code).where(
            ActType.valid_from <= today,
            sa.or_(ActType.valid_until.is_(None), ActType.valid_until >= today),
        )
    ).all()
    return (rows[0][0] if rows else None), frozenset(code for _newest, code in rows)


def _read(model_id: int | None) -> Model:
    """The stored model; one of the taxonomy where none is stored, or in another format."""
    stored = sa.select(SuggestionModel.content).where(SuggestionModel.id == model_id)
    content = None if model_id is None else db.session.scalar(stored)
    if content is not None:
        try:
            return Model.from_json(content)
        except ValueError:
            log.warning("suggestions.other_format", extra={"model_id": model_id})
    return learn(_types())


def suggest_types(text: str, *, today: date) -> list[Suggestion]:
    """Up to three types in force today that the text points to, likeliest first.

    [] for a text that is too short or says nothing known. A model retrained in another process is
    noticed within a minute.
    """
    known = _memory.recall(today)
    return known.model.suggest(text, among=known.in_force)


@dataclass(frozen=True)
class AlikeCase:
    """An earlier case that is like the text, with what one decides by."""

    id: int
    number: str
    organisation_id: int
    occurred_month: date
    name_ja: str  # of its type
    name_en: str
    gap: str
    outcome: str
    status: CaseStatus
    disposition: Disposition | None
    summary: str
    share: float  # 0 to 1: how much of the text stands in it as well
    words: tuple[str, ...]  # what both say, as typed in the new text, three at most
    same: tuple[str, ...]  # questions answered the same: gap, household, requester


def alike(
    viewer: Viewer,
    text: str,
    act_type: str | None,
    area_id: int | None,
    *,
    codes: Codes | None = None,
    without: Collection[int] = (),
    limit: int = 3,
) -> list[AlikeCase]:
    """Cases the viewer may read that are like the text, the likest first; [] when none is.

    Compared are the newest 300 of the type and the area, where given, filed within 24 months and
    not withdrawn.

    :param codes: answers given beside the text: gap, requester, household, each a set of codes
    :param without: cases that are not to be shown
    """
    if not says_enough(text):
        return []
    since = clock.now() - ALIKE_FOR
    found = db.session.execute(_newest(viewer, act_type, area_id)).all()
    rows = {row.id: row for row in found if row.id not in without and row.submitted_at >= since}
    candidates = [Candidate(row.id, row.search_text, _answers(row)) for row in rows.values()]
    return [_described(rows[one.id], one) for one in rank(text, candidates, codes, limit)]


def _newest(viewer: Viewer, act_type: str | None, area_id: int | None) -> Rows:
    """The cases to compare with, newest first; what is too old is left to the caller, so that
    the index is never walked beyond the newest.
    """
    household = (
        sa.select(sa.func.aggregate_strings(CaseTick.code, " "))
        .where(CaseTick.case_id == Case.id, CaseTick.kind == TickKind.HOUSEHOLD)
        .scalar_subquery()
    )
    shown = (
        Case.number,
        Case.organisation_id,
        Case.occurred_month,
        Case.gap,
        Case.outcome,
        Case.status,
    )
    compared = (Case.search_text, Case.requester, Case.submitted_at)
    asked = [policy.visible_to(viewer), policy.counted()]
    if act_type is not None:
        asked.append(Case.act_type_code == act_type)
    if area_id is not None:
        asked.append(Case.area_id == area_id)
    return (
        sa.select(
            Case.id,
            *shown,
            Case.disposition,
            Case.summary,
            *compared,
            ActType.name_ja,
            ActType.name_en,
            household.label("household"),
        )
        .join(ActType, ActType.code == Case.act_type_code)
        .where(*asked)
        .order_by(Case.id.desc())
        .limit(COMPARED)
    )


def _answers(row: sa.Row[*tuple[Any, ...]]) -> Codes:
    """The answers of a case that another is compared by; those left open are left out."""
    said = {"gap": row.gap, "requester": row.requester, "household": row.household}
    return {name: frozenset(codes.split()) for name, codes in said.items() if codes}


def _described(row: sa.Row[*tuple[Any, ...]], like: Alike) -> AlikeCase:
    return AlikeCase(
        id=row.id,
        number=row.number,
        organisation_id=row.organisation_id,
        occurred_month=row.occurred_month,
        name_ja=row.name_ja,
        name_en=row.name_en,
        gap=row.gap,
        outcome=row.outcome,
        status=row.status,
        disposition=row.disposition,
        summary=row.summary,
        share=like.share,
        words=like.words,
        same=like.same,
    )
