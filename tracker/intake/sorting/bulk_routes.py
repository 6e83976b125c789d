# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""One step for several cases, and taking back what one click did."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, reads_only, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError
from tracker.intake.sorting import bulk, undoing
from tracker.intake.sorting.forms import BulkForm, UndoForm
from tracker.intake.sorting.pages import kept, list_asked, offered
from tracker.intake.sorting.routes import bp


@bp.post("/triage/bulk/preview")
@allow(Permission.CASE_SORT)
@reads_only
def look_at_bulk():
    form = asked()
    if not form.validate():
        return bulk_page(form, None, 422)
    try:
        seen = bulk.preview(viewer(), form.draft(), today=clock.today())
    except InvalidInputError as error:
        form.reject(error)
        return bulk_page(form, None, 422)
    return bulk_page(form, seen)


@bp.post("/triage/bulk")
@allow(Permission.CASE_SORT)
def do_bulk():
    form = asked()
    if not form.validate():
        return bulk_page(form, None, 422)
    try:
        if not sent_before(form):
            count = bulk.carry_out(
                form.draft(), form.versions(), by=viewer(), at=clock.now(), today=clock.today()
            )
            db.session.commit()
            done = ngettext("Done for %(num)s case.", "Done for %(num)s cases.", count)
            flash(done, "success")
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)
        seen = None
        if error.field == "reason":  # asked for on this page
            seen = bulk.preview(viewer(), form.draft(), today=clock.today())
        return bulk_page(form, seen, 422)
    except ConflictError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return bulk_page(form, bulk.preview(viewer(), form.draft(), today=clock.today()), 409)
    return redirect(url_for(".inbox", **kept()), code=303)


def asked():
    """The form as it was sent, with what may be chosen."""
    _filter, people = list_asked()
    return offered(BulkForm(), people)


def bulk_page(form, seen, status=200):
    """What the step would do, case by case; nothing but the refusal when nothing can be shown."""
    page = render_template(
        "intake/bulk.html",
        form=form,
        step=bulk.BulkStep(form.step.data) if form.step.data in set(bulk.BulkStep) else None,
        seen=seen,
        kept=kept(),
    )
    return page, status


@bp.post("/triage/undo")
@allow(Permission.CASE_SORT)
def undo_act():
    form = UndoForm()
    if not form.validate():
        raise ConflictError(_("Please open the page again."))
    if not sent_before(form):
        count = undoing.take_back(form.act.data[:36], by=viewer(), at=clock.now())
        db.session.commit()
        flash(
            ngettext("Taken back for %(num)s case.", "Taken back for %(num)s cases.", count),
            "success",
        )
    return redirect(url_for(".inbox", **kept(), case=request.args.get("case")), code=303)
