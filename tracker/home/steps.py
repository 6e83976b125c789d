"""What there is to do until the first agenda of a town is published, and what of it is done."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.roles import Permission
from tracker.accounts.towns import policy
from tracker.accounts.towns import queries as towns
from tracker.accounts.towns.queries import Counts
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.home.progress import Progress, progress
from tracker.settings.values.kinds import NumberGroup


@dataclass(frozen=True)
class Step:
    """One step: what it is, how far it is, and where it is done."""

    label: str
    said: str  # how far it is
    is_done: bool
    url: str | None  # None: for somebody else to do
    who: str = ""  # does it; "" for whoever reads the steps


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
    def has_arrived(self) -> bool:
        """Is the first agenda published? What is missing still can be looked at in the settings."""
        return self.steps[-1].is_done

    @property
    def next_step(self) -> Step | None:
        """The first that is not done; None when all are."""
        return next((step for step in self.steps if not step.is_done), None)


def road(viewer: Viewer, town_id: int) -> Road:
    """The steps of a town the viewer may set up."""
    counted, reached = towns.counts(town_id, today=clock.today()), progress(town_id)
    steps = [
        *_town_steps(town_id, counted),
        *_value_steps(viewer, town_id, reached),
        _office_step(town_id, counted),
        *_people_steps(counted),
        *_case_steps(reached),
        *_meeting_steps(viewer, reached),
    ]
    return Road(town_id, steps, counted.is_finished)


def open_road(viewer: Viewer) -> Road | None:
    """For the first page: the steps of the viewer's own town until its first agenda is out."""
    standing = next(
        (s for s in viewer.standings if policy.can_set_up(viewer, s.municipality_id)), None
    )
    if standing is None:
        return None
    found = road(viewer, standing.municipality_id)
    return None if found.is_finished or found.has_arrived else found


def _town_steps(town_id: int, counted: Counts) -> list[Step]:
    areas = ngettext("%(num)d area", "%(num)d areas", counted.areas)
    return [
        Step(_("Areas"), areas, counted.areas > 0, url_for("towns.areas", town_id=town_id)),
        _centre_step(town_id, counted),
        _department_step(town_id, counted),
    ]


def _centre_step(town_id: int, counted: Counts) -> Step:
    """Every area has one, and each has a telephone: care managers are shown it in a danger."""
    url = url_for("towns.bodies", kind="centre", town_id=town_id)
    said = ngettext("%(num)d centre", "%(num)d centres", counted.centres)
    if counted.areas_without_centre:
        said = ngettext(
            "%(num)d area has no centre yet",
            "%(num)d areas have no centre yet",
            counted.areas_without_centre,
        )
    elif counted.silent_centre is not None:
        said = _("the telephone of a centre is still missing")
        url = url_for("accounts.edit_organisation", organisation_id=counted.silent_centre)
    is_whole = not counted.areas_without_centre and counted.silent_centre is None
    return Step(_("Support centres"), said, counted.centres > 0 and is_whole, url)


def _department_step(town_id: int, counted: Counts) -> Step:
    """There is one, with the telephone that letters to the offices give."""
    url = url_for("towns.bodies", kind="office", town_id=town_id)
    said = ngettext("%(num)d department", "%(num)d departments", counted.departments)
    if counted.silent_department is not None:
        said = _("the telephone for questions is still missing")
        url = url_for("accounts.edit_organisation", organisation_id=counted.silent_department)
    is_done = counted.departments > 0 and counted.silent_department is None
    return Step(_("Departments of the town"), said, is_done, url)


def _value_steps(viewer: Viewer, town_id: int, reached: Progress) -> list[Step]:
    may = viewer.may(Permission.SETTINGS_EDIT)
    urls = {
        group: url_for("settings.edit_values", value_group=group.value, town=town_id)
        for group in (NumberGroup.FIGURES, NumberGroup.HOURS)
        if may
    }
    counted = _("entered") if reached.population else _("without it small figures stay hidden")
    hours = _("the town's own") if reached.own_hours else _("8:30 to 17:15, unless you change them")
    who = "" if may else _("An officer of the town does this.")
    return [
        Step(
            _("Population of the town"),
            counted,
            reached.population,
            urls.get(NumberGroup.FIGURES),
            who,
        ),
        Step(_("Office hours"), hours, True, urls.get(NumberGroup.HOURS), who),
    ]


def _office_step(town_id: int, counted: Counts) -> Step:
    offices = ngettext("%(num)d office", "%(num)d offices", counted.offices)
    if counted.offices_without_area:
        offices = ngettext(
            "%(num)d office lies in no area yet",
            "%(num)d offices lie in no area yet",
            counted.offices_without_area,
        )
    unplaced = "towns.places" if counted.offices_without_area else "towns.upload"
    return Step(
        _("Care management offices"),
        offices,
        counted.offices > 0 and not counted.offices_without_area,
        url_for(unplaced, town_id=town_id),
    )


def _people_steps(counted: Counts) -> list[Step]:
    invited = ngettext("%(num)d office invited", "%(num)d offices invited", counted.invited)
    joined = ngettext(
        "%(num)d office has somebody who signs in",
        "%(num)d offices have somebody who signs in",
        counted.offices_with_people,
    )
    centres = ngettext(
        "%(num)d centre has somebody who signs in",
        "%(num)d centres have somebody who signs in",
        counted.centres_with_people,
    )
    return [
        Step(
            _("Invitations"),
            joined if counted.offices_with_people else invited,
            counted.invited > 0 or counted.offices_with_people > 0,
            url_for("inviting.letters"),
        ),
        Step(
            _("Accounts of the support centres"),
            centres,
            counted.centres_with_people > 0,
            url_for("accounts.invite"),
        ),
    ]


def _case_steps(reached: Progress) -> list[Step]:
    """What others do: it is said who, and how far it is."""
    return [
        Step(
            _("First case filed"),
            _("there is one") if reached.case_filed else _("none so far"),
            reached.case_filed,
            None,
            _("A care manager files it, or the centre for them."),
        ),
        Step(
            _("First regional issue confirmed"),
            _("there is one") if reached.issue_confirmed else _("none so far"),
            reached.issue_confirmed,
            None,
            _(
                "The centre accepts the case and raises the issue; "
                "the centre or an officer confirms."
            ),
        ),
    ]


def _meeting_steps(viewer: Viewer, reached: Progress) -> list[Step]:
    may = viewer.may(Permission.MEETING_EDIT)
    who = _("An officer or the coordinator of the town does this.")
    plan = "meeting_series.index" if reached.series else "meetings.new"
    agenda = None
    if reached.to_publish is not None and may:
        agenda = url_for("meetings.show", meeting_id=reached.to_publish)
    return [
        Step(
            _("Series of meetings"),
            ngettext("%(num)d series", "%(num)d series", reached.series),
            reached.series > 0 or reached.meetings > 0,
            url_for("meeting_series.new") if may else None,
            who,
        ),
        Step(
            _("First meeting planned"),
            _("there is one") if reached.meetings else _("none so far"),
            reached.meetings > 0,
            url_for(plan) if may else None,
            who,
        ),
        Step(
            _("First agenda published"),
            _("there is one") if reached.agenda_out else _("none so far"),
            reached.agenda_out,
            agenda,
            who,
        ),
    ]
