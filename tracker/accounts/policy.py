"""Which people and organisations a person may know of, and change."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    Person,
)
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer

# Which roles there are in which kind of body: nobody is an officer of the town in a care office.
ROLES_OF: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.AGENCY: frozenset({Role.AGENCY}),
    OrganisationKind.CENTRE: frozenset({Role.CENTRE, Role.COORDINATOR}),
    OrganisationKind.OFFICE: frozenset(
        {Role.OFFICER, Role.COORDINATOR, Role.MEMBER, Role.ADMINISTRATOR, Role.PRIVACY}
    ),
    OrganisationKind.COUNCIL: frozenset({Role.COORDINATOR, Role.MEMBER}),
    OrganisationKind.PREFECTURE: frozenset({Role.PREFECTURE, Role.ADMINISTRATOR, Role.PRIVACY}),
    # A body that runs the installation for the town has its administrator.
    OrganisationKind.OTHER: frozenset({Role.COORDINATOR, Role.MEMBER, Role.ADMINISTRATOR}),
}

# Whom somebody who may invite can invite, by their own role: kind of body → roles there.
INVITES: dict[Role, dict[OrganisationKind, frozenset[Role]]] = {
    Role.AGENCY: {OrganisationKind.AGENCY: frozenset({Role.AGENCY})},
    Role.CENTRE: {
        OrganisationKind.AGENCY: frozenset({Role.AGENCY}),
        OrganisationKind.CENTRE: frozenset({Role.CENTRE}),
    },
    Role.OFFICER: {
        OrganisationKind.AGENCY: frozenset({Role.AGENCY}),
        OrganisationKind.CENTRE: frozenset({Role.CENTRE}),
        OrganisationKind.OFFICE: frozenset({Role.OFFICER}),
        OrganisationKind.COUNCIL: frozenset({Role.COORDINATOR, Role.MEMBER}),
        OrganisationKind.OTHER: frozenset({Role.MEMBER}),
    },
}


@dataclass(frozen=True)
class Place:
    """Where somebody belongs and as what; `area_ids` are the organisation's."""

    organisation: Organisation
    role: Role
    area_ids: frozenset[int]


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Organisations: one's own; a centre also its areas' agencies; officers their town's."""
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    own = Organisation.id == standing.organisation_id
    match standing.role:
        case Role.ADMINISTRATOR:
            return sa.true()
        case Role.OFFICER | Role.COORDINATOR:
            return Organisation.municipality_id == standing.municipality_id
        case Role.CENTRE:
            in_areas = sa.select(OrganisationArea.organisation_id).where(
                OrganisationArea.area_id.in_(standing.area_ids)
            )
            agencies = Organisation.kind == OrganisationKind.AGENCY
            return sa.or_(own, sa.and_(agencies, Organisation.id.in_(in_areas)))
        case Role.AGENCY:
            return own
    return None


def people_visible_to(viewer: Viewer, in_force: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """People who belong today to an organisation the viewer may know of.

    :param in_force: which memberships count today
    """
    visible = sa.select(Organisation.id).where(visible_to(viewer))
    return Person.id.in_(
        sa.select(Membership.person_id).where(Membership.organisation_id.in_(visible), in_force)
    )


def can_edit_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Its own people who may invite, the town's officers who may invite, the administrator."""
    for standing in viewer.standings:
        if not standing.may_invite:
            continue
        if standing.role is Role.ADMINISTRATOR:
            return True
        if standing.organisation_id == organisation.id:
            return True
        same_town = standing.municipality_id == organisation.municipality_id
        if standing.role is Role.OFFICER and same_town:
            return True
    return False


def roles_to_invite(
    viewer: Viewer, organisation: Organisation, area_ids: frozenset[int]
) -> frozenset[Role]:
    """Roles this person may give in the organisation, and that there are in such a body.

    :param area_ids: the organisation's areas
    """
    return roles_looked_after(viewer, organisation, area_ids) & ROLES_OF[organisation.kind]


def roles_looked_after(
    viewer: Viewer, organisation: Organisation, area_ids: frozenset[int]
) -> frozenset[Role]:
    """Roles this person may take away there, also such as should never have been given there."""
    roles: set[Role] = set()
    for standing in viewer.standings:
        if standing.may_invite and _reaches(standing, organisation, area_ids):
            if standing.role is Role.ADMINISTRATOR:
                return frozenset(Role)
            roles |= INVITES.get(standing.role, {}).get(organisation.kind, frozenset())
    return frozenset(roles)


def _reaches(standing: Standing, organisation: Organisation, area_ids: frozenset[int]) -> bool:
    match standing.role:
        case Role.ADMINISTRATOR:
            return True
        case Role.OFFICER:
            return standing.municipality_id == organisation.municipality_id
        case Role.CENTRE:
            mine = standing.organisation_id == organisation.id
            return mine or (
                organisation.kind is OrganisationKind.AGENCY and bool(standing.area_ids & area_ids)
            )
    return standing.organisation_id == organisation.id


def can_cancel_invitation(viewer: Viewer, invitation: Invitation) -> bool:
    """The one who made it."""
    return invitation.invited_by_id == viewer.person_id


def can_look_after_place(viewer: Viewer, place: Place) -> bool:
    """Whoever may invite somebody to be just this may also change it and take it away."""
    return place.role in roles_looked_after(viewer, place.organisation, place.area_ids)


def can_look_after(viewer: Viewer, person_id: int, places: Collection[Place]) -> bool:
    """May help somebody else back in: only who may give everything they are and will be.

    Whoever helps somebody in could enter as them; so nobody helps somebody who may do more.
    """
    others = bool(places) and viewer.person_id != person_id
    return others and all(can_look_after_place(viewer, place) for place in places)
