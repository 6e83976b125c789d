"""Who is asking: from a session's token, or from an account, to a `Viewer`."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from tracker.accounts.models import (
    Membership,
    Organisation,
    OrganisationArea,
    OrganisationTown,
    Person,
    SignInSession,
)
from tracker.accounts.viewer import Standing, Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError

_FORMER = cast(sa.Table, Organisation.__table__).alias("former")  # bodies joined to another


def token_hash(token: str) -> str:
    """What we keep of a token that is handed out once."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class SignedIn:
    """A viewer, and since when their session runs and was last used."""

    viewer: Viewer
    started_at: datetime
    last_seen_at: datetime
    sure_at: datetime  # when they last showed who they are


def in_force(today: date) -> sa.ColumnElement[bool]:
    """Memberships that count on this day."""
    return sa.and_(
        Membership.from_on <= today,
        sa.or_(Membership.until_on.is_(None), Membership.until_on >= today),
    )


def is_open(today: date) -> sa.ColumnElement[bool]:
    """Organisations that are at work on this day."""
    return sa.or_(Organisation.closed_on.is_(None), Organisation.closed_on > today)


def goes_on_as() -> sa.ColumnElement[int]:
    """The key of an organisation, or of the one it was joined to."""
    return sa.func.coalesce(Organisation.merged_into_id, Organisation.id)


@functools.cache
def _session_with_standings() -> sa.Select[*tuple[Any, ...]]:
    """Of the session `token_hash` on the day `today`; made once, for every page asks it."""
    today: Any = sa.bindparam("today", type_=sa.Date())
    return (
        sa.select(
            Person.id.label("person_id"),
            Person.name,
            Person.language,
            Person.is_demo,
            SignInSession.id.label("session_id"),
            SignInSession.started_at,
            SignInSession.last_seen_at,
            SignInSession.sure_at,
            Membership.id.label("membership_id"),
            Membership.role,
            Membership.may_invite,
            Organisation.id.label("organisation_id"),
            Organisation.municipality_id,
            Organisation.name_ja,
            Organisation.name_en,
            OrganisationArea.area_id,
            OrganisationTown.municipality_id.label("served_id"),
            _FORMER.c.id.label("former_id"),
        )
        .join(Person, Person.id == SignInSession.person_id)
        .outerjoin(Membership, sa.and_(Membership.person_id == Person.id, in_force(today)))
        .outerjoin(
            Organisation, sa.and_(Organisation.id == Membership.organisation_id, is_open(today))
        )
        .outerjoin(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .outerjoin(OrganisationTown, OrganisationTown.organisation_id == Organisation.id)
        .outerjoin(_FORMER, _FORMER.c.merged_into_id == Organisation.id)
        .where(
            SignInSession.token_hash == sa.bindparam("token_hash"),
            SignInSession.ended_at.is_(None),
            SignInSession.proved_at.is_not(None),
            SignInSession.epoch == Person.epoch,
            Person.disabled_at.is_(None),
        )
        .order_by(Membership.id, OrganisationArea.area_id)
    )


def signed_in(token: str, *, today: date) -> SignedIn | None:
    """Who holds this session token, with every standing, in one statement; None when it is over."""
    asked = {"token_hash": token_hash(token), "today": today}
    rows = db.session.execute(_session_with_standings(), asked).all()
    if not rows:
        return None
    first = rows[0]
    viewer = Viewer(
        first.person_id,
        first.name,
        first.language,
        _standings(rows),
        first.session_id,
        first.is_demo,
    )
    return SignedIn(viewer, first.started_at, first.last_seen_at, first.sure_at)


def held_by(token: str) -> int | None:
    """Whose session this token was, over or not; None when there never was one."""
    mine = SignInSession.token_hash == token_hash(token)
    return db.session.scalar(sa.select(SignInSession.person_id).where(mine))


def viewer_of(person_id: int, *, today: date) -> Viewer:
    """The person as a viewer, without a session: for commands and the worker.

    :raises NotFoundError: when there is no such person or the account is closed
    """
    person = db.session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        raise NotFoundError
    joined = (
        sa.select(
            Membership.id.label("membership_id"),
            Membership.role,
            Membership.may_invite,
            Organisation.id.label("organisation_id"),
            Organisation.municipality_id,
            Organisation.name_ja,
            Organisation.name_en,
            OrganisationArea.area_id,
            OrganisationTown.municipality_id.label("served_id"),
            _FORMER.c.id.label("former_id"),
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .outerjoin(OrganisationTown, OrganisationTown.organisation_id == Organisation.id)
        .outerjoin(_FORMER, _FORMER.c.merged_into_id == Organisation.id)
        .where(Membership.person_id == person_id, in_force(today), is_open(today))
        .order_by(Membership.id, OrganisationArea.area_id)
    )
    rows = db.session.execute(joined).all()
    return Viewer(person.id, person.name, person.language, _standings(rows), is_demo=person.is_demo)


def _standings(rows: Sequence[Any]) -> tuple[Standing, ...]:
    """One standing for each membership; rows come one for each area, town and former body."""
    areas: dict[int, set[int]] = {}
    served: dict[int, set[int]] = {}
    former: dict[int, set[int]] = {}
    memberships: dict[int, Any] = {}
    for row in rows:
        if row.organisation_id is not None:
            memberships[row.membership_id] = row
            areas.setdefault(row.membership_id, set()).update({row.area_id} - {None})
            served.setdefault(row.membership_id, set()).update({row.served_id} - {None})
            former.setdefault(row.membership_id, set()).update({row.former_id} - {None})
    return tuple(
        Standing(
            row.role,
            row.organisation_id,
            row.municipality_id,
            row.may_invite,
            frozenset(areas[membership_id]),
            frozenset(served[membership_id]),
            frozenset(former[membership_id]),
            row.name_ja,
            row.name_en,
        )
        for membership_id, row in memberships.items()
    )
