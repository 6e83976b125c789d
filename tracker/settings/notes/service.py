"""Writing what a town says beside an act type: always a new version, never an old one changed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.settings import policy
from tracker.settings.models import NOTE_TEXTS, TypeNote
from tracker.settings.notes import queries
from tracker.taxonomy import queries as taxonomy


@dataclass(frozen=True)
class NoteDraft:
    """What a version says; field names are those of the row. All texts blank end the note."""

    municipality_id: int
    act_type_code: str
    valid_from: date
    change_note: str
    notice: str = ""
    contacts: str = ""
    question: str = ""
    own_name: str = ""
    own_help: str = ""
    own_example: str = ""
    is_hidden: bool = False

    @property
    def is_empty(self) -> bool:
        """Does it say nothing at all?"""
        return not (self.is_hidden or any(getattr(self, name) for name in NOTE_TEXTS))


def write_note(
    draft: NoteDraft,
    *,
    by: Viewer,
    at: datetime,
    after: int | None = None,
    confirmed_details: Sequence[str] = (),
) -> TypeNote:
    """The town says this beside the type from the day on; the version before it is kept.

    :param after: number of the newest version the writer has read; None does not ask
    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field
    :raises ConflictError: when somebody else wrote a version meanwhile
    :raises NotFoundError: when there is no such type
    """
    require(policy.can_edit(by, draft.municipality_id))
    taxonomy.get_act_type(draft.act_type_code)
    newest = queries.newest_number(draft.municipality_id, draft.act_type_code)
    if after is not None and after != newest:
        raise ConflictError(_("This was changed while you were reading. Please look again."))
    _check(draft, newest, clock.local(at).date())
    note = TypeNote(number=newest + 1, written_by_id=by.person_id, written_at=at, **asdict(draft))
    db.session.add(note)
    db.session.flush()
    now = _coded(note)
    if confirmed_details:
        now["details_confirmed"] = list(confirmed_details)
    change = Change(was={}, now=now, replaced_texts={}, written_texts=_texts(draft))
    audit.record(by, "type_note.written", note, at=at, change=change)
    return note


def use_again(note: TypeNote, *, by: Viewer, at: datetime, after: int) -> TypeNote:
    """From today the town says what this version says: a new version with the old texts.

    :param after: number of the newest version the writer has read
    :raises ConflictError: when somebody else wrote a version meanwhile
    """
    draft = NoteDraft(
        municipality_id=note.municipality_id,
        act_type_code=note.act_type_code,
        valid_from=clock.local(at).date(),
        change_note=_("Version %(number)s is used again.", number=note.number),
        is_hidden=note.is_hidden,
        **{name: getattr(note, name) for name in NOTE_TEXTS},
    )
    return write_note(draft, by=by, at=at, after=after)


def _check(draft: NoteDraft, newest: int, today: date) -> None:
    if draft.valid_from < today:
        raise InvalidInputError("valid_from", _("Please choose today or a later day."))
    if not draft.change_note:
        raise InvalidInputError("change_note", _("Please fill this in."))
    if draft.is_empty and newest == 0:
        raise InvalidInputError("notice", _("Nothing stands beside this type. Please write it."))


def _coded(note: TypeNote) -> dict[str, Any]:
    facts = {
        "act_type_code": note.act_type_code,
        "number": note.number,
        "valid_from": note.valid_from.isoformat(),
    }
    return {**facts, "is_hidden": True} if note.is_hidden else facts


def _texts(draft: NoteDraft) -> dict[str, str]:
    names = (*queries.TEXTS, "change_note")
    return {name: text for name in names if (text := getattr(draft, name))}
