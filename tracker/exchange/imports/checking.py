"""Checking the rows: first each for itself, then against the cases there are.

The worker goes in steps of five hundred rows, so that the progress is seen and nobody waits for
the database meanwhile; few rows are checked at once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.exchange.imports import queries
from tracker.exchange.imports.outcome import Judge, Outcome, Staged
from tracker.exchange.imports.reasons import Fault, Reason
from tracker.exchange.imports.rows import Answers, Lists, Matching, Reader
from tracker.exchange.models import BatchStatus, ImportBatch, ImportRow, RowResult

AT_ONCE = 500


@dataclass(frozen=True)
class Context:
    """Whose file is checked, and against what; holds no row, so that transactions may end."""

    batch_id: int
    organisation_id: int
    by: Viewer
    matching: Matching
    lists: Lists

    @classmethod
    def of(cls, batch: ImportBatch, *, by: Viewer, at: datetime) -> "Context":
        """For this import as it is matched now."""
        lists = queries.lists_for(by, batch.organisation_id, today=clock.local(at).date())
        matching = Matching.of(batch.mapping)
        return cls(batch.id, batch.organisation_id, by, matching, lists)


def check_all(batch: ImportBatch, *, by: Viewer, at: datetime) -> None:
    """Every row has its result, in one go."""
    context = Context.of(batch, by=by, at=at)
    write_rows(read_rows(context, queries.staged(batch.id)))
    batch.checked = batch.total
    finish(batch, judged(context))


def read_rows(context: Context, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What each row says and what is wrong with its cells, as it is stored."""
    reader = Reader(context.organisation_id, context.matching, context.lists)
    read = []
    for row in rows:
        hidden, marked = row.errors["hidden"], row.errors["marked"]
        looked = reader.read(row.cells["cells"], hidden, marked)
        if "office_ref" in context.matching.columns and looked.answers.client_key is None:
            # The reference itself went with the first check.
            looked.answers.client_key = row.values.get("client_key")
        faults = [fault.kept() for fault in looked.faults]
        read.append(
            {
                "id": row.id,
                "cells": {"cells": looked.cells},
                "values": vars(looked.answers),
                "errors": {"hidden": hidden, "marked": marked, "cells": faults, "errors": faults},
                "result": None,
                "case_id": None,
                "before": {},
            }
        )
    return read


def write_rows(rows: Sequence[dict[str, Any]]) -> None:
    """These columns of these rows are stored."""
    if rows:
        db.session.execute(sa.update(ImportRow), rows)


def judged(context: Context) -> list[Outcome]:
    """The outcome of every row that was read, against the cases as they stand."""
    return judged_again(context, staged(queries.read_rows(context.batch_id)))


def judged_again(context: Context, rows: Iterable[Staged]) -> list[Outcome]:
    """The same for rows at hand."""
    judge = Judge(context.organisation_id, context.matching, context.lists, context.by)
    return judge.judge(rows)


def staged(rows: Iterable[Any]) -> list[Staged]:
    """Rows as they were read before."""
    return [
        Staged(
            row.id,
            row.number,
            Answers.of(row.values),
            [Fault.of(kept) for kept in row.errors["cells"]],
            row.errors,
        )
        for row in rows
    ]


def finish(batch: ImportBatch, outcomes: Sequence[Outcome]) -> None:
    """The results are stored and the import waits for its office."""
    write_rows(
        [
            {
                "id": outcome.row.id,
                "result": outcome.result,
                "errors": {
                    **outcome.row.noted,
                    "errors": [fault.kept() for fault in outcome.faults],
                },
                "case_id": outcome.case.id if outcome.case else None,
                "before": {"differs": dict(outcome.differs)} if outcome.differs else {},
            }
            for outcome in outcomes
        ]
    )
    columns = Matching.of(batch.mapping).columns.values()
    counted = Counter(outcome.result for outcome in outcomes)
    doubtful = sum(any(f.reason is Reason.TELLS_WHO for f in o.faults) for o in outcomes)
    batch.counts = {result.value: counted[result] for result in RowResult}
    batch.counts[Reason.TELLS_WHO.value] = doubtful
    batch.head = {**batch.head, "kept": sorted(columns)}
    batch.status = BatchStatus.READY
    db.session.flush()
