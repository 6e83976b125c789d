"""The inbox of the centre, and the steps of sorting one case."""

from functools import partial

from flask import redirect, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.cases import assigning, policy, queries, service
from tracker.core import clock
from tracker.core.db import row_id
from tracker.core.errors import require
from tracker.core.forms import CreateForm
from tracker.intake.routes import bp
from tracker.intake.sorting import queries as inbox_queries
from tracker.intake.sorting import service as notes
from tracker.intake.sorting.forms import (
    AnswerForm,
    AssignForm,
    AttachForm,
    ClassForm,
    NoteForm,
    ReturnForm,
    SortForm,
)
from tracker.intake.sorting.pages import inbox_page, kept, list_asked, offer, sorting_page
from tracker.issues import grouping, raised
from tracker.issues import queries as issues


@bp.get("/triage/")
@allow(Permission.CASE_SORT)
def inbox():
    return inbox_page(request.args.get("case", type=row_id))


@bp.get("/triage/<int:case_id>")
@allow(Permission.CASE_SORT)
def sort(case_id):
    return sorting_page(case_id)


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
        lambda case, **who: service.return_case(
            case, form.reason.data, fields=form.fields_asked.data, **who
        ),
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


@bp.post("/triage/<int:case_id>/attach")
@allow(Permission.CASE_SORT)
def attach(case_id):
    form = AttachForm()
    return step(
        case_id,
        form,
        lambda case, **who: grouping.attach(
            issues.get_issue(viewer(), form.issue_id.data), [case.id], **who
        ),
        done=_("The case supports the issue."),
        name="attach_form",
    )


@bp.post("/triage/<int:case_id>/assign")
@allow(Permission.CASE_SORT)
def assign(case_id):
    form = AssignForm()
    return step(
        case_id,
        form,
        lambda case, **who: assigning.assign_case(
            case,
            form.person(),
            among=assigning.assignable(frozenset({case.area_id}), today=clock.today()),
            **who,
        ),
        done=_("Saved."),
        name="assign_form",
        stays=True,
    )


@bp.post("/triage/<int:case_id>/reclassify")
@allow(Permission.CASE_SORT)
def reclassify(case_id):
    form = ClassForm()
    return step(
        case_id,
        form,
        lambda case, **who: service.reclassify_case(case, form.draft(), today=clock.today(), **who),
        done=_("Type and area are changed. The office is told, with your reason."),
        name="class_form",
        stays=True,
    )


@bp.post("/triage/<int:case_id>/note")
@allow(Permission.CASE_SORT)
def note(case_id):
    form = NoteForm()
    return step(
        case_id,
        form,
        lambda case, **who: notes.add_note(
            case, form.note.data, confirmed_details=form.confirmed_details(), **who
        ),
        done=_("The note is kept for your colleagues."),
        name="note_form",
        stays=True,
    )


@bp.post("/triage/<int:case_id>/undo")
@allow(Permission.CASE_SORT)
def undo(case_id):
    return step(
        case_id,
        CreateForm(),
        service.undo_last,
        done=_("The last step is taken back."),
        stays=True,
    )


def step(case_id, form, verb, *, done, name="plain_form", stays=False):
    """Take one step of sorting, once; a refusal shows the case again with what was typed.

    :param stays: the case stays open; else the next one of the list is opened
    """
    case = queries.get_case(viewer(), case_id)
    require(policy.can_sort(viewer(), case))
    offer(case, form)
    if not form.validate():
        return sorting_page(case_id, 422, **{name: form})
    said = f"{case.number} {done}" if kept() else done
    if not take_once(form, partial(verb, case, by=viewer(), at=clock.now()), said):
        return sorting_page(case_id, 422, **{name: form})
    return redirect(after_step(case_id, stays), code=303)


def after_step(case_id, stays):
    """Where to go on: the next case of the list one came from, or the same case."""
    still_ours = inbox_queries.is_ours(viewer(), case_id)
    if not kept():
        return url_for(".sort", case_id=case_id) if still_ours else url_for(".inbox")
    if stays and still_ours:
        return url_for(".inbox", **kept(), case=case_id, _anchor="case")
    form, _people = list_asked()
    if not form.validate():  # the list one came from can no longer be read
        return url_for(".inbox")
    now = inbox_queries.moment(viewer(), at=clock.now(), today=clock.today())
    following = inbox_queries.next_id(viewer(), form.wanted(), now, case_id)
    if following is None:
        return url_for(".inbox", **kept())
    return url_for(".inbox", **kept(), case=following, _anchor="case")
