"""Mail waits here, written in the transaction of the change it speaks of; the worker sends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import pseudonym
from tracker.core.db import Model, db

BUNDLE = timedelta(minutes=15)


class OutboxMail(Model):
    """One mail: event and facts, no case text; words are made when it is sent.

    To a person, or to the address of an office that has no account.
    """

    __tablename__ = "outbox_mails"
    __table_args__ = (
        sa.Index(
            "ix_outbox_mails_due",
            "due_at",
            "id",
            sqlite_where=sa.text("sent_at IS NULL AND stopped_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND stopped_at IS NULL"),
        ),
        sa.Index(
            "ix_outbox_mails_dead",
            "id",
            sqlite_where=sa.text("dead"),
            postgresql_where=sa.text("dead"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(254))  # of an office; None: the person's
    event: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any]]  # number, path; seed of a link that is a key
    act: Mapped[str] = mapped_column(sa.String(36), index=True)  # what one click did, for undo
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    # Once due it waits until then for others to the same person; None: it goes when it is due.
    hold_until: Mapped[datetime | None]
    bundle_id: Mapped[int | None]  # the first of the mails that go out as one, once tried
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]  # withdrawn, or given up
    stopped_because: Mapped[str | None] = mapped_column(sa.String(120))
    code: Mapped[int | None]  # what the mail server answered last, when it did not take it
    dead: Mapped[bool] = mapped_column(default=False)  # given up; somebody may send it again


WAITS = sa.and_(OutboxMail.sent_at.is_(None), OutboxMail.stopped_at.is_(None))


def due_after(at: datetime) -> datetime:
    """When something said at `at` goes out: after NOTICE_DELAY_MINUTES, which an undo can use."""
    return at + timedelta(minutes=current_app.config["NOTICE_DELAY_MINUTES"])


def queue_many(mails: Sequence[Mapping[str, Any]]) -> None:
    """Leave many mails at once: each with person_id, event, facts, act, queued_at and due_at.

    Those of one person that come due within BUNDLE of the first go out as one.
    """
    rows = [
        {**mail, "hold_until": mail["due_at"] + BUNDLE, "attempts": 0, "dead": False}
        for mail in mails
    ]
    if rows:
        db.session.execute(sa.insert(OutboxMail), rows)


def queue(
    person_id: int, event: str, *, facts: dict[str, Any], act: str, at: datetime, due_at: datetime
) -> None:
    """Leave a mail for the worker; it goes out after the commit, once `due_at` is past."""
    db.session.add(
        OutboxMail(
            person_id=person_id, event=event, facts=facts, act=act, queued_at=at, due_at=due_at
        )
    )


def queue_to(
    address: str, event: str, *, facts: dict[str, Any], act: str, at: datetime, due_at: datetime
) -> None:
    """Leave a mail to an office that has no account; it is written in Japanese."""
    db.session.add(
        OutboxMail(address=address, event=event, facts=facts, act=act, queued_at=at, due_at=due_at)
    )


def link_key(event: str, seed: str) -> str:
    """What stands at the end of a mailed link: no table holds it, only its hash and its seed."""
    return pseudonym.keyed(f"mail:{event}", seed)


def withdraw(act: str, *, at: datetime) -> None:
    """Stop the mails of one act that have not gone out."""
    waiting = sa.update(OutboxMail).where(OutboxMail.act == act, WAITS)
    db.session.execute(waiting.values(stopped_at=at, stopped_because="withdrawn by an undo"))
