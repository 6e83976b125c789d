"""Taking in and taking back: the whole import in one transaction, or nothing of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.accounts.models import Organisation
from tracker.accounts.viewer import Viewer
from tracker.cases import history
from tracker.cases.models import Case, CaseStatus, CaseStep, StepKind
from tracker.cases.policy import EDITABLE
from tracker.core import audit, clock
from tracker.core.audit import Change, Deed
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.exchange.imports import checking, policy, queries, service, writing
from tracker.exchange.imports.checking import Context
from tracker.exchange.imports.outcome import Outcome
from tracker.exchange.imports.queries import Found
from tracker.exchange.imports.rows import still_fits
from tracker.exchange.imports.writing import Act, Ready
from tracker.exchange.models import BatchStatus, ImportBatch, ImportRow, RowResult

MOVED = "moved"  # something changed between looking and taking in: the rows were checked again
_TAKEN = (RowResult.NEW, RowResult.CHANGED)


@dataclass(frozen=True)
class Prepared:
    """An import ready to be written, made without holding anybody up."""

    context: Context
    ready: dict[RowResult, list[Ready]]
    outcomes: list[Outcome]

    @property
    def fits(self) -> bool:
        """Would the filing page still take every row today?"""
        taken = (outcome for outcome in self.outcomes if outcome.result in _TAKEN)
        return all(still_fits(outcome.says, self.context.lists) for outcome in taken)


def prepare(batch: ImportBatch, *, by: Viewer, at: datetime) -> Prepared:
    """Every row that will be taken in, its texts looked at once more; writes nothing.

    :raises InvalidInputError: when a text holds what may never be stored
    """
    context = Context.of(batch, by=by, at=at)
    ready: dict[RowResult, list[Ready]] = {result: [] for result in _TAKEN}
    outcomes = checking.judged(context)
    writing.require_storable(o.says for o in outcomes if o.result in _TAKEN)
    for outcome in outcomes:
        if outcome.result in ready:
            ready[outcome.result].append(Ready.of(outcome))
    return Prepared(context, ready, outcomes)


def apply(batch: ImportBatch, prepared: Prepared, *, by: Viewer, at: datetime) -> bool:
    """The rows are cases; False when something had changed and the office has to look again.

    To be called under the lock of the import; doing it again changes nothing.
    """
    if batch.status is not BatchStatus.APPLYING:
        return batch.status is BatchStatus.DONE
    _lock_office(batch.organisation_id)
    context = prepared.context
    outcomes = checking.judged_again(context, (was.row for was in prepared.outcomes))
    if not (_as_looked_at(outcomes, prepared, batch) and prepared.fits):
        checking.finish(batch, outcomes)
        batch.error = MOVED
        db.session.flush()
        return False
    act = _act(batch, by, at)
    new, changed = (prepared.ready[result] for result in _TAKEN)
    made = writing.file_many(new, context.lists.towns, act) if new else {}
    before = writing.change_many(changed, act) if changed else {}
    _note_rows(made, before)
    batch.status, batch.finished_at = BatchStatus.DONE, at
    batch.applied = len(made) + len(before)
    db.session.flush()
    facts = {"new": len(made), "changed": len(before), "act": act.key}
    service.record(batch, "import.applied", facts, by=by, at=at)
    return True


def _lock_office(organisation_id: int) -> None:
    """Two imports of one office are taken in one after the other."""
    office = sa.select(Organisation.id).where(Organisation.id == organisation_id)
    db.session.execute(office.with_for_update())


def _as_looked_at(now: Sequence[Outcome], prepared: Prepared, batch: ImportBatch) -> bool:
    """Would still be done what the office saw, with the same cases as they then stood?"""
    found = Counter(outcome.result for outcome in now)
    if any(batch.counts[result] != found[result] for result in RowResult):
        return False
    ids = [outcome.case.id for outcome in now if outcome.case]
    stand = queries.cases_by_id(batch.organisation_id, ids)
    return [_seen(outcome) for outcome in prepared.outcomes] == [
        (outcome.result, stand.get(outcome.case.id) if outcome.case else None) for outcome in now
    ]


def _seen(outcome: Outcome) -> tuple[RowResult, Found | None]:
    return outcome.result, outcome.case


def _note_rows(made: dict[int, int], before: dict[int, dict[str, Any]]) -> None:
    """Each row knows its case, and what the case said before."""
    if made:
        new = [{"id": row, "case_id": case} for row, case in made.items()]
        db.session.execute(sa.update(ImportRow), new)
    if before:
        noted = sa.select(ImportRow.id, ImportRow.before).where(ImportRow.id.in_(before))
        differs = {row.id: row.before for row in db.session.execute(noted)}
        kept = [{"id": row, "before": {**differs[row], **was}} for row, was in before.items()]
        db.session.execute(sa.update(ImportRow), kept)


def _act(batch: ImportBatch, by: Viewer, at: datetime) -> Act:
    today: date = clock.local(at).date()
    return Act(batch.id, batch.organisation_id, by, at, today, history.new_act())


def undo(batch: ImportBatch, *, by: Viewer, at: datetime) -> None:
    """New cases are withdrawn, changed ones say what they said before.

    :raises ConflictError: after a day, or when one of them has gone on
    """
    if not policy.can_undo(batch, at):
        raise ConflictError(service.not_now(batch))
    _lock_office(batch.organisation_id)
    new, changed = _cases_of(batch)
    _require_still(new, changed)
    act = _act(batch, by, at)
    _withdraw([case for case in new if case["status"] in EDITABLE], act)
    _restore(changed, act)
    batch.status, batch.finished_at = BatchStatus.UNDONE, at
    db.session.flush()
    facts = {"withdrawn": len(new), "restored": len(changed)}
    service.record(batch, "import.undone", facts, by=by, at=at)


def _cases_of(batch: ImportBatch) -> tuple[list[dict[str, Any]], list[tuple[dict[str, Any], Any]]]:
    """Rows of the cases that were made, and of those that were changed with what they said."""
    staged = queries.taken_rows(batch.id)
    made = [row.case_id for row in staged if row.result is RowResult.NEW]
    before = {row.case_id: row.before for row in staged if row.before.get("columns")}
    queries.cases_by_id(batch.organisation_id, [*made, *before])  # locks them
    rows = writing.rows_of([*made, *before])
    return [rows[key] for key in made], [(rows[key], was) for key, was in before.items()]


def _require_still(
    new: Sequence[dict[str, Any]], changed: Sequence[tuple[dict[str, Any], Any]]
) -> None:
    """Return only when nobody has worked on the cases since.

    :raises ConflictError: naming how many have gone on
    """
    still = EDITABLE | {CaseStatus.WITHDRAWN}
    gone_on = sum(
        case["status"] not in still or case["duplicate_of_id"] is not None for case in new
    )
    gone_on += sum(case["version"] != was["version"] for case, was in changed)
    if gone_on:
        raise ConflictError(
            ngettext(
                "%(num)s case of this import has gone on since, so it cannot be taken back.",
                "%(num)s cases of this import have gone on since, so it cannot be taken back.",
                gone_on,
            )
        )


def _withdraw(cases: Sequence[dict[str, Any]], act: Act) -> None:
    if not cases:
        return
    stamp = {"status": CaseStatus.WITHDRAWN, "status_since": act.at, "updated_at": act.at}
    db.session.execute(
        sa.update(Case), [{"id": c["id"], "version": c["version"], **stamp} for c in cases]
    )
    steps = ((case["id"], case["status"], case["area_id"]) for case in cases)
    writing.insert_steps(steps, StepKind.WITHDRAWN, CaseStatus.WITHDRAWN, act)
    deeds = [
        Deed(
            case["municipality_id"],
            "case.withdrawn",
            "cases",
            case["id"],
            Change(
                {"status": case["status"]},
                {"status": CaseStatus.WITHDRAWN, "import_batch_id": act.batch_id},
                {},
                {},
            ),
        )
        for case in cases
    ]
    audit.record_many(act.by, deeds, at=act.at)


def _restore(changed: Sequence[tuple[dict[str, Any], Any]], act: Act) -> None:
    """Each case says what it said before this import, and stands where it stood."""
    if not changed:
        return
    updates, deeds = [], []
    for case, was in changed:
        month = date.fromisoformat(was["columns"]["occurred_month"])
        status = CaseStatus(was["status"])
        now = {**case, **was["columns"], "occurred_month": month, "status": status}
        updates.append(writing.update_of(case, now, act))
        deeds.append(writing.changed("case.undone", case, now, act))
    db.session.execute(sa.update(Case), updates)
    _mark_undone([case["id"] for case, _was in changed], act)
    for became in {CaseStatus(was["status"]) for _case, was in changed}:
        steps = (
            (case["id"], case["status"], case["area_id"])
            for case, was in changed
            if was["status"] == became
        )
        writing.insert_steps(steps, StepKind.UNDONE, became, act, undone=True)
    writing.replace_ticks({case["id"]: was["household"] for case, was in changed})
    audit.record_many(act.by, deeds, at=act.at)


def _mark_undone(case_ids: Sequence[int], act: Act) -> None:
    """The steps of the import no longer count."""
    for some in queries.in_parts(case_ids):
        last = (
            sa.select(sa.func.max(CaseStep.id))
            .where(
                CaseStep.case_id.in_(some),
                CaseStep.kind.in_((StepKind.CHANGED, StepKind.RESUBMITTED)),
            )
            .group_by(CaseStep.case_id)
        )
        db.session.execute(
            sa.update(CaseStep).where(CaseStep.id.in_(last)).values(undone_at=act.at)
        )
