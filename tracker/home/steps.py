"""What there is to do until a town can hold its first meeting, and what of it is done."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.roles import Permission
from tracker.accounts.towns import policy
from tracker.accounts.towns import queries as towns
from tracker.accounts.towns.queries import Counts
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.meetings.models import Meeting
from tracker.meetings.series.models import MeetingSeries


@dataclass(frozen=True)
class Step:
    """One step: what it is, how far it is, and where it is done."""

    label: str
    said: str  # how far it is
    is_done: bool
    url: str | None  # None: for somebody else to do


@dataclass(frozen=True)
class Road:
    """All steps of a town, in their order."""

    town_id: int
    steps: list[Step]
    is_finished: bool  # somebody said that it is enough

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        """The first that is not done; None when all are."""
        return next((step for step in self.steps if not step.is_done), None)


def road(viewer: Viewer, town_id: int) -> Road:
    """The steps of a town the viewer may set up."""
    counted = towns.counts(town_id, today=clock.today())
    series, meetings = _sittings(town_id)
    steps = [*_town_steps(town_id, counted), _meeting_step(viewer, series, meetings)]
    steps += _people_steps(town_id, counted)
    return Road(town_id, steps, counted.is_finished)


def open_road(viewer: Viewer) -> Road | None:
    """For the first page: the steps of the viewer's own town while something is missing."""
    standing = next(
        (s for s in viewer.standings if policy.can_set_up(viewer, s.municipality_id)), None
    )
    if standing is None:
        return None
    found = road(viewer, standing.municipality_id)
    return None if found.is_finished or found.next_step is None else found


def _sittings(town_id: int) -> tuple[int, int]:
    """How many series and meetings the town has."""
    series = sa.select(sa.func.count(MeetingSeries.id)).where(
        MeetingSeries.municipality_id == town_id
    )
    meetings = sa.select(sa.func.count(Meeting.id)).where(Meeting.municipality_id == town_id)
    row = db.session.execute(sa.select(series.scalar_subquery(), meetings.scalar_subquery())).one()
    return row[0], row[1]


def _town_steps(town_id: int, counted: Counts) -> list[Step]:
    areas = ngettext("%(num)d area", "%(num)d areas", counted.areas)
    centres = ngettext("%(num)d centre", "%(num)d centres", counted.centres)
    if counted.areas_without_centre:
        centres = ngettext(
            "%(num)d area has no centre yet",
            "%(num)d areas have no centre yet",
            counted.areas_without_centre,
        )
    offices = ngettext("%(num)d office", "%(num)d offices", counted.offices)
    if counted.offices_without_area:
        offices = ngettext(
            "%(num)d office lies in no area yet",
            "%(num)d offices lie in no area yet",
            counted.offices_without_area,
        )
    departments = ngettext("%(num)d department", "%(num)d departments", counted.departments)
    unplaced = "towns.places" if counted.offices_without_area else "towns.upload"
    return [
        Step(_("Areas"), areas, counted.areas > 0, url_for("towns.areas", town_id=town_id)),
        Step(
            _("Support centres"),
            centres,
            counted.centres > 0 and not counted.areas_without_centre,
            url_for("towns.bodies", kind="centre", town_id=town_id),
        ),
        Step(
            _("Departments of the town"),
            departments,
            counted.departments > 0,
            url_for("towns.bodies", kind="office", town_id=town_id),
        ),
        Step(
            _("Care management offices"),
            offices,
            counted.offices > 0 and not counted.offices_without_area,
            url_for(unplaced, town_id=town_id),
        ),
    ]


def _meeting_step(viewer: Viewer, series: int, meetings: int) -> Step:
    said = ngettext("%(num)d series", "%(num)d series", series)
    url = url_for("meeting_series.new") if viewer.may(Permission.MEETING_EDIT) else None
    return Step(_("Series of meetings"), said, series > 0 or meetings > 0, url)


def _people_steps(town_id: int, counted: Counts) -> list[Step]:
    invited = ngettext("%(num)d office invited", "%(num)d offices invited", counted.invited)
    joined = ngettext(
        "%(num)d office has somebody who signs in",
        "%(num)d offices have somebody who signs in",
        counted.offices_with_people,
    )
    return [
        Step(
            _("Invitations"),
            joined if counted.offices_with_people else invited,
            counted.invited > 0 or counted.offices_with_people > 0,
            url_for("inviting.letters"),
        )
    ]
