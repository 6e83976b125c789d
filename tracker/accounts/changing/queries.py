"""What people are, were and will be, for those who look after their accounts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts import belonging
from tracker.accounts import policy as accounts
from tracker.accounts.changing import policy
from tracker.accounts.models import Membership, Organisation, Person, SignInSession
from tracker.accounts.policy import Place
from tracker.accounts.standing import in_force, is_open
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.paging import Rows


def get_membership(viewer: Viewer, membership_id: int) -> Membership:
    """A membership in an organisation the viewer may know of, with organisation and person.

    :raises NotFoundError: otherwise
    """
    found = db.session.scalars(
        sa.select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.id == membership_id, accounts.visible_to(viewer))
        .options(joinedload(Membership.organisation), joinedload(Membership.person))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def history_of(viewer: Viewer, person_id: int) -> Sequence[Membership]:
    """Every membership of the person the viewer may know of, with organisations, newest first."""
    return db.session.scalars(
        sa.select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, accounts.visible_to(viewer))
        .options(joinedload(Membership.organisation))
        .order_by(Membership.from_on.desc(), Membership.id.desc())
    ).all()


def place_of(membership: Membership) -> Place:
    """Where and as what this membership is."""
    body = db.session.get_one(Organisation, membership.organisation_id)
    areas = belonging.areas_by_body([body.id])
    return Place(body, membership.role, areas.get(body.id, frozenset()))


def last_sign_in(person_id: int) -> datetime | None:
    """When the person last signed in; None: never."""
    last = sa.select(sa.func.max(SignInSession.started_at)).where(
        SignInSession.person_id == person_id, SignInSession.proved_at.is_not(None)
    )
    return db.session.scalar(last)


def rights(viewer: Viewer, *, today: date, stale_since: datetime | None = None) -> Rows:
    """Who is what in the organisations the viewer looks after, to page by membership.

    :param stale_since: only those nobody has looked at since then
    """
    last = (
        sa.select(sa.func.max(SignInSession.started_at))
        .where(SignInSession.person_id == Person.id, SignInSession.proved_at.is_not(None))
        .scalar_subquery()
    )
    found = (
        sa.select(
            Membership.id,
            Membership.role,
            Membership.from_on,
            Membership.until_on,
            Membership.may_invite,
            Membership.is_head,
            Membership.reviewed_at,
            Person.id.label("person_id"),
            Person.name,
            Person.login,
            Person.disabled_at,
            Organisation.name_ja,
            Organisation.name_en,
            last.label("last_sign_in"),
        )
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(policy.looked_after_by(viewer), in_force(today))
    )
    if stale_since is None:
        return found
    stale = sa.or_(Membership.reviewed_at.is_(None), Membership.reviewed_at < stale_since)
    return found.where(stale, Membership.person_id != viewer.person_id)


def to_review(viewer: Viewer, ids: Collection[int], *, today: date) -> Sequence[Membership]:
    """Those of these memberships the viewer may look at, but for their own, with organisations."""
    return db.session.scalars(
        sa.select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.id.in_(ids),
            Membership.person_id != viewer.person_id,
            policy.looked_after_by(viewer),
            in_force(today),
        )
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    ).all()


def bodies_to_join(viewer: Viewer, gone: Organisation, *, today: date) -> Sequence[Organisation]:
    """Bodies of the same kind and town at work, but for itself, by kana."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(
            accounts.visible_to(viewer),
            Organisation.kind == gone.kind,
            Organisation.municipality_id == gone.municipality_id,
            Organisation.id != gone.id,
            is_open(today),
        )
        .order_by(Organisation.kana, Organisation.id)
    ).all()


def joined_to(organisation_id: int) -> Sequence[Organisation]:
    """Bodies that were joined to this one, by the day they were."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.merged_into_id == organisation_id)
        .order_by(Organisation.closed_on, Organisation.id)
    ).all()


def successor_of(organisation: Organisation) -> Organisation | None:
    """The body this one was joined to."""
    if organisation.merged_into_id is None:
        return None
    return db.session.get_one(Organisation, organisation.merged_into_id)


def members_in_force(organisation_id: int, *, today: date) -> Sequence[Membership]:
    """Memberships of the organisation that count today or later, by key; with their people."""
    return db.session.scalars(
        sa.select(Membership)
        .where(
            Membership.organisation_id == organisation_id,
            sa.or_(Membership.until_on.is_(None), Membership.until_on >= today),
        )
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    ).all()
