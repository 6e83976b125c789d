"""Who is invited, who is there, and who has promised to keep what is heard to themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.meetings import choices, history, inviting, policy, queries
from tracker.meetings.members import service as links
from tracker.meetings.models import AGENDA_OPEN, Attendee, Meeting, Pledge

# The wording of the pledge in templates/meetings/_parts.html; a new wording has a new number.
PLEDGE_TEXT = "2"


@dataclass(frozen=True)
class AttendeeDraft:
    """Somebody to be invited; the account is that of a member, if there is one."""

    organisation: str
    profession: str
    name: str
    person_id: int | None


def invite(
    meeting: Meeting, draft: AttendeeDraft, *, by: Viewer, at: datetime, today: date
) -> Attendee:
    """Somebody is invited; with an account they find the folder after publication.

    :raises InvalidInputError: when the account is none of the town's members, or invited already
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    if draft.person_id is not None:
        known = dict(choices.members_of_town(meeting, today=today))
        if draft.person_id not in known:
            raise InvalidInputError("person_id", _("Please choose one of the accounts."))
        if any(one.person_id == draft.person_id for one in queries.attendees_of(meeting.id)):
            raise InvalidInputError("person_id", _("This account is invited already."))
    attendee = Attendee(
        meeting_id=meeting.id,
        person_id=draft.person_id,
        organisation=draft.organisation,
        profession=draft.profession,
        name=draft.name,
    )
    db.session.add(attendee)
    db.session.flush()
    history.step(meeting, "attendee.invited", by=by, at=at)
    facts = {"meeting_id": meeting.id, "person_id": draft.person_id}
    history.record_part(
        meeting, attendee, "attendee.invited", Change({}, facts, {}, {}), by=by, at=at
    )
    inviting.tell_invited(meeting, at=at)
    return attendee


def uninvite(meeting: Meeting, attendee: Attendee, *, by: Viewer, at: datetime) -> None:
    """The invitation never was; only before it was noted whether they came."""
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, policy.CALLED_OFF)
    facts = {"meeting_id": meeting.id, "person_id": attendee.person_id}
    history.record_part(
        meeting, attendee, "attendee.uninvited", Change(facts, {}, {}, {}), by=by, at=at
    )
    links.end_link(attendee, at=at)
    db.session.delete(attendee)
    history.step(meeting, "attendee.uninvited", by=by, at=at)


def note_attendance(
    meeting: Meeting, present_ids: Collection[int], *, by: Viewer, at: datetime
) -> None:
    """It is known who is here; everybody else invited is not."""
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, policy.NOTES_OPEN)
    was, now = {}, {}
    for attendee in queries.attendees_of(meeting.id):
        present = attendee.id in present_ids
        if attendee.present is not present:
            was[str(attendee.id)], now[str(attendee.id)] = attendee.present, present
            attendee.present = present
    if now:
        history.step(meeting, "meeting.attendance_noted", by=by, at=at)
        change = Change({"present": was}, {"present": now}, {}, {})
        audit.record(by, "meeting.attendance_noted", meeting, at=at, change=change)


def sign_pledge(meeting: Meeting, *, by: Viewer, at: datetime, today: date) -> None:
    """The meeting's folder opens for the member until the pledge's last day; signing twice is one.

    :raises NotAllowedError: for whoever needs none
    """
    require(policy.needs_pledge(by, meeting))
    if queries.pledge_of(by, meeting, today=today) is not None:
        return
    pledge = Pledge(
        person_id=by.person_id,
        municipality_id=meeting.municipality_id,
        meeting_id=meeting.id,
        text_version=PLEDGE_TEXT,
        signed_on=today,
        valid_until=policy.pledge_until(today, meeting),
    )
    db.session.add(pledge)
    db.session.flush()
    facts = {"meeting_id": meeting.id, "text_version": PLEDGE_TEXT}
    facts["valid_until"] = pledge.valid_until.isoformat()
    audit.record(by, "pledge.signed", pledge, at=at, change=Change({}, facts, {}, {}))
