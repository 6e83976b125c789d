"""Who takes what out as a file, who knows of it, and who may agree to a large one."""

import sqlalchemy as sa

from tracker.accounts.roles import Permission, Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.privacy.exports.models import Export, ExportKind

COLLEAGUES = (Role.AGENCY, Role.CENTRE, Role.COORDINATOR, Role.OFFICER, Role.PRIVACY)
NEEDS = {
    ExportKind.CASES: Permission.CASE_READ,
    ExportKind.LOG: Permission.AUDIT_READ,
    ExportKind.OPENED: Permission.AUDIT_READ,
}


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """One's own, those of colleagues in the organisation, and of the privacy officer's town."""
    return sa.or_(
        Export.person_id == viewer.person_id,
        Export.organisation_id.in_(viewer.organisation_ids(*COLLEAGUES)),
        Export.municipality_id.in_(viewer.municipality_ids(Role.PRIVACY)),
    )


def can_ask(viewer: Viewer, kind: ExportKind) -> bool:
    """Whoever reads the rows may take them out; what is in them is the rows' own policy."""
    return kind in NEEDS and viewer.may(NEEDS[kind])


def standing_for(viewer: Viewer, kind: ExportKind) -> Standing:
    """The standing in which the viewer takes it out: the first that reads the rows."""
    roles = (Role.AGENCY, Role.CENTRE, Role.COORDINATOR, Role.OFFICER)
    if kind in {ExportKind.LOG, ExportKind.OPENED}:
        roles = (Role.PRIVACY,)  # type: ignore[assignment]
    return next(iter(viewer.as_role(*roles)), viewer.standings[0])


def can_agree(viewer: Viewer, export: Export) -> bool:
    """Somebody else of the same organisation, or the privacy officer of the town."""
    if viewer.person_id == export.person_id:
        return False
    colleague = export.organisation_id in viewer.organisation_ids(*COLLEAGUES)
    return colleague or export.municipality_id in viewer.municipality_ids(Role.PRIVACY)


def awaiting(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Files the viewer may agree to: the same as `can_agree` says of each."""
    return sa.and_(
        Export.person_id != viewer.person_id,
        sa.or_(
            Export.organisation_id.in_(viewer.organisation_ids(*COLLEAGUES)),
            Export.municipality_id.in_(viewer.municipality_ids(Role.PRIVACY)),
        ),
    )


def can_open(viewer: Viewer, export: Export) -> bool:
    """Only who asked for it, while the rows are still theirs to read."""
    return export.person_id == viewer.person_id and can_ask(viewer, export.kind)
