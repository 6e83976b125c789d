"""Joining one body to another: its history stays its own, its people go on in the other."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.changing import policy, queries
from tracker.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    OrganisationArea,
    OrganisationTown,
)
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, require


def merge(gone: Organisation, into: Organisation, *, by: Viewer, at: datetime, today: date) -> int:
    """`gone` is closed and leads to `into`; how many people went on there.

    Cases, actions and figures of before stay with the body that had them; the people of `into`
    know them from now on. Its number and name are still found.

    :raises ConflictError: when one of the two is closed
    """
    require(policy.can_merge(by, gone, into))
    if any(one.closed_on is not None and one.closed_on <= today for one in (gone, into)):
        raise ConflictError(_("One of the two is closed already."))
    moved = [
        _go_on(membership, into, today)
        for membership in queries.members_in_force(gone.id, today=today)
    ]
    _bring(OrganisationArea, OrganisationArea.area_id, gone, into)
    _bring(OrganisationTown, OrganisationTown.municipality_id, gone, into)
    open_links = sa.update(Invitation).where(
        Invitation.organisation_id == gone.id,
        Invitation.used_at.is_(None),
        Invitation.cancelled_at.is_(None),
    )
    db.session.execute(open_links.values(cancelled_at=at))
    earlier = sa.update(Organisation).where(Organisation.merged_into_id == gone.id)
    db.session.execute(earlier.values(merged_into_id=into.id))
    gone.closed_on, gone.merged_into_id, gone.updated_at = today, into.id, at
    facts = {"into": into.id, "memberships": [key for key in moved if key]}
    audit.record(by, "organisation.merged", gone, at=at, change=Change({}, facts, {}, {}))
    taken = Change({}, {"from": gone.id}, {}, {})
    audit.record(by, "organisation.took_up", into, at=at, change=taken)
    return sum(key is not None for key in moved)


def _go_on(membership: Membership, into: Organisation, today: date) -> int | None:
    """The key of the membership with which the person goes on; None when they have it already."""
    has = sa.select(Membership.id).where(
        Membership.person_id == membership.person_id,
        Membership.organisation_id == into.id,
        Membership.role == membership.role,
        sa.or_(Membership.until_on.is_(None), Membership.until_on >= today),
    )
    known = db.session.scalar(has.limit(1)) is not None
    if known or membership.from_on < today:
        membership.until_on = max(today - timedelta(days=1), membership.from_on)
    if known:
        return None
    if membership.from_on >= today:
        membership.organisation_id = into.id
        db.session.flush()
        return membership.id
    made = Membership(
        person_id=membership.person_id,
        organisation_id=into.id,
        role=membership.role,
        from_on=today,
        may_invite=membership.may_invite,
        is_head=False,
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def _bring(
    table: type[OrganisationArea] | type[OrganisationTown],
    column: sa.orm.InstrumentedAttribute[int],
    gone: Organisation,
    into: Organisation,
) -> None:
    """What `gone` served is served by `into` as well; the rows of `gone` stay as history."""
    served = {
        body: set(db.session.scalars(sa.select(column).where(table.organisation_id == body)))
        for body in (gone.id, into.id)
    }
    missing = served[gone.id] - served[into.id]
    if table is OrganisationTown:
        missing -= {into.municipality_id}
    db.session.add_all(
        table(organisation_id=into.id, **{column.key: key}) for key in sorted(missing)
    )
