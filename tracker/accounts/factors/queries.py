"""Reading second factors."""

from collections.abc import Collection

import sqlalchemy as sa

from tracker.accounts.factors.models import FactorReset, RecoveryCode, SecondFactor
from tracker.accounts.roles import Role
from tracker.core.db import db

# Whoever reads more than their own office's cases proves twice who they are.
ASKED_OF = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.CENTRE,
        Role.COORDINATOR,
        Role.OFFICER,
        Role.PREFECTURE,
        Role.PRIVACY,
    }
)


def is_asked_of(roles: Collection[Role]) -> bool:
    """Must somebody with these roles have a second factor?"""
    return not ASKED_OF.isdisjoint(roles)


def factor_of(person_id: int) -> SecondFactor | None:
    """The person's second factor; None without one."""
    return db.session.get(SecondFactor, person_id)


def codes_left(person_id: int) -> int:
    """How many recovery codes have not been used."""
    unused = sa.select(sa.func.count(RecoveryCode.id)).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused) or 0


def open_reset(person_id: int) -> FactorReset | None:
    """What was asked for this person and waits for somebody to agree; the newest."""
    return db.session.scalars(
        sa.select(FactorReset)
        .where(FactorReset.person_id == person_id, FactorReset.agreed_at.is_(None))
        .order_by(FactorReset.id.desc())
        .limit(1)
    ).first()
