"""A notice is its reader's alone."""

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.notifications.models import Notice


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """One's own notices."""
    return Notice.person_id == viewer.person_id
