"""The inbox of the centre, and the steps of sorting a case."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.cases import policy, queries, reading, service
from tracker.cases.models import Case
from tracker.cases.queries import InboxPart
from tracker.core import clock, traces
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.core.paging import page_of
from tracker.intake.panels import known_about
from tracker.intake.routes import bp
from tracker.intake.sorting.forms import AnswerForm, ReturnForm, SortForm
from tracker.issues import raised


@bp.get("/triage/")
@allow(Permission.CASE_SORT)
def inbox():
    asked = request.args.get("part")
    part = InboxPart(asked) if asked in set(InboxPart) else InboxPart.ACCEPT
    page = page_of(
        queries.inbox(viewer(), part),
        Case.id,
        descending=False,
    )
    return render_template(
        "intake/inbox.html",
        page=page,
        part=part,
        parts=InboxPart,
        waiting=queries.waiting(viewer()),
        now=clock.now(),
    )


@bp.get("/triage/<int:case_id>")
@allow(Permission.CASE_SORT)
def sort(case_id):
    return sorting_page(case_id)


def sorting_page(case_id, status=200, **refused):
    """The case with every step the centre may take now.

    :raises NotFoundError: for a case of another centre's area
    """
    page = queries.case_page(viewer(), case_id, at=clock.now())
    if not policy.can_sort(viewer(), page.case):
        raise NotFoundError
    traces.opened(viewer().person_id, "cases", case_id, at=clock.now())
    forms = {
        "return_form": ReturnForm(formdata=None),
        "sort_form": SortForm(formdata=None),
        "answer_form": AnswerForm(formdata=None),
    }
    body = render_template(
        "intake/sort.html",
        page=page,
        case=page.case,
        facts=reading.facts(page),
        remarks=reading.remarks(viewer(), page.case),
        **known_about(viewer(), page.case, today=clock.today()),
        plain_form=CreateForm(formdata=None),
        may_undo=page.last is not None and policy.can_undo(viewer(), page.last, clock.now()),
        **{**forms, **refused},
    )
    return body, status


@bp.post("/triage/<int:case_id>/accept")
@allow(Permission.CASE_SORT)
def accept(case_id):
    return step(case_id, CreateForm(), service.accept_case, done=_("Accepted."))


@bp.post("/triage/<int:case_id>/return")
@allow(Permission.CASE_SORT)
def send_back(case_id):
    form = ReturnForm()
    return step(
        case_id,
        form,
        lambda case, **who: service.return_case(case, form.reason.data, **who),
        done=_("Sent back to the office with your question."),
        name="return_form",
    )


@bp.post("/triage/<int:case_id>/sort")
@allow(Permission.CASE_SORT)
def dispose(case_id):
    form = SortForm()
    return step(
        case_id,
        form,
        lambda case, **who: service.dispose_case(case, form.draft(), **who),
        done=_("Sorted."),
        name="sort_form",
    )


@bp.post("/triage/<int:case_id>/answer")
@allow(Permission.CASE_SORT)
def answer(case_id):
    form = AnswerForm()
    return step(
        case_id,
        form,
        lambda case, **who: service.answer_case(case, form.answer.data, **who),
        done=_("The office has your answer."),
        name="answer_form",
    )


@bp.post("/triage/<int:case_id>/wish")
@allow(Permission.CASE_SORT)
def grant_wish(case_id):
    return step(
        case_id,
        CreateForm(),
        raised.accept_wish,
        done=_("The case supports the issue its office pointed at."),
    )


@bp.post("/triage/<int:case_id>/undo")
@allow(Permission.CASE_SORT)
def undo(case_id):
    return step(case_id, CreateForm(), service.undo_last, done=_("The last step is taken back."))


def step(case_id, form, verb, *, done, name="plain_form"):
    """Take one step of sorting, once; a refusal shows the page again with what was typed."""
    case = queries.get_case(viewer(), case_id)
    require(policy.can_sort(viewer(), case))
    if not form.validate():
        return sorting_page(case_id, 422, **{name: form})
    try:
        if not sent_before(form):
            verb(case, by=viewer(), at=clock.now())
            db.session.commit()
            flash(done, "success")
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)
        return sorting_page(case_id, 422, **{name: form})
    return redirect(url_for(".sort", case_id=case_id), code=303)
