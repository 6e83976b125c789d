"""Writing an announcement, changing it, taking it back and putting it up again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.settings import policy
from tracker.settings.models import Announcement

LONGEST = timedelta(days=366)  # so that nothing stands on a first page for ever
CODED = ("area_id", "role", "starts_on", "ends_on")


@dataclass(frozen=True)
class AnnouncementDraft:
    """What is said to whom, from when to when; field names are those of the row."""

    municipality_id: int
    text: str
    starts_on: date
    ends_on: date
    area_id: int | None = None  # None: everywhere
    role: Role | None = None  # None: everybody


def write(
    draft: AnnouncementDraft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> Announcement:
    """It stands on the first page of whom it is meant for, from its first day to its last.

    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, draft.municipality_id))
    _check(draft, clock.local(at).date())
    row = Announcement(
        written_by_id=by.person_id,
        created_at=at,
        updated_at=at,
        withdrawn_at=None,
        **asdict(draft),
    )
    db.session.add(row)
    db.session.flush()
    change = Change({}, _facts(row, confirmed_details), {}, {"text": row.text})
    audit.record(by, "announcement.written", row, at=at, change=change)
    return row


def change(
    row: Announcement,
    draft: AnnouncementDraft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> None:
    """It says this now.

    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, row.municipality_id))
    _check(draft, clock.local(at).date())
    was, text = _facts(row), row.text
    for name in (*CODED, "text"):
        setattr(row, name, getattr(draft, name))
    row.updated_at = at
    db.session.flush()
    replaced, written = ({"text": text}, {"text": row.text}) if text != row.text else ({}, {})
    done = Change(was, _facts(row, confirmed_details), replaced, written)
    audit.record(by, "announcement.changed", row, at=at, change=done)


def withdraw(row: Announcement, *, by: Viewer, at: datetime) -> None:
    """It is shown to nobody; it can be put up again.

    :raises ConflictError: when it was taken back already
    """
    require(policy.can_edit(by, row.municipality_id))
    if row.withdrawn_at is not None:
        raise ConflictError(_("This was changed while you were reading. Please look again."))
    row.withdrawn_at = row.updated_at = at
    db.session.flush()
    audit.record(by, "announcement.withdrawn", row, at=at)


def put_up_again(row: Announcement, *, by: Viewer, at: datetime) -> None:
    """It is shown again, as long as its days last.

    :raises ConflictError: when it was put up already
    """
    require(policy.can_edit(by, row.municipality_id))
    if row.withdrawn_at is None:
        raise ConflictError(_("This was changed while you were reading. Please look again."))
    row.withdrawn_at, row.updated_at = None, at
    db.session.flush()
    audit.record(by, "announcement.put_up", row, at=at)


def _check(draft: AnnouncementDraft, today: date) -> None:
    if not draft.text:
        raise InvalidInputError("text", _("Please fill this in."))
    if draft.ends_on < draft.starts_on:
        raise InvalidInputError("ends_on", _("The last day cannot be before the first one."))
    if draft.ends_on < today:
        raise InvalidInputError("ends_on", _("Please choose today or a later day."))
    if draft.ends_on - draft.starts_on > LONGEST:
        raise InvalidInputError("ends_on", _("It can stand there for a year at most."))
    if draft.area_id is not None:
        area = db.session.get(Area, draft.area_id)
        if area is None or area.municipality_id != draft.municipality_id:
            raise InvalidInputError("area", _("Please choose a place in the same town."))
    if draft.role is not None and draft.role not in policy.TOLD:
        raise InvalidInputError("role", _("Please choose one of the answers."))


def _facts(row: Announcement, confirmed: Sequence[str] = ()) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "area_id": row.area_id,
        "role": row.role,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
    }
    return {**facts, "details_confirmed": list(confirmed)} if confirmed else facts
