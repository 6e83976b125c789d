"""Telling people, and taking it back before they were told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core import clock, outbox
from tracker.core.db import db
from tracker.notifications import away, policy, times
from tracker.notifications.models import Event, Notice


@dataclass(frozen=True)
class About:
    """What a notice says beside its event: a number and a path, no word of the case.

    With `once` ("issue:7") nobody is told the same event about that a second time.
    """

    number: str
    path: str
    once: str | None = None
    mail_path: str = ""  # where the mail leads, when not to the same page
    seed: str = ""  # of the key at the end of that link; see `core.outbox.link_key`


def tell(
    people: Iterable[Person],
    event: Event,
    about: About,
    *,
    act: str,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """Each of them will find a notice, and a mail if they want mails, once the wait is over.

    The wait is there so that an undo can stop it.

    :param due_at: when they find it, for word that goes out on a day
    """
    tell_each([(person, about) for person in people], event, act=act, at=at, due_at=due_at)


def tell_each(
    tellings: Iterable[tuple[Person, About]],
    event: Event,
    *,
    act: str,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """The same as `tell` for many people, each about something of their own; few statements.

    Whoever heard it by this act, or ever of the same `once`, does not hear it again.
    """
    due_at = due_at or outbox.due_after(at)
    chosen = _not_yet_told(_and_stand_ins(list(tellings), event, at), event, act)
    notices = [
        {
            "person_id": person.id,
            "event": event,
            "number": about.number,
            "path": about.path,
            "act": act,
            "once": about.once,
            "made_at": at,
            "due_at": due_at,
        }
        for person, about in chosen
    ]
    if notices:
        db.session.execute(sa.insert(Notice), notices)
        outbox.queue_many([m for p, a in chosen if (m := _mail(p, a, event, act, at, due_at))])


def _and_stand_ins(
    tellings: list[tuple[Person, About]], event: Event, at: datetime
) -> list[tuple[Person, About]]:
    """The same, and whoever stands in today for one of them, where it is work that waits."""
    if event not in away.HANDED_ON or not tellings:
        return tellings
    keys = {person.id for person, _about in tellings}
    others = away.stand_ins(keys, today=clock.local(at).date())
    more = [(other, about) for person, about in tellings for other in others.get(person.id, ())]
    return tellings + more


def _mail(
    person: Person, about: About, event: Event, act: str, at: datetime, ready_at: datetime
) -> dict[str, Any] | None:
    """The columns of the person's mail; None when they take none of this kind."""
    if not person.wants_mail or not person.email:
        return None
    due_at = times.mail_due(ready_at, person.mail_news if event.is_news else person.mail_own)
    if due_at is None:
        return None
    facts = {"number": about.number, "path": about.mail_path or about.path}
    if about.seed:
        facts["seed"] = about.seed
    return {
        "person_id": person.id,
        "event": event.value,
        "facts": facts,
        "act": act,
        "queued_at": at,
        "due_at": due_at,
    }


def _not_yet_told(
    tellings: list[tuple[Person, About]], event: Event, act: str
) -> list[tuple[Person, About]]:
    """Those whom this act has not told of the same thing, and who never heard of its `once`."""
    seen = _told_already(event, {about.once for _person, about in tellings if about.once}, act)
    chosen = []
    for person, about in tellings:
        keys = {(person.id, word) for word in (about.number, about.once) if word}
        if not keys & seen:
            chosen.append((person, about))
        seen |= keys
    return chosen


def _told_already(event: Event, onces: set[str], act: str) -> set[tuple[int, str]]:
    """Person and number told by this act; person and `once` told ever."""
    columns = sa.select(Notice.person_id, Notice.number, Notice.once, Notice.act)
    same = Notice.act == act
    if onces:
        before = sa.and_(Notice.once.in_(onces), Notice.withdrawn_at.is_(None))
        same = sa.or_(same, before)
    told: set[tuple[int, str]] = set()
    for row in db.session.execute(columns.where(Notice.event == event, same)):
        if row.act == act:
            told.add((row.person_id, row.number))
        if row.once in onces:
            told.add((row.person_id, row.once))
    return told


def may_hear_again(event: Event, once: str) -> None:
    """Whoever heard this of `once` may hear it anew: it came to pass a second time."""
    told = sa.update(Notice).where(Notice.once == once, Notice.event == event)
    db.session.execute(told.values(once=None))


def withdraw(act: str, *, at: datetime) -> list[int]:
    """Notices and mails of this act that are still waiting will not go out.

    Returns the ids of people who have been told already, so that they can be told of the change.
    """
    outbox.withdraw(act, at=at)
    mine = sa.and_(Notice.act == act, Notice.withdrawn_at.is_(None))
    told = sa.select(Notice.person_id).where(mine, Notice.due_at <= at).order_by(Notice.id)
    people = list(db.session.scalars(told))
    # A correction follows to those who were told; the milestone may be told anew.
    shown = sa.update(Notice).where(mine, Notice.due_at <= at)
    db.session.execute(shown.values(once=None))
    db.session.execute(sa.update(Notice).where(mine, Notice.due_at > at).values(withdrawn_at=at))
    return people


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
