"""Who stands in for whom on a day: asked for one action, and for the actions of a list."""

from datetime import date

import sqlalchemy as sa

from tracker.actions.work.models import Delegation
from tracker.core.db import db


def in_force(day: date) -> sa.ColumnElement[bool]:
    """The same as `Delegation.holds_on`, in SQL."""
    return sa.and_(
        Delegation.from_on <= day,
        Delegation.until_on >= day,
        sa.or_(Delegation.ended_on.is_(None), Delegation.ended_on > day),
    )


def deputies_of(holder_id: int | None, day: date) -> frozenset[int]:
    """People who stand in for this person on the day; none for an action nobody has in hand."""
    if holder_id is None:
        return frozenset()
    return frozenset(
        db.session.scalars(
            sa.select(Delegation.delegate_id).where(
                Delegation.holder_id == holder_id, in_force(day)
            )
        )
    )
