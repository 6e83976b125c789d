"""Reading the audit log."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Municipality, Person
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.core.traces import AccessTrace
from tracker.privacy import holding, policy
from tracker.privacy.exports import policy as files
from tracker.privacy.exports.models import Export

FILES = 100  # that held a case, on its page


@dataclass(frozen=True)
class LogFilter:
    """What the log is narrowed to; everything empty: all."""

    person_id: int | None = None
    subject: str = ""
    subject_id: int | None = None
    since: date | None = None
    until: date | None = None  # that day included


def entries(viewer: Viewer, wanted: LogFilter) -> Rows:
    """Entries the viewer may read, to page by id, with the name of whoever acted."""
    statement = (
        sa.select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.verb,
            AuditEntry.subject,
            AuditEntry.subject_id,
            AuditEntry.position,
            AuditEntry.chain,
            AuditEntry.facts,
            AuditEntry.actor_id,
            Person.name.label("person"),
            Person.login,
        )
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(policy.visible_to(viewer))
    )
    return _narrowed(statement, AuditEntry, AuditEntry.actor_id, wanted)


def opened(viewer: Viewer, wanted: LogFilter) -> Rows:
    """Who opened which text of the viewer's towns, to page by id.

    Narrowed to a case: also who opened an issue or a meeting that holds it.
    """
    statement = (
        sa.select(
            AccessTrace.id,
            AccessTrace.at,
            AccessTrace.subject,
            AccessTrace.subject_id,
            AccessTrace.how,
            AccessTrace.person_id,
            Person.name.label("person"),
            Person.login,
        )
        .join(Person, Person.id == AccessTrace.person_id)
        .where(policy.opened_visible_to(viewer))
    )
    if wanted.subject != "cases" or wanted.subject_id is None:
        return _narrowed(statement, AccessTrace, AccessTrace.person_id, wanted)
    held = statement.where(holding.read_in(holding.places_of(wanted.subject_id)))
    others = replace(wanted, subject="", subject_id=None)
    return _narrowed(held, AccessTrace, AccessTrace.person_id, others)


def files_with(viewer: Viewer, case_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Files and papers with this case that the viewer may know of, the newest hundred."""
    found = holding.files_with(holding.places_of(case_id)).where(files.visible_to(viewer))
    return db.session.execute(found.order_by(Export.id.desc()).limit(FILES)).all()


def _narrowed(statement: Rows, table: Any, person: Any, wanted: LogFilter) -> Rows:
    if wanted.person_id is not None:
        statement = statement.where(person == wanted.person_id)
    if wanted.subject:
        statement = statement.where(table.subject == wanted.subject)
    if wanted.subject_id is not None:
        statement = statement.where(table.subject_id == wanted.subject_id)
    if wanted.since is not None:
        statement = statement.where(table.at >= _midnight(wanted.since))
    if wanted.until is not None:
        statement = statement.where(table.at < _midnight(wanted.until + timedelta(days=1)))
    return statement


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.TOKYO)


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
