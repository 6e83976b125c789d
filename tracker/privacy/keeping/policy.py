"""The privacy officer of a town sees how long its texts are kept, and takes one out."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.privacy.keeping.models import Redaction


def towns(viewer: Viewer) -> frozenset[int]:
    """Towns whose privacy officer the viewer is."""
    return viewer.municipality_ids(Role.PRIVACY)


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """What was taken out in those towns."""
    return Redaction.municipality_id.in_(towns(viewer))


def can_redact(viewer: Viewer, municipality_id: int) -> bool:
    """The privacy officer of the town."""
    return municipality_id in towns(viewer)
