"""Writing minutes: versions, circulation, remarks and their answers, addenda."""

from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases.history import new_act
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.meetings import history, inviting
from tracker.meetings import policy as meeting_policy
from tracker.meetings.minutes import policy, queries, writing
from tracker.meetings.minutes.models import (
    TEXT_LENGTH,
    MinutesAddendum,
    MinutesRemark,
    MinutesText,
    RemarkAnswer,
)
from tracker.meetings.models import Meeting
from tracker.notifications import service as notifications
from tracker.notifications.models import Event


def write_first(meeting: Meeting, *, by: Viewer, at: datetime) -> MinutesText:
    """The minutes have their first text, made of agenda, notes and outcomes."""
    require(policy.can_write(by, meeting))
    return _add(meeting, writing.compose(meeting, at_most=TEXT_LENGTH), "", by=by, at=at)


def rewrite(
    meeting: Meeting, text: str, why: str, *, opened: int, by: Viewer, at: datetime
) -> MinutesText:
    """The text is this from now on; earlier versions stay to be read.

    :param opened: number of the version that was changed
    :raises InvalidInputError: without a text
    :raises ConflictError: when somebody wrote a version since, or the minutes are approved
    """
    require(policy.can_write(by, meeting))
    history.require_status(meeting, policy.WRITTEN_ON)
    require_sentence("text", text)
    last = queries.text_of(meeting.id)
    if last is not None and last.number != opened:
        raise ConflictError(_("Somebody else changed this meanwhile."))
    if last is not None and last.text == text:
        return last
    return _add(meeting, text, why, by=by, at=at)


def _add(meeting: Meeting, text: str, why: str, *, by: Viewer, at: datetime) -> MinutesText:
    last = queries.text_of(meeting.id)
    made = MinutesText(
        meeting_id=meeting.id,
        number=last.number + 1 if last else 1,
        text=text,
        why=why,
        made_by_id=by.person_id,
        made_at=at,
    )
    db.session.add(made)
    replaced = {"text": last.text} if last else {}
    change = Change({}, {"number": made.number}, replaced, {"text": text, "why": why})
    history.step(meeting, "minutes.written", by=by, at=at)
    audit.record(by, "minutes.written", meeting, at=at, change=change)
    return made


def circulate(meeting: Meeting, until: date, *, by: Viewer, at: datetime, today: date) -> int:
    """Those invited can read the draft and are told so; how many accounts that are.

    :raises InvalidInputError: for a day that is past
    :raises ConflictError: while the minutes are not drafted, or after approval
    """
    require(policy.can_write(by, meeting))
    history.require_status(meeting, policy.WRITTEN_ON)
    if until < today:
        raise InvalidInputError("until", _("Please choose a day that is still to come."))
    meeting.circulated_at, meeting.remarks_until = at, until
    people = inviting.people_invited(meeting.id)
    about = notifications.About(meeting.held_on.isoformat(), f"/meetings/{meeting.id}/minutes")
    notifications.tell(people, Event.MINUTES_CIRCULATED, about, act=new_act(), at=at)
    history.step(meeting, "minutes.circulated", by=by, at=at)
    facts = {"until": until.isoformat(), "people": len(people)}
    audit.record(by, "minutes.circulated", meeting, at=at, change=Change({}, facts, {}, {}))
    return len(people)


def remark(
    meeting: Meeting, text: str, *, folder_open: bool, by: Viewer, at: datetime
) -> MinutesRemark:
    """The host is asked for a correction of the newest version.

    :raises InvalidInputError: without a word
    :raises NotAllowedError: before the draft was circulated, and after approval
    """
    require(policy.can_remark(by, meeting, folder_open=folder_open))
    require_sentence("remark", text)
    last = queries.text_of(meeting.id)
    made = MinutesRemark(
        meeting_id=meeting.id,
        text_number=last.number if last else 0,
        person_id=by.person_id,
        text=text,
        made_at=at,
    )
    db.session.add(made)
    history.step(meeting, "minutes.remarked", by=by, at=at)
    change = Change({}, {"number": made.text_number}, {}, {"text": text})
    audit.record(by, "minutes.remarked", meeting, at=at, change=change)
    return made


def answer_remark(
    meeting: Meeting,
    asked: MinutesRemark,
    answer: RemarkAnswer,
    reason: str,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """Whoever asked can read whether it was taken up.

    :raises InvalidInputError: when it is not taken up and no reason is given
    :raises ConflictError: when it was answered before
    """
    require(policy.can_write(by, meeting))
    history.require_status(meeting, policy.WRITTEN_ON)
    if asked.answer is not None:
        raise ConflictError(_("This request is answered already."))
    if answer is RemarkAnswer.NOT_TAKEN_UP:
        require_sentence("reason", reason)
    asked.answer, asked.answer_reason = answer, reason
    asked.answered_by_id, asked.answered_at = by.person_id, at
    history.step(meeting, "minutes.remark_answered", by=by, at=at)
    facts = {"remark_id": asked.id, "answer": answer.value}
    change = Change({}, facts, {}, {"reason": reason} if reason else {})
    audit.record(by, "minutes.remark_answered", meeting, at=at, change=change)


def add(meeting: Meeting, text: str, *, by: Viewer, at: datetime) -> MinutesAddendum:
    """An addendum stands below the approved text.

    :raises InvalidInputError: without a text
    :raises ConflictError: before approval: then the text itself can be changed
    """
    require(policy.can_write(by, meeting))
    history.require_status(meeting, meeting_policy.APPROVED)
    require_sentence("addendum", text)
    made = MinutesAddendum(meeting_id=meeting.id, text=text, made_by_id=by.person_id, made_at=at)
    db.session.add(made)
    history.step(meeting, "minutes.added_to", by=by, at=at)
    audit.record(by, "minutes.added_to", meeting, at=at, change=Change({}, {}, {}, {"text": text}))
    return made


def require_answered(meeting: Meeting) -> None:
    """Return only when every request for a correction has its answer.

    :raises ConflictError: otherwise
    """
    if queries.minutes_page(meeting).open_remarks:
        raise ConflictError(_("Requests for corrections still wait for an answer."))


def look_twice(meeting: Meeting, *, by: Viewer, today: date) -> None:
    """Return only for the second person; where there is none that is kept with the meeting.

    :raises NotAllowedError: for whoever is none of the host's people
    :raises ConflictError: for the author of the text, while another could look at it
    """
    require(policy.can_write(by, meeting))
    text = queries.text_of(meeting.id)
    author = text.made_by_id if text else None
    others = queries.others_of_host(meeting, author, today=today)
    if not policy.can_approve(by, meeting, author, others):
        raise ConflictError(
            _("Somebody else has to look at the minutes: you wrote the last version.")
        )
    meeting.approved_alone = author == by.person_id
