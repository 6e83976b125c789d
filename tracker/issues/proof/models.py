"""Readings that led to closing, as they were read, and reminders that were sent."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model
from tracker.issues.proof.figures import Verdict


class ProofReading(Model):
    """What the figures said when somebody proposed to close, or agreed; never changed after."""

    __tablename__ = "proof_readings"
    __table_args__ = (sa.Index("ix_proof_readings_issue", "issue_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("issue_steps.id"), index=True)
    verdict: Mapped[Verdict]
    rule: Mapped[str] = mapped_column(sa.String(10))  # version of the rule
    read_on: Mapped[date]
    effective_on: Mapped[date]
    figures: Mapped[dict[str, Any]]  # as `Reading.as_dict` gave them


class WatchReminder(Model):
    """Whoever carries the issue was reminded to look, so many months after the day of start."""

    __tablename__ = "watch_reminders"
    __table_args__ = (sa.UniqueConstraint("issue_id", "effective_on", "months"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))
    effective_on: Mapped[date]  # a new start is watched anew
    months: Mapped[int]
    told_at: Mapped[datetime]
