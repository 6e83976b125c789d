"""Making, renewing and ending the secret address of a person's own calendar."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.db import db
from tracker.core.errors import NotAllowedError
from tracker.exchange.calendar import queries
from tracker.exchange.calendar.models import CalendarFeed

TOKEN_BYTES = 32


def make_address(*, by: Viewer, at: datetime) -> str:
    """The token of the viewer's new address, to be shown once; the one before opens nothing now."""
    if by.person_id is None:
        raise NotAllowedError
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = queries.last_feed(by.person_id)
    verb = "calendar_feed.made" if feed is None else "calendar_feed.renewed"
    if feed is None:
        feed = CalendarFeed(person_id=by.person_id)
        db.session.add(feed)
    feed.token_hash, feed.made_at, feed.ended_at = token_hash(token), at, None
    db.session.flush()
    audit.record(by, verb, feed, at=at)
    return token


def on_access_withdrawn(_sender: object = None, *, person_id: int, at: datetime) -> None:
    """The person's address opens nothing any more. Listens to `core.events.access_withdrawn`."""
    db.session.execute(
        sa.update(CalendarFeed)
        .where(CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_address(*, by: Viewer, at: datetime) -> None:
    """The viewer's address opens nothing any more; nothing happens where there is none."""
    feed = queries.own_feed(by)
    if feed is None:
        return
    feed.ended_at = at
    db.session.flush()
    audit.record(by, "calendar_feed.ended", feed, at=at)
