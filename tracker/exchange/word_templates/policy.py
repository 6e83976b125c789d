"""Who sees a town's Word files, and who sends and chooses them: as its other settings."""

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.exchange.word_templates.models import WordTemplate
from tracker.settings import policy as settings


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Files of the towns whose settings the viewer reads."""
    return WordTemplate.municipality_id.in_(settings.towns_read(viewer))


def can_edit(viewer: Viewer, municipality_id: int) -> bool:
    """The town's officers."""
    return settings.can_edit(viewer, municipality_id)
