"""The first page of each role."""

from flask import Blueprint, jsonify, render_template

from tracker.accounts import queries as accounts
from tracker.accounts.access import allow, public, viewer
from tracker.accounts.roles import ROLE_LABELS, Permission, Role
from tracker.actions import queries as actions
from tracker.cases import queries as cases
from tracker.core import clock, drafts, health
from tracker.followup import queries as followup
from tracker.home.steps import open_road
from tracker.insights import figures
from tracker.insights import queries as insights
from tracker.issues import counting as issue_counts
from tracker.issues.candidates import queries as candidates
from tracker.issues.evidence import months_back
from tracker.meetings import queries as meetings
from tracker.privacy.exports import queries as exports
from tracker.settings.announcements import queries as announcements
from tracker.taxonomy import queries as taxonomy

bp = Blueprint("home", __name__)
MONTHS_SHOWN = 18
SHOWN = 3


@bp.get("/")
@allow(Permission.HOME)
def index():
    person = viewer()
    return render_template(
        "home/index.html",
        roles=[role for role in Role if person.is_role(role)],
        role_labels=ROLE_LABELS,
        Role=Role,
        waiting=cases.waiting(person) if person.may(Permission.CASE_READ) else None,
        asked=followup.waiting_count(person) if person.may(Permission.CASE_FILE) else 0,
        draft=drafts.find(person.person_id, "case") if person.may(Permission.CASE_FILE) else None,
        repeating=candidates.waiting(person) if person.may(Permission.ISSUE_READ) else 0,
        issues=issue_counts.by_status(person) if person.may(Permission.ISSUE_READ) else None,
        actions=actions.waiting(person, clock.today(), clock.now())
        if person.may(Permission.ACTION_READ)
        else None,
        meetings=meetings.next_meetings(person, today=clock.today(), limit=SHOWN)
        if person.may(Permission.MEETING_READ)
        else [],
        chart=_chart(person) if person.may(Permission.CASE_COUNT) else None,
        towns=insights.town_totals(person) if person.may(Permission.TOWN_TOTALS) else [],
        invites=any(standing.may_invite for standing in person.standings),
        told=announcements.shown_to(person, today=clock.today()),
        memberships=accounts.own_memberships(person, today=clock.today()),
        road=open_road(person),
        to_agree=exports.awaiting_count(person, at=clock.now()),
    )


def _chart(person):
    months = months_back(clock.today(), MONTHS_SHOWN)
    rows = insights.cases_by_month(person, first=months[0], last=months[-1])
    return figures.cases_by_month(rows, taxonomy.families(), months)


@bp.get("/healthz")
@public("asked by machines: the process is alive")
def healthz():
    return jsonify(status="ok")


@bp.get("/readyz")
@public("asked by machines: the database answers and is current")
def readyz():
    problems = health.problems()
    body = {"status": "ok" if not problems else "not ready", "problems": problems}
    return jsonify(body), 200 if not problems else 503
