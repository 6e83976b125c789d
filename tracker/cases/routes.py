"""The list of cases, one case, and what its office may do with it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.cases import policy, queries, service
from tracker.cases.forms import ContestForm, FilterForm
from tracker.cases.models import Case
from tracker.core import clock, personal, traces
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.core.forms import CreateForm
from tracker.core.paging import page_of
from tracker.notifications import service as notifications
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

bp = Blueprint("cases", __name__, url_prefix="/cases")
ANSWER_LISTS = (
    CodeList.GAP,
    CodeList.REQUESTER,
    CodeList.OUTCOME,
    CodeList.URGENCY,
    CodeList.ABILITY_TO_PAY,
)


@bp.get("/")
@allow(Permission.CASE_READ)
def index():
    form = FilterForm(request.args)
    if personal.find(request.args.get("q", "")):  # details leave the address as well
        return redirect(url_for(".index", q=form.q.data, status=form.status.data), code=303)
    page = page_of(
        queries.cases(viewer(), form.wanted()),
        Case.id,
    )
    return render_template("cases/index.html", form=form, page=page)


@bp.get("/<int:case_id>")
@allow(Permission.CASE_READ)
def show(case_id):
    return case_page(case_id, ContestForm(formdata=None))


def case_page(case_id, contest_form, status=200):
    """The page of a case; opening it is noted, and its notices count as read."""
    page = queries.case_page(viewer(), case_id)
    traces.opened(viewer().person_id, "cases", case_id, at=clock.now())
    read = notifications.seen_at_path(
        viewer().person_id, url_for("cases.show", case_id=case_id), at=clock.now()
    )
    traces.writer.hand(read)
    body = render_template(
        "cases/show.html",
        page=page,
        case=page.case,
        codes=taxonomy.codes(*ANSWER_LISTS),
        policy=policy,
        viewer=viewer(),
        contest_form=contest_form,
        withdraw_form=CreateForm(formdata=None),
    )
    return body, status


@bp.post("/<int:case_id>/withdraw")
@allow(Permission.CASE_FILE)
def withdraw(case_id):
    case = queries.get_case(viewer(), case_id)
    if not sent_before(CreateForm()):
        service.withdraw_case(case, by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("The case is withdrawn. It stays here for you to read."), "success")
    return redirect(url_for(".show", case_id=case_id), code=303)


@bp.post("/<int:case_id>/contest")
@allow(Permission.CASE_FILE)
def contest(case_id):
    case = queries.get_case(viewer(), case_id)
    service.require_contestable(case, by=viewer())
    form = ContestForm()
    if form.validate():
        try:
            if not sent_before(form):
                service.contest_case(case, form.reason.data, by=viewer(), at=clock.now())
                db.session.commit()
                flash(_("The centre will look at it again."), "success")
        except InvalidInputError as error:
            form.reject(error)
        else:
            return redirect(url_for(".show", case_id=case_id), code=303)
    return case_page(case_id, form, 422)
