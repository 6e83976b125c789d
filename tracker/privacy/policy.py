"""A privacy officer reads the log of the town they belong to."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core.audit import AuditEntry


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Entries of the chains of the viewer's towns; nobody else reads any."""
    towns = viewer.municipality_ids(Role.PRIVACY)
    return AuditEntry.chain.in_(towns) if towns else sa.false()
