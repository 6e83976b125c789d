"""Who may know of a candidate, decide on it, and have the town looked at."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.issues import policy as issue_policy
from tracker.issues.candidates.models import (
    Candidate,
    CandidateStep,
    CandidateStepKind,
    LearntRule,
)

UNDO_WITHIN = timedelta(hours=24)
UNDOABLE = frozenset({CandidateStepKind.PARKED, CandidateStepKind.REJECTED})


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """A centre's areas', an officer's or coordinator's town's; none to anybody else."""
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    in_town = Candidate.municipality_id == standing.municipality_id
    match standing.role:
        case Role.CENTRE:
            return sa.and_(in_town, Candidate.area_id.in_(standing.area_ids))
        case Role.OFFICER | Role.COORDINATOR:
            return in_town
    return None


def rules_visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Learnt rules of the towns in which one reads candidates."""
    return LearntRule.municipality_id.in_(
        viewer.municipality_ids(Role.CENTRE, Role.OFFICER, Role.COORDINATOR)
    )


def can_decide(viewer: Viewer, candidate: Candidate) -> bool:
    """Accept, park, reject: whoever might raise an issue of this area."""
    return issue_policy.can_raise(viewer, candidate.municipality_id, candidate.area_id)


def can_undo(viewer: Viewer, step: CandidateStep, at: datetime) -> bool:
    """The person who took the step, for a day."""
    return (
        step.kind in UNDOABLE and step.person_id == viewer.person_id and at - step.at <= UNDO_WITHIN
    )


def can_look(viewer: Viewer, municipality_id: int) -> bool:
    """Have the town looked at now: its officers and its centres' people."""
    return municipality_id in towns_looked_at(viewer)


def towns_looked_at(viewer: Viewer) -> frozenset[int]:
    """Towns the viewer may have looked at."""
    return viewer.municipality_ids(Role.CENTRE, Role.OFFICER)


def can_teach(viewer: Viewer, municipality_id: int, area_id: int | None) -> bool:
    """Make or end a learnt rule: an officer of the town, a centre for areas of its own."""
    if municipality_id in viewer.municipality_ids(Role.OFFICER):
        return True
    own = viewer.area_ids(Role.CENTRE)
    return area_id is not None and area_id in own
