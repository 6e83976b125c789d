"""Changing what somebody is: roles, moves, suspension; the next request feels it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from tracker.accounts import belonging, withdrawing
from tracker.accounts import queries as accounts
from tracker.accounts.changing import policy, queries
from tracker.accounts.changing.closings import Closing
from tracker.accounts.models import Membership, Organisation, Person
from tracker.accounts.policy import Place
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require


@dataclass(frozen=True)
class MembershipDraft:
    """What somebody is to be in an organisation."""

    role: Role
    until_on: date | None
    may_invite: bool
    is_head: bool


def change(membership: Membership, draft: MembershipDraft, *, by: Viewer, at: datetime) -> None:
    """The membership is like this from the next request on.

    :raises InvalidInputError: when it would end before it began
    """
    place = queries.place_of(membership)
    require(policy.can_change(by, membership.person_id, place))
    wished = Place(place.organisation, draft.role, place.area_ids)
    if draft.role is not membership.role and not policy.can_give(by, wished):
        raise InvalidInputError("role", _("You cannot give this role here."))
    if draft.until_on is not None and draft.until_on < membership.from_on:
        raise InvalidInputError("until_on", _("It would end before it began."))
    was = _coded(membership)
    membership.role, membership.until_on = draft.role, draft.until_on
    membership.may_invite, membership.is_head = draft.may_invite, draft.is_head
    membership.reviewed_at = membership.reviewed_by_id = None
    _record(membership, "membership.changed", was, by=by, at=at)


def add(
    person: Person,
    organisation_id: int,
    draft: MembershipDraft,
    *,
    from_on: date,
    by: Viewer,
    at: datetime,
    today: date,
) -> Membership:
    """The person is this as well, from that day on.

    :raises InvalidInputError: when the viewer cannot give it, or the person is it already
    """
    require(person.id != by.person_id)
    place = _place(by, organisation_id, draft.role, today)
    present = belonging.places_of(person.id, today=today)
    same = [p for p in present if p.organisation.id == organisation_id and p.role is draft.role]
    if same:
        raise InvalidInputError("role", _("The person has this role there already."))
    if draft.until_on is not None and draft.until_on < from_on:
        raise InvalidInputError("until_on", _("It would end before it began."))
    made = Membership(
        person_id=person.id,
        organisation_id=place.organisation.id,
        role=draft.role,
        from_on=from_on,
        until_on=draft.until_on,
        may_invite=draft.may_invite,
        is_head=draft.is_head,
    )
    made.organisation = place.organisation
    db.session.add(made)
    db.session.flush()
    _record(made, "membership.added", {}, by=by, at=at)
    return made


def move(
    membership: Membership,
    organisation_id: int,
    role: Role,
    *,
    on: date,
    by: Viewer,
    at: datetime,
    today: date,
) -> Membership:
    """From that day the person is in the other organisation and no more in this one.

    What they could invite and whether they were its head does not go with them.

    :raises InvalidInputError: when the day is past, or the viewer cannot give the role there
    """
    require(policy.can_change(by, membership.person_id, queries.place_of(membership)))
    if on < today or on <= membership.from_on:
        raise InvalidInputError("on", _("Please choose a day from today on."))
    if organisation_id == membership.organisation_id:
        raise InvalidInputError("organisation", _("This is where the person is now."))
    was = _coded(membership)
    person = db.session.get_one(Person, membership.person_id)
    draft = MembershipDraft(role, None, may_invite=False, is_head=False)
    made = add(person, organisation_id, draft, from_on=on, by=by, at=at, today=today)
    membership.until_on = on - timedelta(days=1)
    _record(membership, "membership.changed", was, by=by, at=at)
    return made


def _place(by: Viewer, organisation_id: int, role: Role, today: date) -> Place:
    organisation = accounts.get_organisation(by, organisation_id)
    areas = belonging.areas_by_body([organisation_id]).get(organisation_id, frozenset())
    place = Place(organisation, role, areas)
    closed = organisation.closed_on is not None and organisation.closed_on <= today
    if closed or not policy.can_give(by, place):
        raise InvalidInputError("role", _("You cannot give this role here."))
    return place


def suspend(person: Person, why: Closing, *, by: Viewer, at: datetime, today: date) -> None:
    """The account is closed: sessions, links for a password and invitations open nothing any more.

    What the person is and has done stays as it is; why stands in the log.

    :raises ConflictError: when it is closed already
    :raises InvalidInputError: without a sentence for another reason than those named
    """
    require(policy.can_suspend(by, person.id, belonging.places_of(person.id, today=today)))
    if person.disabled_at is not None:
        raise ConflictError(_("The account is closed already."))
    person.disabled_at = at
    withdrawing.end_all(person, at=at)
    withdrawing.cancel_invitations(person, at=at)
    audit.record(by, "person.disabled", person, at=at, change=why.change())


def take_up_again(person: Person, *, by: Viewer, at: datetime, today: date) -> None:
    """The person can sign in again; what was open before stays closed."""
    require(policy.can_suspend(by, person.id, belonging.places_of(person.id, today=today)))
    if person.disabled_at is None:
        raise ConflictError(_("The account is open."))
    person.disabled_at, person.updated_at = None, at
    audit.record(by, "person.enabled", person, at=at)


def look_at(ids: list[int], *, by: Viewer, at: datetime, today: date) -> int:
    """Somebody has looked at these rights and found them right; how many.

    :raises InvalidInputError: when none was ticked
    """
    require(bool(policy.looking_after(by).standings))
    found = queries.to_review(by, ids, today=today)
    if not found:
        raise InvalidInputError(None, _("Please tick what you have looked at."))
    for membership in found:
        membership.reviewed_at, membership.reviewed_by_id = at, by.person_id
    deeds = [
        audit.Deed(
            membership.organisation.municipality_id,
            "membership.reviewed",
            Membership.__tablename__,
            membership.id,
            audit.NOTHING,
        )
        for membership in found
    ]
    db.session.flush()
    audit.record_many(by, deeds, at=at)
    return len(found)


def _coded(membership: Membership) -> dict[str, object]:
    until = membership.until_on
    return {
        "role": membership.role.value,
        "until_on": until.isoformat() if until else None,
        "may_invite": membership.may_invite,
        "is_head": membership.is_head,
    }


def _record(
    membership: Membership, verb: str, was: dict[str, object], *, by: Viewer, at: datetime
) -> None:
    now = {
        **_coded(membership),
        "person": membership.person_id,
        "organisation": membership.organisation_id,
    }
    db.session.flush()
    town = db.session.get_one(Organisation, membership.organisation_id).municipality_id
    table = Membership.__tablename__
    deed = audit.Deed(town, verb, table, membership.id, Change(was, now, {}, {}))
    audit.record_many(by, [deed], at=at)
