"""Who uses a template, and who writes it."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.intake.answers.models import AnswerTemplate


def templates_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """A centre's own, and what the other centres of its town share."""
    shared = sa.and_(
        AnswerTemplate.is_shared,
        AnswerTemplate.municipality_id.in_(viewer.municipality_ids(Role.CENTRE)),
    )
    own = AnswerTemplate.organisation_id.in_(viewer.organisation_ids(Role.CENTRE))
    return sa.or_(own, shared)


def can_write(viewer: Viewer, organisation_id: int) -> bool:
    """The people of the centre itself."""
    return organisation_id in viewer.organisation_ids(Role.CENTRE)


def can_edit(viewer: Viewer, template: AnswerTemplate) -> bool:
    """The people of the centre that wrote it."""
    return can_write(viewer, template.organisation_id)
