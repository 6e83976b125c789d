"""Planning the word that goes out after approval, and withdrawing it before it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import tellings
from tracker.cases.history import new_act
from tracker.cases.tellings import Word
from tracker.core import audit, clock, outbox
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.meetings import history, policy
from tracker.meetings import queries as meeting_queries
from tracker.meetings.models import Meeting
from tracker.meetings.telling import queries
from tracker.meetings.telling.models import MeetingTelling
from tracker.meetings.telling.queries import ToTell

GOES_OUT_AT = time(8, 30)  # in the morning of its day, when offices open


@dataclass(frozen=True)
class Sentences:
    """What was decided about an item, and why."""

    what: str
    why: str


def plan(
    meeting: Meeting,
    said: Mapping[int, Sentences],
    on: date,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> MeetingTelling:
    """Filers of every case behind an item read its two sentences from that day on.

    Today means at once, after the wait in which every notice can be taken back.

    :param said: by item; every item with cases behind it needs both sentences
    :raises InvalidInputError: naming what is missing
    :raises ConflictError: before approval, when it is planned already, or nobody is to be told
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, policy.APPROVED)
    if queries.standing(meeting.id) is not None:
        raise ConflictError(_("Word to those who reported the needs is planned already."))
    if on < today:
        raise InvalidInputError("on", _("Please choose today or a day that is still to come."))
    found = queries.to_tell(meeting_queries.items_of(meeting.id))
    if not found:
        raise ConflictError(_("No case stands behind this agenda: there is nobody to tell."))
    words = _words(found, said)
    due_at = _due(on, at, today)
    act = new_act()
    people = tellings.tell(words, meeting.title, act=act, at=at, shows_from=due_at)
    telling = MeetingTelling(
        meeting_id=meeting.id,
        act=act,
        due_at=due_at,
        cases=len({case_id for one in found for case_id in one.case_ids}),
        people=people,
        made_by_id=by.person_id,
        made_at=at,
    )
    db.session.add(telling)
    history.step(meeting, "meeting.telling_planned", by=by, at=at)
    facts = {"on": on.isoformat(), "cases": telling.cases, "people": people}
    written = {f"item {item_id}": f"{two.what} {two.why}" for item_id, two in said.items()}
    change = Change({}, facts, {}, written)
    audit.record(by, "meeting.telling_planned", meeting, at=at, change=change)
    return telling


def _words(found: Sequence[ToTell], said: Mapping[int, Sentences]) -> list[Word]:
    words = []
    for one in found:
        sentences = said.get(one.item.id)
        if sentences is None or not (sentences.what and sentences.why):
            raise InvalidInputError(None, _("Please write both sentences for every item."))
        words.append(Word(one.case_ids, sentences.what, sentences.why))
    return words


def _due(on: date, at: datetime, today: date) -> datetime:
    return outbox.due_after(at) if on == today else datetime.combine(on, GOES_OUT_AT, clock.TOKYO)


def withdraw(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """Nobody is told; the sentences can be written anew.

    :raises ConflictError: when nothing waits, or it has gone out
    """
    require(policy.can_prepare(by, meeting))
    telling = queries.standing(meeting.id)
    if telling is None or telling.due_at <= at:
        raise ConflictError(_("There is no word left that could be withdrawn."))
    telling.withdrawn_at = at
    tellings.withdraw(telling.act, at=at)
    history.step(meeting, "meeting.telling_withdrawn", by=by, at=at)
    audit.record(by, "meeting.telling_withdrawn", meeting, at=at, change=Change({}, {}, {}, {}))
