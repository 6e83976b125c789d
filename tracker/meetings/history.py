"""How a step is taken: walk an edge, write the history, seal the audit entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.meetings.models import EDGES, AgendaItem, Attendee, Meeting, MeetingStatus, MeetingStep

WORDS: dict[str, LazyString] = {
    "meeting.planned": _l("The meeting was planned"),
    "meeting.changed": _l("Day, place or title was changed"),
    "meeting.published": _l("The agenda was published"),
    "meeting.held": _l("The meeting was held"),
    "meeting.minutes_drafted": _l("The minutes were drafted"),
    "meeting.minutes_approved": _l("The minutes were approved"),
    "meeting.answered": _l("Everyone has been answered"),
    "meeting.cancelled": _l("The meeting was cancelled"),
    "meeting.attendance_noted": _l("Attendance was noted"),
    "item.added": _l("An item was added"),
    "item.changed": _l("An item was written anew"),
    "meeting.reported": _l("Reports were put under a heading"),
    "meeting.report_removed": _l("A report was taken off"),
    "item.moved": _l("An item was moved"),
    "item.dropped": _l("An item was dropped"),
    "item.discussed": _l("The discussion was noted"),
    "item.decided": _l("An outcome was noted"),
    "item.outcome_undone": _l("An outcome was taken back"),
    "item.begun": _l("The meeting came to an item"),
    "item.recommended": _l("A recommendation was written"),
    "minutes.written": _l("The text of the minutes was written"),
    "minutes.circulated": _l("The draft of the minutes was sent to the members"),
    "minutes.remarked": _l("A correction of the minutes was asked for"),
    "minutes.remark_answered": _l("A request for a correction was answered"),
    "minutes.added_to": _l("The minutes were added to"),
    "meeting.telling_planned": _l("Word to those who reported the needs was prepared"),
    "meeting.telling_withdrawn": _l("Word to those who reported the needs was withdrawn"),
    "meeting.looked_back": _l("Somebody looked back at the meeting"),
    "attendee.invited": _l("Somebody was invited"),
    "attendee.uninvited": _l("An invitation was taken back"),
}
# Changes of the agenda that are listed on paper after publication.
AGENDA_CHANGES = frozenset(
    {
        *("item.added", "item.moved", "item.dropped", "item.changed"),
        *("meeting.report_removed", "meeting.changed"),
    }
)
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class InChain:
    """A part of a meeting for the audit log: sealed in the chain of the meeting's town."""

    id: int
    municipality_id: int
    __tablename__: str


def not_now(meeting: Meeting) -> str:
    """Why a step is refused: where the meeting stands."""
    return _(
        "This step does not follow from where the meeting stands: %(state)s.",
        state=str(meeting.status.label),
    )


def require_status(meeting: Meeting, allowed: frozenset[MeetingStatus]) -> None:
    """Return only when the meeting stands in one of these states.

    :raises ConflictError: otherwise
    """
    if meeting.status not in allowed:
        raise ConflictError(not_now(meeting))


def move(
    meeting: Meeting,
    to: MeetingStatus,
    *,
    by: Viewer,
    at: datetime,
    facts: Mapping[str, Any] = NOTHING,
) -> None:
    """Walk one edge, write it into the history and seal it.

    :raises ConflictError: when there is no such edge
    """
    if (meeting.status, to) not in EDGES:
        raise ConflictError(not_now(meeting))
    was, meeting.status = meeting.status, to
    verb = f"meeting.{to.value}"
    step(meeting, verb, by=by, at=at, was=was)
    change = Change({"status": was.value}, {"status": to.value, **facts}, {}, {})
    audit.record(by, verb, meeting, at=at, change=change)


def step(
    meeting: Meeting,
    verb: str,
    *,
    by: Viewer,
    at: datetime,
    item: AgendaItem | None = None,
    was: MeetingStatus | None = None,
) -> None:
    """Write one entry of the meeting's history; the meeting counts as changed."""
    meeting.updated_at = at
    db.session.add(
        MeetingStep(
            meeting_id=meeting.id,
            item_id=item.id if item else None,
            verb=verb,
            was=was or meeting.status,
            became=meeting.status,
            person_id=by.person_id,
            at=at,
        )
    )
    db.session.flush()


def record_part(
    meeting: Meeting,
    part: AgendaItem | Attendee,
    verb: str,
    change: Change,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """Seal what was done to an item or an attendee."""
    row = InChain(part.id, meeting.municipality_id, part.__tablename__)
    audit.record(by, verb, row, at=at, change=change)


def change_item(
    meeting: Meeting,
    item: AgendaItem,
    verb: str,
    change: Change,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """An item was changed: history and seal in one."""
    item.updated_at = at
    db.session.flush()
    step(meeting, verb, by=by, at=at, item=item)
    record_part(meeting, item, verb, change, by=by, at=at)
