"""Every function that reads for somebody finds rows for the right people and none for strangers."""

import sys
import types

import sqlalchemy as sa

from tests import factories, links
from tests.house.strangers import nobody, with_role_unknown
from tracker.accounts import queries as accounts
from tracker.accounts.models import Area, Municipality, Organisation, Person
from tracker.accounts.roles import Role
from tracker.actions import queries as actions
from tracker.actions.models import Action
from tracker.actions.queries import ActionFilter
from tracker.cases import queries as cases
from tracker.cases import reading, suggesting
from tracker.cases.models import Case
from tracker.cases.queries import CaseFilter, InboxPart
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.exchange.imports import queries as imports
from tracker.exchange.models import ImportBatch
from tracker.insights import queries as insights
from tracker.intake import panels
from tracker.intake.panels import Asked
from tracker.issues import counting, raised
from tracker.issues import queries as issues
from tracker.issues.counting import CellFilter
from tracker.issues.matrix import Period
from tracker.issues.models import RegionalIssue
from tracker.issues.queries import IssueFilter
from tracker.meetings import choices as meeting_choices
from tracker.meetings import evidence
from tracker.meetings import queries as meetings
from tracker.meetings.models import Meeting
from tracker.meetings.queries import MeetingFilter
from tracker.notifications import queries as notices
from tracker.notifications.models import Notice
from tracker.privacy import queries as privacy
from tracker.resources import queries as resources
from tracker.resources.models import Resource
from tracker.resources.queries import ResourceFilter
from tracker.settings import queries as settings
from tracker.settings.models import Danger, EmergencyLink, TypeNote
from tracker.settings.notes import queries as notes

EVER = Period("all", None, None)
SHOPPING = "近くの店が閉まり、米と飲み物の買い物を頼まれた。"


def _rows(statement):
    return db.session.execute(statement).all()


def _all(model):
    return db.session.scalars(sa.select(model).order_by(model.id)).all()


def _ids(model):
    return [row.id for row in _all(model)]


def _first_found(get, who, model, **more):
    for key in _ids(model):
        try:
            return get(who, key, **more)
        except NotFoundError:
            continue
    return None


def _getter(get, model):
    return lambda who: _first_found(get, who, model)


def _getter_today(get, model):
    return lambda who: _first_found(get, who, model, today=the_clock.today())


def _for_each(read, model):
    return lambda who: [found for row in _all(model) for found in read(who, row)]


def _today(read, *more):
    return lambda who: read(who, *more, today=the_clock.today())


def _counted(read):
    return lambda who: [n for n in vars(read(who)).values() if n]


# Function → how it is asked about everything there is; the answer is empty when nothing is found.
READERS = {
    accounts.organisations: lambda who: _rows(accounts.organisations(who)),
    accounts.get_organisation: _getter(accounts.get_organisation, Organisation),
    accounts.people: lambda who: _rows(accounts.people(who, today=the_clock.today())),
    accounts.get_person: _getter_today(accounts.get_person, Person),
    accounts.memberships_of: lambda who: accounts.memberships_of(
        who, _ids(Person), today=the_clock.today()
    ),
    accounts.own_memberships: _today(accounts.own_memberships),
    accounts.offices_of: accounts.offices_of,
    accounts.offices_to_file_for: _today(accounts.offices_to_file_for),
    accounts.members_of: _for_each(
        lambda who, body: accounts.members_of(who, body, today=the_clock.today()), Organisation
    ),
    accounts.invitation_choices: accounts.invitation_choices,
    accounts.invitations_made_by: lambda who: accounts.invitations_made_by(who, at=the_clock.now()),
    actions.actions: lambda who: _rows(actions.actions(who, ActionFilter())),
    actions.actions_of_issue: _for_each(
        lambda who, issue: actions.actions_of_issue(who, issue.id), RegionalIssue
    ),
    actions.owners: actions.owners,
    actions.is_owner: _for_each(
        lambda who, body: [1] if actions.is_owner(who, body.id, body.municipality_id) else [],
        Organisation,
    ),
    actions.get_action: _getter(actions.get_action, Action),
    actions.action_page: _getter(actions.action_page, Action),
    actions.waiting: lambda who: actions.waiting(who, the_clock.today(), the_clock.now()).total,
    cases.cases: lambda who: _rows(cases.cases(who, CaseFilter())),
    cases.inbox: lambda who: [row for part in InboxPart for row in _rows(cases.inbox(who, part))],
    cases.get_case: _getter(cases.get_case, Case),
    cases.case_page: _getter(cases.case_page, Case),
    cases.waiting: _counted(cases.waiting),
    suggesting.alike: lambda who: suggesting.alike(who, SHOPPING, "HK03", None),
    panels.alike: lambda who: panels.alike(who, Asked("HK03", text=SHOPPING))["alike"],
    panels.beside: _for_each(
        lambda who, area: panels.beside(who, Asked("HK03", area.id), today=the_clock.today())[
            "serving"
        ],
        Area,
    ),
    panels.emergency: _for_each(
        lambda who, area: panels.emergency(
            who, Asked(area_id=area.id, danger="LIFE"), at=the_clock.now()
        )["chain"],
        Area,
    ),
    resources.names: lambda who: resources.names(who, _ids(Resource)),
    counting.counted_areas: counting.counted_areas,
    counting.counts: lambda who: counting.counts(who, EVER),
    counting.clients: lambda who: counting.clients(who, EVER),
    counting.cases_of_cell: lambda who: _rows(counting.cases_of_cell(who, CellFilter(EVER))),
    counting.by_status: lambda who: sum(counting.by_status(who).values()),
    imports.batches: lambda who: _rows(imports.batches(who)),
    imports.get_batch: _getter(imports.get_batch, ImportBatch),
    imports.ids_of_batches: _for_each(
        lambda who, body: imports.ids_of_batches(who, body.id), Organisation
    ),
    imports.offices: _today(imports.offices),
    imports.areas: _for_each(lambda who, body: imports.areas(who, body.id), Organisation),
    insights.cases_by_month: lambda who: insights.cases_by_month(
        who, first=the_clock.today().replace(year=2020), last=the_clock.today()
    ),
    insights.town_totals: _today(insights.town_totals),
    issues.issues: lambda who: _rows(issues.issues(who, IssueFilter())),
    issues.get_issue: _getter(issues.get_issue, RegionalIssue),
    issues.issue_page: _getter(issues.issue_page, RegionalIssue),
    issues.open_for_agenda: issues.open_for_agenda,
    issues.open_to_cases: issues.open_to_cases,
    issues.supporting_cases: _for_each(
        lambda who, issue: _rows(issues.supporting_cases(who, issue.id)), RegionalIssue
    ),
    issues.chosen_cases: lambda who: issues.chosen_cases(who, _ids(Case)),
    raised.raised_for: _for_each(
        lambda who, area: raised.raised_for(who, "HK03", area.id, today=the_clock.today()), Area
    ),
    meetings.meetings: lambda who: _rows(
        meetings.meetings(who, MeetingFilter(), today=the_clock.today())
    ),
    meetings.next_meetings: lambda who: meetings.next_meetings(
        who, today=the_clock.today(), limit=3
    ),
    meetings.get_meeting: _getter(meetings.get_meeting, Meeting),
    meetings.meeting_page: _getter_today(meetings.meeting_page, Meeting),
    meeting_choices.cases_to_put: _for_each(meeting_choices.cases_to_put, Meeting),
    meeting_choices.issues_to_put: _for_each(meeting_choices.issues_to_put, Meeting),
    meeting_choices.areas_to_plan: meeting_choices.areas_to_plan,
    meeting_choices.proposed_titles: _today(meeting_choices.proposed_titles),
    notices.notices: lambda who: _rows(notices.notices(who, at=the_clock.now())),
    notices.unread_count: lambda who: notices.unread_count(who, at=the_clock.now()),
    notices.get_notice: lambda who: _first_found(
        notices.get_notice, who, Notice, at=the_clock.now()
    ),
    notes.note_for: _for_each(
        lambda who, area: filter(
            None, [notes.note_for(who, "HK03", area.id, today=the_clock.today())]
        ),
        Area,
    ),
    notes.was_asked: _for_each(
        lambda who, area: [1] * notes.was_asked(who, "HK03", area.id, links.QUESTION), Area
    ),
    notes.towns_read: notes.towns_read,
    notes.notes_in_force: _for_each(
        lambda who, town: notes.notes_in_force(who, town.id, today=the_clock.today()), Municipality
    ),
    notes.versions: _for_each(
        lambda who, town: notes.versions(who, town.id, "HK03", today=the_clock.today()),
        Municipality,
    ),
    notes.get_version: _getter(notes.get_version, TypeNote),
    privacy.vouched_texts: lambda who: privacy.vouched_texts(who, since=the_clock.today()),
    privacy.entries: lambda who: _rows(privacy.entries(who, person_id=None, subject=None)),
    resources.resources: lambda who: _rows(
        resources.resources(who, ResourceFilter(), today=the_clock.today())
    ),
    resources.areas_of: lambda who: resources.areas_of(who, _ids(Resource)),
    resources.areas_seen: resources.areas_seen,
    resources.areas_kept: resources.areas_kept,
    resources.get_resource: _getter(resources.get_resource, Resource),
    resources.resource_page: _getter_today(resources.resource_page, Resource),
    resources.choices: resources.choices,
    resources.serving: _today(resources.serving, "HK03"),
    settings.chain: _for_each(
        lambda who, area: settings.chain(who, area.id, Danger.LIFE, at=the_clock.now()), Area
    ),
    settings.preview: _for_each(
        lambda who, area: settings.preview(who, area.id, in_office_hours=False), Area
    ),
    settings.town_chains: settings.town_chains,
    settings.get_link: _getter(settings.get_link, EmergencyLink),
    settings.places_edited: settings.places_edited,
    settings.areas_read: settings.areas_read,
    settings.removed_lately: lambda who: settings.removed_lately(who, at=the_clock.now()),
    settings.get_removed: lambda who: _first_found(
        settings.get_removed, who, AuditEntry, at=the_clock.now()
    ),
}
# Take a viewer and look up nothing that is not the viewer's already: why.
OWN_ONLY = {
    accounts.get_own_person: "the viewer's own row",
    accounts.get_own_invitation: "made by the viewer; nobody has made one",
    meetings.pledged_towns: "the viewer's own pledges",
    reading.remarks: "of a case that was opened for the viewer before",
    panels.known_about: "about a case that was opened for the viewer before",
    evidence.live_sheets: "of items of a meeting that was opened for the viewer before",
}
# The one who finds something, where it is none of Aoi, Sato and Mori.
FOUND_BY = {insights.town_totals: "ken", privacy.entries: "kansa", privacy.vouched_texts: "kansa"}


def test_every_function_that_reads_for_somebody_is_tried_here():
    written = {
        function
        for module in [m for name, m in sys.modules.items() if name.startswith("tracker.")]
        for name, function in vars(module).items()
        if isinstance(function, types.FunctionType)
        and function.__module__ == module.__name__
        and not module.__name__.endswith(".policy")
        and "viewer" in function.__annotations__
        and not name.startswith("_")
    }
    missing = sorted(
        f"{f.__module__}.{f.__name__}" for f in written - READERS.keys() - OWN_ONLY.keys()
    )
    assert not missing, f"add to READERS: {missing}"
    gone = sorted(f.__name__ for f in (READERS.keys() | OWN_ONLY.keys()) - written)
    assert not gone, f"take out of READERS: {gone}"


def test_readers_find_nothing_for_nobody_and_for_an_unknown_role(
    chain, aoi, sato, mori, iin, ken, kansa
):
    known = [with_role_unknown(person) for person in (aoi, sato, mori, iin, ken, kansa)]
    wrong = [
        f"{reader.__module__}.{reader.__name__} for {stranger.name}"
        for stranger in (nobody(), *known)
        for reader, read in READERS.items()
        if read(stranger)
    ]
    assert not wrong, f"these found something: {wrong}"


def test_readers_find_something_for_whom_they_are_made(request, chain, aoi, sato, mori):
    factories.invite(mori, min(mori.organisation_ids()), Role.OFFICER)
    empty = []
    for reader, read in READERS.items():
        name = FOUND_BY.get(reader)
        people = [request.getfixturevalue(name)] if name else [aoi, sato, mori]
        if not any(read(person) for person in people):
            empty.append(f"{reader.__module__}.{reader.__name__}")
    assert not empty, f"nobody finds anything, so trying strangers proves nothing: {empty}"
