"""What is done about an issue, for whoever follows it from its cases to its proof."""

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.actions import policy
from tracker.actions.models import Action
from tracker.core.db import db
from tracker.issues.tracing.asked import Doing


def actions_of(_sender: object = None, *, viewer: Viewer, issue_id: int) -> list[Doing]:
    """Actions for the issue that the viewer may know of, by id.

    Answers `issues.tracing.asked.actions_asked`.
    """
    rows = db.session.execute(
        sa.select(
            Action.id,
            Action.number,
            Action.title,
            Action.stage,
            Action.stage_since,
            Action.resource_id,
        )
        .where(Action.issue_id == issue_id, policy.visible_to(viewer))
        .order_by(Action.id)
    )
    return [
        Doing(row.id, row.number, row.title, str(row.stage.label), row.stage_since, row.resource_id)
        for row in rows
    ]
