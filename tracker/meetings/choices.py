"""What may be chosen while a meeting is prepared: cases, accounts, areas."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from tracker.accounts.models import Area, Membership, Organisation, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force
from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import Case, CaseStatus, Disposition
from tracker.core import wareki
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.issues import listing as issues
from tracker.issues import queries as issue_queries
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.meetings import agenda, policy
from tracker.meetings.models import (
    AGENDA_OPEN,
    AgendaItem,
    ItemCase,
    ItemIssue,
    Meeting,
    MeetingLevel,
    MeetingStatus,
)
from tracker.meetings.series.models import MeetingSeries
from tracker.taxonomy.models import ActType

MOST_CASES = 200


@dataclass(frozen=True)
class CaseChoice:
    """A case that may be put on an agenda."""

    id: int
    number: str
    act_type: str
    waits_for_meeting: bool  # the centre has sorted it to an individual meeting

    @property
    def label(self) -> str:
        """The words beside its box."""
        return f"{self.number} {self.act_type}"


def cases_to_put(viewer: Viewer, meeting: Meeting) -> list[CaseChoice]:
    """Cases of the meeting's area that wait for an individual meeting, or are accepted only.

    Those waiting come first, the oldest of each first; without those on an open agenda.
    """
    waits = sa.case((Case.status == CaseStatus.DISPOSED, 1), else_=0)
    taken = _taken(ItemCase.item_id)
    rows = db.session.execute(
        sa.select(Case.id, Case.number, ActType.name_ja, ActType.name_en, waits.label("waits"))
        .join(ActType, ActType.code == Case.act_type_code)
        .where(
            case_policy.visible_to(viewer),
            Case.municipality_id == meeting.municipality_id,
            sa.true() if meeting.area_id is None else Case.area_id == meeting.area_id,
            may_be_put(),
            Case.id.not_in(sa.select(ItemCase.case_id).where(taken)),
        )
        .order_by(waits.desc(), Case.id)
        .limit(MOST_CASES)
    )
    return [CaseChoice(row.id, row.number, named(row), bool(row.waits)) for row in rows]


def may_be_put() -> sa.ColumnElement[bool]:
    """Accepted cases, and those sorted to an individual meeting."""
    to_meeting = sa.and_(
        Case.status == CaseStatus.DISPOSED, Case.disposition == Disposition.INDIVIDUAL_MEETING
    )
    waits = sa.or_(Case.status == CaseStatus.ACCEPTED, to_meeting)
    return sa.and_(waits, Case.duplicate_of_id.is_(None))


def issues_to_put(viewer: Viewer, meeting: Meeting) -> list[tuple[int, str]]:
    """Confirmed issues of the meeting's town, of its area or the whole town where it has one.

    With those that new cases opened again although their resource is in use. Those that were
    referred up wait for a meeting of their level. By priority; without those on an agenda that is
    being prepared.
    """
    fitting_level = [
        choice for choice in issues.open_for_agenda(viewer) if choice.fits(meeting.reach)
    ]
    conditions = [
        RegionalIssue.id.in_([choice.id for choice in fitting_level]),
        RegionalIssue.municipality_id == meeting.municipality_id,
        RegionalIssue.id.not_in(sa.select(ItemIssue.issue_id).where(_taken(ItemIssue.item_id))),
    ]
    if meeting.area_id is not None:
        conditions.append(
            sa.or_(RegionalIssue.area_id.is_(None), RegionalIssue.area_id == meeting.area_id)
        )
    fitting = set(db.session.scalars(sa.select(RegionalIssue.id).where(*conditions)))
    return [(choice.id, choice.label) for choice in fitting_level if choice.id in fitting]


def is_free(issue: RegionalIssue, meeting: Meeting) -> bool:
    """May the meeting take up the issue as it stands now?"""
    if issue.status is IssueStatus.FORWARDED:
        return not issue.held_at.is_wider_than(meeting.reach)
    return issue.status is IssueStatus.CONFIRMED or issue_queries.waits_again(issue)


def _taken(item_id: orm.InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """Items on the agenda of a meeting that is still to come to an outcome about them."""
    waiting = (
        sa.select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.dropped_at.is_(None),
            AgendaItem.outcome.is_(None),
            Meeting.status.in_(sorted(AGENDA_OPEN)),
        )
    )
    return item_id.in_(waiting)


def members_of_town(meeting: Meeting | MeetingSeries, *, today: date) -> list[tuple[int, str]]:
    """Accounts of members of the town of the meeting or series, who can be given the folder."""
    rows = db.session.execute(
        sa.select(Person.id, Person.name, Organisation.name_ja, Organisation.name_en)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role == Role.MEMBER,
            in_force(today),
            Organisation.municipality_id == meeting.municipality_id,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
    )
    return [(row.id, f"{named(row)} {row.name}") for row in rows]


def areas_to_plan(viewer: Viewer) -> list[tuple[int, str]]:
    """Areas of the viewer's centre, by code."""
    rows = db.session.execute(
        sa.select(Area.id, Area.name_ja, Area.name_en)
        .where(Area.id.in_(viewer.area_ids(Role.CENTRE)))
        .order_by(Area.code)
    )
    return [(row.id, named(row)) for row in rows]


def proposed_titles(viewer: Viewer, *, today: date) -> list[str]:
    """The titles that meetings planned today would be given, one for each kind and area."""
    found = []
    areas = db.session.scalars(
        sa.select(Area).where(Area.id.in_(viewer.area_ids(Role.CENTRE))).order_by(Area.code)
    ).all()
    for level in policy.levels_to_plan(viewer):
        for area in [None] if level.is_town_wide else areas:
            host = policy.host_standing(viewer, level, area.id if area else None)
            if host is not None:
                found.append(proposed_title(level, area, host.municipality_id, today))
    return found


def proposed_title(
    level: MeetingLevel, area: Area | None, municipality_id: int, held_on: date
) -> str:
    """The title of the next such meeting of the day's fiscal year, in the town's words."""
    area_id = area.id if area else None
    count = count_of_kind(municipality_id, level, area_id, held_on) + 1
    return agenda.proposed_title(level, area.name_ja if area else "", held_on, count)


def count_of_kind(
    municipality_id: int, level: MeetingLevel, area_id: int | None, held_on: date
) -> int:
    """How many such meetings the fiscal year of the day has, those cancelled left out.

    A sitting of two bodies counts for both.
    """
    year = wareki.fiscal_year(held_on)
    found = sa.select(sa.func.count()).where(
        Meeting.municipality_id == municipality_id,
        sa.or_(Meeting.level == level, Meeting.also_level == level),
        Meeting.area_id.is_(None) if area_id is None else Meeting.area_id == area_id,
        Meeting.status != MeetingStatus.CANCELLED,
        Meeting.held_on >= date(year, 4, 1),
        Meeting.held_on < date(year + 1, 4, 1),
    )
    return db.session.scalar(found) or 0
