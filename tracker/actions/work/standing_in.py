"""Who stands in for whom on a day: asked for one action, and for the actions of a list."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Person
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


def stand_ins(
    _sender: object = None, *, person_ids: Collection[int], today: date
) -> dict[int, list[Person]]:
    """Who stands in today for each of these people; whoever is here has no entry.

    Answers `notifications.away.stand_ins_asked`; closed accounts are told nothing.
    """
    rows = db.session.execute(
        sa.select(Delegation.holder_id, Person)
        .join(Person, Person.id == Delegation.delegate_id)
        .where(Delegation.holder_id.in_(person_ids), in_force(today), Person.disabled_at.is_(None))
        .order_by(Delegation.id)
    )
    found: dict[int, list[Person]] = {}
    for holder_id, person in rows:
        found.setdefault(holder_id, []).append(person)
    return found
