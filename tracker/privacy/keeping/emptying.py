"""How texts are made empty: in their rows, earlier versions, frozen copies and what is searched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.cases.models import Case
from tracker.core import events
from tracker.core.audit import TextRevision
from tracker.core.db import Model, Versioned, db
from tracker.core.drafts import Draft
from tracker.core.erasing import ERASED, Gone, everything
from tracker.core.text import fold
from tracker.core.words import Searched
from tracker.privacy.keeping.places import HEADS, OWNERS, PLACES, Place, is_there


def empty(subject: str, town: int, owners: Sequence[int], at: datetime) -> None:
    """The texts of these owners are gone: the rows, their earlier versions, what is searched.

    Frozen copies on agendas, in letters and in papers that were handed out lose them too.
    """
    for place in PLACES[subject]:
        if place.through is not None:
            rows = _left_alone(place, subject, owners)
        else:
            rows = place.of(owners)
        if issubclass(place.model, Searched):
            _empty_one_by_one(place, rows)
        else:
            _empty_together(place, rows)
        keys = sa.select(place.key).where(rows)
        of_rows = TextRevision.subject == place.table, TextRevision.subject_id.in_(keys)
        forget(*of_rows, TextRevision.field.in_(place.fields))
    forget(TextRevision.subject == subject, TextRevision.subject_id.in_(owners))
    discard_drafts(forms_of(subject, owners))
    gone = Gone(town, subject, owners, everything, is_whole=True, at=at)
    db.session.flush()
    events.words_gone.send(gone)
    db.session.flush()
    db.session.expire_all()


def _left_alone(place: Place, subject: str, owners: Sequence[int]) -> sa.ColumnElement[bool]:
    """Rows of these owners of which no other owner has any words left."""
    if place.through is None:
        raise ValueError("rows of one owner each")
    row, owner = place.through
    others = (
        sa.select(row)
        .join(OWNERS[subject], OWNERS[subject].id == owner)
        .where(owner.not_in(owners), is_there(HEADS[subject]))
    )
    return sa.and_(place.of(owners), place.owner.not_in(others))


def _empty_together(place: Place, rows: sa.ColumnElement[bool]) -> None:
    table: Any = place.model.__table__
    for name in place.fields:
        changes: dict[str, Any] = {name: ERASED}
        if place.model is Case:
            changes["search_text"] = fold(ERASED)
        if issubclass(place.model, Versioned):
            changes["version"] = table.c.version + 1  # an open form is out of date
        db.session.execute(
            sa.update(place.model).where(rows, is_there(place.column(name))).values(changes),
            execution_options={"synchronize_session": False},
        )


def _empty_one_by_one(place: Place, rows: sa.ColumnElement[bool]) -> None:
    """Rows whose search key follows them in the session."""
    statement = sa.select(place.model).where(rows).order_by(place.key)
    for row in db.session.scalars(statement).all():
        for name in place.fields:
            if getattr(row, name):
                setattr(row, name, ERASED)
    db.session.flush()


def forget(*of_texts: sa.ColumnElement[bool]) -> None:
    db.session.execute(
        sa.update(TextRevision).where(*of_texts).values(text=ERASED),
        execution_options={"synchronize_session": False},
    )


def forms_of(subject: str, owners: Sequence[int]) -> list[str]:
    """Names of the forms in which somebody may have typed about these."""
    names = {"cases": "case-{}", "issues": "issue-{}", "meetings": "meeting:{}"}
    name = names.get(subject)
    return [name.format(owner) for owner in owners] if name else []


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
    """Every text of a record that is there, in the order of the places."""
    seen: set[tuple[str, int, str]] = set()
    for place in PLACES[subject]:
        rows = db.session.scalars(
            sa.select(place.model).where(place.of([owner_id])).order_by(place.key)
        )
        for row in rows:
            (key,) = place.model.__mapper__.primary_key_from_instance(row)
            for name in (*place.fields, *place.stays):
                text = getattr(row, name)
                one = (place.table, key, name)
                if text and text != ERASED and one not in seen:
                    seen.add(one)
                    yield Found(place, key, name, text, _written(row))


def _written(row: Model) -> datetime | None:
    for name in ("at", "made_at", "written_at", "created_at", "set_at", "shows_from"):
        if (found := getattr(row, name, None)) is not None:
            return found
    return None


def get_row(place: Place, row_id: int) -> Any:
    """The row, held until the end; None when it is gone."""
    return db.session.get(place.model, row_id, with_for_update=True, populate_existing=True)
