"""Who finds a saved view, and who may change it."""

from typing import Protocol

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.saved.models import SavedPage, SavedView


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """One's own, and those colleagues of one's organisations share; for pages one may open."""
    pages = [page for page in SavedPage if viewer.may(page.permission)]
    shared = sa.and_(SavedView.is_shared, SavedView.organisation_id.in_(viewer.organisation_ids()))
    return sa.and_(
        SavedView.page.in_(pages), sa.or_(SavedView.person_id == viewer.person_id, shared)
    )


def can_save(viewer: Viewer, page: SavedPage) -> bool:
    """Whoever opens the page and belongs to an organisation."""
    return viewer.may(page.permission) and bool(viewer.standings)


class Owned(Protocol):
    """A saved view, or a line of a list about one."""

    @property
    def person_id(self) -> int:
        """Who saved it."""


def can_edit(viewer: Viewer, view: Owned) -> bool:
    """Who saved it; a colleague saves a view of their own."""
    return view.person_id == viewer.person_id
