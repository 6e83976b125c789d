"""Who may know of a case, and who may take which step."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.cases.models import Case, CaseStatus, CaseStep, StepKind

UNDO_WITHIN = timedelta(hours=24)
UNDOABLE = frozenset({StepKind.ACCEPTED, StepKind.RETURNED, StepKind.DISPOSED, StepKind.ANSWERED})
EDITABLE = frozenset({CaseStatus.SUBMITTED, CaseStatus.RETURNED})


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """An office's own cases, a centre's areas', an officer's or coordinator's town's; else none."""
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    match standing.role:
        case Role.AGENCY:
            return Case.organisation_id == standing.organisation_id
        case Role.CENTRE:
            return Case.area_id.in_(standing.area_ids)
        case Role.OFFICER | Role.COORDINATOR:
            return Case.municipality_id == standing.municipality_id
    return None  # members, prefecture, administrator, privacy officer, and any role yet to come


def office_known_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Cases whose office the viewer may know by name; others read "an office in area A"."""
    return sa.or_(
        Case.organisation_id.in_(viewer.organisation_ids(Role.AGENCY)),
        Case.area_id.in_(viewer.area_ids(Role.CENTRE)),
    )


def can_file(viewer: Viewer, organisation_id: int) -> bool:
    """For an office one works in as a care manager."""
    return organisation_id in viewer.organisation_ids(Role.AGENCY)


def is_filers_office(viewer: Viewer, case: Case) -> bool:
    """Does the viewer work in the office that filed it?"""
    return case.organisation_id in viewer.organisation_ids(Role.AGENCY)


def can_edit(viewer: Viewer, case: Case) -> bool:
    """The filer's office, until the centre has accepted."""
    return is_filers_office(viewer, case) and case.status in EDITABLE


def can_withdraw(viewer: Viewer, case: Case) -> bool:
    """The filer's office, until the centre has accepted."""
    return is_filers_office(viewer, case) and case.status in EDITABLE


def can_contest(viewer: Viewer, case: Case) -> bool:
    """The filer's office, once it has an answer."""
    return is_filers_office(viewer, case) and case.status is CaseStatus.CLOSED


def can_sort(viewer: Viewer, case: Case) -> bool:
    """The centre of the area."""
    return case.area_id in viewer.area_ids(Role.CENTRE)


def can_undo(viewer: Viewer, last: CaseStep, at: datetime) -> bool:
    """Whoever took the last step, within 24 hours, when it was a step of sorting."""
    return (
        last.person_id == viewer.person_id and last.kind in UNDOABLE and at - last.at <= UNDO_WITHIN
    )


def knows_office(viewer: Viewer, case: Case) -> bool:
    """The same as `office_known_to`, for a case at hand."""
    return is_filers_office(viewer, case) or can_sort(viewer, case)
