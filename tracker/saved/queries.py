"""Reading saved views."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.saved import policy
from tracker.saved.models import SavedPage, SavedView

MOST = 50  # of one person and page


@dataclass(frozen=True)
class ViewLine:
    """A saved view as a list shows it."""

    id: int
    page: SavedPage
    name: str
    query: str
    is_shared: bool
    updated_at: datetime
    person_id: int
    saved_by: str


def views(viewer: Viewer, page: SavedPage | None = None) -> list[ViewLine]:
    """The viewer's own views, then those colleagues share, by name, with who saved them.

    :param page: of this page only; None: of every page
    """
    columns = (
        SavedView.id,
        SavedView.page,
        SavedView.name,
        SavedView.query,
        SavedView.is_shared,
        SavedView.updated_at,
        SavedView.person_id,
        Person.name,
    )
    statement = (
        sa.select(*columns)
        .join(Person, Person.id == SavedView.person_id)
        .where(policy.visible_to(viewer))
    )
    if page is not None:
        statement = statement.where(SavedView.page == page)
    own = sa.case((SavedView.person_id == viewer.person_id, 0), else_=1)
    rows = db.session.execute(statement.order_by(own, SavedView.page, SavedView.name, SavedView.id))
    return [ViewLine(*row) for row in rows]


def get_view(viewer: Viewer, view_id: int) -> SavedView:
    """The view with who saved it.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(SavedView)
        .where(SavedView.id == view_id, policy.visible_to(viewer))
        .options(joinedload(SavedView.person))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def named_so(person_id: int, page: SavedPage, name: str) -> SavedView | None:
    """This person's view of that name; None when there is none. For the service."""
    return db.session.scalars(
        sa.select(SavedView).where(
            SavedView.person_id == person_id, SavedView.page == page, SavedView.name == name
        )
    ).one_or_none()


def number_of(person_id: int, page: SavedPage) -> int:
    """How many views of the page this person has saved. For the service."""
    mine = (SavedView.person_id == person_id, SavedView.page == page)
    return db.session.scalar(sa.select(sa.func.count()).select_from(SavedView).where(*mine)) or 0
