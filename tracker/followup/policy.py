"""The office that filed the case answers; those who work on its area or town read the counts."""

import sqlalchemy as sa

from tracker.accounts.roles import Permission, Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.followup.models import Question


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Questions about cases of the viewer's own offices; else none."""
    own = sa.select(Case.id).where(Case.organisation_id.in_(viewer.organisation_ids(Role.AGENCY)))
    return Question.case_id.in_(own)


def can_answer(viewer: Viewer, question: Question) -> bool:
    """Somebody of the office that filed the case."""
    return question.case.organisation_id in viewer.organisation_ids(Role.AGENCY)


def reads_counts(viewer: Viewer) -> bool:
    """Whoever reads exact figures; of the cases that are theirs to see."""
    return viewer.may(Permission.CASE_COUNT)
