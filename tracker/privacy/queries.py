"""Reading the audit log."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from tracker.accounts.models import Municipality, Person
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
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


@dataclass(frozen=True)
class Vouched:
    """How many texts of one kind were marked in a month and vouched for, in one town."""

    month: date  # its first day
    town: Municipality
    subject: str  # the table
    field: str
    texts: int


def vouched_texts(viewer: Viewer, *, since: date) -> list[Vouched]:
    """Texts saved although words in them were marked, newest month first; one statement.

    A text that was marked and vouched for again when it was changed counts again. The texts
    themselves do not stand in the log.

    :param since: the first day of a month in Japan
    """
    fields = AuditEntry.facts[("now", "details_confirmed")]
    rows = db.session.execute(
        sa.select(AuditEntry.at, AuditEntry.subject, fields.label("fields"), Municipality)
        .join(Municipality, Municipality.id == AuditEntry.chain)
        .where(
            policy.visible_to(viewer),
            AuditEntry.at >= datetime.combine(since, time.min, clock.TOKYO),
            fields.as_string().is_not(None),
        )
        .order_by(AuditEntry.id)
    )
    towns: dict[int, Municipality] = {}
    counts: Counter[tuple[date, int, str, str]] = Counter()
    for row in rows:
        month = clock.local(row.at).date().replace(day=1)
        towns[row.Municipality.id] = row.Municipality
        counts.update((month, row.Municipality.id, row.subject, name) for name in row.fields)
    found = [
        Vouched(month, towns[town_id], subject, field, texts)
        for (month, town_id, subject, field), texts in counts.items()
    ]
    found.sort(key=lambda one: (one.town.code, one.subject, one.field))
    return sorted(found, key=lambda one: one.month, reverse=True)
