"""Where else a case could be read: in issues and meetings that hold it, and in files.

Whoever read an issue or the papers of a meeting read what it says of its cases. Counted is what
holds the case today or held it in a file; a case that was taken out of an issue since is found by
the log of that issue.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.paging import Rows
from tracker.core.traces import AccessTrace
from tracker.issues.candidates.models import CandidateCase
from tracker.issues.models import IssueCase
from tracker.meetings.models import AgendaItem, ItemCase, ItemIssue
from tracker.privacy.exports.models import Export, ExportCase, ExportKind


@dataclass(frozen=True)
class Places:
    """Keys of what holds a case, by table; the case itself as well."""

    cases: frozenset[int]
    issues: frozenset[int]
    candidates: frozenset[int]
    meetings: frozenset[int]

    def keys(self) -> dict[str, frozenset[int]]:
        """Table → keys, without tables that hold nothing of it."""
        return {table: keys for table, keys in vars(self).items() if keys}


def places_of(case_id: int) -> Places:
    """What holds the case; three statements."""
    issues = _keys(sa.select(IssueCase.issue_id).where(IssueCase.case_id == case_id))
    meetings = (
        sa.select(AgendaItem.meeting_id)
        .outerjoin(ItemCase, ItemCase.item_id == AgendaItem.id)
        .outerjoin(ItemIssue, ItemIssue.item_id == AgendaItem.id)
        .where(sa.or_(ItemCase.case_id == case_id, ItemIssue.issue_id.in_(issues)))
    )
    held = sa.select(CandidateCase.candidate_id).where(CandidateCase.case_id == case_id)
    return Places(frozenset({case_id}), issues, _keys(held), _keys(meetings))


def _keys(statement: sa.Select[int]) -> frozenset[int]:
    return frozenset(db.session.scalars(statement))


def read_in(places: Places) -> sa.ColumnElement[bool]:
    """Openings of any of these."""
    return sa.or_(
        *(
            sa.and_(AccessTrace.subject == table, AccessTrace.subject_id.in_(keys))
            for table, keys in places.keys().items()
        )
    )


def files_with(places: Places) -> Rows:
    """Files that held the case, and papers of what holds it, with who took them; to page by id."""
    (case_id,) = places.cases
    held = sa.select(ExportCase.export_id).where(ExportCase.case_id == case_id)
    papers = [
        Export.narrowed.startswith(f"/{table}/{key}/", autoescape=True)
        for table, keys in places.keys().items()
        for key in sorted(keys)
    ]
    return (
        sa.select(
            Export.id,
            Export.kind,
            Export.asked_at,
            Export.narrowed,
            Export.rows,
            Export.taken_at,
            Person.name.label("person"),
            Person.login,
        )
        .join(Person, Person.id == Export.person_id)
        .where(
            sa.or_(
                Export.id.in_(held),
                sa.and_(Export.kind == ExportKind.PAPER, sa.or_(*papers)),
            )
        )
    )
