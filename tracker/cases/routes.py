"""The list of cases, one case, and what its office may do with it."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.cases import (
    duplicates,
    filing,
    opened,
    policy,
    queries,
    reading,
    service,
    tellings,
    words,
)
from tracker.cases.forms import AddForm, ContestForm, FilterForm, RevealForm
from tracker.cases.models import Case
from tracker.cases.reasons import ASKABLE
from tracker.cases.stages import next_of
from tracker.core import clock, personal, traces
from tracker.core.db import db
from tracker.core.errors import require
from tracker.core.forms import CreateForm
from tracker.core.paging import Page, page_of
from tracker.notifications import service as notifications

bp = Blueprint("cases", __name__, url_prefix="/cases")


@bp.get("/")
@allow(Permission.CASE_READ)
def index():
    form = FilterForm(request.args)
    if personal.find(request.args.get("q", "")):  # details leave the address as well
        return redirect(url_for(".index", q=form.q.data, status=form.status.data), code=303)
    page = listed(form.wanted()) if form.validate() else Page.empty()
    return render_template("cases/index.html", form=form, page=page), form.http_status


def listed(wanted):
    """The page of the cases that fit, the newest first."""
    proposed = words.proposed_for_list(viewer(), wanted.query)
    return page_of(queries.cases(viewer(), wanted), Case.id, by_index=proposed)


@bp.get("/<int:case_id>")
@allow(Permission.CASE_READ)
def show(case_id):
    return case_page(case_id)


def case_page(case_id, status=200, **refused):
    """The page of a case; opening it is noted, and its notices count as read."""
    page = queries.case_page(viewer(), case_id, at=clock.now())
    kept = duplicates.number_of_kept(viewer(), page.case)
    if kept is not None and "own" not in request.args:
        return lead_on(page.case, kept)
    traces.opened(viewer().person_id, "cases", case_id, at=clock.now())
    read = notifications.seen_at_path(
        viewer().person_id, url_for("cases.show", case_id=case_id), at=clock.now()
    )
    traces.writer.hand(read)
    following = next_of(page.case)
    forms = {
        "contest_form": ContestForm(formdata=None),
        "add_form": AddForm(formdata=None),
        "reveal_form": RevealForm(formdata=None),
    }
    body = render_template(
        "cases/show.html",
        page=page,
        case=page.case,
        policy=policy,
        viewer=viewer(),
        facts=reading.facts(page),
        remarks=reading.remarks(viewer(), page.case),
        told=tellings.shown(case_id, at=clock.now()),
        kept=kept,
        stood_for=duplicates.stands_for(viewer(), case_id) if page.stands_for_another else [],
        next=following,
        asked=[ASKABLE[name] for name in page.case.asked],
        late=following is not None and following.is_late(clock.today()),
        withdraw_form=CreateForm(formdata=None),
        **{**forms, **refused},
    )
    return body, status


@bp.get("/<int:case_id>/opened")
@allow(Permission.CASE_READ)
def opened_by(case_id):
    case = queries.get_case(viewer(), case_id)
    require(policy.is_filers_office(viewer(), case))
    return render_template(
        "cases/opened.html",
        case=case,
        readers=opened.by_role(viewer(), case),
    )


def lead_on(case, kept):
    """To the case that stands for this one, with a way back to what was filed under this number."""
    kept_id, number = kept
    flash(
        _(
            "Case %(number)s was filed twice. It goes on here, under %(kept)s.",
            number=case.number,
            kept=number,
        ),
        "info",
    )
    return redirect(url_for("cases.show", case_id=kept_id), code=303)


@bp.post("/<int:case_id>/withdraw")
@allow(Permission.CASE_FILE)
def withdraw(case_id):
    case = queries.get_case(viewer(), case_id)
    if not sent_before(CreateForm()):
        filing.withdraw_case(case, by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("The case is withdrawn. It stays here for you to read."), "success")
    return redirect(url_for(".show", case_id=case_id), code=303)


@bp.post("/<int:case_id>/contest")
@allow(Permission.CASE_FILE)
def contest(case_id):
    case = queries.get_case(viewer(), case_id)
    filing.require_contestable(case, by=viewer())
    form = ContestForm()
    return say(
        case,
        form,
        lambda **who: filing.contest_case(case, form.reason.data, **who),
        done=_("The centre will look at it again."),
        name="contest_form",
    )


@bp.post("/<int:case_id>/add")
@allow(Permission.CASE_FILE)
def add(case_id):
    case = queries.get_case(viewer(), case_id)
    filing.require_open_to_add(case, by=viewer())
    form = AddForm()
    return say(
        case,
        form,
        lambda **who: filing.add_to_case(case, form.addition.data, **who),
        done=_("Added. The centre reads it with the case."),
        name="add_form",
    )


@bp.post("/<int:case_id>/reveal")
@allow(Permission.CASE_READ)
def reveal(case_id):
    case = queries.get_case(viewer(), case_id)
    require(policy.can_reveal(viewer(), case))
    form = RevealForm()
    return say(
        case,
        form,
        lambda **who: service.reveal_office(case, form.reason.data, **who),
        done=_("You can read the name of the office for a day. Your reason is kept."),
        name="reveal_form",
    )


def say(case, form, verb, *, done, name):
    """Take a step that carries one sentence, once; refused, the page shows what was typed."""
    case_id = case.id
    if form.validate() and take_once(form, partial(verb, by=viewer(), at=clock.now()), done):
        return redirect(url_for(".show", case_id=case_id), code=303)
    return case_page(case_id, 422, **{name: form})
