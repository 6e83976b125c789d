"""A link with which somebody invited makes their account, once, for this invitation."""

from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts import service as accounts
from tracker.accounts.models import Invitation
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.meetings import history, policy
from tracker.meetings.members import queries
from tracker.meetings.models import AGENDA_OPEN, Attendee, Meeting


def make_link(
    meeting: Meeting, attendee: Attendee, organisation_id: int, *, by: Viewer, at: datetime
) -> tuple[Invitation, str]:
    """The invitation and the token of its link; a link made before opens nothing any more.

    :raises InvalidInputError: for an organisation the viewer may not invite members into
    :raises ConflictError: when they have an account, or the minutes are approved
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    earlier = _earlier(attendee)
    if attendee.person_id is not None or (earlier and earlier.person_id is not None):
        raise ConflictError(_("They have an account already."))
    if organisation_id not in dict(queries.member_organisations(by)):
        raise InvalidInputError("organisation_id", _("Please choose one."))
    if earlier is not None:
        earlier.cancelled_at = earlier.cancelled_at or at
    invitation, token = accounts.invite(
        organisation_id, Role.MEMBER, may_invite=False, by=by, at=at
    )
    db.session.flush()
    attendee.invitation_id = invitation.id
    history.step(meeting, "attendee.invited", by=by, at=at)
    facts = {"meeting_id": meeting.id, "invitation_id": invitation.id}
    change = Change({}, facts, {}, {})
    history.record_part(meeting, attendee, "attendee.link_made", change, by=by, at=at)
    return invitation, token


def end_link(attendee: Attendee, *, at: datetime) -> None:
    """The link of somebody who is not invited any more opens nothing; an account stays."""
    earlier = _earlier(attendee)
    if earlier is not None and earlier.used_at is None:
        earlier.cancelled_at = earlier.cancelled_at or at


def _earlier(attendee: Attendee) -> Invitation | None:
    if attendee.invitation_id is None:
        return None
    return db.session.get(Invitation, attendee.invitation_id)
