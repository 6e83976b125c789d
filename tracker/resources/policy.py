"""Who may know of a resource, and who keeps the directory."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.resources.models import Resource, ResourceStatus

KEEPERS = (Role.CENTRE, Role.COORDINATOR, Role.OFFICER)


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Resources of one's towns, for an agency also of those it serves beyond the border.

    What is only being prepared is for those who keep the directory.
    """
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    in_town = Resource.municipality_id == standing.municipality_id
    match standing.role:
        case Role.CENTRE | Role.COORDINATOR | Role.OFFICER:
            return in_town
        case Role.AGENCY:
            served = Resource.municipality_id.in_(standing.town_ids)
            return sa.and_(served, Resource.status != ResourceStatus.PLANNED)
        case Role.MEMBER:
            return sa.and_(in_town, Resource.status != ResourceStatus.PLANNED)
    return None  # prefecture, administrator, privacy officer, and any role yet to come


def towns_seen(viewer: Viewer) -> frozenset[int]:
    """The towns whose directory the viewer may look in."""
    return viewer.town_ids(Role.AGENCY) | viewer.municipality_ids(Role.MEMBER, *KEEPERS)


def towns_kept(viewer: Viewer) -> frozenset[int]:
    """The towns whose directory the viewer keeps: centre, coordinator, officer."""
    return viewer.municipality_ids(*KEEPERS)


def can_add(viewer: Viewer, municipality_id: int) -> bool:
    """Whoever keeps the directory of the town."""
    return municipality_id in towns_kept(viewer)


def can_edit(viewer: Viewer, resource: Resource) -> bool:
    """Whoever keeps the directory of the town."""
    return resource.municipality_id in towns_kept(viewer)
