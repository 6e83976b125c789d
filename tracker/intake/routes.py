"""Filing a case: one page, and the panels beside it that answer while one types."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from tracker.accounts import queries as accounts
from tracker.accounts import service as promises
from tracker.accounts.access import allow, keeps_draft, reads_first, reads_only, viewer
from tracker.accounts.roles import Permission, Role
from tracker.cases import filing, policy, queries
from tracker.cases.filing import CaseDraft
from tracker.core import clock, drafts, request_keys, wareki
from tracker.core.db import db, row_id, writing
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import named
from tracker.intake import panels
from tracker.intake.forms import (
    AnswerField,
    CaseForm,
    PanelField,
    ReviseForm,
    RowsField,
    said_of,
    shown,
)
from tracker.intake.panels import Asked
from tracker.issues import raised
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

bp = Blueprint("intake", __name__)
# The office's own reference is never stored as it is, not in a draft either; what is vouched for
# or promised is said at the moment of sending.
NOT_DRAFTED = {"csrf_token", "request_key", "details_confirmed", "conduct", "office_ref"}
FILING = "case"
NEVER = {"office_ref": _l("Your own reference")}


@bp.get("/cases/new")
@allow(Permission.CASE_FILE)
def new():
    draft = drafts.find(viewer().person_id, FILING)
    form = CaseForm(MultiDict(draft.fields) if draft else None)
    act_types = offer(form)
    offer_own(form)
    prefill(form)
    return filing_page(form, act_types, 200, draft)


@bp.post("/cases/new")
@allow(Permission.CASE_FILE)
@keeps_draft(FILING, lambda: typed_fields(), NEVER)
@reads_first
def file():
    form = CaseForm()
    act_types = offer(form)
    offer_own(form)
    if looks_only(form):
        with writing():
            keep_draft(FILING)
        if request.form.get("check") == "keep":
            flash(_("Saved as a draft."), "success")
        return filing_page(form, act_types, 200)
    if form.validate():
        try:
            with writing():
                case_id = file_once(form)
        except InvalidInputError as error:
            form.reject(error)
        else:
            return redirect(url_for("cases.show", case_id=case_id), code=303)
    return filing_page(form, act_types, 422)


def looks_only(form):
    """Was a button pressed that files nothing? Then only the gate looks at what was typed."""
    choice = request.form.get("choose")
    if choice:
        form.act_type.data = choice
    if choice or "check" in request.form:
        form.look()
        return True
    return False


def file_once(form):
    """The id of the filed case; the same one when the form is sent again."""
    used = request_keys.use(
        viewer().person_id, form.request_key.data, form.sent_fields(), at=clock.now()
    )
    if used.repeated:
        return used.row.answer_id
    now, today = clock.now(), clock.today()
    case = filing.file_case(
        panels.as_asked(form.draft(), by=viewer()),
        form.whence(),
        by=viewer(),
        at=now,
        today=today,
        confirmed_details=form.confirmed_details(),
    )
    if form.wished_issue_id() is not None:
        raised.wish(case, form.wished_issue_id(), by=viewer(), at=now)
    if "conduct" in form:
        promises.promise(wareki.fiscal_year(today), by=viewer(), at=now)
    used.row.answer_id = case.id
    drafts.discard(viewer().person_id, FILING)
    case_id, number = case.id, case.number
    db.session.commit()
    flash(_("Filed. The number is %(number)s.", number=number), "success")
    return case_id


def offer(form):
    """Give the form its choices; the act types come back for the page."""
    act_types = panels.offered_types(viewer(), form.act_type.data, today=clock.today())
    lists = [name for name in CodeList if name.value in form._fields]
    areas = accounts.areas_with_centre(viewer().town_ids(Role.AGENCY))
    if not areas:
        areas = accounts.areas_served_by_centre(viewer().area_ids(Role.CENTRE))
    form.offer(areas, act_types, taxonomy.codes(*lists), taxonomy.work_classes())
    return act_types


def offer_own(form):
    """The offices the viewer files for; the promise is asked once a fiscal year."""
    today = clock.today()
    offices = accounts.offices_of(viewer())
    form.offer_offices(
        offices, [] if offices else accounts.offices_to_file_for(viewer(), today=today)
    )
    if promises.has_promised(viewer().person_id, wareki.fiscal_year(today)):
        del form.conduct


def prefill(form):
    """What is known already: the office, its area, this month; once unless more is said."""
    if form.organisation_id.data is None and len(form.organisation_id.choices) == 1:
        form.organisation_id.data = form.organisation_id.choices[0].value
    if form.area_id.data is None:
        form.area_id.data = min(viewer().area_ids(Role.AGENCY, Role.CENTRE), default=None)
    if form.occurred_month.data is None and not form.occurred_month.raw_data:
        form.occurred_month.data = clock.today().replace(day=1)
    if form.times_handled.data is None and not form.times_handled.raw_data:
        form.times_handled.data = 1


def filing_page(form, act_types, status, draft=None, **more):
    """The form with every panel beside it, as if nothing were refreshed later."""
    case = more.get("case")
    asked = Asked(
        act_type=form.act_type.data or "",
        area_id=form.area_id.data,
        ability_to_pay=form.ability_to_pay.said(),
        danger=form.danger.data or "",
        text=form.summary.data or "",
        answers=form.compared(),
        tried=frozenset(form.tried.by_id()),
        answered=form.answered(),
        office_id=case.organisation_id if case else form.organisation_id.data,
        case_id=case.id if case else None,
    )
    page = render_template(
        "intake/case_form.html",
        form=form,
        families=grouped(act_types),
        **form.ask(panels.beside(viewer(), asked, today=clock.today())),
        **panels.alike(viewer(), asked),
        **panels.check(viewer(), asked, today=clock.today()),
        emergency=panels.emergency(viewer(), asked, at=clock.now()),
        area_kind=panels.area_kind(viewer()),
        draft=draft,
        more_open=more_open(form),
        asked_back=queries.question_of(case) if case else "",
        **more,
    )
    return page, status


def more_open(form):
    """Was anything said in the folded part, or refused there? Then it is not folded."""
    folded = [f for f in form if isinstance(f, AnswerField) and f.name != "bodies_agreed"]
    folded += [form.wanted, form.household, form.work_class_reason, form.office_ref]
    return any(f.data or f.errors for f in folded)


def grouped(act_types):
    """(family, its types as choices with an example) in order, for choosing in two taps."""
    groups = {}
    for act in act_types:
        choice = (act.code, named(act), named(act, "example"))
        groups.setdefault(named(act.family), []).append(choice)
    return list(groups.items())


def asked_now():
    """What the page sent with a panel's question."""
    sent = request.form
    form = CaseForm()
    form.look()
    return form, Asked(
        act_type=sent.get("act_type", "")[:4],
        area_id=sent.get("area_id", type=row_id),
        ability_to_pay=sent.get("ability_to_pay") or None,
        danger=sent.get("danger", ""),
        text=form.summary.data or "",
        answers=form.compared(),
        tried=frozenset(form.tried.by_id()),
        answered=form.answered(),
        office_id=sent.get("organisation_id", type=row_id),
        case_id=sent.get("case_id", type=row_id),
    )


@bp.post("/cases/new/beside")
@allow(Permission.CASE_FILE)
@reads_only
def beside():
    form, asked = asked_now()
    found = form.ask(panels.beside(viewer(), asked, today=clock.today()))
    return render_template("intake/_beside.html", form=form, **found)


@bp.post("/cases/new/check")
@allow(Permission.CASE_FILE)
@reads_only
def check():
    form, asked = asked_now()
    return render_template(
        "intake/_check.html", form=form, **panels.check(viewer(), asked, today=clock.today())
    )


@bp.post("/cases/new/alike")
@allow(Permission.CASE_FILE)
@reads_only
def alike():
    form, asked = asked_now()
    return render_template("intake/_alike.html", form=form, **panels.alike(viewer(), asked))


@bp.post("/cases/new/emergency")
@allow(Permission.CASE_FILE)
@reads_only
def emergency():
    form, asked = asked_now()
    found = panels.emergency(viewer(), asked, at=clock.now())
    return render_template("intake/_emergency.html", form=form, emergency=found)


@bp.post("/cases/new/draft")
@allow(Permission.CASE_FILE)
def save_draft():
    keep_draft(FILING)
    return render_template("intake/_draft_state.html", saved_at=clock.now())


@bp.post("/cases/new/draft/discard")
@allow(Permission.CASE_FILE)
def discard_draft():
    drafts.discard(viewer().person_id, FILING)
    db.session.commit()
    flash(_("The draft is gone."), "success")
    return redirect(url_for(".new"), code=303)


def keep_draft(form_name):
    """What is in the form now is kept for this person; a late call after filing keeps nothing."""
    if request_keys.is_used(viewer().person_id, request.form.get("request_key", "")[:64]):
        return
    drafts.save(viewer().person_id, form_name, typed_fields(), at=clock.now())
    db.session.commit()


def typed_fields():
    """What was sent for the fields of the form, rows of panels too; the version a change is of."""
    form = CaseForm()
    plain = {field.name for field in form if not isinstance(field, RowsField)} - NOT_DRAFTED
    rows = {field.name for field in form if isinstance(field, RowsField)}
    typed = {
        name: text[:2000]
        for name, text in list(request.form.items())[:200]
        if name in plain | {"version"} or name.partition(".")[0] in rows
    }
    return {**typed, "act_type": request.form["choose"][:4]} if "choose" in request.form else typed


@bp.get("/cases/<int:case_id>/edit")
@allow(Permission.CASE_FILE)
def edit(case_id):
    case = editable(case_id)
    draft = drafts.find(viewer().person_id, f"{FILING}-{case_id}")
    typed = MultiDict(draft.fields) if draft else None
    form = ReviseForm(typed, data=said(case))  # a draft has the version it was begun with
    return filing_page(form, offer(form), 200, draft, case=case)


@bp.post("/cases/<int:case_id>/edit")
@allow(Permission.CASE_FILE)
@keeps_draft(lambda case_id: f"{FILING}-{case_id}", lambda: typed_fields(), NEVER)
def save(case_id):
    case = editable(case_id)
    form = ReviseForm()
    act_types = offer(form)
    if looks_only(form):
        return filing_page(form, act_types, 200, case=case)
    if form.validate():
        if form.opened_version() != case.version:
            return edit_conflict(form, act_types, case)
        try:
            revise(case, form)
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
            case = queries.get_case(viewer(), case_id)
        else:
            drafts.discard(viewer().person_id, f"{FILING}-{case_id}")
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("cases.show", case_id=case_id), code=303)
    return filing_page(form, act_types, 422, case=case)


def said(case):
    """What the case says now, for the form, with the issue its office points at."""
    wish = raised.wish_of([case.id]).get(case.id)
    return {
        **said_of(case, CaseDraft.of(case)),
        "wished_issue": wish.issue_id if wish else None,
    }


def editable(case_id):
    """The case, while it can still be changed.

    :raises ConflictError: when the centre has accepted it
    """
    case = queries.get_case(viewer(), case_id)
    require(policy.is_editor(viewer(), case))
    if not policy.can_edit(viewer(), case):
        raise ConflictError(_("This case can no longer be changed: the centre has accepted it."))
    return case


def revise(case, form):
    """The case says what the form says; the centre learns which issue the office points at.

    An issue of another type or area is no longer offered: then the wish for it is gone.
    """
    was = case.act_type_code, case.area_id
    filing.revise_case(
        case,
        panels.as_asked(form.draft(), by=viewer()),
        by=viewer(),
        at=clock.now(),
        today=clock.today(),
        confirmed_details=form.confirmed_details(),
    )
    if form.wished_issue.raw_data or (case.act_type_code, case.area_id) != was:
        raised.wish(case, form.wished_issue_id(), by=viewer(), at=clock.now())


@bp.post("/cases/<int:case_id>/draft")
@allow(Permission.CASE_FILE)
def save_edit_draft(case_id):
    queries.get_case(viewer(), case_id)
    keep_draft(f"{FILING}-{case_id}")
    return render_template("intake/_draft_state.html", saved_at=clock.now())


@bp.post("/cases/<int:case_id>/draft/discard")
@allow(Permission.CASE_FILE)
def discard_edit_draft(case_id):
    drafts.discard(viewer().person_id, f"{FILING}-{case_id}")
    db.session.commit()
    flash(_("The draft is gone."), "success")
    return redirect(url_for(".edit", case_id=case_id), code=303)


def edit_conflict(form, act_types, case):
    """Both texts side by side; sending again overwrites knowingly."""
    now = ReviseForm(formdata=None, data=said(case))
    offer(now)
    skipped = {"version", "csrf_token", "details_confirmed", "office_ref"}
    rows = [
        (field.label.text, shown(field), shown(now[field.name]))
        for field in form
        if field.name not in skipped and not isinstance(field, PanelField)
    ]
    form.version.process(None, case.version)
    conflict = [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]
    return filing_page(form, act_types, 409, case=case, conflict=conflict)
