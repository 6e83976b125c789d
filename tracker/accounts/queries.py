"""Reading people, organisations and regions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts import policy
from tracker.accounts.invited import usable
from tracker.accounts.models import (
    Area,
    Invitation,
    Membership,
    Municipality,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    OrganisationTown,
    Person,
    SignInSession,
)
from tracker.accounts.roles import Role
from tracker.accounts.standing import goes_on_as, in_force, is_open
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.core.paging import Rows


def find_person(login: str) -> Person | None:
    """The account with this sign-in name, closed ones included."""
    return db.session.scalars(sa.select(Person).where(Person.login == login)).one_or_none()


def find_organisation(name: str, municipality_id: int) -> Organisation | None:
    """The organisation with this Japanese name in this town, if there is one."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.name_ja == name, Organisation.municipality_id == municipality_id)
        .order_by(Organisation.id)
        .limit(1)
    ).one_or_none()


def organisations(viewer: Viewer, words: str = "") -> Rows:
    """Organisations the viewer may know of, to page by id: name, kind, town, state.

    :param words: part of a name, or an office number, also of one that was joined to another
    """
    found = _organisations(viewer)
    if not words:
        return found
    number = Organisation.office_no == words.upper()
    names = (Organisation.name_ja, Organisation.name_en, Organisation.kana)
    return found.where(sa.or_(number, *(one.contains(words, autoescape=True) for one in names)))


def _organisations(viewer: Viewer) -> Rows:
    return (
        sa.select(
            Organisation.id,
            Organisation.name_ja,
            Organisation.name_en,
            Organisation.kind,
            Organisation.phone,
            Organisation.office_no,
            Organisation.closed_on,
            Organisation.merged_into_id,
            Municipality.name_ja.label("town_ja"),
            Municipality.name_en.label("town_en"),
        )
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(policy.visible_to(viewer))
    )


def get_organisation(viewer: Viewer, organisation_id: int) -> Organisation:
    """The organisation with its municipality.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.id == organisation_id, policy.visible_to(viewer))
        .options(joinedload(Organisation.municipality))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def people(viewer: Viewer, *, today: date) -> Rows:
    """People the viewer may know of, to page by id."""
    return sa.select(Person.id, Person.name, Person.login, Person.email, Person.disabled_at).where(
        policy.people_visible_to(viewer, in_force(today))
    )


def get_person(viewer: Viewer, person_id: int, *, today: date) -> Person:
    """A person the viewer may know of.

    :raises NotFoundError: otherwise
    """
    found = db.session.scalars(
        sa.select(Person).where(
            Person.id == person_id, policy.people_visible_to(viewer, in_force(today))
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_own_person(viewer: Viewer) -> Person:
    """The viewer's own account, as a row to change."""
    return db.session.get_one(Person, viewer.person_id)


def memberships_of(
    viewer: Viewer, person_ids: Sequence[int], *, today: date
) -> dict[int, list[Membership]]:
    """Memberships in force by person, in organisations the viewer may know of."""
    rows = db.session.scalars(
        sa.select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_(person_ids), in_force(today), policy.visible_to(viewer))
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )
    found: dict[int, list[Membership]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def own_memberships(viewer: Viewer, *, today: date) -> Sequence[Membership]:
    """The viewer's own memberships in force, with their organisations."""
    return db.session.scalars(
        sa.select(Membership)
        .where(Membership.person_id == viewer.person_id, in_force(today))
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    ).all()


def offices_of(viewer: Viewer) -> list[tuple[int, str]]:
    """Offices the viewer works in as a care manager: id and name, in order of joining."""
    return [(office.organisation_id, named(office)) for office in viewer.as_role(Role.AGENCY)]


def offices_to_file_for(viewer: Viewer, *, today: date) -> list[tuple[int, str]]:
    """Agencies that serve a town of the viewer's centre: id and name, by kana.

    A centre may file for them what they telephoned or faxed; [] for everybody else.
    """
    towns = viewer.municipality_ids(Role.CENTRE)
    served = sa.select(OrganisationTown.organisation_id).where(
        OrganisationTown.municipality_id.in_(towns)
    )
    rows = db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.AGENCY,
            sa.or_(Organisation.municipality_id.in_(towns), Organisation.id.in_(served)),
            is_open(today),
        )
        .order_by(Organisation.kana, Organisation.id)
    )
    return [(row.id, named(row)) for row in rows]


def members_of(viewer: Viewer, organisation: Organisation, *, today: date) -> Sequence[Membership]:
    """Memberships in force of an organisation the viewer may know of, with their people."""
    return db.session.scalars(
        sa.select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.organisation_id == organisation.id,
            in_force(today),
            policy.visible_to(viewer),
        )
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    ).all()


def active_people_of(organisation_id: int, *, today: date) -> Sequence[Person]:
    """People of an organisation who can be told something, by id. For notices, not for pages.

    Where it was joined to another, the people of that one.
    """
    return db.session.scalars(
        sa.select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Membership.organisation_id == goes_on_as())
        .where(
            Organisation.id == organisation_id,
            in_force(today),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
        .distinct()
    ).all()


def sessions_of(person_id: int) -> Sequence[SignInSession]:
    """The person's sessions that have not ended, newest first."""
    return db.session.scalars(
        sa.select(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .order_by(SignInSession.id.desc())
    ).all()


@dataclass(frozen=True)
class AreaChoice:
    """An area a case may be filed for, with its town."""

    id: int
    municipality_id: int
    name_ja: str
    name_en: str
    town_ja: str
    town_en: str


def _with_centre() -> sa.Select[int]:
    """Ids of the areas that a centre serves."""
    return (
        sa.select(OrganisationArea.area_id)
        .join(Organisation, Organisation.id == OrganisationArea.organisation_id)
        .where(Organisation.kind == OrganisationKind.CENTRE)
    )


_TOWN_WITH_CENTRE = sa.select(Area.municipality_id).where(
    Area.id == sa.bindparam("area_id"), Area.id.in_(_with_centre())
)


def areas_with_centre(towns: frozenset[int]) -> Sequence[AreaChoice]:
    """Areas of exactly these towns that a centre serves, by code; none for no town.

    :param towns: the own ones and those served beyond a border, see `Viewer.town_ids`
    """
    return _area_choices(Area.id.in_(_with_centre()), Area.municipality_id.in_(towns))


def town_with_centre(area_id: int) -> int | None:
    """The town of an area that a centre serves; None when there is no such area."""
    return db.session.scalar(_TOWN_WITH_CENTRE, {"area_id": area_id})


def areas_served_by_centre(area_ids: frozenset[int]) -> Sequence[AreaChoice]:
    """These areas as choices, by code: those a centre files for on behalf of others."""
    return _area_choices(Area.id.in_(area_ids))


def _area_choices(*conditions: sa.ColumnElement[bool]) -> Sequence[AreaChoice]:
    rows = db.session.execute(
        sa.select(
            Area.id,
            Area.municipality_id,
            Area.name_ja,
            Area.name_en,
            Municipality.name_ja.label("town_ja"),
            Municipality.name_en.label("town_en"),
        )
        .join(Municipality, Municipality.id == Area.municipality_id)
        .where(*conditions)
        .order_by(Area.code)
    )
    return [AreaChoice(*row) for row in rows]


def centre_of_area(area_id: int) -> Organisation | None:
    """The centre that serves the area; the oldest when several do, None when none does yet."""
    return db.session.scalars(
        sa.select(Organisation)
        .join(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .where(OrganisationArea.area_id == area_id, Organisation.kind == OrganisationKind.CENTRE)
        .order_by(Organisation.id)
        .limit(1)
    ).one_or_none()


def towns_served(organisation_id: int) -> Sequence[Municipality]:
    """Towns beyond its own in which the organisation has clients, by code."""
    return db.session.scalars(
        sa.select(Municipality)
        .join(OrganisationTown, OrganisationTown.municipality_id == Municipality.id)
        .where(OrganisationTown.organisation_id == organisation_id)
        .order_by(Municipality.code)
    ).all()


def towns_to_serve(organisation: Organisation) -> Sequence[Municipality]:
    """Towns an agency may say it serves as well, by code; [] for any other organisation.

    Those of its prefecture where a centre takes cases, and those it serves already.
    """
    if organisation.kind is not OrganisationKind.AGENCY:
        return []
    takes_cases = sa.select(Area.municipality_id).where(Area.id.in_(_with_centre()))
    prefecture = (
        sa.select(Municipality.prefecture_id)
        .where(Municipality.id == organisation.municipality_id)
        .scalar_subquery()
    )
    already = sa.select(OrganisationTown.municipality_id).where(
        OrganisationTown.organisation_id == organisation.id
    )
    near = sa.and_(Municipality.id.in_(takes_cases), Municipality.prefecture_id == prefecture)
    return db.session.scalars(
        sa.select(Municipality)
        .where(
            sa.or_(near, Municipality.id.in_(already)),
            Municipality.id != organisation.municipality_id,
        )
        .order_by(Municipality.code)
    ).all()


def areas_of(organisation_id: int) -> Sequence[Area]:
    """Areas of an organisation, by code."""
    return db.session.scalars(
        sa.select(Area)
        .join(OrganisationArea, OrganisationArea.area_id == Area.id)
        .where(OrganisationArea.organisation_id == organisation_id)
        .order_by(Area.code)
    ).all()


@dataclass(frozen=True)
class InvitationChoice:
    """An organisation somebody may be invited to, and the roles that may be given there."""

    organisation: Organisation
    roles: frozenset[Role]


def invitation_choices(viewer: Viewer) -> list[InvitationChoice]:
    """Where and as what the viewer may invite, by organisation id; empty: nowhere."""
    rows = db.session.execute(
        sa.select(Organisation, OrganisationArea.area_id)
        .outerjoin(OrganisationArea, OrganisationArea.organisation_id == Organisation.id)
        .where(policy.visible_to(viewer), Organisation.closed_on.is_(None))
        .order_by(Organisation.id, OrganisationArea.area_id)
    )
    areas: dict[Organisation, set[int]] = {}
    for organisation, area_id in rows:
        areas.setdefault(organisation, set()).update({area_id} - {None})
    choices = (
        InvitationChoice(
            organisation, policy.roles_to_invite(viewer, organisation, frozenset(area_ids))
        )
        for organisation, area_ids in areas.items()
    )
    return [choice for choice in choices if choice.roles]


def invitations_made_by(viewer: Viewer, *, at: datetime) -> Sequence[Invitation]:
    """The viewer's invitations that can still be used, newest first."""
    return db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.invited_by_id == viewer.person_id, *usable(at))
        .options(joinedload(Invitation.organisation))
        .order_by(Invitation.id.desc())
    ).all()


def get_own_invitation(viewer: Viewer, invitation_id: int) -> Invitation:
    """One of the viewer's own invitations.

    :raises NotFoundError: when it is another's, or there is none
    """
    found = db.session.scalars(
        sa.select(Invitation).where(
            Invitation.id == invitation_id, Invitation.invited_by_id == viewer.person_id
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
