"""Who opened the folder of a meeting, and where members can be invited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts import queries as accounts
from tracker.accounts.models import Invitation, Person
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.core.traces import AccessTrace
from tracker.meetings.models import Attendee, Meeting, Pledge

SUBJECT = "meetings"


@dataclass(frozen=True)
class Opening:
    """How often one person opened the folder."""

    person_id: int
    name: str
    first_at: datetime
    last_at: datetime
    times: int


def openings(meeting: Meeting) -> list[Opening]:
    """Everybody who opened agenda, papers or minutes, the last one first. For the host."""
    last = sa.func.max(AccessTrace.at)
    rows = db.session.execute(
        sa.select(Person.id, Person.name, sa.func.min(AccessTrace.at), last, sa.func.count())
        .join(Person, Person.id == AccessTrace.person_id)
        .where(AccessTrace.subject == SUBJECT, AccessTrace.subject_id == meeting.id)
        .group_by(Person.id, Person.name)
        .order_by(last.desc(), Person.id)
    )
    return [Opening(*row) for row in rows]


@dataclass(frozen=True)
class Invited:
    """Somebody invited, with the state of account and pledge."""

    attendee_id: int
    name: str
    organisation: str
    profession: str
    has_account: bool
    link_until: datetime | None  # of a link that was not used yet
    pledged_on: date | None
    pledged_until: date | None


def invited(meeting: Meeting, *, at: datetime) -> list[Invited]:
    """Everybody invited, in the order of inviting. For the host."""
    person_id = sa.func.coalesce(Attendee.person_id, Invitation.person_id)
    newest = (
        sa.select(sa.func.max(Pledge.id))
        .where(
            Pledge.person_id == person_id,
            Pledge.municipality_id == meeting.municipality_id,
            sa.or_(Pledge.meeting_id == meeting.id, Pledge.meeting_id.is_(None)),
        )
        .correlate(Attendee, Invitation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Attendee.id,
            Attendee.name,
            Attendee.organisation,
            Attendee.profession,
            person_id.label("person_id"),
            Invitation.expires_at,
            Invitation.cancelled_at,
            Pledge.signed_on,
            Pledge.valid_until,
        )
        .outerjoin(Invitation, Invitation.id == Attendee.invitation_id)
        .outerjoin(Pledge, Pledge.id == newest)
        .where(Attendee.meeting_id == meeting.id)
        .order_by(Attendee.id)
    )
    return [_invited(row, at) for row in rows]


def _invited(row: Any, at: datetime) -> Invited:
    open_link = row.expires_at is not None and row.cancelled_at is None and row.expires_at > at
    return Invited(
        attendee_id=row.id,
        name=row.name,
        organisation=row.organisation,
        profession=row.profession,
        has_account=row.person_id is not None,
        link_until=row.expires_at if open_link and row.person_id is None else None,
        pledged_on=row.signed_on,
        pledged_until=row.valid_until,
    )


def member_organisations(viewer: Viewer) -> Sequence[tuple[int, str]]:
    """Organisations the viewer may invite a meeting's member into, by id; empty: none."""
    return [
        (choice.organisation.id, named(choice.organisation))
        for choice in accounts.invitation_choices(viewer)
        if Role.MEMBER in choice.roles
    ]
