"""An office reads its own sheet; its centre may too; an officer has them made and handed out."""

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.insights.sheets.models import SheetRun

MAKERS = (Role.CENTRE, Role.OFFICER)


def may_make(viewer: Viewer, municipality_id: int) -> bool:
    """May the viewer have the sheets of the town's offices made? Each office is told then."""
    return municipality_id in viewer.municipality_ids(*MAKERS)


def may_take_along(viewer: Viewer, run: SheetRun) -> bool:
    """May the viewer have the papers themselves? They name offices: their own run, as a centre."""
    centre = run.municipality_id in viewer.municipality_ids(Role.CENTRE)
    return centre and run.asked_by_id == viewer.person_id
