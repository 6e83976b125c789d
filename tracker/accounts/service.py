"""Accounts: one's own account, organisations, invitations."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import belonging, invited, passwords, policy, queries, withdrawing
from tracker.accounts.models import (
    ConductAcceptance,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationTown,
    Pace,
    Person,
)
from tracker.accounts.roles import Role
from tracker.accounts.signing_in import Oneself
from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core import audit, outbox
from tracker.core.audit import Change
from tracker.core.db import db, reading
from tracker.core.errors import InvalidInputError, require

INVITATION_LIFE = timedelta(days=14)


def has_promised(person_id: int, fiscal_year: int) -> bool:
    """Did the person promise this year to write about needs and never about who somebody is?"""
    given = sa.select(ConductAcceptance.at).where(
        ConductAcceptance.person_id == person_id, ConductAcceptance.fiscal_year == fiscal_year
    )
    return db.session.scalar(given) is not None


def promise(fiscal_year: int, *, by: Viewer, at: datetime) -> None:
    """The promise of this year is kept on record; giving it again changes nothing."""
    if not has_promised(by.person_id, fiscal_year):
        accepted = ConductAcceptance(person_id=by.person_id, fiscal_year=fiscal_year, at=at)
        db.session.add(accepted)
        db.session.flush()
        person = db.session.get_one(Person, by.person_id)
        change = Change({}, {"fiscal_year": fiscal_year}, {}, {})
        audit.record(by, "person.promised", person, at=at, change=change)


@dataclass(frozen=True)
class AccountDraft:
    """What a person may change of their own account."""

    name: str
    email: str | None
    language: str
    wants_mail: bool
    mail_own: Pace = Pace.AT_ONCE
    mail_news: Pace = Pace.WEEKLY


def change_account(draft: AccountDraft, *, by: Viewer, at: datetime) -> None:
    """One's own account says this now.

    Of a new mail address the log knows, and a mail to the one before: links for a new password
    go to neither within a day.
    """
    person = db.session.get_one(Person, by.person_id)
    before = person.email
    chosen = ("language", "wants_mail", "mail_own", "mail_news")
    was = {name: getattr(person, name) for name in chosen}
    now = {name: getattr(draft, name) for name in chosen}
    for name, value in (("name", draft.name), ("email", draft.email), *now.items()):
        setattr(person, name, value)
    person.updated_at = at
    audit.record(by, "person.changed", person, at=at, change=Change(was, now, {}, {}))
    if before != draft.email:
        _say_new_address(person, before, by, at)


def _say_new_address(person: Person, before: str | None, by: Viewer, at: datetime) -> None:
    audit.record(by, "person.address_changed", person, at=at)
    if before is not None:
        facts = {"number": "", "path": "/account/"}
        act = str(uuid.uuid4())
        outbox.queue_to(before, "address_changed", facts=facts, act=act, at=at, due_at=at)


@dataclass(frozen=True)
class OrganisationDraft:
    """What an organisation says of itself."""

    name_ja: str
    name_en: str
    kana: str
    phone: str
    town_ids: frozenset[int] | None = None  # served beyond the own town; None: as before
    address: str = ""  # where letters go
    mail: str | None = None


def change_organisation(
    organisation: Organisation, draft: OrganisationDraft, *, by: Viewer, at: datetime
) -> None:
    """The organisation is named and reached like this now, and serves these towns.

    :raises InvalidInputError: when a town cannot be served by it
    """
    require(policy.can_edit_organisation(by, organisation))
    organisation.name_ja, organisation.name_en = draft.name_ja, draft.name_en
    organisation.kana, organisation.phone = draft.kana, draft.phone
    organisation.address, organisation.mail = draft.address, draft.mail
    organisation.updated_at = at
    change = audit.NOTHING
    if draft.town_ids is not None:
        change = _serve(organisation, draft.town_ids)
    audit.record(by, "organisation.changed", organisation, at=at, change=change)


def _serve(organisation: Organisation, town_ids: frozenset[int]) -> Change:
    """The organisation serves these towns beyond its own, and no others; what differs."""
    before = {town.id for town in queries.towns_served(organisation.id)}
    if town_ids == before:
        return audit.NOTHING
    if not town_ids <= {town.id for town in queries.towns_to_serve(organisation)}:
        raise InvalidInputError("town_ids", _("Please choose one of the towns."))
    db.session.execute(
        sa.delete(OrganisationTown).where(
            OrganisationTown.organisation_id == organisation.id,
            OrganisationTown.municipality_id.in_(before - town_ids),
        )
    )
    db.session.add_all(
        OrganisationTown(organisation_id=organisation.id, municipality_id=town_id)
        for town_id in sorted(town_ids - before)
    )
    return Change({"town_ids": sorted(before)}, {"town_ids": sorted(town_ids)}, {}, {})


def invite(
    organisation_id: int, role: Role, *, may_invite: bool, by: Viewer, at: datetime
) -> tuple[Invitation, str]:
    """An invitation, and the token of its link, which is shown once and kept nowhere."""
    organisation = queries.get_organisation(by, organisation_id)
    area_ids = frozenset(area.id for area in queries.areas_of(organisation.id))
    require(role in policy.roles_to_invite(by, organisation, area_ids))
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=token_hash(token),
        organisation_id=organisation.id,
        role=role,
        may_invite=may_invite,
        invited_by_id=by.person_id,
        made_at=at,
        expires_at=at + INVITATION_LIFE,
    )
    db.session.add(invitation)
    made = Change({}, {"organisation": organisation.id, "role": role.value}, {}, {})
    audit.record(by, "invitation.made", invitation, at=at, change=made)
    return invitation, token


def cancel_invitation(invitation: Invitation, *, by: Viewer, at: datetime) -> None:
    """The link of this invitation opens nothing any more."""
    require(policy.can_cancel_invitation(by, invitation))
    if invitation.cancelled_at is None and invitation.used_at is None:
        invitation.cancelled_at = at
        audit.record(by, "invitation.cancelled", invitation, at=at)


@dataclass(frozen=True)
class NewPerson:
    """What an invited person types."""

    login: str
    name: str
    email: str | None
    password: str
    language: str


def accept_invitation(token: str, draft: NewPerson, *, at: datetime, today: date) -> Person:
    """There is an account with the invited membership; the link is used up.

    :raises NotFoundError: the link cannot be used (any more)
    :raises InvalidInputError: the name is taken, or the password cannot be used
    """
    with reading():
        place = invited.get_invitation(token, at=at).organisation
        words = belonging.words_of(draft.name, [place])
        passwords.check(draft.password, login=draft.login, words=words)
        password_hash = passwords.hashed(draft.password)
    invitation = invited.get_invitation(token, at=at, to_use=True)
    person = add_person(draft, password_hash, at=at)
    db.session.add(
        Membership(
            person_id=person.id,
            organisation_id=invitation.organisation_id,
            role=invitation.role,
            from_on=today,
            may_invite=invitation.may_invite,
        )
    )
    invitation.used_at, invitation.person_id = at, person.id
    audit.record(Oneself(person.id), "invitation.accepted", invitation, at=at)
    return person


def add_person(
    draft: NewPerson, password_hash: str, *, at: datetime, is_demo: bool = False
) -> Person:
    """There is an account without any membership yet.

    :raises InvalidInputError: when the sign-in name is taken
    """
    if queries.find_person(draft.login) is not None:
        raise InvalidInputError("login", _("This sign-in name is taken. Please choose another."))
    person = Person(
        login=draft.login,
        name=draft.name,
        email=draft.email,
        language=draft.language,
        password_hash=password_hash,
        is_demo=is_demo,
        created_at=at,
        updated_at=at,
    )
    db.session.add(person)
    audit.record(None, "person.added", person, at=at)
    return person


def add_membership(
    person: Person,
    organisation: Organisation,
    role: Role,
    *,
    may_invite: bool,
    at: datetime,
    today: date,
) -> Membership:
    """The person is this from today on, as a command says; in the log like any other."""
    made = Membership(
        person_id=person.id,
        organisation_id=organisation.id,
        role=role,
        from_on=today,
        may_invite=may_invite,
    )
    db.session.add(made)
    db.session.flush()
    now = {
        "role": role.value,
        "until_on": None,
        "may_invite": may_invite,
        "is_head": False,
        "person": person.id,
        "organisation": organisation.id,
    }
    deed = audit.Deed(
        organisation.municipality_id,
        "membership.added",
        Membership.__tablename__,
        made.id,
        Change({}, now, {}, {}),
    )
    audit.record_many(None, [deed], at=at)
    return made


def add_organisation(
    name: str, kind: OrganisationKind, *, municipality_id: int, at: datetime
) -> Organisation:
    """There is an organisation with this name; its other facts are still to be filled in."""
    organisation = Organisation(
        kind=kind,
        municipality_id=municipality_id,
        name_ja=name,
        name_en=name,
        kana="",
        created_at=at,
        updated_at=at,
    )
    db.session.add(organisation)
    audit.record(None, "organisation.added", organisation, at=at)
    return organisation


def disable_person(person: Person, *, at: datetime) -> None:
    """The account is closed: every session ends with the next request, no new one opens."""
    person.disabled_at = at
    withdrawing.end_all(person, at=at)
    withdrawing.cancel_invitations(person, at=at)
    audit.record(None, "person.disabled", person, at=at)
