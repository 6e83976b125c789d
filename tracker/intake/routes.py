"""Filing a case, and the inbox of the centre."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.accounts import queries as accounts
from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission, Role
from tracker.cases import policy, queries, service
from tracker.cases.models import Case
from tracker.cases.queries import InboxPart
from tracker.cases.routes import ANSWER_LISTS
from tracker.core import clock, drafts, request_keys, traces
from tracker.core.db import db, row_id
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.core.i18n import named
from tracker.core.paging import page_of
from tracker.intake.forms import AnswerForm, CaseForm, ReturnForm, ReviseForm, SortForm
from tracker.resources import queries as resources
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import BASIS_LABELS, CodeList

bp = Blueprint("intake", __name__)
NOT_DRAFTED = {"csrf_token", "request_key", "version", "details_confirmed"}


@bp.route("/cases/new", methods=["GET", "POST"])
@allow(Permission.CASE_FILE)
def new():
    draft = drafts.find(viewer().person_id, "case")
    form = CaseForm(MultiDict(draft.fields) if draft and request.method == "GET" else None)
    if request.method == "POST":
        form = CaseForm()
    act_types = offer(form)
    form.offer_offices(own_offices())
    if request.method == "GET":
        prefill(form)
    if "check" in request.form:
        keep_draft("case")
        if request.form["check"] == "keep":
            flash(_("Saved as a draft."), "success")
        return filing_page(form, act_types, 200)
    if form.validate_on_submit():
        try:
            case = file_once(form)
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            return redirect(url_for("cases.show", case_id=case), code=303)
    return filing_page(form, act_types, 422 if form.is_submitted() else 200, draft)


def file_once(form):
    """The id of the filed case; the same one when the form is sent again."""
    used = request_keys.use(
        viewer().person_id, form.request_key.data, form.sent_fields(), at=clock.now()
    )
    if used.repeated:
        return used.row.answer_id
    case = service.file_case(
        form.draft(),
        form.organisation_id.data,
        by=viewer(),
        at=clock.now(),
        today=clock.today(),
        confirmed_details=form.confirmed_details(),
    )
    used.row.answer_id = case.id
    drafts.discard(viewer().person_id, "case")
    db.session.commit()
    flash(_("Filed. The number is %(number)s.", number=case.number), "success")
    return case.id


def offer(form):
    """Give the form its choices; the act types come back for the page."""
    towns = viewer().municipality_ids(Role.AGENCY)
    act_types = taxonomy.act_types(clock.today())
    codes = taxonomy.codes(*ANSWER_LISTS)
    form.offer(accounts.areas_with_centre(towns), act_types, codes)
    return act_types


def own_offices():
    """The offices the viewer files for, as choices."""
    return accounts.offices_of(viewer(), today=clock.today())


def prefill(form):
    """What is known already: the office, its area, this month."""
    if form.organisation_id.data is None and form.organisation_id.choices:
        form.organisation_id.data = form.organisation_id.choices[0].value
    if form.area_id.data is None:
        form.area_id.data = min(viewer().area_ids(Role.AGENCY), default=None)
    if form.occurred_month.data is None and not form.occurred_month.raw_data:
        form.occurred_month.data = clock.today().replace(day=1)


def filing_page(form, act_types, status, draft=None, **more):
    """The form with the guidance of the chosen type beside it."""
    chosen = form.act_type.data
    known = chosen in {act.code for act in act_types}
    page = render_template(
        "intake/case_form.html",
        form=form,
        families=grouped(act_types),
        meanings=taxonomy.codes(CodeList.GAP)[CodeList.GAP],
        **(help_beside(chosen, form.area_id.data, clock.today()) if known else {"help": None}),
        draft=draft,
        **more,
    )
    return page, status


def grouped(act_types):
    """(family, its types as choices with an example) in order, for choosing in two taps."""
    groups = {}
    for act in act_types:
        choice = (act.code, named(act), named(act, "example"))
        groups.setdefault(named(act.family), []).append(choice)
    return list(groups.items())


@bp.get("/cases/new/help")
@allow(Permission.CASE_FILE)
def beside():
    """The panel beside the form alone: `?act_type=HK02&area_id=1`."""
    code, area_id = request.args.get("act_type", ""), request.args.get("area_id", type=row_id)
    return render_template("intake/_beside.html", **help_beside(code, area_id, clock.today()))


def help_beside(code, area_id, on):
    """Guidance as of that day, and the resources of today, for a template.

    :raises NotFoundError: when the type is not in force
    """
    return {
        "help": taxonomy.help_for(code, on),
        "basis_labels": BASIS_LABELS,
        "serving": resources.serving(viewer(), code, area_id, today=clock.today()),
    }


@bp.post("/cases/new/draft")
@allow(Permission.CASE_FILE)
def save_draft():
    keep_draft("case")
    return render_template("intake/_draft_state.html", saved_at=clock.now())


@bp.post("/cases/new/draft/discard")
@allow(Permission.CASE_FILE)
def discard_draft():
    drafts.discard(viewer().person_id, "case")
    db.session.commit()
    flash(_("The draft is gone."), "success")
    return redirect(url_for(".new"), code=303)


def keep_draft(form_name):
    """What is in the form now is kept for this person; a late call after filing keeps nothing."""
    if request_keys.is_used(viewer().person_id, request.form.get("request_key", "")[:64]):
        return
    known = {field.name for field in CaseForm()} - NOT_DRAFTED
    typed = {name: text[:2000] for name, text in request.form.items() if name in known}
    drafts.save(viewer().person_id, form_name, typed, at=clock.now())
    db.session.commit()


@bp.route("/cases/<int:case_id>/edit", methods=["GET", "POST"])
@allow(Permission.CASE_FILE)
def edit(case_id):
    case = queries.get_case(viewer(), case_id)
    if not policy.can_edit(viewer(), case):
        raise ConflictError(_("This case can no longer be changed: the centre has accepted it."))
    form = ReviseForm(obj=service.CaseDraft.of(case), version=case.version)
    act_types = offer(form)
    if "check" in request.form:
        return filing_page(form, act_types, 200, case=case)
    if form.validate_on_submit():
        if form.opened_version() != case.version:
            return edit_conflict(form, act_types, case)
        try:
            service.revise_case(
                case,
                form.draft(),
                by=viewer(),
                at=clock.now(),
                today=clock.today(),
                confirmed_details=form.confirmed_details(),
            )
        except InvalidInputError as error:
            form.reject(error)
            db.session.rollback()
            case = queries.get_case(viewer(), case_id)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("cases.show", case_id=case_id), code=303)
    return filing_page(form, act_types, 422 if form.is_submitted() else 200, case=case)


def edit_conflict(form, act_types, case):
    """Both texts side by side; sending again overwrites knowingly."""
    now = ReviseForm(formdata=None, obj=service.CaseDraft.of(case))
    offer(now)
    names = [name for name in form.draft().columns() if name != "act_type_code"]
    rows = [
        (form[name].label.text, shown(form[name]), shown(now[name]))
        for name in ["act_type", "area_id", *names]
    ]
    form.version.process(None, case.version)
    conflict = [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]
    return filing_page(form, act_types, 409, case=case, conflict=conflict)


def shown(field):
    """What a field holds, in words."""
    choices = getattr(field, "choices", None)
    if choices is None:
        return field._value() if hasattr(field, "_value") else str(field.data or "")
    if isinstance(choices, dict):
        choices = [choice for group in choices.values() for choice in group]
    return next((str(label) for value, label in choices if value == field.data), "")


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
    page = queries.case_page(viewer(), case_id)
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
        codes=taxonomy.codes(*ANSWER_LISTS),
        **help_beside(
            page.case.act_type_code, page.case.area_id, clock.local(page.case.submitted_at).date()
        ),
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
