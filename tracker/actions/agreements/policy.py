"""Who may know of an agreement, and who keeps the register."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.actions.agreements.models import Agreement
from tracker.actions.policy import WORKERS


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """An officer's, a coordinator's and a centre's: those of their municipality; else none."""
    towns = viewer.municipality_ids(*WORKERS)
    return Agreement.municipality_id.in_(towns) if towns else sa.false()


def can_enter(viewer: Viewer, owner_id: int) -> bool:
    """For one's own organisation; the officers for every body of the town that keeps one."""
    return owner_id in viewer.organisation_ids(*WORKERS) or viewer.is_role(Role.OFFICER)


def can_edit(viewer: Viewer, agreement: Agreement) -> bool:
    """People of the organisation that keeps it, and the officers of the municipality."""
    is_ours = agreement.owner_id in viewer.organisation_ids(*WORKERS)
    return is_ours or agreement.municipality_id in viewer.municipality_ids(Role.OFFICER)
