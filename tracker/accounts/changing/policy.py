"""Who may change what somebody else is."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from tracker.accounts import policy
from tracker.accounts.models import Organisation
from tracker.accounts.policy import Place
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer


def looking_after(viewer: Viewer) -> Viewer:
    """The viewer with only the standings in which they look after accounts."""
    return replace(viewer, standings=tuple(s for s in viewer.standings if s.may_invite))


def looked_after_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Organisations whose people the viewer looks after."""
    return policy.visible_to(looking_after(viewer))


def can_give(viewer: Viewer, place: Place) -> bool:
    """Whoever may invite somebody to be just this may also give it."""
    return place.role in policy.roles_to_invite(viewer, place.organisation, place.area_ids)


def can_change(viewer: Viewer, person_id: int, place: Place) -> bool:
    """Nobody changes what they are themselves."""
    return person_id != viewer.person_id and policy.can_look_after_place(viewer, place)


def can_suspend(viewer: Viewer, person_id: int, places: Sequence[Place]) -> bool:
    """Only who may change everything somebody is may close the account, or open it again."""
    return policy.can_look_after(viewer, person_id, places)


def can_merge(viewer: Viewer, gone: Organisation, into: Organisation) -> bool:
    """Two bodies of one kind in one town, by its officers who may invite, or the administrator."""
    alike = gone.kind is into.kind and gone.municipality_id == into.municipality_id
    return gone.id != into.id and alike and can_merge_from(viewer, gone)


def can_merge_from(viewer: Viewer, gone: Organisation) -> bool:
    """May this body be joined to another at all?"""
    return any(
        s.may_invite and (s.role is Role.ADMINISTRATOR or s.municipality_id == gone.municipality_id)
        for s in viewer.as_role(Role.OFFICER, Role.ADMINISTRATOR)
    )
