"""Who may know of a regional issue, and who may take which step."""

import enum
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.models import Area
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.issues.models import IssueStep, IssueStepKind, RegionalIssue

UNDO_WITHIN = timedelta(hours=24)
# What a meeting or an action did to an issue is taken back there.
UNDOABLE = frozenset(
    {
        IssueStepKind.CONFIRMED,
        IssueStepKind.PARKED,
        IssueStepKind.DECLINED,
        IssueStepKind.WOKEN,
        IssueStepKind.ANSWERED_ABOVE,
        IssueStepKind.CLOSE_PROPOSED,
        IssueStepKind.CLOSED,
    }
)


class SecondLook(enum.Enum):
    """Who looks a second time before an issue is closed."""

    OFFICER = "officer"
    CENTRE = "centre"
    NOBODY = "nobody"


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """A centre's areas' and its town's, an officer's or coordinator's town's; else none.

    What was joined into another issue is left out of everything; its address leads there.
    """
    return sa.and_(within_reach(viewer), RegionalIssue.joined_into_id.is_(None))


def within_reach(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The same, with the signposts of issues that were joined into another."""
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    in_town = RegionalIssue.municipality_id == standing.municipality_id
    match standing.role:
        case Role.CENTRE:
            ours = RegionalIssue.area_id.in_(standing.area_ids)
            return sa.and_(in_town, sa.or_(RegionalIssue.area_id.is_(None), ours))
        case Role.OFFICER | Role.COORDINATOR:
            return in_town
    return None  # agencies read of an issue on their case; members in a meeting's folder


def may_point_in(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Areas for which one may point at an issue: of towns one's agency serves, of one's centre."""
    return sa.or_(
        Area.municipality_id.in_(viewer.town_ids(Role.AGENCY)),
        Area.id.in_(viewer.area_ids(Role.CENTRE)),
    )


def can_raise(viewer: Viewer, municipality_id: int, area_id: int | None) -> bool:
    """An officer of the town; a centre for its own areas and for the whole town."""
    if municipality_id in viewer.municipality_ids(Role.OFFICER):
        return True
    return _centre_reaches(viewer, municipality_id, area_id)


def can_edit(viewer: Viewer, issue: RegionalIssue) -> bool:
    """Attach, confirm, park, decline, rewrite, wake: whoever might have raised it."""
    return can_raise(viewer, issue.municipality_id, issue.area_id)


def can_close(viewer: Viewer, issue: RegionalIssue) -> bool:
    """An officer of the town."""
    return issue.municipality_id in viewer.municipality_ids(Role.OFFICER)


def can_second(viewer: Viewer, issue: RegionalIssue, look: SecondLook) -> bool:
    """Whoever looks a second time, but never the person who proposed to close."""
    if viewer.person_id == issue.close_proposed_by_id:
        return False
    if look is SecondLook.OFFICER:
        return can_close(viewer, issue)
    if look is SecondLook.CENTRE:
        return _centre_reaches(viewer, issue.municipality_id, issue.area_id)
    return False


def can_undo(viewer: Viewer, last: IssueStep, at: datetime) -> bool:
    """Whoever took the last step, within 24 hours, when it was a step of the issue's own."""
    return (
        last.person_id == viewer.person_id and last.kind in UNDOABLE and at - last.at <= UNDO_WITHIN
    )


def _centre_reaches(viewer: Viewer, municipality_id: int, area_id: int | None) -> bool:
    return any(
        s.municipality_id == municipality_id and (area_id is None or area_id in s.area_ids)
        for s in viewer.as_role(Role.CENTRE)
    )
