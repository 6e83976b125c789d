"""A privacy officer reads the log of the town they belong to, and who opened its texts."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core.audit import AuditEntry
from tracker.core.traces import AccessTrace
from tracker.privacy.locating import of_towns


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Entries of the chains of the viewer's towns; nobody else reads any."""
    towns = viewer.municipality_ids(Role.PRIVACY)
    return AuditEntry.chain.in_(towns) if towns else sa.false()


def opened_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Openings of what belongs to the viewer's towns; nobody else reads any."""
    return opened_of(viewer.municipality_ids(Role.PRIVACY))


def opened_of(towns: frozenset[int]) -> sa.ColumnElement[bool]:
    """Openings of what belongs to these towns; none for no town."""
    if not towns:
        return sa.false()
    # Not `or`: SQLite would gather all rows of each kind before it looks for the newest fifty.
    return sa.case(
        *(
            (AccessTrace.subject == subject, AccessTrace.subject_id.in_(keys()))
            for subject, keys in of_towns(towns).items()
        ),
        else_=sa.false(),
    )
