"""Reading one's inbox."""

from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.paging import Rows
from tracker.notifications import policy
from tracker.notifications.models import Notice


def notices(viewer: Viewer, *, at: datetime) -> Rows:
    """The viewer's notices that show by now, to page by id."""
    return sa.select(Notice.id, Notice.event, Notice.number, Notice.made_at, Notice.read_at).where(
        policy.visible_to(viewer), *_showing(at)
    )


def unread_count(viewer: Viewer, *, at: datetime) -> int:
    """How many of them are unread."""
    count = sa.select(sa.func.count()).select_from(Notice)
    return (
        db.session.scalar(
            count.where(policy.visible_to(viewer), Notice.read_at.is_(None), *_showing(at))
        )
        or 0
    )


def get_notice(viewer: Viewer, notice_id: int, *, at: datetime) -> Notice:
    """One of the viewer's notices.

    :raises NotFoundError: when it is another's, or does not show (any more)
    """
    found = db.session.scalars(
        sa.select(Notice).where(Notice.id == notice_id, policy.visible_to(viewer), *_showing(at))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _showing(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Notice.withdrawn_at.is_(None), Notice.due_at <= at
