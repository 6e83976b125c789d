"""Who may know of a series, and who sets it up: those who may of its meetings."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.meetings.models import TOWN_WIDE
from tracker.meetings.series.models import MeetingSeries


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Officers and coordinators their town's, centres what concerns them; members none."""
    clauses = [clause for s in viewer.standings if (clause := _reach(s)) is not None]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(standing: Standing) -> sa.ColumnElement[bool] | None:
    in_town = MeetingSeries.municipality_id == standing.municipality_id
    match standing.role:
        case Role.OFFICER | Role.COORDINATOR:
            return in_town
        case Role.CENTRE:
            return sa.or_(
                sa.and_(in_town, MeetingSeries.level.in_(sorted(TOWN_WIDE))),
                MeetingSeries.host_id == standing.organisation_id,
                MeetingSeries.area_id.in_(standing.area_ids),
            )
    return None  # members come by invitation to a meeting; and any role yet to come


def can_edit(viewer: Viewer, series: MeetingSeries) -> bool:
    """The people of the host."""
    return series.host_id in viewer.organisation_ids(Role.CENTRE, Role.OFFICER)


def can_plan(viewer: Viewer, series: MeetingSeries) -> bool:
    """The people of the host, while the series goes on."""
    return can_edit(viewer, series) and series.ended_on is None
