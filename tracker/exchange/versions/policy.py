"""Who makes papers for an audience: the host of the meeting."""

from tracker.accounts.viewer import Viewer
from tracker.exchange.versions.models import Audience
from tracker.meetings import policy
from tracker.meetings.models import Meeting, MeetingLevel, MeetingStatus


def can_make(viewer: Viewer, meeting: Meeting) -> bool:
    """The people of the host."""
    return policy.can_prepare(viewer, meeting)


def is_out(meeting: Meeting) -> bool:
    """Is the agenda published, and the meeting not called off?"""
    return meeting.status not in {MeetingStatus.PLANNED, MeetingStatus.CANCELLED}


def audiences(meeting: Meeting) -> list[Audience]:
    """For whom papers may be made; a meeting about single persons has none for the public."""
    if not is_out(meeting):
        return []
    if meeting.level is MeetingLevel.INDIVIDUAL:
        return [Audience.MEMBERS]
    return list(Audience)
