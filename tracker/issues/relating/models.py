"""What was done to the grouping of cases, what is kept apart, and links between issues."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import FreeText, Model
from tracker.issues.models import SENTENCE_LENGTH


class RegroupingKind(enum.StrEnum):
    """What was done to a grouping."""

    SPLIT = "split"
    JOIN = "join"
    DUPLICATE = "duplicate"
    APART = "apart"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return KIND_LABELS[self]


KIND_LABELS: dict[RegroupingKind, LazyString] = {
    RegroupingKind.SPLIT: _l("An issue was split"),
    RegroupingKind.JOIN: _l("Two issues were joined"),
    RegroupingKind.DUPLICATE: _l("A case was filed twice"),
    RegroupingKind.APART: _l("Cases are not alike"),
}


class Regrouping(Model):
    """One act that regrouped cases: why, the counts before and after, and what it moved."""

    __tablename__ = "regroupings"
    __table_args__ = (sa.Index("ix_regroupings_municipality", "municipality_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"))
    kind: Mapped[RegroupingKind]
    # SPLIT: the issue that gave cases; JOIN: the one that stays.
    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issues.id"), index=True)
    # SPLIT: the issue that has them now; JOIN: the one that became a signpost.
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issues.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    kept_case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(36))
    reason: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # see `counts.Count.to_json`
    after: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    moved: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # ids, so that it can be taken back
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)


class KeptApart(Model):
    """On which side of a separation a case stands; two cases on different sides are kept apart.

    One row for each case of the separation, not for each pair: a split of a thousand cases is a
    thousand rows. While the act is undone its rows say nothing.
    """

    __tablename__ = "kept_apart"

    regrouping_id: Mapped[int] = mapped_column(sa.ForeignKey("regroupings.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)
    side: Mapped[int]


class LinkKind(enum.StrEnum):
    """How two issues of a town belong together."""

    CHILD = "child"
    RELATED = "related"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return LINK_LABELS[self]


LINK_LABELS: dict[LinkKind, LazyString] = {
    LinkKind.CHILD: _l("Part of a larger issue"),
    LinkKind.RELATED: _l("Related"),
}


class IssueLink(Model):
    """Two issues of one town belong together; a child has one parent."""

    __tablename__ = "issue_links"
    __table_args__ = (
        sa.UniqueConstraint("issue_id", "other_id"),
        sa.CheckConstraint("issue_id <> other_id", name="two_issues"),
        sa.Index(
            "ix_issue_links_one_parent",
            "issue_id",
            unique=True,
            sqlite_where=sa.text("kind = 'child'"),
            postgresql_where=sa.text("kind = 'child'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind]
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"))  # CHILD: the part
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("issues.id"), index=True)  # its parent
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
