"""A number a town has set; what each number means stands in `definitions`."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, Versioned


class Key(enum.StrEnum):
    """What can be set."""

    RULE_CASES = "rule_cases"
    RULE_MONTHS = "rule_months"
    RULE_OFFICES = "rule_offices"
    RULE_HOURS = "rule_hours"
    RULE_SINGLE = "rule_single"
    ACCEPT_DAYS = "accept_days"
    SORT_DAYS = "sort_days"
    STILL_DAYS = "still_days"
    W_RECURRENCE = "w_recurrence"
    W_SEVERITY = "w_severity"
    W_BREADTH = "w_breadth"
    W_GAP = "w_gap"
    W_BURDEN = "w_burden"
    W_TREND = "w_trend"
    BAND_A = "band_a"
    BAND_B = "band_b"
    POPULATION = "population"


class TownValue(Versioned, Model):
    """One number of a town; a town without a row has the default."""

    __tablename__ = "town_values"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    key: Mapped[Key]
    value: Mapped[int | None]  # None: back to the default
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    changed_at: Mapped[datetime]
