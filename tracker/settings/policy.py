"""Who knows a town's chain and notes, who reads the town's settings, and who sets them."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.settings.models import Announcement, EmergencyLink, TypeNote
from tracker.settings.values.models import TownValue

READERS = (Role.CENTRE, Role.COORDINATOR, Role.OFFICER)
# Whom a town's announcement can be for.
TOLD = (Role.AGENCY, Role.CENTRE, Role.COORDINATOR, Role.OFFICER, Role.MEMBER)


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Links of one's towns, for an agency also of those it serves beyond the border."""
    return EmergencyLink.municipality_id.in_(towns_known(viewer))


def notes_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """What the same towns say beside act types, older versions too."""
    return TypeNote.municipality_id.in_(towns_known(viewer))


def values_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """What the towns have set whose settings the viewer reads, older versions too."""
    return TownValue.municipality_id.in_(towns_read(viewer))


def towns_known(viewer: Viewer) -> frozenset[int]:
    """Towns whose chain and notes the viewer is shown beside a filing."""
    return viewer.town_ids(Role.AGENCY) | towns_read(viewer)


def announcements_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Announcements of the towns whose settings the viewer reads, over and to come as well."""
    return Announcement.municipality_id.in_(towns_read(viewer))


def announcements_meant_for(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Those said to one of the viewer's standings: its towns, its role, its areas."""
    meant = [
        sa.and_(
            Announcement.municipality_id.in_(standing.town_ids),
            sa.or_(Announcement.role.is_(None), Announcement.role == standing.role),
            sa.or_(Announcement.area_id.is_(None), Announcement.area_id.in_(standing.area_ids)),
        )
        for standing in viewer.as_role(*TOLD)
    ]
    return sa.or_(sa.false(), *meant)


def towns_filed_for(viewer: Viewer) -> tuple[int, ...]:
    """Towns the viewer can file a case in, in order: an office its own and those it serves, a
    centre its own on behalf of an office."""
    return tuple(sorted(viewer.town_ids(Role.AGENCY) | viewer.municipality_ids(Role.CENTRE)))


def own_towns(viewer: Viewer) -> tuple[int, ...]:
    """Those of them in which the viewer's own office or centre is, in order."""
    return tuple(sorted(viewer.municipality_ids(Role.AGENCY, Role.CENTRE)))


def towns_read(viewer: Viewer) -> frozenset[int]:
    """Towns whose settings the viewer reads: centre, coordinator, officer."""
    return viewer.municipality_ids(*READERS)


def towns_edited(viewer: Viewer) -> frozenset[int]:
    """Towns whose settings the viewer makes: their officers."""
    return viewer.municipality_ids(Role.OFFICER)


def can_edit(viewer: Viewer, municipality_id: int) -> bool:
    """The town's officers."""
    return municipality_id in towns_edited(viewer)
