"""An import's steps that a person takes: begin, match, take in, throw away."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Organisation
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock, jobs, personal
from tracker.core.audit import Change, Deed
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.exchange.imports import checking, columns, policy, queries
from tracker.exchange.imports.columns import BY_FIELD
from tracker.exchange.imports.hiding import Gated, gated, is_harmless
from tracker.exchange.imports.rows import Matching
from tracker.exchange.models import BatchStatus, ImportBatch, ImportRow, RowResult
from tracker.formats import tables
from tracker.formats.tables import Table, UnreadableFileError

AT_ONCE = 200  # rows that are checked while one waits
CHECK, APPLY = "import_check", "import_apply"


@dataclass(frozen=True)
class Incoming:
    """A file or pasted block as it may be stored: read whole, and looked at for details."""

    kind: str
    digest: str
    table: Table
    rows: list[Gated]


@dataclass(frozen=True)
class ReadAs:
    """How a file is to be read; None: as it seems."""

    sheet: str | None = None
    encoding: str | None = None


def read_file(content: bytes, filename: str, how: ReadAs | None = None) -> Incoming:
    """The rows of a file; slow, so before anything is written.

    :raises UnreadableFileError: for everything that cannot be taken
    """
    how = how or ReadAs()
    table = tables.read_table(content, filename, sheet=how.sheet, encoding=how.encoding)
    kind = "xlsx" if table.sheet else "tsv" if filename.lower().endswith(".tsv") else "csv"
    return _incoming(kind, content, table)


def read_pasted(block: str) -> Incoming:
    """The rows of a block copied from a sheet.

    :raises UnreadableFileError: for everything that cannot be taken
    """
    return _incoming("pasted", block.encode("utf-8", "replace"), tables.read_pasted(block))


def _incoming(kind: str, content: bytes, table: Table) -> Incoming:
    rows = gated(table)
    if not rows:
        raise UnreadableFileError(_("There is nothing but the example row of the template."))
    table = replace(table, head=[personal.mask(heading) for heading in table.head])
    return Incoming(kind, hashlib.sha256(content).hexdigest(), table, rows)


def start(
    incoming: Incoming, organisation_id: int, *, by: Viewer, at: datetime, today: date
) -> ImportBatch:
    """The rows are staged and their columns matched as far as they can be; nothing is taken in."""
    require(organisation_id in {key for key, _name in queries.offices(by, today=today)})
    table = incoming.table
    head = {
        "columns": table.head,
        "sheet": personal.mask(table.sheet),
        "sheets": [name for name in table.sheets if is_harmless(name)],
        "head_number": table.head_number,
    }
    batch = ImportBatch(
        organisation_id=organisation_id,
        person_id=by.person_id,
        made_at=at,
        status=BatchStatus.MAPPING,
        kind=incoming.kind,
        encoding=table.encoding,
        digest=incoming.digest,
        head=head,
        mapping=_first_matching(organisation_id, table).kept(),
        total=len(incoming.rows),
        counts={},
    )
    db.session.add(batch)
    db.session.flush()
    db.session.execute(sa.insert(ImportRow), [_staged(batch.id, row) for row in incoming.rows])
    record(batch, "import.started", {"rows": batch.total}, by=by, at=at)
    return batch


def _first_matching(organisation_id: int, table: Table) -> Matching:
    """As the office matched the same headings last, else by the names of the columns."""
    last = Matching.of(queries.remembered(organisation_id, table.head))
    known = {name: place for name, place in last.columns.items() if name in BY_FIELD}
    return Matching(known or columns.matched(table.head), last.defaults)


def _staged(batch_id: int, row: Gated) -> dict[str, object]:
    return {
        "batch_id": batch_id,
        "number": row.number,
        "cells": {"cells": row.cells},
        "values": {},
        "result": None,
        "errors": {"hidden": row.hidden, "marked": row.marked, "errors": []},
        "before": {},
    }


def match_columns(batch: ImportBatch, matching: Matching, *, by: Viewer, at: datetime) -> None:
    """The columns are matched; few rows are checked at once, many by the worker.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when it was taken in or thrown away meanwhile
    """
    if not policy.can_map(batch):
        raise ConflictError(not_now(batch))
    _require_sound(batch, matching, by, at)
    batch.mapping = matching.kept()
    _begin_check(batch, by=by, at=at)


def replace_words(batch: ImportBatch, *, by: Viewer, at: datetime) -> None:
    """Marked words give way to A, B, C, and the rows are checked again."""
    matching = Matching.of(batch.mapping)
    again = Matching(matching.columns, matching.defaults, letters=True)
    match_columns(batch, again, by=by, at=at)


def _begin_check(batch: ImportBatch, *, by: Viewer, at: datetime) -> None:
    batch.status, batch.checked, batch.counts, batch.error = BatchStatus.CHECKING, 0, {}, ""
    batch.person_id = by.person_id
    db.session.flush()
    if batch.total <= AT_ONCE:
        checking.check_all(batch, by=by, at=at)
        return
    key = f"import-check-{batch.id}-{batch.version}"
    jobs.enqueue(CHECK, key, due_at=at, payload={"batch_id": batch.id})


def _require_sound(batch: ImportBatch, matching: Matching, by: Viewer, at: datetime) -> None:
    taken: dict[int, str] = {}
    offered = set(kept_places(batch))
    for name, place in matching.columns.items():
        if name not in BY_FIELD or place not in offered:
            raise InvalidInputError(f"column_{name}", _("Please choose one of the columns."))
        if place in taken:
            raise InvalidInputError(
                f"column_{name}",
                _("This column is chosen for “%(other)s” already.", other=taken[place]),
            )
        taken[place] = BY_FIELD[name].heading
    known = queries.choices(by, batch.organisation_id, today=clock.local(at).date())
    for name, code in matching.defaults.items():
        if code and code not in {choice.value for choice in known.get(name, [])}:
            raise InvalidInputError(f"default_{name}", _("Please choose one of the answers."))
    for column in matching.missing():
        raise InvalidInputError(
            f"column_{column.field}",
            _("Please say which column holds this, or choose one answer for all rows.")
            if column.may_be_filled
            else _("Please say which column holds this."),
        )


def kept_places(batch: ImportBatch) -> Sequence[int]:
    """Places of the columns whose cells are still there: all of them until the first check."""
    everything = range(len(batch.head["columns"]))
    return list(batch.head.get("kept", everything))


def take_in(batch: ImportBatch, *, only_good: bool, version: int, by: Viewer, at: datetime) -> None:
    """The worker takes the rows in as soon as it can, all or none.

    :param version: of the import as it was looked at
    :raises ConflictError: something changed since, some rows are bad, or nothing is left to do
    """
    if batch.status is not BatchStatus.READY:
        raise ConflictError(not_now(batch))
    if batch.version != version:
        raise ConflictError(_("The rows were checked again meanwhile. Please look at them first."))
    if batch.counts[RowResult.BAD] and not only_good:
        raise ConflictError(_("Some rows have errors, so not all of them can be taken in."))
    if not (batch.counts[RowResult.NEW] or batch.counts[RowResult.CHANGED]):
        raise ConflictError(_("There is no new or changed row to take in."))
    batch.status, batch.only_good, batch.person_id = BatchStatus.APPLYING, only_good, by.person_id
    db.session.flush()
    key = f"import-apply-{batch.id}-{batch.version}"
    jobs.enqueue(APPLY, key, due_at=at, payload={"batch_id": batch.id})


def discard(batch: ImportBatch, *, by: Viewer, at: datetime) -> None:
    """The rows are thrown away; nothing was taken in.

    :raises ConflictError: when it was taken in meanwhile
    """
    if not policy.can_discard(batch):
        raise ConflictError(not_now(batch))
    batch.status, batch.finished_at = BatchStatus.DISCARDED, at
    db.session.flush()
    record(batch, "import.discarded", {}, by=by, at=at)


def forget(before: datetime) -> None:
    """Rows of imports that ended, or were left lying, before this instant are gone."""
    ended = sa.func.coalesce(ImportBatch.finished_at, ImportBatch.made_at) < before
    old = sa.select(ImportBatch.id).where(ended)
    db.session.execute(sa.delete(ImportRow).where(ImportRow.batch_id.in_(old)))
    left = sa.update(ImportBatch).where(ended, ImportBatch.finished_at.is_(None))
    db.session.execute(
        left.values(
            status=BatchStatus.DISCARDED,
            finished_at=ImportBatch.made_at,
            version=ImportBatch.version + 1,
        )
    )


def record(
    batch: ImportBatch, verb: str, facts: Mapping[str, object], *, by: Viewer, at: datetime
) -> None:
    """Append to the log of the office's town."""
    town = db.session.get_one(Organisation, batch.organisation_id).municipality_id
    now = {"status": batch.status.value, **facts}
    deed = Deed(town, verb, "import_batches", batch.id, Change({}, now, {}, {}))
    audit.record_many(by, [deed], at=at)


def not_now(batch: ImportBatch) -> str:
    """Why a step is refused: where the import stands."""
    return _(
        "This step does not follow from where the import stands: %(state)s.",
        state=str(batch.status.label),
    )
