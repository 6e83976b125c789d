"""Files that were taken out, and the rows that would be in one."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.cases import queries as cases
from tracker.cases.models import Case, CaseStatus
from tracker.cases.queries import CaseFilter
from tracker.core import personal
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.paging import Rows
from tracker.core.traces import AccessTrace
from tracker.privacy import asking
from tracker.privacy import queries as log
from tracker.privacy.exports import policy
from tracker.privacy.exports.models import ANSWER_WITHIN, FREE_ROWS, Export, ExportKind

Narrowed = Mapping[str, str]

_AGREED = aliased(Person)


def exports(viewer: Viewer) -> Rows:
    """Files the viewer may know of, to page by id, with who took them and who agreed."""
    return (
        sa.select(
            Export.id,
            Export.kind,
            Export.narrowed,
            Export.rows,
            (Export.rows + Export.rows_before).label("together"),
            Export.purpose,
            Export.asked_at,
            Export.agreed_at,
            Export.refused_at,
            Export.taken_at,
            Export.person_id,
            Person.name.label("person"),
            _AGREED.name.label("agreed_by"),
        )
        .join(Person, Person.id == Export.person_id)
        .outerjoin(_AGREED, _AGREED.id == Export.agreed_by_id)
        .where(policy.visible_to(viewer))
    )


def awaiting(viewer: Viewer, *, at: datetime) -> list[sa.Row[*tuple[Any, ...]]]:
    """Large files that wait for the viewer's answer, the oldest first, with who asked."""
    columns = Export.id, Export.kind, Export.rows, Export.asked_at, Export.purpose
    statement = (
        sa.select(*columns, Person.name.label("person"))
        .join(Person, Person.id == Export.person_id)
        .where(policy.awaiting(viewer), *_awaits(since=at - ANSWER_WITHIN))
        .order_by(Export.id)
    )
    return list(db.session.execute(statement))


def awaiting_count(viewer: Viewer, *, at: datetime) -> int:
    """How many large files wait for the viewer's answer."""
    counted = sa.select(sa.func.count(Export.id)).where(
        policy.awaiting(viewer), *_awaits(since=at - ANSWER_WITHIN)
    )
    return db.session.scalar(counted) or 0


def unanswered(*, since: datetime, until: datetime) -> list[Export]:
    """Large files of all towns asked for in this time that nobody answered; for the worker."""
    statement = sa.select(Export).where(*_awaits(since=since), Export.asked_at < until)
    return list(db.session.scalars(statement.order_by(Export.id)))


def _awaits(*, since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    large = Export.rows + Export.rows_before > FREE_ROWS, Export.kind != ExportKind.PAPER
    return *large, Export.agreed_at.is_(None), Export.refused_at.is_(None), Export.asked_at >= since


def get_export(viewer: Viewer, export_id: int) -> Export:
    """The export.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Export).where(Export.id == export_id, policy.visible_to(viewer))
    ).one_or_none()
    if found is None or found.kind is ExportKind.PAPER:
        raise NotFoundError
    return found


def name_of(person_id: int | None) -> str:
    """The name of who asked or agreed; "" for nobody."""
    return db.session.scalar(sa.select(Person.name).where(Person.id == person_id)) or ""


def rows_taken(person_id: int, since: datetime) -> int:
    """Rows of the person's files asked for after that to which nobody had to agree."""
    counted = sa.select(sa.func.sum(Export.rows)).where(
        Export.person_id == person_id,
        Export.asked_at > since,
        Export.kind != ExportKind.PAPER,
        Export.rows <= FREE_ROWS,
        Export.agreed_at.is_(None),
        Export.refused_at.is_(None),
    )
    return db.session.scalar(counted) or 0


def asked_since(person_id: int, since: datetime) -> list[datetime]:
    """When the person asked for files after that, the oldest first; papers do not count."""
    rows = db.session.scalars(
        sa.select(Export.asked_at)
        .where(Export.person_id == person_id, Export.asked_at > since)
        .where(Export.kind != ExportKind.PAPER)
        .order_by(Export.asked_at, Export.id)
    )
    return list(rows)


def rows_of(viewer: Viewer, kind: ExportKind, narrowed: Narrowed) -> tuple[Rows, Any]:
    """The rows of a file as the viewer may read them, and the key they are ordered by."""
    if kind is ExportKind.CASES:
        return _cases(viewer, narrowed), Case.id
    wanted = asking.wanted(
        viewer,
        subject=narrowed.get("subject", ""),
        record=narrowed.get("record", ""),
        who=narrowed.get("who", ""),
        since=_day(narrowed.get("since")),
        until=_day(narrowed.get("until")),
    )
    if kind is ExportKind.LOG:
        return log.entries(viewer, wanted), AuditEntry.id
    return log.opened(viewer, wanted), AccessTrace.id


def count_of(viewer: Viewer, kind: ExportKind, narrowed: Narrowed) -> int:
    """How many rows the file would have."""
    statement, key = rows_of(viewer, kind, narrowed)
    counted = statement.with_only_columns(key).order_by(None).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def _cases(viewer: Viewer, narrowed: Narrowed) -> Rows:
    """Cases with their texts; everybody who knows of a case reads these."""
    status, awaited = narrowed.get("status", ""), narrowed.get("awaited", "")
    wanted = CaseFilter(
        CaseStatus(status) if status in set(CaseStatus) else None,
        personal.mask(narrowed.get("q", "")),
        {"yes": True, "no": False}.get(awaited),
    )
    return cases.cases(viewer, wanted).add_columns(
        Case.act_type_code, Case.urgency, Case.gap, Case.summary, Case.wanted
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


HOUR = timedelta(hours=1)
