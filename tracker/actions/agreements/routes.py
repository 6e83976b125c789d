"""The register of agreements: the list, one of them, entering and changing, a file."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, make_once, viewer
from tracker.accounts.roles import Permission
from tracker.actions import queries as actions
from tracker.actions.agreements import policy, queries, service
from tracker.actions.agreements.forms import AgreementEditForm, AgreementForm, RegisterForm
from tracker.actions.agreements.models import (
    Agreement,
    AgreementKind,
    Validity,
    validity,
)
from tracker.actions.pages import attached
from tracker.actions.routes import families
from tracker.actions.work.routes import bp
from tracker.core import clock
from tracker.core.db import db, row_id
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import listed, named
from tracker.core.paging import Page, page_of
from tracker.formats.tables_out import write_csv
from tracker.taxonomy import queries as taxonomy

MOST_IN_FILE = 5000


@bp.get("/agreements/")
@allow(Permission.ACTION_READ)
def agreements():
    form = asked_register()
    page = listed_page(form.wanted()) if form.validate() else Page.empty()
    return render_template(
        "actions/agreements.html",
        form=form,
        page=page,
        wanted=form.wanted(),
        types=queries.act_types_of([row.id for row in page.rows]),
        validities=Validity,
        validity=validity,
    ), form.http_status


def asked_register():
    """What the address narrows the register to."""
    form = RegisterForm(request.args)
    form.offer()
    return form


def listed_page(wanted):
    """The page of the agreements that fit."""
    return page_of(queries.agreements(viewer(), wanted, today=clock.today()), Agreement.id)


@bp.get("/agreements/register.csv")
@allow(Permission.ACTION_READ)
def agreements_csv():
    today = clock.today()
    form = asked_register()
    form.require_known()
    statement = queries.agreements(viewer(), form.wanted(), today=today)
    rows = db.session.execute(statement.order_by(Agreement.id).limit(MOST_IN_FILE)).all()
    types = queries.act_types_of([row.id for row in rows])
    head = [
        *(_("Number"), _("What it is"), _("Title"), _("Between whom"), _("What is agreed")),
        *(_("Which types it is about"), _("Holds from"), _("Holds until"), _("State")),
        *(_("Number of the document"), _("Who keeps it"), _("In the hands of")),
    ]
    lines = [
        [
            *(row.number, str(row.kind.label), row.title, row.parties, row.subject),
            listed(named(act) for act in types.get(row.id, [])),
            *(row.valid_from, row.valid_until),
            str(validity(row.valid_from, row.valid_until, today).label),
            *(row.document_no, named(row, "owner"), row.holder or ""),
        ]
        for row in rows
    ]
    return attached(write_csv(head, lines), "agreements", _("Agreements and rules"))


@bp.route("/agreements/new", methods=["GET", "POST"])
@allow(Permission.ACTION_EDIT)
def new_agreement():
    form = AgreementForm()
    offer(form)
    if form.validate_on_submit() and (agreement_id := entered(form)):
        return redirect(url_for(".agreement", agreement_id=agreement_id), code=303)
    if not form.is_submitted():
        begin(form)
    return form_page(form, None, 422 if form.is_submitted() else 200)


def begin(form):
    """What is known already: today, one's own organisation, the action one comes from."""
    form.valid_from.data, form.kind.data = clock.today(), AgreementKind.AGREEMENT.value
    own = viewer().organisation_ids()
    form.owner_id.data = next((key for key, _n in actions.owners(viewer()) if key in own), None)
    from_action = request.args.get("action", type=row_id)
    if from_action is None:
        return
    action = actions.get_action(viewer(), from_action)
    form.action_id.data, form.act_types.data = action.id, [action.issue.act_type_code]


def entered(form):
    """The key of the agreement; None when it was refused."""
    return make_once(
        form,
        lambda: service.enter(form.draft(), by=viewer(), at=clock.now(), today=clock.today()),
        lambda made: _("The register has it as number %(number)s.", number=made.number),
    )


def offer(form):
    """The choices of this day and person."""
    form.offer(
        actions.owners(viewer()),
        queries.actions_to_name(viewer()),
        taxonomy.act_types(clock.today()),
    )


def form_page(form, agreement, status):
    """The form with what was typed."""
    body = render_template(
        "actions/agreement_form.html", form=form, agreement=agreement, families=families()
    )
    return body, status


@bp.get("/agreements/<int:agreement_id>")
@allow(Permission.ACTION_READ)
def agreement(agreement_id):
    found = queries.get_agreement(viewer(), agreement_id)
    return render_template(
        "actions/agreement.html",
        agreement=found,
        state=validity(found.valid_from, found.valid_until, clock.today()),
        may_edit=policy.can_edit(viewer(), found),
    )


@bp.route("/agreements/<int:agreement_id>/edit", methods=["GET", "POST"])
@allow(Permission.ACTION_EDIT)
def edit_agreement(agreement_id):
    found = queries.get_agreement(viewer(), agreement_id)
    require(policy.can_edit(viewer(), found))
    form = AgreementEditForm(obj=None if request.form else found)
    offer(form)
    if not form.is_submitted():
        form.act_types.data = [act.code for act in found.act_types]
    if form.validate_on_submit() and changed(found, form):
        return redirect(url_for(".agreement", agreement_id=agreement_id), code=303)
    status = 422 if form.is_submitted() else 200
    return form_page(form, queries.get_agreement(viewer(), agreement_id), status)


def changed(found, form):
    """Is it stored? False: it was refused, and the reason stands in the form."""
    who = {"by": viewer(), "at": clock.now(), "today": clock.today()}
    try:
        service.change(found, form.draft(), form.opened_version(), **who)
        db.session.commit()
    except ConflictError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return False
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)
        return False
    flash(_("Saved."), "success")
    return True
