"""The audit log as pages: what was done, who opened what, words that were vouched for."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.models import SignInAttempt
from tracker.accounts.roles import Permission, Role
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import row_id
from tracker.core.errors import InvalidInputError
from tracker.core.paging import Page, page_of
from tracker.core.traces import AccessTrace
from tracker.issues.evidence import months_back
from tracker.privacy import (
    asking,
    asvs,
    attempts,
    facts,
    labels,
    lines,
    locating,
    naming,
    queries,
    unusual,
    weekly,
)
from tracker.privacy.forms import LogForm, SignInForm, WeekForm
from tracker.privacy.locating import of_towns

bp = Blueprint("privacy", __name__, url_prefix="/audit")
MONTHS_SHOWN = 12
OPENED = {name: labels.SUBJECTS[name] for name in of_towns(frozenset())} | labels.PAGES
ADDRESSES = {
    "address": lambda *place: naming.address(viewer(), place),
    "record": lambda *place: f"/{place[0]}/{place[1]}" if place[0] in locating.FOUND else None,
}


def asked(form, read, key):
    """The page of what the address asks for; an empty one, with the reason in the form."""
    if not form.validate():
        return Page.empty()
    try:
        wanted = asking.wanted(
            viewer(),
            subject=form.subject.data or "",
            record=form.record.data or "",
            who=form.who.data or "",
            person_id=request.args.get("person", type=row_id),
            since=form.since.data,
            until=form.until.data,
        )
    except InvalidInputError as error:
        form.reject(error)
        return Page.empty()
    return page_of(read(viewer(), wanted), key)


@bp.get("/")
@allow(Permission.AUDIT_READ)
def index():
    form = LogForm(request.args)
    page = asked(form, queries.entries, AuditEntry.id)
    shown = {
        "form": form,
        "page": page,
        "names": lines.names_on(page.rows),
        "in_words": labels.in_words,
        "facts": facts.in_words,
        **ADDRESSES,
    }
    return render_template("privacy/index.html", **shown), form.http_status


@bp.get("/opened")
@allow(Permission.AUDIT_READ)
def opened():
    form = LogForm(request.args, subjects=OPENED)
    page, files = asked(form, queries.opened, AccessTrace.id), ()
    place = form.record.data and not form.errors and locating.locate(viewer(), form.record.data)
    if place and place[0] == "cases":
        files = queries.files_with(viewer(), place[1])
    shown = {
        "files": files,
        "is_case": bool(place and place[0] == "cases"),
        "form": form,
        "page": page,
        "names": lines.names_on(page.rows),
        "thing": labels.thing,
        "how": labels.HOW_LABELS,
        **ADDRESSES,
    }
    return render_template("privacy/opened.html", **shown), form.http_status


@bp.get("/sign-ins")
@allow(Permission.AUDIT_READ)
def sign_ins():
    form, page, accounts = SignInForm(request.args), Page.empty(), {}
    if form.validate():
        accounts = attempts.accounts_of(viewer(), (form.who.data or "").strip())
        if form.who.data and not accounts:
            form.reject(InvalidInputError("who", _("Nobody of your town has this sign-in name.")))
        page = page_of(attempts.attempts(accounts, form.result.data or ""), SignInAttempt.id)
    shown = {"form": form, "page": page, "accounts": accounts}
    return render_template("privacy/sign_ins.html", **shown), form.http_status


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
