"""The first page of each role."""

from flask import Blueprint, jsonify, render_template

from tracker.accounts import queries as accounts
from tracker.accounts.access import allow, public, viewer
from tracker.accounts.roles import ROLE_LABELS, Permission, Role
from tracker.cases import queries as cases
from tracker.core import clock, drafts, health
from tracker.insights import figures
from tracker.insights import queries as insights
from tracker.taxonomy import queries as taxonomy

bp = Blueprint("home", __name__)
MONTHS_SHOWN = 18
CASE_ROLES = (Role.AGENCY, Role.CENTRE, Role.OFFICER, Role.COORDINATOR)


@bp.get("/")
@allow(Permission.HOME)
def index():
    person = viewer()
    return render_template(
        "home/index.html",
        roles=[role for role in Role if person.is_role(role)],
        role_labels=ROLE_LABELS,
        Role=Role,
        waiting=cases.waiting(person) if person.is_role(*CASE_ROLES) else None,
        draft=drafts.find(person.person_id, "case") if person.is_role(Role.AGENCY) else None,
        chart=_chart(person) if person.is_role(Role.OFFICER, Role.COORDINATOR) else None,
        invites=any(standing.may_invite for standing in person.standings),
        memberships=accounts.own_memberships(person, today=clock.today()),
    )


def _chart(person):
    months = figures.months_back(clock.today(), MONTHS_SHOWN)
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
