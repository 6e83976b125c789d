"""Reading what towns say beside act types: in force here and now, and every version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Area, Municipality, Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.settings import policy
from tracker.settings.models import TypeNote
from tracker.taxonomy.models import ActFamily, ActType

# The texts of a note, with the words for each.
TEXTS: dict[str, LazyString] = {
    "own_name": _l("Name in this town"),
    "own_example": _l("Example in this town"),
    "own_help": _l("How the town explains it"),
    "notice": _l("To know before filing"),
    "contacts": _l("Local contacts"),
    "question": _l("Extra question"),
}
HIDDEN = _l("Offered when a case is filed")


def note_for(viewer: Viewer, act_type_code: str, area_id: int, *, today: date) -> TypeNote | None:
    """What the area's town says beside this type today; one statement.

    None where it says nothing, or for whoever neither serves the town nor comes from it.
    """
    found = db.session.scalars(
        _of_area(viewer, act_type_code, area_id)
        .where(TypeNote.valid_from <= today)
        .order_by(TypeNote.valid_from.desc(), TypeNote.number.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None or found.is_empty else found


def was_asked(viewer: Viewer, act_type_code: str, area_id: int, question: str) -> bool:
    """Does any version of the area's town, an older one too, ask this beside the type?"""
    asked = _of_area(viewer, act_type_code, area_id).where(TypeNote.question == question)
    return db.session.scalar(sa.select(asked.exists())) is True


def _of_area(viewer: Viewer, act_type_code: str, area_id: int) -> sa.Select[TypeNote]:
    return (
        sa.select(TypeNote)
        .join(Area, Area.municipality_id == TypeNote.municipality_id)
        .where(
            policy.notes_visible_to(viewer),
            Area.id == area_id,
            TypeNote.act_type_code == act_type_code,
        )
    )


def towns_read(viewer: Viewer) -> Sequence[Municipality]:
    """Towns whose settings the viewer reads, by code."""
    return db.session.scalars(
        sa.select(Municipality)
        .where(Municipality.id.in_(policy.towns_read(viewer)))
        .order_by(Municipality.code)
    ).all()


def notes_in_force(viewer: Viewer, municipality_id: int, *, today: date) -> dict[str, TypeNote]:
    """What the town says beside each type today, by code; types without a note are left out."""
    rows = db.session.scalars(
        sa.select(TypeNote)
        .where(
            policy.notes_visible_to(viewer),
            TypeNote.municipality_id == municipality_id,
            TypeNote.valid_from <= today,
        )
        .order_by(TypeNote.act_type_code, TypeNote.valid_from, TypeNote.number)
    )
    last = {note.act_type_code: note for note in rows}
    return {code: note for code, note in last.items() if not note.is_empty}


@dataclass(frozen=True)
class OwnType:
    """An act type as it is offered where a case is filed: the town's words before ours."""

    code: str
    family: ActFamily
    danger: str
    name_ja: str
    name_en: str
    example_ja: str
    example_en: str


def types_offered(viewer: Viewer, act_types: Sequence[ActType], *, today: date) -> list[OwnType]:
    """The types as the towns offer them that the viewer files for, in the given order.

    A form has one list, whichever area is chosen on it: hidden is what all of these towns hide,
    and the words are those of the viewer's own town. One statement.
    """
    towns, own = policy.towns_filed_for(viewer), policy.own_towns(viewer)
    rows = db.session.execute(
        sa.select(
            TypeNote.municipality_id,
            TypeNote.act_type_code,
            TypeNote.own_name,
            TypeNote.own_example,
            TypeNote.is_hidden,
        )
        .where(TypeNote.municipality_id.in_(towns), TypeNote.valid_from <= today)
        .order_by(TypeNote.valid_from, TypeNote.number, TypeNote.id)
    )
    said: dict[tuple[str, int], Any] = {
        (row.act_type_code, row.municipality_id): row for row in rows
    }
    offered = []
    for act in act_types:
        hides = [town for town in towns if (note := said.get((act.code, town))) and note.is_hidden]
        if not towns or len(hides) < len(towns):
            offered.append(_own(act, [said.get((act.code, town)) for town in own]))
    return offered


def _own(act: ActType, notes: Sequence[Any]) -> OwnType:
    name = _agreed(note.own_name if note else "" for note in notes)
    example = _agreed(note.own_example if note else "" for note in notes)
    return OwnType(
        act.code,
        act.family,
        act.danger,
        name or act.name_ja,
        name or act.name_en,
        example or act.example_ja,
        example or act.example_en,
    )


def _agreed(words: Iterable[str]) -> str:
    """What all say; "" where they differ or say nothing."""
    said = set(words)
    return said.pop() if len(said) == 1 else ""


@dataclass(frozen=True)
class TextChange:
    """A text of a note before and after; "" where there is none."""

    label: LazyString
    was: str
    now: str


@dataclass(frozen=True)
class Version:
    """A version of a note: who wrote it, what it changed, and whether it holds."""

    note: TypeNote
    person: str
    changes: tuple[TextChange, ...]  # against the version written before
    in_force: bool
    planned: bool  # holds from a day to come, unless another is written for that day


def versions(
    viewer: Viewer, municipality_id: int, act_type_code: str, *, today: date
) -> list[Version]:
    """Every version of what the town says beside this type, the newest first; one statement."""
    rows = db.session.execute(
        sa.select(TypeNote, Person.name)
        .join(Person, Person.id == TypeNote.written_by_id)
        .where(
            policy.notes_visible_to(viewer),
            TypeNote.municipality_id == municipality_id,
            TypeNote.act_type_code == act_type_code,
        )
        .order_by(TypeNote.number)
    ).all()
    holding = {note.valid_from: note for note, _name in rows}  # of two for a day, the later one
    current = max((day for day in holding if day <= today), default=None)
    found: list[Version] = []
    before: TypeNote | None = None
    for note, person in rows:
        holds = holding[note.valid_from] is note
        found.append(
            Version(
                note,
                person,
                _changes(before, note),
                in_force=holds and note.valid_from == current,
                planned=holds and note.valid_from > today,
            )
        )
        before = note
    return found[::-1]


def _changes(before: TypeNote | None, note: TypeNote) -> tuple[TextChange, ...]:
    pairs = (
        TextChange(label, getattr(before, name) if before else "", getattr(note, name))
        for name, label in TEXTS.items()
    )
    offered = TextChange(HIDDEN, _offered(before), _offered(note))
    return tuple(pair for pair in (*pairs, offered) if pair.was != pair.now)


def _offered(note: TypeNote | None) -> str:
    return _("no") if note is not None and note.is_hidden else _("yes")


def get_version(viewer: Viewer, note_id: int) -> TypeNote:
    """The version.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(TypeNote).where(TypeNote.id == note_id, policy.notes_visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def newest_number(municipality_id: int, act_type_code: str) -> int:
    """The number of the newest version, 0 for none; nobody else writes one until the end.

    For the service.
    """
    # A weaker lock than usual: rows that only name the town (a case, say) need not wait for it.
    town = sa.select(Municipality.id).where(Municipality.id == municipality_id)
    db.session.execute(town.with_for_update(key_share=True))
    newest = sa.select(sa.func.max(TypeNote.number)).where(
        TypeNote.municipality_id == municipality_id, TypeNote.act_type_code == act_type_code
    )
    return db.session.scalar(newest) or 0
