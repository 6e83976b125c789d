"""Appointments as an iCalendar file, for the calendar of whoever reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tracker.core.clock import local

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Kakehashi//Regional care meetings//JA"
ASKED_AGAIN = timedelta(hours=6)


@dataclass(frozen=True)
class Appointment:
    """One appointment; `uid` stays the same and `sequence` grows with every change."""

    uid: str
    title: str
    place: str
    url: str
    starts: datetime
    ends: datetime
    sequence: int
    changed_at: datetime
    cancelled: bool


def written(appointments: Sequence[Appointment], *, name: str, cancels: bool = False) -> bytes:
    """The file, with the rules of the time zone; the same appointments give the same bytes.

    :param cancels: the calendar is asked to take out what stands in the file
    """
    from icalendar import Calendar  # slow to import, and only calendars need it

    calendar = Calendar.new(
        prodid=PRODUCT,
        name=name,
        method="CANCEL" if cancels else "PUBLISH",
        refresh_interval=ASKED_AGAIN,
    )
    calendar.pop("UID")  # made up anew each time, and nobody needs a name of the file
    for one in appointments:
        calendar.add_component(_event(one))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(one: Appointment) -> "Event":
    from icalendar import Event
    from icalendar.enums import STATUS

    return Event.new(
        uid=one.uid,
        summary=one.title,
        location=one.place,
        url=one.url,
        start=local(one.starts),
        end=local(one.ends),
        sequence=one.sequence,
        stamp=one.changed_at,
        last_modified=one.changed_at,
        status=STATUS.CANCELLED if one.cancelled else STATUS.CONFIRMED,
    )
