"""Who sets up a town."""

from collections.abc import Collection

import sqlalchemy as sa

from tracker.accounts.models import Municipality, RegionKind
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer


def towns_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Towns the viewer may set up: an officer's own, every one for the administrator."""
    clauses: list[sa.ColumnElement[bool]] = []
    for standing in viewer.as_role(Role.OFFICER, Role.ADMINISTRATOR):
        if not standing.may_invite:
            continue
        if standing.role is Role.ADMINISTRATOR:
            clauses.append(Municipality.kind == RegionKind.MUNICIPALITY)
        else:
            clauses.append(Municipality.id == standing.municipality_id)
    return sa.or_(*clauses) if clauses else sa.false()


def can_set_up(viewer: Viewer, municipality_id: int) -> bool:
    """The town's officers who may invite, and the administrator."""
    return any(
        standing.may_invite
        and (standing.role is Role.ADMINISTRATOR or standing.municipality_id == municipality_id)
        for standing in viewer.as_role(Role.OFFICER, Role.ADMINISTRATOR)
    )


def sets_up_any(viewer: Viewer) -> bool:
    """Is there any town this person may set up?"""
    standings: Collection[object] = [
        standing
        for standing in viewer.as_role(Role.OFFICER, Role.ADMINISTRATOR)
        if standing.may_invite
    ]
    return bool(standings)
