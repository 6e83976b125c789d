"""What is kept of second factors; seeds are sealed, recovery codes hashed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class SecondFactor(Model):
    """The app of one person that shows a new code every half minute."""

    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    sealed_seed: Mapped[str] = mapped_column(sa.String(300))
    made_at: Mapped[datetime]
    last_step: Mapped[int] = mapped_column(sa.BigInteger)  # a code counts once
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """Opens the door once when the app is lost."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    used_at: Mapped[datetime | None]


class FactorReset(Model):
    """One person asked that somebody's second factor goes, another one agreed."""

    __tablename__ = "factor_resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    agreed_at: Mapped[datetime | None]
