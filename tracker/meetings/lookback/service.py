"""Saying how a meeting went, once it has been held."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.meetings import history
from tracker.meetings.lookback import queries
from tracker.meetings.lookback.models import BEST, WORST, MeetingLook
from tracker.meetings.models import Meeting


@dataclass(frozen=True)
class LookDraft:
    """Four answers from 1 to 4 by question, and a sentence."""

    answers: dict[str, int]
    sentence: str


def look_back(
    meeting: Meeting, draft: LookDraft, *, folder_open: bool, by: Viewer, at: datetime
) -> None:
    """What the viewer says of the meeting is this; saying it again replaces it.

    :raises InvalidInputError: naming the question without an answer
    :raises ConflictError: before the meeting was held
    """
    require(folder_open)
    if meeting.status not in queries.MET:
        raise ConflictError(_("There is nothing to look back at before the meeting was held."))
    for name in queries.QUESTIONS:
        if not WORST <= draft.answers.get(name, 0) <= BEST:
            raise InvalidInputError(name, _("Please choose one."))
    look = queries.own_look(by, meeting.id)
    if look is None:
        look = MeetingLook(meeting_id=meeting.id, person_id=by.person_id)
        db.session.add(look)
    for name in queries.QUESTIONS:
        setattr(look, name, draft.answers[name])
    look.sentence, look.at = draft.sentence, at
    db.session.flush()
    history.step(meeting, "meeting.looked_back", by=by, at=at)
    audit.record(by, "meeting.looked_back", meeting, at=at, change=Change({}, {}, {}, {}))
