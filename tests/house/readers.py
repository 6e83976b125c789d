"""Every function that reads for somebody, and how it is asked about everything there is."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from tests import links
from tracker.accounts import queries as accounts
from tracker.accounts.models import Area, Municipality, Organisation, Person
from tracker.actions import provenance
from tracker.actions import queries as actions
from tracker.actions.models import Action
from tracker.actions.queries import ActionFilter
from tracker.cases import assigning, duplicates, reading, suggesting, tried, words
from tracker.cases import queries as cases
from tracker.cases.models import Case
from tracker.cases.queries import CaseFilter
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import NotAllowedError, NotFoundError
from tracker.exchange.imports import queries as imports
from tracker.exchange.models import ImportBatch
from tracker.insights import queries as insights
from tracker.insights.coverage import queries as coverage
from tracker.intake import panels
from tracker.intake.answers import queries as answers
from tracker.intake.answers.models import AnswerTemplate
from tracker.intake.panels import Asked
from tracker.intake.sorting import bulk, undoing
from tracker.intake.sorting import queries as sorting
from tracker.intake.sorting.bulk import BulkDraft, BulkStep
from tracker.intake.sorting.queries import InboxPart
from tracker.issues import counting, listing, raised, versions
from tracker.issues import queries as issues
from tracker.issues.candidates import learning
from tracker.issues.candidates import queries as candidates
from tracker.issues.candidates import trying as trying_rules
from tracker.issues.candidates.models import Candidate, LearntRule
from tracker.issues.candidates.queries import CandidateFilter
from tracker.issues.counting import CellFilter
from tracker.issues.letters import queries as letters
from tracker.issues.letters.models import IssueLetter
from tracker.issues.listing import IssueFilter
from tracker.issues.matrix import Period
from tracker.issues.models import RegionalIssue
from tracker.issues.relating import apart
from tracker.issues.relating import queries as relating
from tracker.issues.relating.models import Regrouping
from tracker.meetings import choices as meeting_choices
from tracker.meetings import evidence
from tracker.meetings import queries as meetings
from tracker.meetings.lookback import queries as looking_back
from tracker.meetings.members import queries as members
from tracker.meetings.models import Meeting
from tracker.meetings.queries import MeetingFilter
from tracker.notifications import queries as notices
from tracker.notifications.models import Notice
from tracker.privacy import queries as privacy
from tracker.privacy.queries import LogFilter
from tracker.resources import asked as resource_asked
from tracker.resources import queries as resources
from tracker.resources import reading as resource_reading
from tracker.resources.asking import queries as office_asking
from tracker.resources.asking.models import ResourceAnswer
from tracker.resources.models import Resource
from tracker.resources.queries import ResourceFilter
from tracker.saved import queries as saved
from tracker.saved.models import SavedView
from tracker.search import queries as search
from tracker.search.asking import Question
from tracker.settings import queries as settings
from tracker.settings.models import Danger, EmergencyLink, TypeNote
from tracker.settings.notes import queries as notes
from tracker.settings.values import queries as values
from tracker.settings.values import trying as trying_values
from tracker.settings.values.definitions import DEFINITIONS

EVER = Period("all", None, None)
SHOPPING = "近くの店が閉まり、米と飲み物の買い物を頼まれた。"
REFERENCE = "利用者 12"  # what Aoi's office calls somebody


def _rows(statement):
    return db.session.execute(statement).all()


def _all(model, *names):
    """Every row, by id, with these of its relations."""
    loaded = [joinedload(getattr(model, name)) for name in names]
    return db.session.scalars(sa.select(model).order_by(model.id).options(*loaded)).all()


def _ids(model):
    return [row.id for row in _all(model)]


def _found(get, who, key, **more):
    """None where the viewer is refused."""
    try:
        return get(who, key, **more)
    except (NotAllowedError, NotFoundError):
        return None


def _first_found(get, who, model, **more):
    found = (_found(get, who, key, **more) for key in _ids(model))
    return next((one for one in found if one), None)


def _getter(get, model):
    return lambda who: _first_found(get, who, model)


def _getter_today(get, model):
    return lambda who: _first_found(get, who, model, today=the_clock.today())


def _for_each(read, model, *names):
    return lambda who: [found for row in _all(model, *names) for found in read(who, row)]


def _in_each_town(read):
    """Asked about each municipality that has an organisation; the whole country has too many."""
    towns = sa.select(Municipality).where(
        sa.exists().where(Organisation.municipality_id == Municipality.id)
    )
    ordered = towns.order_by(Municipality.id)
    return lambda who: [found for town in db.session.scalars(ordered) for found in read(who, town)]


def _today(read, *more):
    return lambda who: read(who, *more, today=the_clock.today())


def _counted(read):
    return lambda who: [n for n in vars(read(who)).values() if n]


def _listed(found):
    """One row or none, as a list."""
    return [] if found is None else [found]


def _each_part(read):
    """Asked about each part of the inbox, as the viewer sees it now."""

    def ask(who):
        now = sorting.moment(who, at=the_clock.now(), today=the_clock.today())
        return [found for part in InboxPart for found in read(who, sorting.Wanted(part), now)]

    return ask


def _tried(read):
    """Asked what the numbers we begin with would have done in each town."""
    numbers = {key: definition.default for key, definition in DEFINITIONS.items()}
    return _in_each_town(lambda who, town: _listed(read(who, town.id, numbers, the_clock.today())))


def _looked_at(who, step):
    """What a step for a single case would do, for the first case it can be taken for."""
    return _first_found(
        lambda who, key: bulk.preview(who, BulkDraft(step, (key,)), today=the_clock.today()).lines,
        who,
        Case,
    )


def _sought(find):
    """All rows on the pages that were found."""

    def ask(who):
        with current_app.test_request_context("/search"):
            return [row for page in find(who) for row in page.rows]

    return ask


TO_CASES = (BulkStep.ACCEPT, BulkStep.ASSIGN, BulkStep.STATISTICS)
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
    cases.get_case: _getter(cases.get_case, Case),
    cases.case_page: _getter(cases.case_page, Case),
    cases.waiting: _counted(cases.waiting),
    assigning.assignments_of: lambda who: _first_found(
        lambda who, key: assigning.assignments_of(who, db.session.get(Case, key)), who, Case
    ),
    duplicates.offered: _for_each(duplicates.offered, Case),
    duplicates.number_of_kept: _for_each(
        lambda who, case: _listed(duplicates.number_of_kept(who, case)), Case
    ),
    duplicates.stands_for: _for_each(lambda who, case: duplicates.stands_for(who, case.id), Case),
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
    answers.templates: _today(answers.templates),
    answers.get_template: _getter(answers.get_template, AnswerTemplate),
    answers.suggested: _for_each(
        lambda who, case: answers.suggested(who, case, "", today=the_clock.today()),
        Case,
        "area",
        "act_type",
    ),
    sorting.inbox: _each_part(lambda who, wanted, now: _rows(sorting.inbox(who, wanted, now))),
    sorting.next_id: _each_part(
        lambda who, wanted, now: _listed(sorting.next_id(who, wanted, now, after=0))
    ),
    sorting.counts: lambda who: sum(
        sorting.counts(
            who, sorting.moment(who, at=the_clock.now(), today=the_clock.today())
        ).values()
    ),
    sorting.bodies: _in_each_town(
        lambda who, town: sorting.bodies(who, town.id, today=the_clock.today())
    ),
    sorting.notes_of: _for_each(lambda who, case: sorting.notes_of(who, case.id), Case),
    sorting.open_issues: sorting.open_issues,
    sorting.is_ours: _for_each(lambda who, case: [1] * sorting.is_ours(who, case.id), Case),
    bulk.preview: lambda who: [line for step in TO_CASES for line in _looked_at(who, step) or ()],
    undoing.last_act: lambda who: undoing.last_act(who, at=the_clock.now()),
    resources.names: lambda who: resources.names(who, _ids(Resource)),
    counting.counted_areas: counting.counted_areas,
    counting.counts: lambda who: counting.counts(who, EVER),
    counting.clients: lambda who: counting.clients(who, EVER),
    counting.minutes: lambda who: counting.minutes(who, EVER),
    counting.places: lambda who: [
        place for rows in ("area", "centre", "town") for place in counting.places(who, rows)
    ],
    counting.figures_of_cell: lambda who: counting.figures_of_cell(who, CellFilter(EVER)).cases,
    saved.views: saved.views,
    saved.get_view: _getter(saved.get_view, SavedView),
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
    insights.town_totals: insights.town_totals,
    listing.issues: lambda who: _rows(listing.issues(who, IssueFilter())),
    listing.place_of: _for_each(
        lambda who, issue: filter(
            None, [db.session.scalar(sa.select(listing.place_of(who, issue.id)))]
        ),
        RegionalIssue,
    ),
    letters.letters_of: _for_each(
        lambda who, issue: letters.letters_of(who, issue.id), RegionalIssue
    ),
    letters.get_letter: _getter(letters.get_letter, IssueLetter),
    versions.versions: _for_each(
        lambda who, issue: versions.versions(who, issue.id), RegionalIssue
    ),
    candidates.candidates: lambda who: _rows(candidates.candidates(who, CandidateFilter(None))),
    candidates.areas_read: candidates.areas_read,
    candidates.weight_of: _for_each(
        lambda who, one: filter(
            None, [db.session.scalar(sa.select(candidates.weight_of(who, one.id)))]
        ),
        Candidate,
    ),
    candidates.towns_looked_at: candidates.towns_looked_at,
    candidates.get_candidate: _getter(candidates.get_candidate, Candidate),
    candidates.candidate_page: _getter_today(candidates.candidate_page, Candidate),
    candidates.cases_of: _for_each(
        lambda who, found: _rows(candidates.cases_of(who, found.id)), Candidate
    ),
    candidates.waiting: candidates.waiting,
    candidates.beside_issue: _for_each(
        lambda who, issue: filter(None, vars(candidates.beside_issue(who, issue)).values()),
        RegionalIssue,
    ),
    learning.learnt_rules: learning.learnt_rules,
    learning.get_rule: _getter(learning.get_rule, LearntRule),
    learning.origins_read: lambda who: learning.origins_read(who, _all(LearntRule)),
    trying_rules.on_tried: _tried(
        lambda who, town_id, numbers, today: trying_rules.on_tried(
            viewer=who, municipality_id=town_id, numbers=numbers, today=today
        )
    ),
    relating.choices: _for_each(relating.choices, RegionalIssue),
    relating.signpost: _getter(relating.signpost, RegionalIssue),
    relating.relations: _for_each(
        lambda who, issue: filter(None, vars(relating.relations(who, issue)).values()),
        RegionalIssue,
    ),
    relating.regroupings: _for_each(
        lambda who, issue: relating.regroupings(who, issue.id), RegionalIssue
    ),
    apart.cases_apart_from: _for_each(lambda who, case: apart.cases_apart_from(who, case.id), Case),
    apart.issues_apart_from: _for_each(
        lambda who, case: apart.issues_apart_from(who, case.id), Case
    ),
    relating.apart_acts: lambda who: relating.apart_acts(who, _ids(Case)),
    relating.get_regrouping: _getter(relating.get_regrouping, Regrouping),
    relating.newest_supporting: _for_each(
        lambda who, issue: relating.newest_supporting(who, issue.id), RegionalIssue
    ),
    issues.get_issue: _getter(issues.get_issue, RegionalIssue),
    issues.issue_page: _getter(issues.issue_page, RegionalIssue),
    listing.open_for_agenda: listing.open_for_agenda,
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
    looking_back.runs: lambda who: looking_back.runs(who, 2026),
    members.member_organisations: members.member_organisations,
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
    notes.notes_in_force: _in_each_town(
        lambda who, town: notes.notes_in_force(who, town.id, today=the_clock.today())
    ),
    notes.versions: _in_each_town(
        lambda who, town: notes.versions(who, town.id, "HK03", today=the_clock.today())
    ),
    notes.get_version: _getter(notes.get_version, TypeNote),
    privacy.vouched_texts: lambda who: privacy.vouched_texts(who, since=the_clock.today()),
    privacy.entries: lambda who: _rows(privacy.entries(who, LogFilter())),
    resources.resources: lambda who: _rows(
        resources.resources(who, ResourceFilter(), today=the_clock.today())
    ),
    resources.areas_of: lambda who: resources.areas_of(who, _ids(Resource)),
    resources.areas_seen: resources.areas_seen,
    resources.areas_kept: resources.areas_kept,
    resources.get_resource: _getter(resources.get_resource, Resource),
    resources.catalogue: lambda who: resources.catalogue(
        who, ResourceFilter(), today=the_clock.today()
    ),
    resource_reading.resource_page: _getter_today(resource_reading.resource_page, Resource),
    office_asking.get_answer: _getter(office_asking.get_answer, ResourceAnswer),
    office_asking.to_ask: lambda who: (
        office_asking.to_ask(
            who, today=the_clock.today() + timedelta(days=400), at=the_clock.now()
        ).rows
    ),
    coverage.coverage: lambda who: coverage.coverage(who, today=the_clock.today()).areas,
    resources.choices: resources.choices,
    resources.serving: _today(resources.serving, "HK03"),
    search.kinds_of: search.kinds_of,
    search.find: _sought(
        lambda who: search.find(
            who, search.Wanted(Question.read("買い物")), today=the_clock.today()
        ).values()
    ),
    search.find_client: _sought(lambda who: [search.find_client(who, REFERENCE)]),
    values.town_values: _in_each_town(
        lambda who, town: _listed(_found(values.town_values, who, town.id))
    ),
    trying_values.trial: _tried(
        lambda who, town_id, numbers, today: trying_values.trial(who, town_id, numbers, today=today)
    ),
    settings.chain: _for_each(
        lambda who, area: settings.chain(who, area.id, Danger.LIFE, at=the_clock.now()), Area
    ),
    settings.preview: _for_each(
        lambda who, area: settings.preview(who, area.id, in_office_hours=False), Area
    ),
    settings.town_chains: settings.town_chains,
    settings.get_link: _getter(settings.get_link, EmergencyLink),
    settings.find_link: _getter(settings.find_link, EmergencyLink),
    settings.places_edited: settings.places_edited,
    settings.areas_read: settings.areas_read,
    settings.removed_lately: lambda who: settings.removed_lately(who, at=the_clock.now()),
    settings.get_removed: lambda who: _first_found(
        settings.get_removed, who, AuditEntry, at=the_clock.now()
    ),
}
OPENED = "of a resource that was opened for the viewer before"
# Take a viewer and look up nothing that is not the viewer's already: why.
OWN_ONLY = {
    accounts.get_own_person: "the viewer's own row",
    accounts.get_own_invitation: "made by the viewer; nobody has made one",
    meetings.pledge_of: "the viewer's own pledge",
    looking_back.own_look: "what the viewer said of a meeting that was opened for them before",
    reading.remarks: "of a case that was opened for the viewer before",
    panels.known_about: "about a case that was opened for the viewer before",
    sorting.moment: "two points in time, by numbers of the towns of the viewer's own centres",
    sorting.whys: "of a row the inbox gave the viewer; nothing is looked up",
    office_asking.asked_about: OPENED,
    resource_asked.experience: OPENED,
    resource_asked.origins: OPENED,
    resource_asked.waiting: OPENED,
    tried.experience: OPENED,
    tried.waiting: OPENED,
    provenance.origins: OPENED,
    words.towns_of: "the viewer's own towns; nothing is looked up",
    words.proposed: "conditions that only narrow a list further; nothing is looked up",
    words.proposed_for_list: "conditions that only narrow a list further; nothing is looked up",
    evidence.live_sheets: "of items of a meeting that was opened for the viewer before",
}
# The one who finds something, where it is none of Aoi, Sato and Mori.
FOUND_BY = {insights.town_totals: "ken", privacy.entries: "kansa", privacy.vouched_texts: "kansa"}
