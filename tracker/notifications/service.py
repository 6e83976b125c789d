"""Telling people, and taking it back before they were told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core import outbox
from tracker.core.db import db
from tracker.notifications import policy
from tracker.notifications.models import Event, Notice


@dataclass(frozen=True)
class About:
    """What a notice says beside its event: a number and a path, no word of the case.

    With `once` ("issue:7") nobody is told the same event about that a second time.
    """

    number: str
    path: str
    once: str | None = None


def tell(people: Iterable[Person], event: Event, about: About, *, act: str, at: datetime) -> None:
    """Each of them will find a notice, and a mail if they want mails, once the wait is over.

    The wait is there so that an undo can stop it.
    """
    due_at = outbox.due_after(at)
    told = _told_already(event, about, act)
    for person in people:
        if person.id in told:
            continue
        db.session.add(
            Notice(
                person_id=person.id,
                event=event,
                number=about.number,
                path=about.path,
                act=act,
                once=about.once,
                made_at=at,
                due_at=due_at,
            )
        )
        if person.wants_mail and person.email:
            facts = {"number": about.number, "path": about.path}
            outbox.queue(person.id, event.value, facts=facts, act=act, at=at, due_at=due_at)


def _told_already(event: Event, about: About, act: str) -> set[int]:
    """People whom this act told of the same thing, or who ever heard it of `once`."""
    same = sa.and_(Notice.act == act, Notice.number == about.number)
    if about.once is not None:
        same = sa.or_(same, sa.and_(Notice.once == about.once, Notice.withdrawn_at.is_(None)))
    return set(db.session.scalars(sa.select(Notice.person_id).where(Notice.event == event, same)))


def withdraw(act: str, *, at: datetime) -> list[int]:
    """Notices and mails of this act that are still waiting will not go out.

    Returns the ids of people who have been told already, so that they can be told of the change.
    """
    outbox.withdraw(act, at=at)
    told = []
    for notice in db.session.scalars(
        sa.select(Notice)
        .where(Notice.act == act, Notice.withdrawn_at.is_(None))
        .order_by(Notice.id)
    ):
        if notice.due_at <= at:
            told.append(notice.person_id)
            notice.once = None  # a correction follows; the milestone may be told anew
        else:
            notice.withdrawn_at = at
    return told


def mark_read(notice: Notice, *, at: datetime) -> None:
    """The reader has seen it; the first time counts."""
    notice.read_at = notice.read_at or at


def mark_all_read(*, by: Viewer, at: datetime) -> None:
    """Everything that shows by now is read."""
    for notice in db.session.scalars(
        sa.select(Notice)
        .where(
            policy.visible_to(by),
            Notice.read_at.is_(None),
            Notice.withdrawn_at.is_(None),
            Notice.due_at <= at,
        )
        .order_by(Notice.id)
    ):
        notice.read_at = at


def seen_at_path(person_id: int, path: str, *, at: datetime) -> sa.Update:
    """The statement that marks as read what points to this page; for `core.traces`."""
    return (
        sa.update(Notice)
        .where(
            Notice.person_id == person_id,
            Notice.path == path,
            Notice.read_at.is_(None),
            Notice.due_at <= at,
        )
        .values(read_at=at)
    )
