"""Reading what was ticked beside the cases of issues: who lives there, what was tried."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tracker.cases import policy as case_policy
from tracker.cases.models import Case, CaseTick, TickKind
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.issues.evidence import MissingStep, Remarks, StepTaken, Tried, ranked
from tracker.issues.models import IssueCase
from tracker.resources.models import Resource, ResourceStatus
from tracker.taxonomy.models import GuidanceStep

NOT_AVAILABLE = "NOT_AVAILABLE"  # list step_result: there is nothing of the kind in the region
NOT_TRIED = "NOT_TRIED"  # the same list: says nothing of what there is
_Row = sa.Row[Any]


def remarks_of(issue_ids: Sequence[int]) -> dict[int, Remarks]:
    """What was ticked beside the cases of each issue, as numbers of cases, in one statement.

    Withdrawn cases are left out; an issue beside whose cases nothing was ticked has no entry.
    """
    found: dict[int, list[_Row]] = {}
    for row in db.session.execute(_counted(issue_ids)):
        found.setdefault(row.issue_id, []).append(row)
    return {issue_id: _remarks(rows) for issue_id, rows in found.items()}


def _counted(issue_ids: Sequence[int]) -> Rows:
    """Ticks of a kind that say the same, counted; calls and steps nobody tried are left out."""
    said = (
        IssueCase.issue_id,
        CaseTick.kind,
        CaseTick.code,
        CaseTick.result,
        CaseTick.resource_id,
        CaseTick.step_id,
        Case.municipality_id.label("town"),
        Resource.municipality_id.label("resource_town"),
        Resource.status,
        Resource.category,
        Resource.name_ja,
        Resource.name_en,
        GuidanceStep.text_ja,
        GuidanceStep.text_en,
    )
    wanted = sa.or_(
        CaseTick.kind.in_([TickKind.HOUSEHOLD, TickKind.RESOURCE]),
        sa.and_(CaseTick.kind == TickKind.STEP, CaseTick.result != NOT_TRIED),
    )
    return (
        sa.select(*said, sa.func.count(CaseTick.case_id.distinct()).label("cases"))
        .select_from(IssueCase)
        .join(Case, Case.id == IssueCase.case_id)
        .join(CaseTick, CaseTick.case_id == Case.id)
        .outerjoin(Resource, Resource.id == CaseTick.resource_id)
        .outerjoin(GuidanceStep, GuidanceStep.id == CaseTick.step_id)
        .where(IssueCase.issue_id.in_(issue_ids), case_policy.counted(), wanted)
        .group_by(*said)
    )


def _remarks(rows: Sequence[_Row]) -> Remarks:
    of_kind: dict[TickKind, list[_Row]] = {kind: [] for kind in TickKind}
    for row in rows:
        of_kind[row.kind].append(row)
    return Remarks(
        household=ranked({row.code: row.cases for row in of_kind[TickKind.HOUSEHOLD]}),
        tried=_tried(of_kind[TickKind.RESOURCE]),
        steps_missing=_missing(of_kind[TickKind.STEP]),
        steps=_steps(of_kind[TickKind.STEP]),
    )


def _tried(rows: Iterable[_Row]) -> tuple[Tried, ...]:
    """One entry for each resource and each kind, the most tried first."""
    grouped: dict[tuple[int, str], list[_Row]] = {}
    for row in rows:
        grouped.setdefault((row.resource_id or 0, row.code), []).append(row)
    found = [_entry(same) for _key, same in sorted(grouped.items())]
    return tuple(sorted(found, key=lambda tried: -tried.cases))


def _entry(same: Sequence[_Row]) -> Tried:
    one, is_named = same[0], _may_be_named(same[0])
    return Tried(
        category=one.category or one.code,
        name_ja=one.name_ja if is_named else "",
        name_en=one.name_en if is_named else "",
        cases=sum(row.cases for row in same),
        results=ranked({row.result: row.cases for row in same}),
    )


def _may_be_named(row: _Row) -> bool:
    """May every reader of the evidence know of the resource? Of others only the kind is said."""
    is_ours = row.resource_id is not None and row.resource_town == row.town
    return is_ours and row.status is not ResourceStatus.PLANNED


def _missing(rows: Iterable[_Row]) -> tuple[MissingStep, ...]:
    """One entry for each step; versions of a guidance that say the same are one step."""
    counts = Counter[tuple[str, str]]()
    for row in sorted(rows, key=lambda row: row.step_id):
        if row.result == NOT_AVAILABLE:
            counts[row.text_ja, row.text_en] += row.cases
    return tuple(MissingStep(*texts, cases) for texts, cases in counts.most_common())


def _steps(rows: Iterable[_Row]) -> tuple[StepTaken, ...]:
    """One entry for each step with what came of it; the same texts are one step."""
    results: dict[tuple[str, str], Counter[str]] = {}
    for row in sorted(rows, key=lambda row: row.step_id):
        results.setdefault((row.text_ja, row.text_en), Counter())[row.result] += row.cases
    found = [StepTaken(*texts, counts.total(), ranked(counts)) for texts, counts in results.items()]
    return tuple(sorted(found, key=lambda step: -step.cases))
