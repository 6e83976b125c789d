"""Reading series: the list, one with its members, headings and meetings, what comes next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Area, Organisation, Person
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import wareki
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.paging import Rows
from tracker.meetings import policy as meeting_policy
from tracker.meetings.models import Meeting, MeetingStatus, MeetingStep
from tracker.meetings.series import policy, rhythm
from tracker.meetings.series.effort import Effort, effort, usual_minutes
from tracker.meetings.series.models import MeetingSeries, SeriesHeading, SeriesMember

SHOWN_MEETINGS = 24


def series_list(viewer: Viewer) -> Rows:
    """Series the viewer may know of, to page by id; with how many meetings each has had."""
    sat = (
        sa.select(sa.func.count())
        .select_from(Meeting)
        .where(Meeting.series_id == MeetingSeries.id, Meeting.status != MeetingStatus.CANCELLED)
        .scalar_subquery()
    )
    return (
        sa.select(
            MeetingSeries.id,
            MeetingSeries.name,
            MeetingSeries.also_name,
            MeetingSeries.level,
            MeetingSeries.also_level,
            MeetingSeries.ended_on,
            Organisation.name_ja.label("host_ja"),
            Organisation.name_en.label("host_en"),
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
            sat.label("meetings"),
        )
        .join(Organisation, Organisation.id == MeetingSeries.host_id)
        .outerjoin(Area, Area.id == MeetingSeries.area_id)
        .where(policy.visible_to(viewer))
    )


def series_to_plan(viewer: Viewer) -> list[tuple[int, str]]:
    """Series that go on and that the viewer's organisations host, by level as towns think of it."""
    rows = db.session.execute(
        sa.select(MeetingSeries.id, MeetingSeries.name)
        .where(
            policy.visible_to(viewer),
            MeetingSeries.host_id.in_(viewer.organisation_ids(Role.CENTRE, Role.OFFICER)),
            MeetingSeries.ended_on.is_(None),
        )
        .order_by(MeetingSeries.id)
    )
    return [(row.id, row.name) for row in rows]


def get_series(viewer: Viewer, series_id: int) -> MeetingSeries:
    """The series with its town, area and host.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(MeetingSeries)
        .where(MeetingSeries.id == series_id, policy.visible_to(viewer))
        .options(
            joinedload(MeetingSeries.municipality),
            joinedload(MeetingSeries.area),
            joinedload(MeetingSeries.host),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def headings_of(series_id: int) -> Sequence[SeriesHeading]:
    """The standing headings in order."""
    return db.session.scalars(
        sa.select(SeriesHeading)
        .where(SeriesHeading.series_id == series_id)
        .order_by(SeriesHeading.position, SeriesHeading.id)
    ).all()


def members_of(series_id: int) -> Sequence[SeriesMember]:
    """The usual members, in the order in which they were named."""
    return db.session.scalars(
        sa.select(SeriesMember).where(SeriesMember.series_id == series_id).order_by(SeriesMember.id)
    ).all()


def get_heading(series: MeetingSeries, heading_id: int) -> SeriesHeading:
    """A standing heading of the series.

    :raises NotFoundError: when there is none
    """
    found = db.session.get(SeriesHeading, heading_id)
    if found is None or found.series_id != series.id:
        raise NotFoundError
    return found


def get_member(series: MeetingSeries, member_id: int) -> SeriesMember:
    """A usual member of the series.

    :raises NotFoundError: when there is none
    """
    found = db.session.get(SeriesMember, member_id)
    if found is None or found.series_id != series.id:
        raise NotFoundError
    return found


def last_day(series_id: int) -> date | None:
    """The day of the newest meeting that was not cancelled; None when there is none."""
    return db.session.scalar(
        sa.select(sa.func.max(Meeting.held_on)).where(
            Meeting.series_id == series_id, Meeting.status != MeetingStatus.CANCELLED
        )
    )


def next_round(series_id: int, held_on: date, *, besides: int | None = None) -> int:
    """Which round of the day's fiscal year a meeting on this day would be, from 1.

    One more than the highest so far, so that a number once given never belongs to two.

    :param besides: a meeting that is not looked at: the one whose day is changed
    """
    year = wareki.fiscal_year(held_on)
    highest = db.session.scalar(
        sa.select(sa.func.max(Meeting.round)).where(
            Meeting.series_id == series_id,
            Meeting.id != (besides or 0),
            Meeting.status != MeetingStatus.CANCELLED,
            Meeting.held_on >= date(year, 4, 1),
            Meeting.held_on < date(year + 1, 4, 1),
        )
    )
    return (highest or 0) + 1


def efforts(meeting_ids: Sequence[int]) -> dict[int, Effort]:
    """The work of preparing each of these meetings; those with no step have no entry."""
    rows = db.session.execute(
        sa.select(MeetingStep.meeting_id, MeetingStep.at)
        .where(
            MeetingStep.meeting_id.in_(meeting_ids),
            sa.or_(
                MeetingStep.became == MeetingStatus.PLANNED,
                MeetingStep.verb == "meeting.published",
            ),
        )
        .order_by(MeetingStep.id)
    )
    times: dict[int, list[datetime]] = defaultdict(list)
    for meeting_id, at in rows:
        times[meeting_id].append(at)
    found = {key: effort(steps) for key, steps in times.items()}
    return {key: one for key, one in found.items() if one is not None}


@dataclass(frozen=True)
class SeriesPage:
    """A series as one viewer reads it."""

    series: MeetingSeries
    may_edit: bool
    headings: Sequence[SeriesHeading]
    members: Sequence[Any]  # rows: the member, the name of their account
    meetings: Sequence[Any]  # rows, the newest first
    efforts: dict[int, Effort]  # of those that were published
    next_day: date | None

    @property
    def usual_minutes(self) -> int | None:
        """What preparing usually takes; None while nothing was published."""
        return usual_minutes(self.efforts.values())


def series_page(viewer: Viewer, series_id: int, *, today: date) -> SeriesPage:
    """The series with members, headings, its newest meetings and the day proposed next.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    series = get_series(viewer, series_id)
    members = db.session.execute(
        sa.select(SeriesMember, Person.name)
        .outerjoin(Person, Person.id == SeriesMember.person_id)
        .where(SeriesMember.series_id == series_id)
        .order_by(SeriesMember.id)
    ).all()
    meetings = db.session.execute(
        sa.select(Meeting.id, Meeting.title, Meeting.held_on, Meeting.status, Meeting.published_at)
        .where(Meeting.series_id == series_id, meeting_policy.visible_to(viewer))
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(SHOWN_MEETINGS)
    ).all()
    return SeriesPage(
        series=series,
        may_edit=policy.can_edit(viewer, series),
        headings=headings_of(series_id),
        members=members,
        meetings=meetings,
        efforts=efforts([row.id for row in meetings if row.published_at is not None]),
        next_day=rhythm.next_day(series, last_day(series_id), today),
    )
