"""Reading the audit log."""

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.audit import AuditEntry
from tracker.core.paging import Rows
from tracker.privacy import policy


def entries(viewer: Viewer, *, person_id: int | None, subject: str | None) -> Rows:
    """Entries the viewer may read, to page by id, with the name of whoever acted.

    :param person_id: only what this person did
    :param subject: only what was done to this kind of thing
    """
    statement = (
        sa.select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.verb,
            AuditEntry.subject,
            AuditEntry.subject_id,
            AuditEntry.position,
            AuditEntry.actor_id,
            Person.name.label("person"),
        )
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(policy.visible_to(viewer))
    )
    if person_id is not None:
        statement = statement.where(AuditEntry.actor_id == person_id)
    if subject:
        statement = statement.where(AuditEntry.subject == subject)
    return statement
