"""Who hears of it when somebody tries to get in at many accounts."""

import uuid
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force, is_open
from tracker.core import clock
from tracker.core.db import db
from tracker.notifications import service
from tracker.notifications.models import Event
from tracker.notifications.service import About

LOG, PEOPLE = "/audit/?subject=sign_in_attempts", "/people/"


def on_password_sprayed(_sender: object = None, *, at: datetime) -> None:
    """Privacy officers and administrators are told at once; see `core.events.password_sprayed`.

    Privacy officers are led to the log, administrators to the accounts.
    """
    act = str(uuid.uuid4())
    tellings = [
        (person, About("", LOG if role is Role.PRIVACY else PEOPLE))
        for person, role in _watchers(at)
    ]
    service.tell_each(tellings, Event.PASSWORD_SPRAYED, act=act, at=at, due_at=at)


def _watchers(at: datetime) -> list[tuple[Person, Role]]:
    """Each once; somebody who is both is a privacy officer."""
    today = clock.local(at).date()
    rows = db.session.execute(
        sa.select(Person, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role.in_((Role.PRIVACY, Role.ADMINISTRATOR)),
            in_force(today),
            is_open(today),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id, Membership.role)  # "administrator" comes before "privacy"
    )
    found = {person.id: (person, role) for person, role in rows}
    return list(found.values())
