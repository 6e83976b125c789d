"""The audit log as pages: what was done, who opened what, words that were vouched for."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission, Role
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import row_id
from tracker.core.paging import Page, page_of
from tracker.core.traces import AccessTrace
from tracker.issues.evidence import months_back
from tracker.privacy import asking, asvs, labels, queries, unusual, weekly
from tracker.privacy.forms import LogForm, WeekForm
from tracker.privacy.locating import of_towns

bp = Blueprint("privacy", __name__, url_prefix="/audit")
MONTHS_SHOWN = 12
OPENED = {name: labels.SUBJECTS[name] for name in of_towns(frozenset())}


def asked(form):
    """The filter of the address."""
    return asking.wanted(
        viewer(),
        subject=form.subject.data or "",
        record=form.record.data or "",
        who=form.who.data or "",
        person_id=request.args.get("person", type=row_id),
        since=form.since.data,
        until=form.until.data,
    )


@bp.get("/")
@allow(Permission.AUDIT_READ)
def index():
    form = LogForm(request.args)
    page = Page.empty()
    if form.validate():
        page = page_of(queries.entries(viewer(), asked(form)), AuditEntry.id)
    shown = {"form": form, "page": page, "in_words": labels.in_words}
    return render_template("privacy/index.html", **shown), form.http_status


@bp.get("/opened")
@allow(Permission.AUDIT_READ)
def opened():
    form = LogForm(request.args, subjects=OPENED)
    page = Page.empty()
    if form.validate():
        page = page_of(queries.opened(viewer(), asked(form)), AccessTrace.id)
    shown = {"form": form, "page": page, "thing": labels.thing}
    return render_template("privacy/opened.html", **shown), form.http_status


@bp.get("/warnings")
@allow(Permission.AUDIT_READ)
def warnings():
    since = months_back(clock.today(), MONTHS_SHOWN)[0]
    return render_template(
        "privacy/warnings.html",
        rows=queries.vouched_texts(viewer(), since=since),
        since=since,
        in_words=labels.text_in_words,
    )


@bp.get("/asvs")
@allow(Permission.AUDIT_READ)
def asvs_table():
    return render_template("privacy/asvs.html", chapters=asvs.chapters())


@bp.get("/unusual")
@allow(Permission.AUDIT_READ)
def unusual_reading():
    form = WeekForm(request.args)
    this_week = unusual.monday(clock.today())
    first, found = this_week - unusual.WEEK, []
    if form.validate():
        first = min(unusual.monday(form.week.data or first), this_week)
        found = unusual.find(unusual.week_of(viewer().municipality_ids(Role.PRIVACY), first))
    return render_template(
        "privacy/unusual.html",
        form=form,
        first=first,
        last=first + timedelta(days=6),
        before=first - unusual.WEEK,
        after=first + unusual.WEEK if first < this_week else None,
        found=found,
        names=weekly.names_of({one.person_id for one in found}),
        rules=unusual.Rule,
    ), form.http_status
