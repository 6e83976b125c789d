"""Mail is the administrator's to look after; nobody else sees whose address refuses it."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Every address and every mail that was given up, for the administrator; else none."""
    return sa.true() if can_look_after(viewer) else sa.false()


def can_look_after(viewer: Viewer) -> bool:
    """The administrator of the installation."""
    return viewer.is_role(Role.ADMINISTRATOR)
