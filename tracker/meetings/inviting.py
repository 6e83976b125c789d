"""Telling those invited that the agenda is out, what changed, and that it is off.

Those without an account are told on paper.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Invitation, Person
from tracker.accounts.viewer import Viewer
from tracker.cases.history import new_act
from tracker.core.db import db
from tracker.meetings.models import Attendee, Meeting
from tracker.notifications import service as notifications
from tracker.notifications.models import Event


def people_invited(meeting_id: int) -> Sequence[Person]:
    """Accounts of everybody invited, by id; those that are closed left out."""
    person_id = sa.func.coalesce(Attendee.person_id, Invitation.person_id)
    mine = (
        sa.select(person_id)
        .outerjoin(Invitation, Invitation.id == Attendee.invitation_id)
        .where(Attendee.meeting_id == meeting_id, person_id.is_not(None))
    )
    return db.session.scalars(
        sa.select(Person)
        .where(Person.id.in_(mine), Person.disabled_at.is_(None))
        .order_by(Person.id)
    ).all()


def tell_invited(meeting: Meeting, *, at: datetime) -> int:
    """Each account invited is told once that the agenda is out; how many accounts there are.

    Before publication nobody is told: the meeting is unknown to its members until then.
    """
    if meeting.published_at is None:
        return 0
    people = people_invited(meeting.id)
    about = replace(_about(meeting), once=f"meeting:{meeting.id}")
    notifications.tell(people, Event.MEETING_INVITED, about, act=new_act(), at=at)
    return len(people)


def tell_of_change(meeting: Meeting, event: Event, *, by: Viewer, at: datetime) -> None:
    """Everybody invited hears that it is held otherwise, or not at all, but for whoever says so.

    Before publication nobody is told.
    """
    if meeting.published_at is None:
        return
    people = [person for person in people_invited(meeting.id) if person.id != by.person_id]
    notifications.tell(people, event, _about(meeting), act=new_act(), at=at)


def _about(meeting: Meeting) -> notifications.About:
    return notifications.About(meeting.held_on.isoformat(), f"/meetings/{meeting.id}")
