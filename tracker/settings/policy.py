"""Who knows a town's chain and notes, who reads the town's settings, and who sets them."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.settings.models import EmergencyLink, TypeNote

READERS = (Role.CENTRE, Role.COORDINATOR, Role.OFFICER)


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Links of one's towns, for an agency also of those it serves beyond the border."""
    return EmergencyLink.municipality_id.in_(towns_known(viewer))


def notes_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """What the same towns say beside act types, older versions too."""
    return TypeNote.municipality_id.in_(towns_known(viewer))


def towns_known(viewer: Viewer) -> frozenset[int]:
    """Towns whose chain and notes the viewer is shown beside a filing."""
    return viewer.town_ids(Role.AGENCY) | towns_read(viewer)


def towns_read(viewer: Viewer) -> frozenset[int]:
    """Towns whose settings the viewer reads: centre, coordinator, officer."""
    return viewer.municipality_ids(*READERS)


def towns_edited(viewer: Viewer) -> frozenset[int]:
    """Towns whose settings the viewer makes: their officers."""
    return viewer.municipality_ids(Role.OFFICER)


def can_edit(viewer: Viewer, municipality_id: int) -> bool:
    """The town's officers."""
    return municipality_id in towns_edited(viewer)
