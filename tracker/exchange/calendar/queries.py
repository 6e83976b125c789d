"""Meetings as a calendar shows them: title, time, place and address, never an item."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts.standing import token_hash, viewer_of
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.exchange.calendar.models import CalendarFeed
from tracker.formats.calendar_out import Appointment
from tracker.meetings import policy
from tracker.meetings.models import Meeting, MeetingStatus

KEPT_DAYS = 92  # of past meetings; a calendar keeps its own
MOST = 500


def appointments(viewer: Viewer, address: str, *, today: date) -> list[Appointment]:
    """Meetings the viewer may know of, past three months and all to come, by day and id.

    :param address: of a meeting's page, with `{}` where its number stands
    """
    rows = db.session.execute(
        _columns()
        .where(policy.visible_to(viewer), Meeting.held_on >= today - timedelta(days=KEPT_DAYS))
        .order_by(Meeting.held_on, Meeting.id)
        .limit(MOST)
    )
    return [_appointment(row, address) for row in rows]


def appointment(viewer: Viewer, meeting_id: int, address: str) -> Appointment:
    """One meeting.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    row = db.session.execute(
        _columns().where(Meeting.id == meeting_id, policy.visible_to(viewer))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return _appointment(row, address)


def _columns() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Meeting.id,
        Meeting.municipality_id,
        Meeting.title,
        Meeting.held_on,
        Meeting.starts_at,
        Meeting.length_minutes,
        Meeting.place,
        Meeting.status,
        Meeting.version,
        Meeting.created_at,
        Meeting.updated_at,
    )


def _appointment(row: Any, address: str) -> Appointment:
    starts = datetime.combine(row.held_on, row.starts_at, tzinfo=clock.TOKYO)
    return Appointment(
        uid=_uid(row),
        title=row.title,
        place=row.place,
        url=address.format(row.id),
        starts=starts,
        ends=starts + timedelta(minutes=row.length_minutes),
        sequence=row.version - 1,
        changed_at=row.updated_at,
        cancelled=row.status is MeetingStatus.CANCELLED,
    )


def _uid(row: Any) -> str:
    """The same for ever, whatever the server is called; another one on another server."""
    made = row.created_at.isoformat(timespec="microseconds")
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"kakehashi {row.municipality_id} {row.id} {made}"))


def own_feed(viewer: Viewer) -> CalendarFeed | None:
    """The viewer's own secret address; None where there is none, or it was ended."""
    return db.session.scalars(
        sa.select(CalendarFeed).where(
            CalendarFeed.person_id == viewer.person_id, CalendarFeed.ended_at.is_(None)
        )
    ).one_or_none()


def whose_feed(token: str, *, today: date) -> Viewer:
    """Whoever the secret address belongs to, with the standings they have today.

    :raises NotFoundError: for a made-up, ended or renewed address, for a closed account, and for
        somebody who belongs nowhere today
    """
    person_id = db.session.scalar(
        sa.select(CalendarFeed.person_id).where(
            CalendarFeed.token_hash == token_hash(token), CalendarFeed.ended_at.is_(None)
        )
    )
    if person_id is None:
        raise NotFoundError
    viewer = viewer_of(person_id, today=today)
    if not viewer.standings:
        raise NotFoundError
    return viewer


def last_feed(person_id: int) -> CalendarFeed | None:
    """The person's row, ended or not: there is one at most."""
    return db.session.scalars(
        sa.select(CalendarFeed).where(CalendarFeed.person_id == person_id)
    ).one_or_none()
