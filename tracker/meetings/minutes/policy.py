"""Who writes minutes, who may ask for a correction, and who looks a second time."""

from tracker.accounts.viewer import Viewer
from tracker.meetings import policy
from tracker.meetings.models import Meeting, MeetingStatus

WRITTEN_ON = frozenset({MeetingStatus.MINUTES_DRAFTED})


def can_write(viewer: Viewer, meeting: Meeting) -> bool:
    """The people of the host."""
    return policy.can_prepare(viewer, meeting)


def can_remark(viewer: Viewer, meeting: Meeting, *, folder_open: bool) -> bool:
    """Whoever may open the folder, once the draft was circulated and until it is approved."""
    out = meeting.circulated_at is not None and meeting.status in WRITTEN_ON
    return out and folder_open


def can_approve(
    viewer: Viewer, meeting: Meeting, author_id: int | None, others: frozenset[int]
) -> bool:
    """Another of the host's people than the author of the last version; the author if alone.

    :param author_id: who wrote the last version; None: there is no text
    :param others: the host's people besides the author
    """
    return can_write(viewer, meeting) and (viewer.person_id != author_id or not others)
