"""Cases of a cell that speak of the same, for the page that proposes issues."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.cases.models import Case, CaseTick, TickKind
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.issues.models import OPEN, IssueCase, RegionalIssue
from tracker.issues.relating import queries
from tracker.issues.relating.clusters import Cluster, Told, clusters

COMPARED = 300  # the newest cases of a cell


@dataclass(frozen=True)
class Alike:
    """What repeats among the newest cases of a cell."""

    clusters: list[Cluster]
    rows: dict[int, sa.Row[tuple[object, ...]]]  # by case: what a list shows, and the summary
    looked_at: list[int]  # every case that was compared, the newest first


def alike(cell: Rows) -> Alike:
    """Clusters among the newest 300 cases of a cell that the viewer may know of.

    Pairs that were separated stand in none. A cluster all of whose cases support one open issue
    already is left out. Three statements, however many cases there are.

    :param cell: the cases a cell of the matrix counts, as `counting.cases_of_cell` lists them
    """
    household = (
        sa.select(sa.func.aggregate_strings(CaseTick.code, " "))
        .where(CaseTick.case_id == Case.id, CaseTick.kind == TickKind.HOUSEHOLD)
        .correlate(Case)
        .scalar_subquery()
    )
    found = db.session.execute(
        cell.add_columns(
            Case.summary, Case.wanted, Case.gap, Case.requester, household.label("household")
        )
        .order_by(Case.id.desc())
        .limit(COMPARED)
    ).all()
    ids = [row.id for row in found]
    made = clusters([_told(row) for row in found], queries.kept_apart(ids))
    issues = _open_issues(ids)
    new = [one for one in made if not set.intersection(*(issues[key] for key in one.case_ids))]
    shown = {key for one in new for key in one.case_ids}
    return Alike(new, {row.id: row for row in found if row.id in shown}, ids)


def _told(row: sa.Row[tuple[object, ...]]) -> Told:
    said = {"gap": row.gap, "requester": row.requester, "household": row.household}
    codes = {name: frozenset(str(value).split()) for name, value in said.items() if value}
    return Told(row.id, f"{row.summary}\n{row.wanted}", codes)


def _open_issues(case_ids: Sequence[int]) -> dict[int, set[int]]:
    """Open issues by the case that supports them; a case without any has none."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = db.session.execute(
        sa.select(IssueCase.case_id, IssueCase.issue_id)
        .join(RegionalIssue, RegionalIssue.id == IssueCase.issue_id)
        .where(IssueCase.case_id.in_(case_ids), RegionalIssue.status.in_(sorted(OPEN)))
    )
    for case_id, issue_id in rows:
        found[case_id].add(issue_id)
    return found
