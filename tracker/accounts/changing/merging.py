"""Joining one body to another: its history stays its own, its people go on in the other."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.changing import holding, policy, queries
from tracker.accounts.invited import usable
from tracker.accounts.models import (
    Area,
    Invitation,
    Membership,
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationTown,
)
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock
from tracker.core.audit import AuditEntry, Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, require
from tracker.core.i18n import named

UNDO_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Preview:
    """What joining would do, before anybody says so."""

    people: Sequence[Membership]  # with their people
    areas: Sequence[str]  # that the other body does not serve yet
    towns: Sequence[str]
    invitations: int  # that open nothing any more
    held: Sequence[str]  # what stays in its name and is answered by the other

    @property
    def key(self) -> str:
        """So that a confirmation can be told from one of something else."""
        facts = [m.id for m in self.people], self.areas, self.towns, self.invitations, self.held
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def preview(gone: Organisation, into: Organisation, *, by: Viewer, at: datetime) -> Preview:
    """What would move from `gone` to `into`.

    :raises NotAllowedError: when the two are not the viewer's to join
    """
    require(policy.can_merge(by, gone, into))
    areas = _missing(OrganisationArea, OrganisationArea.area_id, gone, into)
    towns = _missing(OrganisationTown, OrganisationTown.municipality_id, gone, into)
    today = clock.local(at).date()
    return Preview(
        queries.members_in_force(gone.id, today=today),
        [named(db.session.get_one(Area, key)) for key in areas],
        [named(db.session.get_one(Municipality, key)) for key in towns],
        len(_open_invitations(gone.id, at)),
        holding.held_by(gone.id),
    )


def merge(gone: Organisation, into: Organisation, *, by: Viewer, at: datetime, today: date) -> int:
    """`gone` is closed and leads to `into`; how many people went on there.

    Cases, actions and figures of before stay with the body that had them; the people of `into`
    know them from now on. Its number and name are still found. The log says what was moved, and
    `unmerge` reads it there.

    :raises ConflictError: when one of the two is closed
    """
    require(policy.can_merge(by, gone, into))
    if any(one.closed_on is not None and one.closed_on <= today for one in (gone, into)):
        raise ConflictError(_("One of the two is closed already."))
    before, moved = {}, []
    for membership in queries.members_in_force(gone.id, today=today):
        until = membership.until_on
        before[str(membership.id)] = until.isoformat() if until else None
        moved.append(_go_on(membership, into, today))
    facts: dict[str, Any] = {
        "into": into.id,
        "memberships": [key for key in moved if key],
        "areas": _bring(OrganisationArea, OrganisationArea.area_id, gone, into),
        "towns": _bring(OrganisationTown, OrganisationTown.municipality_id, gone, into),
        "invitations": [one.id for one in _open_invitations(gone.id, at)],
        "led": list(
            db.session.scalars(sa.select(Organisation.id).filter_by(merged_into_id=gone.id))
        ),
    }
    _set(Invitation, facts["invitations"], cancelled_at=at)
    _set(Organisation, facts["led"], merged_into_id=into.id)
    was = {"until_on": before, "closed_on": gone.closed_on.isoformat() if gone.closed_on else None}
    gone.closed_on, gone.merged_into_id, gone.updated_at = today, into.id, at
    audit.record(by, "organisation.merged", gone, at=at, change=Change(was, facts, {}, {}))
    taken = Change({}, {"from": gone.id}, {}, {})
    audit.record(by, "organisation.took_up", into, at=at, change=taken)
    return sum(key is not None for key in moved)


def undoable(gone: Organisation, *, by: Viewer, at: datetime) -> AuditEntry | None:
    """The entry of a joining that the viewer did within the last day and may still take back."""
    if gone.merged_into_id is None:
        return None
    last = db.session.scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.subject == Organisation.__tablename__,
            AuditEntry.subject_id == gone.id,
            AuditEntry.verb == "organisation.merged",
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.actor_id != by.person_id or at - last.at >= UNDO_FOR:
        return None
    return last if last.facts["now"]["into"] == gone.merged_into_id else None


def unmerge(gone: Organisation, *, by: Viewer, at: datetime) -> None:
    """Both bodies are what they were before they were joined; the log keeps both steps.

    :raises ConflictError: when a day has passed, somebody else joined them, or something was built
        on it: a case filed there by one of the people, a change of what they are, a further joining
    """
    entry = undoable(gone, by=by, at=at)
    if entry is None:
        raise ConflictError(_("Only who joined them can undo it, within 24 hours."))
    into = db.session.get_one(Organisation, entry.facts["now"]["into"])
    require(policy.can_merge(by, gone, into))
    now, was = entry.facts["now"], entry.facts["was"]
    _refuse_built_on(entry, into)
    for key, until in was["until_on"].items():
        membership = db.session.get_one(Membership, int(key))
        membership.organisation_id = gone.id
        membership.until_on = date.fromisoformat(until) if until else None
    made = [key for key in now["memberships"] if str(key) not in was["until_on"]]
    db.session.flush()
    db.session.execute(sa.delete(Membership).where(Membership.id.in_(made)))
    for column, keys in (
        (OrganisationArea.area_id, now["areas"]),
        (OrganisationTown.municipality_id, now["towns"]),
    ):
        table = column.class_
        mine = sa.delete(table).where(table.organisation_id == into.id, column.in_(keys))
        db.session.execute(mine)
    _set(Invitation, now["invitations"], cancelled_at=None)
    _set(Organisation, now["led"], merged_into_id=gone.id)
    closed = was["closed_on"]
    gone.closed_on = date.fromisoformat(closed) if closed else None
    gone.merged_into_id, gone.updated_at = None, at
    change = Change({"into": into.id}, {"into": None}, {}, {})
    audit.record(by, "organisation.merge_undone", gone, at=at, change=change)


def _refuse_built_on(entry: AuditEntry, into: Organisation) -> None:
    was, now = entry.facts["was"], entry.facts["now"]
    keys = {int(key) for key in was["until_on"]} | {*now["memberships"]}
    rows = db.session.scalars(sa.select(Membership).where(Membership.id.in_(keys))).all()
    people = [row.person_id for row in rows]
    later = sa.exists().where(
        AuditEntry.id > entry.id,
        sa.or_(
            sa.and_(
                AuditEntry.subject == Membership.__tablename__, AuditEntry.subject_id.in_(keys)
            ),
            sa.and_(
                AuditEntry.subject == Organisation.__tablename__,
                AuditEntry.subject_id == into.id,
                AuditEntry.verb.in_(("organisation.merged", "organisation.closed")),
            ),
        ),
    )
    worked = holding.was_worked_for(into.id, people, entry.at)
    if len(rows) < len(keys) or worked or db.session.scalar(sa.select(later)):
        raise ConflictError(
            _(
                "Something was done since: a case was filed there, or what somebody is was "
                "changed. It cannot be undone any more."
            )
        )


def _open_invitations(organisation_id: int, at: datetime) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.organisation_id == organisation_id, *usable(at))
        .order_by(Invitation.id)
    ).all()


def _set(table: type[Invitation] | type[Organisation], keys: Sequence[int], **to: object) -> None:
    db.session.execute(sa.update(table).where(table.id.in_(keys)).values(**to))


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


def _missing(
    table: type[OrganisationArea] | type[OrganisationTown],
    column: sa.orm.InstrumentedAttribute[int],
    gone: Organisation,
    into: Organisation,
) -> list[int]:
    """What `gone` serves and `into` does not yet."""
    served = {
        body: set(db.session.scalars(sa.select(column).where(table.organisation_id == body)))
        for body in (gone.id, into.id)
    }
    missing = served[gone.id] - served[into.id]
    if table is OrganisationTown:
        missing -= {into.municipality_id}
    return sorted(missing)


def _bring(
    table: type[OrganisationArea] | type[OrganisationTown],
    column: sa.orm.InstrumentedAttribute[int],
    gone: Organisation,
    into: Organisation,
) -> list[int]:
    """What `gone` served is served by `into` as well; the rows of `gone` stay as history."""
    missing = _missing(table, column, gone, into)
    db.session.add_all(table(organisation_id=into.id, **{column.key: key}) for key in missing)
    return missing
