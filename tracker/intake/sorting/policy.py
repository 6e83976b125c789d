"""Who reads what stays inside the centre."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.intake.sorting.models import CaseNote


def notes_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Notes about the cases of one's centre's areas; nobody of an office or a town reads them."""
    ours = sa.select(Case.id).where(Case.area_id.in_(viewer.area_ids(Role.CENTRE)))
    return CaseNote.case_id.in_(ours)
