"""Who may know of a case, who may read which part of it, and who may take which step."""

import enum
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.cases.models import ON_BEHALF, Case, CaseStatus, CaseStep, StepKind

UNDO_WITHIN = timedelta(hours=24)
UNDOABLE = frozenset(
    {
        StepKind.ACCEPTED,
        StepKind.RETURNED,
        StepKind.DISPOSED,
        StepKind.ANSWERED,
        StepKind.RECLASSIFIED,
    }
)
OPEN_TO_RECLASSIFY = frozenset({CaseStatus.SUBMITTED, CaseStatus.ACCEPTED})
EDITABLE = frozenset({CaseStatus.SUBMITTED, CaseStatus.RETURNED})
OPEN_TO_ADD = frozenset({CaseStatus.SUBMITTED, CaseStatus.ACCEPTED, CaseStatus.DISPOSED})
REVEALED_FOR = timedelta(hours=24)


class Group(enum.StrEnum):
    """Parts of a case that are read by different people."""

    CORE = "core"
    NARRATIVE = "narrative"
    FILER = "filer"
    FEE = "fee"


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """An office's own cases, a centre's areas', an officer's or coordinator's town's; else none."""
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    match standing.role:
        case Role.AGENCY:
            return Case.organisation_id.in_(standing.body_ids)
        case Role.CENTRE:
            return Case.area_id.in_(standing.area_ids)
        case Role.OFFICER | Role.COORDINATOR:
            return Case.municipality_id == standing.municipality_id
    return None  # members, prefecture, administrator, privacy officer, and any role yet to come


def counted() -> sa.ColumnElement[bool]:
    """Cases that every figure counts: not withdrawn, and each event that was filed twice once."""
    return sa.and_(Case.status != CaseStatus.WITHDRAWN, Case.duplicate_of_id.is_(None))


def is_counted(case: Case) -> bool:
    """The same as `counted`, for a case at hand."""
    return case.status is not CaseStatus.WITHDRAWN and case.duplicate_of_id is None


def office_known_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Cases whose office the viewer may know by name; others read "an office in area A"."""
    return sa.or_(
        Case.organisation_id.in_(viewer.organisation_ids(Role.AGENCY)),
        Case.area_id.in_(viewer.area_ids(Role.CENTRE)),
    )


def is_filers_office(viewer: Viewer, case: Case) -> bool:
    """Does the viewer work in the office that filed it?"""
    return case.organisation_id in viewer.organisation_ids(Role.AGENCY)


def filed_on_behalf(viewer: Viewer, case: Case) -> bool:
    """Did this very person of the area's centre file it for the office?"""
    by_centre = case.channel in ON_BEHALF and case.filed_by_id == viewer.person_id
    return by_centre and can_sort(viewer, case)


def is_editor(viewer: Viewer, case: Case) -> bool:
    """The filer's office, or who filed on its behalf; whether there is still time: `can_edit`."""
    return is_filers_office(viewer, case) or filed_on_behalf(viewer, case)


def can_edit(viewer: Viewer, case: Case) -> bool:
    """The filer's office, or who filed on its behalf, until the centre has accepted."""
    return is_editor(viewer, case) and case.status in EDITABLE and case.duplicate_of_id is None


def can_add(viewer: Viewer, case: Case) -> bool:
    """The filer's office, while the case is open and can no longer be changed."""
    goes_on = case.status in OPEN_TO_ADD and case.duplicate_of_id is None
    return is_filers_office(viewer, case) and goes_on


def can_withdraw(viewer: Viewer, case: Case) -> bool:
    """The filer's office, until the centre has accepted."""
    goes_on = case.status in EDITABLE and case.duplicate_of_id is None
    return is_filers_office(viewer, case) and goes_on


def can_contest(viewer: Viewer, case: Case) -> bool:
    """The filer's office, once it has an answer."""
    answered = case.status is CaseStatus.CLOSED and case.duplicate_of_id is None
    return is_filers_office(viewer, case) and answered


def can_sort(viewer: Viewer, case: Case) -> bool:
    """The centre of the area."""
    return case.area_id in viewer.area_ids(Role.CENTRE)


def can_undo(viewer: Viewer, last: CaseStep, at: datetime) -> bool:
    """Whoever took the last step, within 24 hours, when it was a step of sorting."""
    return (
        last.person_id == viewer.person_id and last.kind in UNDOABLE and at - last.at <= UNDO_WITHIN
    )


def handed_over(viewer: Viewer, last: CaseStep) -> bool:
    """Did this very person change type or area last? They may take it back from another centre."""
    return last.kind is StepKind.RECLASSIFIED and last.person_id == viewer.person_id


def knows_office(viewer: Viewer, case: Case) -> bool:
    """The same as `office_known_to`, for a case at hand."""
    return is_filers_office(viewer, case) or can_sort(viewer, case)


def readable(viewer: Viewer, case: Case) -> frozenset[Group]:
    """Parts of a visible case this viewer reads; a name disclosed for a reason is not counted."""
    if knows_office(viewer, case):
        return frozenset(Group)
    if case.municipality_id in viewer.municipality_ids(Role.OFFICER):
        return frozenset({Group.CORE, Group.NARRATIVE, Group.FEE})
    if case.municipality_id in viewer.municipality_ids(Role.COORDINATOR):
        return frozenset({Group.CORE, Group.NARRATIVE})
    return frozenset()


def can_reveal(viewer: Viewer, case: Case) -> bool:
    """The town's officer, who reads "an office in area A", may ask for its name with a reason."""
    in_town = case.municipality_id in viewer.municipality_ids(Role.OFFICER)
    return in_town and not knows_office(viewer, case)
