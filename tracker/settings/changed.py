"""Who changed last what stands on the settings page without versions of its own, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.settings import policy
from tracker.settings.models import EmergencyLink, TypeNote

SUBJECTS = (EmergencyLink.__tablename__, TypeNote.__tablename__)


@dataclass(frozen=True)
class Changed:
    """The newest change."""

    at: datetime
    person: str


def last_changes(viewer: Viewer) -> dict[tuple[int, str], Changed]:
    """By town and table the last change of the chain and of what stands beside act types.

    Of the towns whose settings the viewer reads; what was never changed has no entry. One
    statement.
    """
    newest = (
        sa.select(sa.func.max(AuditEntry.id))
        .where(
            AuditEntry.chain.in_(policy.towns_read(viewer)),
            AuditEntry.subject.in_(SUBJECTS),
            AuditEntry.actor_id.is_not(None),
        )
        .group_by(AuditEntry.chain, AuditEntry.subject)
    )
    rows: Sequence[sa.Row[int, str, datetime, str]] = db.session.execute(
        sa.select(AuditEntry.chain, AuditEntry.subject, AuditEntry.at, Person.name)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.id.in_(newest))
    ).all()
    return {(row.chain, row.subject): Changed(row.at, row.name) for row in rows}
