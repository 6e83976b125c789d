"""Who may know of a meeting, who prepares it, and whom the folder opens for."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.models import Invitation
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.core import wareki
from tracker.meetings.models import (
    AGENDA_OPEN,
    TOWN_WIDE,
    Attendee,
    Meeting,
    MeetingLevel,
    MeetingStatus,
    MeetingStep,
    Pledge,
)

UNDO_WITHIN = timedelta(hours=24)
# While people talk and until the minutes are approved.
NOTES_OPEN = AGENDA_OPEN - {MeetingStatus.PLANNED}
# What came of an item is noted once it is known who is there.
OUTCOMES_OPEN = NOTES_OPEN - {MeetingStatus.PUBLISHED}
CALLED_OFF = frozenset({MeetingStatus.PLANNED, MeetingStatus.PUBLISHED})
APPROVED = frozenset({MeetingStatus.MINUTES_APPROVED, MeetingStatus.ANSWERED})
HOSTS: dict[MeetingLevel, Role] = {
    MeetingLevel.INDIVIDUAL: Role.CENTRE,
    MeetingLevel.AREA: Role.CENTRE,
    MeetingLevel.MUNICIPAL: Role.OFFICER,
    MeetingLevel.PREFECTURE: Role.OFFICER,
}


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Officers and coordinators their town's, centres what concerns them, members by invitation."""
    clauses = [clause for s in viewer.standings if (clause := _reach(viewer, s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(viewer: Viewer, standing: Standing) -> sa.ColumnElement[bool] | None:
    in_town = Meeting.municipality_id == standing.municipality_id
    match standing.role:
        case Role.OFFICER | Role.COORDINATOR:
            return in_town
        case Role.CENTRE:
            return sa.or_(
                sa.and_(in_town, Meeting.level.in_(sorted(TOWN_WIDE))),
                Meeting.host_id == standing.organisation_id,
                Meeting.area_id.in_(standing.area_ids),
            )
        case Role.MEMBER:
            own = sa.select(Attendee.meeting_id).where(invited(viewer))
            return sa.and_(in_town, Meeting.published_at.is_not(None), Meeting.id.in_(own))
    return None  # agency, prefecture, administrator, privacy officer, and any role yet to come


def host_standing(viewer: Viewer, level: MeetingLevel, area_id: int | None) -> Standing | None:
    """As what the viewer can host such a meeting: the office the town's, a centre its areas'."""
    standings = viewer.as_role(HOSTS[level])
    if not level.is_town_wide:
        standings = tuple(s for s in standings if area_id in s.area_ids)
    return standings[0] if standings else None


def levels_to_plan(viewer: Viewer) -> list[MeetingLevel]:
    """Levels of the meetings the viewer can host, in order."""
    return [level for level in MeetingLevel if viewer.is_role(HOSTS[level])]


def may_know_of_series(viewer: Viewer) -> bool:
    """Are there series the viewer could know of? Members come by invitation to single meetings."""
    return viewer.is_role(Role.OFFICER, Role.COORDINATOR, Role.CENTRE)


def can_prepare(viewer: Viewer, meeting: Meeting) -> bool:
    """The people of the host: agenda, invitations, minutes, outcomes."""
    return meeting.host_id in viewer.organisation_ids(Role.CENTRE, Role.OFFICER)


def is_staff(viewer: Viewer, meeting: Meeting) -> bool:
    """Does the viewer know of the meeting by their work, and not as an invited member only?"""
    return any(
        standing.role in {Role.OFFICER, Role.COORDINATOR, Role.CENTRE}
        for standing in viewer.standings
        if standing.municipality_id == meeting.municipality_id
    )


def needs_pledge(viewer: Viewer, meeting: Meeting) -> bool:
    """Does the folder open for the viewer only after the pledge?"""
    return not is_staff(viewer, meeting)


def can_open_folder(viewer: Viewer, meeting: Meeting, *, pledged: bool) -> bool:
    """Agenda, evidence and minutes: staff, and members who have signed the pledge."""
    return pledged or not needs_pledge(viewer, meeting)


def can_read_minutes(viewer: Viewer, meeting: Meeting) -> bool:
    """Once circulated or approved everybody who may open the folder, before that the host."""
    out = meeting.status in APPROVED or meeting.circulated_at is not None
    return out or can_prepare(viewer, meeting)


def can_recommend(viewer: Viewer, meeting: Meeting) -> bool:
    """The host, and the centres of the town the meeting concerns, before an outcome is noted."""
    centres = viewer.municipality_ids(Role.CENTRE)
    return can_prepare(viewer, meeting) or meeting.municipality_id in centres


def minutes_readable(viewer: Viewer, *, today: date) -> sa.ColumnElement[bool]:
    """Of visible meetings those whose minutes the viewer may read: the same as for one at hand."""
    staffed = viewer.municipality_ids(Role.OFFICER, Role.COORDINATOR, Role.CENTRE)
    hosts = viewer.organisation_ids(Role.CENTRE, Role.OFFICER)
    return sa.and_(
        sa.or_(Meeting.municipality_id.in_(staffed), pledged(viewer, today=today)),
        sa.or_(
            Meeting.status.in_(sorted(APPROVED)),
            Meeting.circulated_at.is_not(None),
            Meeting.host_id.in_(hosts),
        ),
    )


def pledged(viewer: Viewer, *, today: date) -> sa.ColumnElement[bool]:
    """Meetings for which the viewer's own pledge holds today."""
    return sa.exists(sa.select(Pledge.id).where(holds(viewer, today=today)).correlate(Meeting))


def holds(viewer: Viewer, *, today: date) -> sa.ColumnElement[bool]:
    """Pledges of the viewer that open the folder of a meeting today."""
    return sa.and_(
        Pledge.person_id == viewer.person_id,
        Pledge.municipality_id == Meeting.municipality_id,
        sa.or_(Pledge.meeting_id == Meeting.id, Pledge.meeting_id.is_(None)),
        Pledge.signed_on <= today,
        Pledge.valid_until >= today,
    )


def invited(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Attendees who are the viewer: by their account, or by the link they made it with."""
    used = sa.select(Invitation.id).where(Invitation.person_id == viewer.person_id)
    return sa.or_(Attendee.person_id == viewer.person_id, Attendee.invitation_id.in_(used))


def pledge_until(signed_on: date, meeting: Meeting) -> date:
    """A pledge holds to the end of the fiscal year of the meeting's day, 31 March.

    One signed after that year, for minutes of old, holds to the end of the year of signing.
    """
    return date(wareki.fiscal_year(max(signed_on, meeting.held_on)) + 1, 3, 31)


def can_undo(viewer: Viewer, step: MeetingStep, at: datetime) -> bool:
    """Whoever noted the outcome, within 24 hours."""
    return step.person_id == viewer.person_id and at - step.at <= UNDO_WITHIN
