"""Where texts stand that people typed about cases and meetings, and how one is made empty.

Counts, codes, days and numbers stay as they are: only words go.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from tracker.cases.models import Case, CaseStep
from tracker.cases.tellings import CaseTelling
from tracker.core.audit import TextRevision
from tracker.core.db import Model, Versioned, db
from tracker.core.drafts import Draft
from tracker.core.text import fold
from tracker.core.words import Searched
from tracker.intake.sorting.models import CaseNote
from tracker.meetings.lookback.models import MeetingLook
from tracker.meetings.minutes.models import MinutesAddendum, MinutesRemark, MinutesText
from tracker.meetings.models import AgendaItem
from tracker.privacy.keeping.models import ERASED


@dataclass(frozen=True)
class Place:
    """Texts of one table, and the column that says what they belong to."""

    model: type[Model]
    owner: InstrumentedAttribute[Any]
    fields: tuple[str, ...]

    @property
    def table(self) -> str:
        """Its name."""
        return str(self.model.__tablename__)

    @property
    def key(self) -> sa.ColumnElement[int]:
        """The key of its rows."""
        keys: tuple[sa.ColumnElement[int], ...] = sa.inspect(self.model).primary_key
        return keys[0]


CASES = (
    Place(
        Case,
        Case.id,
        ("summary", "wanted", "work_class_reason", "extra_answer", "department"),
    ),
    Place(CaseStep, CaseStep.case_id, ("sentence",)),
    Place(CaseNote, CaseNote.case_id, ("note",)),
    Place(CaseTelling, CaseTelling.case_id, ("what", "why")),
)
MEETINGS = (
    Place(MinutesText, MinutesText.meeting_id, ("text", "why")),
    Place(MinutesRemark, MinutesRemark.meeting_id, ("text", "answer_reason")),
    Place(MinutesAddendum, MinutesAddendum.meeting_id, ("text",)),
    Place(
        AgendaItem,
        AgendaItem.meeting_id,
        ("discussion", "outcome_reason", "differs_because", "recommendation_reason"),
    ),
    Place(MeetingLook, MeetingLook.meeting_id, ("sentence",)),
)
PLACES: dict[str, tuple[Place, ...]] = {"cases": CASES, "meetings": MEETINGS}


def is_there(
    column: sa.ColumnElement[str] | InstrumentedAttribute[str],
) -> sa.ColumnElement[bool]:
    """Rows whose text was neither left empty nor erased."""
    return sa.and_(column != "", column != ERASED)


def empty(places: Sequence[Place], owners: Sequence[int]) -> None:
    """The texts of these owners are gone: the rows, their earlier versions, what is searched."""
    for place in places:
        if issubclass(place.model, Searched):
            _empty_one_by_one(place, owners)
        else:
            _empty_together(place, owners)
        keys = sa.select(place.key).where(place.owner.in_(owners))
        revisions = TextRevision.subject == place.table, TextRevision.subject_id.in_(keys)
        db.session.execute(
            sa.update(TextRevision).where(*revisions).values(text=ERASED),
            execution_options={"synchronize_session": False},
        )
    db.session.expire_all()


def _empty_together(place: Place, owners: Sequence[int]) -> None:
    table: Any = place.model.__table__
    for name in place.fields:
        changes: dict[str, Any] = {name: ERASED}
        if place.model is Case:
            changes["search_text"] = fold(ERASED)
        if issubclass(place.model, Versioned):
            changes["version"] = table.c.version + 1  # an open form is out of date
        there = is_there(table.c[name])
        db.session.execute(
            sa.update(table).where(table.c[place.owner.key].in_(owners), there).values(changes)
        )


def _empty_one_by_one(place: Place, owners: Sequence[int]) -> None:
    """Rows whose search key follows them in the session."""
    statement = sa.select(place.model).where(place.owner.in_(owners)).order_by(place.key)
    for row in db.session.scalars(statement).all():
        for name in place.fields:
            if getattr(row, name):
                setattr(row, name, ERASED)
    db.session.flush()


def discard_drafts(forms: Sequence[str]) -> None:
    """Nothing typed into one of these forms and not yet sent is there any more."""
    db.session.execute(
        sa.delete(Draft).where(Draft.form.in_(forms)),
        execution_options={"synchronize_session": False},
    )


@dataclass(frozen=True)
class Found:
    """One text as it stands now."""

    place: Place
    row_id: int
    field: str
    text: str
    at: datetime | None  # None: the row does not say

    @property
    def name(self) -> str:
        """What `labels` calls it by."""
        return f"{self.place.table}.{self.field}"


def texts_of(subject: str, owner_id: int) -> Iterator[Found]:
    """Every text of a case or a meeting that is there, in the order of the places."""
    for place in PLACES[subject]:
        rows = db.session.scalars(
            sa.select(place.model).where(place.owner == owner_id).order_by(place.key)
        )
        for row in rows:
            (key,) = place.model.__mapper__.primary_key_from_instance(row)
            for name in place.fields:
                text = getattr(row, name)
                if text and text != ERASED:
                    yield Found(place, key, name, text, _written(row))


def _written(row: Model) -> datetime | None:
    for name in ("at", "made_at", "created_at", "shows_from"):
        if (found := getattr(row, name, None)) is not None:
            return found
    return None


def get_row(place: Place, row_id: int) -> Any:
    """The row, held until the end; None when it is gone."""
    return db.session.get(place.model, row_id, with_for_update=True, populate_existing=True)
