"""A view of a page: its filters under a name."""

import enum

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.accounts.roles import Permission
from tracker.core.db import FreeText, Model, Timestamps, Versioned

NAME_LENGTH = 60
QUERY_LENGTH = 600


class SavedPage(enum.StrEnum):
    """Pages of which a view can be saved."""

    MATRIX = "matrix"

    @property
    def label(self) -> LazyString:
        """What the page is called."""
        return PAGE_LABELS[self]

    @property
    def endpoint(self) -> str:
        """Its address."""
        return ENDPOINTS[self]

    @property
    def permission(self) -> Permission:
        """What is needed to open it."""
        return PERMISSIONS[self]


PAGE_LABELS: dict[SavedPage, LazyString] = {SavedPage.MATRIX: _l("Matrix")}
ENDPOINTS: dict[SavedPage, str] = {SavedPage.MATRIX: "issues.matrix"}
PERMISSIONS: dict[SavedPage, Permission] = {SavedPage.MATRIX: Permission.MATRIX_READ}


class SavedView(Timestamps, Versioned, Model):
    """Filters of one page under a name; whoever opens it sees what their own rights show."""

    __tablename__ = "saved_views"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "page", "name"),
        sa.Index("ix_saved_views_organisation", "organisation_id", "page", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    page: Mapped[SavedPage]
    name: Mapped[str] = mapped_column(FreeText(NAME_LENGTH))
    query: Mapped[str] = mapped_column(sa.String(QUERY_LENGTH))  # the address behind its "?"
    is_shared: Mapped[bool] = mapped_column(default=False)  # with everybody of the organisation

    person: Mapped[Person] = relationship(lazy="raise")
