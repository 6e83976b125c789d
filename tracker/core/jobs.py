"""Work to be done later: rows written in the transaction that asks, claimed by workers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, db, insert_or_skip

CLAIM = timedelta(minutes=5)  # a worker that died gives its job back after this long
MAX_ATTEMPTS = 8


class Job(Model):
    """One piece of work; `key` makes asking twice ask once."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index(
            "ix_jobs_due",
            "due_at",
            "id",
            sqlite_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.String(200))  # class of the exception, no text


def enqueue(
    kind: str, key: str, *, due_at: datetime, payload: dict[str, Any] | None = None
) -> None:
    """There is a job with this key; asking again changes nothing."""
    values = {"kind": kind, "key": key, "payload": payload or {}, "due_at": due_at, "attempts": 0}
    db.session.execute(insert_or_skip(Job.__table__).values(values))  # type: ignore[arg-type]


def claim(at: datetime, *, limit: int = 20) -> Sequence[Job]:
    """Due jobs nobody else holds, oldest first, now held for five minutes. The caller commits."""
    due = (
        sa.select(Job)
        .where(
            Job.done_at.is_(None),
            Job.given_up_at.is_(None),
            Job.due_at <= at,
            sa.or_(Job.claimed_until.is_(None), Job.claimed_until <= at),
        )
        .order_by(Job.due_at, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    jobs = db.session.scalars(due).all()
    for job in jobs:
        job.claimed_until = at + CLAIM
    return jobs


def finish(job: Job, *, at: datetime) -> None:
    """The job is done and will not be claimed again."""
    job.done_at, job.claimed_until = at, None


def postpone(job: Job, error: Exception, *, at: datetime) -> None:
    """The job failed: it is tried again later, ever more patiently, eight times at most."""
    job.attempts += 1
    job.error = type(error).__name__
    job.claimed_until = None
    if job.attempts >= MAX_ATTEMPTS:
        job.given_up_at = at
    else:
        job.due_at = at + backoff(job.attempts)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures: 1, 2, 4 … minutes, never more than six hours."""
    return min(timedelta(minutes=2 ** (attempts - 1)), timedelta(hours=6))
