"""Reading how mail is doing; never what a mail says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.outbox import WAITS, OutboxMail
from tracker.core.paging import Rows
from tracker.notifications.delivery import policy
from tracker.notifications.delivery.models import MailAddress

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """How many mails stand where."""

    waiting: int
    overdue: int  # due for more than ten minutes: the worker or the server is not well
    sent: int  # within a day
    dead: int


def post(viewer: Viewer, *, at: datetime) -> Post:
    """Counts of all mail; zeros for whoever does not look after it."""
    late = at - timedelta(minutes=10)
    seen = policy.visible_to(viewer)
    row = db.session.execute(
        sa.select(
            _count(seen, WAITS),
            _count(seen, WAITS, OutboxMail.due_at <= late),
            _count(seen, OutboxMail.sent_at > at - LATELY),
            _count(seen, OutboxMail.dead.is_(True)),
        )
    ).one()
    return Post(*row)


def _count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(OutboxMail.id)).where(*conditions).scalar_subquery()


def addresses(viewer: Viewer) -> Sequence[MailAddress]:
    """Addresses with trouble and their people, the latest first; at most 200."""
    return db.session.scalars(
        sa.select(MailAddress)
        .where(policy.visible_to(viewer))
        .options(joinedload(MailAddress.person))
        .order_by(MailAddress.at.desc(), MailAddress.person_id)
        .limit(200)
    ).all()


def get_address(viewer: Viewer, person_id: int) -> MailAddress:
    """The trouble with one person's address.

    :raises NotFoundError: when there is none, or it is not the viewer's to look after
    """
    found = db.session.scalars(
        sa.select(MailAddress)
        .where(MailAddress.person_id == person_id, policy.visible_to(viewer))
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def dead_letters(viewer: Viewer) -> Rows:
    """Mails that were given up, to page by id: whose, since when, and the last answer."""
    return (
        sa.select(
            OutboxMail.id,
            OutboxMail.queued_at,
            OutboxMail.stopped_at,
            OutboxMail.stopped_because,
            OutboxMail.attempts,
            OutboxMail.code,
            Person.name,
        )
        .outerjoin(Person, Person.id == OutboxMail.person_id)
        .where(OutboxMail.dead, policy.visible_to(viewer))
    )


def get_dead_letter(viewer: Viewer, mail_id: int) -> OutboxMail:
    """One mail that was given up.

    :raises NotFoundError: when it was not, or is not the viewer's to look after
    """
    found = db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.dead, policy.visible_to(viewer))
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
