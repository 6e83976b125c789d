"""Mail waits here, written in the transaction of the change it speaks of; the worker sends it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, db


class OutboxMail(Model):
    """One mail to one person: event and facts, no case text; words are made when it is sent."""

    __tablename__ = "outbox_mails"
    __table_args__ = (
        sa.Index(
            "ix_outbox_mails_due",
            "due_at",
            "id",
            sqlite_where=sa.text("sent_at IS NULL AND stopped_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND stopped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    event: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any]]  # number, path
    act: Mapped[str] = mapped_column(sa.String(36), index=True)  # what one click did, for undo
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]  # withdrawn, or given up
    stopped_because: Mapped[str | None] = mapped_column(sa.String(120))


def due_after(at: datetime) -> datetime:
    """When something said at `at` goes out: after NOTICE_DELAY_MINUTES, which an undo can use."""
    return at + timedelta(minutes=current_app.config["NOTICE_DELAY_MINUTES"])


def queue(
    person_id: int, event: str, *, facts: dict[str, Any], act: str, at: datetime, due_at: datetime
) -> None:
    """Leave a mail for the worker; it goes out after the commit, once `due_at` is past."""
    db.session.add(
        OutboxMail(
            person_id=person_id, event=event, facts=facts, act=act, queued_at=at, due_at=due_at
        )
    )


def withdraw(act: str, *, at: datetime) -> None:
    """Stop the mails of one act that have not gone out."""
    waiting = sa.select(OutboxMail).where(
        OutboxMail.act == act, OutboxMail.sent_at.is_(None), OutboxMail.stopped_at.is_(None)
    )
    for mail in db.session.scalars(waiting.order_by(OutboxMail.id)):
        mail.stopped_at, mail.stopped_because = at, "withdrawn by an undo"
