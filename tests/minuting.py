"""Rows around the minutes of a meeting."""

from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.meetings.minutes import service
from tracker.meetings.minutes.models import MinutesRemark
from tracker.meetings.models import Meeting


def written(meeting: Meeting, by: Viewer, member: Viewer) -> dict[str, object]:
    """The minutes have a text, and a member has asked for a correction of it."""
    text = service.write_first(meeting, by=by, at=clock.now())
    remark = MinutesRemark(
        meeting_id=meeting.id,
        text_number=text.number,
        person_id=member.person_id,
        text="議題1の日付が違います。",
        made_at=clock.now(),
    )
    db.session.add(remark)
    db.session.commit()
    return {"remark_id": remark.id, "version_number": text.number}
