"""Asking for a file, agreeing to a large one, and making it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import apart
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db, insert_or_skip
from tracker.core.errors import ConflictError, InvalidInputError, TooManyError, require
from tracker.privacy.exports import policy, queries, telling
from tracker.privacy.exports.models import (
    FILTER_LENGTH,
    MOST_AN_HOUR,
    MOST_ROWS,
    Export,
    ExportCase,
    ExportKind,
    Purpose,
)
from tracker.privacy.exports.queries import HOUR, Narrowed

AT_ONCE = 500  # rows a statement


@dataclass(frozen=True)
class ExportDraft:
    """What somebody wants to take out, and why."""

    kind: ExportKind
    narrowed: Narrowed
    purpose: Purpose
    note: str


def ask(draft: ExportDraft, *, by: Viewer, at: datetime) -> Export:
    """The file is noted; up to 1,000 rows it can be opened for a day, else after an agreement.

    The rows of the person's other files within a day count as well.

    :raises InvalidInputError: when it would be empty, or too large for a file
    :raises TooManyError: for the eleventh file within an hour
    """
    require(policy.can_ask(by, draft.kind))
    _refuse_too_many(by, at)
    rows = queries.count_of(by, draft.kind, draft.narrowed)
    if rows == 0:
        raise InvalidInputError(None, _("There is nothing to take out: no row fits."))
    if rows > MOST_ROWS:
        raise InvalidInputError(
            None,
            _("At most %(most)s rows fit a file. Please narrow it down.", most=f"{MOST_ROWS:,}"),
        )
    standing = policy.standing_for(by, draft.kind)
    export = Export(
        municipality_id=standing.municipality_id,
        organisation_id=standing.organisation_id,
        kind=draft.kind,
        narrowed=urlencode(sorted(draft.narrowed.items()))[:FILTER_LENGTH],
        rows=rows,
        purpose=draft.purpose,
        note=draft.note,
        person_id=by.person_id,
        asked_at=at,
    )
    db.session.add(export)
    db.session.flush()
    now = {"kind": draft.kind, "rows": rows, "purpose": draft.purpose}
    audit.record(by, "export.asked_for", export, at=at, change=_now(now))
    if export.needs_agreement:
        telling.ask_others(export, at=at)
    return export


def _refuse_too_many(by: Viewer, at: datetime) -> None:
    lately = queries.asked_since(by.person_id, at - HOUR)
    if len(lately) >= MOST_AN_HOUR:
        free_at = lately[-MOST_AN_HOUR] + HOUR
        raise TooManyError(
            _("At most %(most)s files can be taken out in an hour.", most=MOST_AN_HOUR),
            retry_after=max(1, int((free_at - at).total_seconds())),
        )


def _now(now: dict[str, object]) -> Change:
    return Change(was={}, now=now, replaced_texts={}, written_texts={})


def answer(export: Export, *, agrees: bool, by: Viewer, at: datetime, why_not: str = "") -> None:
    """A second person has agreed, and the file can be opened for a day; or has not, and says why.

    The one who asked is told.

    :raises ConflictError: when nobody is asked for an agreement any more, or the two are not two:
        one of them let the other in lately
    :raises InvalidInputError: for a refusal without a reason
    """
    require(policy.can_agree(by, export))
    if not export.awaits_answer(at):
        raise ConflictError(_("This file does not wait for an agreement any more."))
    if agrees and not apart.are_apart(export.person_id, by.person_id, at=at):
        raise ConflictError(apart.too_close())
    if not agrees and not why_not.strip():
        raise InvalidInputError("why_not", _("Please say why, in one sentence."))
    export.agreed_by_id = by.person_id
    if agrees:
        export.agreed_at = at
    else:
        export.refused_at, export.answer_note = at, why_not
    written = {} if agrees else {"answer_note": why_not}
    change = Change({}, {"agrees": agrees}, {}, written)
    verb = "export.confirmed" if agrees else "export.declined"
    audit.record(by, verb, export, at=at, change=change)
    telling.tell_answer(export, at=at)


def narrowed_of(export: Export) -> dict[str, str]:
    """What the file is narrowed to, by the names of the address."""
    return dict(parse_qsl(export.narrowed))


def rows_for_file(export: Export, *, by: Viewer, at: datetime) -> list[sa.Row[*tuple[object, ...]]]:
    """The rows of the file as they are now, the oldest first, never more than were asked for.

    :raises ConflictError: when the day is over, or the agreement is missing
    """
    require(policy.can_open(by, export))
    if not export.is_open(at):
        raise ConflictError(_("This file cannot be opened any more. Please ask for it again."))
    statement, key = queries.rows_of(by, export.kind, narrowed_of(export))
    return list(db.session.execute(statement.order_by(key).limit(export.rows)))


def noted_as_taken(
    export: Export, rows: Sequence[sa.Row[*tuple[Any, ...]]], at: datetime
) -> Iterator[sa.Executable]:
    """Statements: the file was opened, for the first time then, and held these cases."""
    first = sa.and_(Export.id == export.id, Export.taken_at.is_(None))
    yield sa.update(Export).where(first).values(taken_at=at)
    if export.kind is ExportKind.CASES:
        held = [{"export_id": export.id, "case_id": row.id} for row in rows]
        for start in range(0, len(held), AT_ONCE):
            yield insert_or_skip(ExportCase.__table__).values(held[start : start + AT_ONCE])  # type: ignore[arg-type]
