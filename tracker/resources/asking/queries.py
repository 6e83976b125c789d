"""Reading links and answers: of one entry, by the key of a link, and what has to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.resources import narrowing, policy
from tracker.resources.asking.models import LinkAnswer, ResourceAnswer, ResourceLink
from tracker.resources.models import Resource, ResourceStatus

MOST_AT_ONCE = 200


def link_of(token: str, *, to_use: bool = False) -> tuple[ResourceLink, Resource]:
    """The link with this key and its entry; whether it may still be used says its state.

    :param to_use: the row is locked, so that a link cannot be used twice at the same time
    :raises NotFoundError: for a key nobody was sent
    """
    statement = sa.select(ResourceLink).where(ResourceLink.token_hash == token_hash(token))
    if to_use:
        statement = statement.with_for_update()
    link = db.session.scalars(statement).one_or_none()
    if link is None:
        raise NotFoundError
    resource = db.session.scalars(
        sa.select(Resource)
        .where(Resource.id == link.resource_id)
        .options(
            joinedload(Resource.municipality),
            selectinload(Resource.areas),
            selectinload(Resource.act_types),
            selectinload(Resource.slots),
            selectinload(Resource.costs),
            selectinload(Resource.contacts),
        )
    ).one()
    return link, resource


@dataclass(frozen=True)
class Asked:
    """How far the asking about one entry has come."""

    link: ResourceLink | None  # the latest; None: nobody was ever asked
    answers: Sequence[ResourceAnswer]  # that no keeper has worked on yet, the first one first


def asked_about(viewer: Viewer, resource: Resource) -> Asked:
    """The latest link, and the open answers, for those who keep the entry; else nothing."""
    if not policy.can_edit(viewer, resource):
        return Asked(None, ())
    link = db.session.scalars(
        sa.select(ResourceLink)
        .where(ResourceLink.resource_id == resource.id)
        .order_by(ResourceLink.id.desc())
        .limit(1)
    ).one_or_none()
    answers = db.session.scalars(
        sa.select(ResourceAnswer)
        .where(ResourceAnswer.resource_id == resource.id, ResourceAnswer.handled_at.is_(None))
        .order_by(ResourceAnswer.id)
    ).all()
    return Asked(link, answers)


def get_answer(viewer: Viewer, answer_id: int) -> tuple[ResourceAnswer, Resource]:
    """An answer with its entry, for those who keep it.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    kept = Resource.municipality_id.in_(policy.towns_kept(viewer))
    row = db.session.execute(
        sa.select(ResourceAnswer, Resource)
        .join(Resource, Resource.id == ResourceAnswer.resource_id)
        .where(ResourceAnswer.id == answer_id, kept)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


@dataclass(frozen=True)
class ToAsk:
    """Entries that nobody has made sure of lately."""

    rows: Sequence[sa.Row[*tuple[Any, ...]]]  # the longest unsure first, at most MOST_AT_ONCE
    total: int

    @property
    def by_mail(self) -> list[int]:
        """Ids of those that can be asked by mail now."""
        return [row.id for row in self.rows if row.office_mail and not row.is_asked]


def to_ask(viewer: Viewer, *, today: date, at: datetime) -> ToAsk:
    """Stale entries of the towns whose directory the viewer keeps; two statements."""
    conditions = [
        Resource.municipality_id.in_(policy.towns_kept(viewer)),
        Resource.status.not_in([ResourceStatus.ENDED, ResourceStatus.PLANNED]),
        narrowing.is_stale(today),
    ]
    is_asked = sa.exists().where(
        ResourceLink.resource_id == Resource.id,
        ResourceLink.answered_at.is_(None),
        ResourceLink.withdrawn_at.is_(None),
        ResourceLink.expires_at > at,
    )
    has_changed = sa.exists().where(
        ResourceAnswer.resource_id == Resource.id, ResourceAnswer.handled_at.is_(None)
    )
    rows = db.session.execute(
        sa.select(
            Resource.id,
            Resource.name_ja,
            Resource.name_en,
            Resource.provider_name,
            Resource.contact,
            Resource.office_mail,
            Resource.assured_on,
            is_asked.label("is_asked"),
            has_changed.label("has_changed"),
        )
        .where(*conditions)
        .order_by(Resource.assured_on.asc().nulls_first(), Resource.id)
        .limit(MOST_AT_ONCE)
    ).all()
    total = db.session.scalar(sa.select(sa.func.count(Resource.id)).where(*conditions))
    return ToAsk(rows, total or 0)


def open_of(resource_id: int) -> Sequence[ResourceLink]:
    """Links of the entry that were neither answered nor withdrawn. For the service."""
    return db.session.scalars(
        sa.select(ResourceLink)
        .where(
            ResourceLink.resource_id == resource_id,
            ResourceLink.answered_at.is_(None),
            ResourceLink.withdrawn_at.is_(None),
        )
        .order_by(ResourceLink.id)
    ).all()


def needs_words(answer: LinkAnswer) -> bool:
    """Has the office to write what is different?"""
    return answer is LinkAnswer.CHANGED
