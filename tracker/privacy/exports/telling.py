"""Who hears of a large file: whoever may agree to it, then the one who asked."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force, is_open
from tracker.core import clock
from tracker.core.db import db
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.notifications.service import About
from tracker.privacy.exports import policy, queries
from tracker.privacy.exports.models import ANSWER_WITHIN, Export


def may_agree(export: Export, *, today: date) -> Sequence[Person]:
    """People who may agree to the file, by id: the same as `policy.can_agree` says of each."""
    colleague = sa.and_(
        Membership.organisation_id == export.organisation_id,
        Membership.role.in_(policy.COLLEAGUES),
    )
    of_the_town = sa.and_(
        Organisation.municipality_id == export.municipality_id, Membership.role == Role.PRIVACY
    )
    return db.session.scalars(
        sa.select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            sa.or_(colleague, of_the_town),
            in_force(today),
            is_open(today),
            Person.disabled_at.is_(None),
            Person.id != export.person_id,
        )
        .order_by(Person.id)
        .distinct()
    ).all()


def ask_others(export: Export, *, at: datetime) -> None:
    """Whoever may agree finds a notice at once, and a mail."""
    people = may_agree(export, today=clock.local(at).date())
    notifications.tell(
        people, Event.EXPORT_ASKED, _about(export), act=_asking(export), at=at, due_at=at
    )


def tell_answer(export: Export, *, at: datetime) -> None:
    """The one who asked hears the answer; mails that still ask somebody else do not go out."""
    notifications.withdraw(_asking(export), at=at)
    event = Event.EXPORT_AGREED if export.agreed_at is not None else Event.EXPORT_REFUSED
    _tell_asker(export, event, at)


def tell_expired(*, at: datetime) -> int:
    """Whoever asked and had no answer in time hears so, once; how many files it was."""
    found = queries.unanswered(since=at - 2 * ANSWER_WITHIN, until=at - ANSWER_WITHIN)
    for export in found:
        notifications.withdraw(_asking(export), at=at)
        _tell_asker(export, Event.EXPORT_EXPIRED, at)
    return len(found)


def _tell_asker(export: Export, event: Event, at: datetime) -> None:
    asker = db.session.get_one(Person, export.person_id)
    if asker.disabled_at is None:
        act = f"export-{export.id}-answered"
        notifications.tell([asker], event, _about(export), act=act, at=at, due_at=at)


def _asking(export: Export) -> str:
    return f"export-{export.id}-asked"


def _about(export: Export) -> About:
    return About(export.number, f"/audit/exports/{export.id}", once=f"export:{export.id}")
