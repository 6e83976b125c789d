# Like routes it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""Pages of the town about one body: correcting, closing, joining to another and undoing that."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts import queries as accounts
from tracker.accounts.access import allow, sure, take_once, viewer
from tracker.accounts.changing import bodies, merging, policy, queries
from tracker.accounts.changing.forms import CloseForm, CorrectForm, JoinForm
from tracker.accounts.changing.review_routes import bp
from tracker.accounts.offices import national
from tracker.accounts.roles import ROLE_LABELS, Permission
from tracker.accounts.towns.policy import can_set_up
from tracker.accounts.towns.queries import areas_of_town
from tracker.accounts.towns.routes import odd_number
from tracker.core import clock
from tracker.core.db import db, row_id
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.forms import CreateForm


def body_to_correct(organisation_id):
    """The organisation, when its town is the viewer's to set up."""
    found = accounts.get_organisation(viewer(), organisation_id)
    require(can_set_up(viewer(), found.municipality_id))
    return found


def back_to(organisation_id):
    """To the page of the organisation."""
    return redirect(url_for("accounts.organisation", organisation_id=organisation_id), code=303)


@bp.route("/organisations/<int:organisation_id>/correct", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
def correct(organisation_id):
    found = body_to_correct(organisation_id)
    form = CorrectForm.of(found, accounts.areas_of(found.id))
    form.offer(found, areas_of_town(found.municipality_id))
    if form.validate_on_submit():
        if form.opened_version() != found.version:
            raise ConflictError(_("Somebody else changed this meanwhile. Please open it again."))
        try:
            bodies.correct(found, form.record(), by=viewer(), at=clock.now())
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            db.session.commit()
            if found.office_no and not national.is_sound(found.office_no):
                flash(odd_number(found.office_no), "warning")
            flash(_("Saved."), "success")
            return back_to(organisation_id)
    found = accounts.get_organisation(viewer(), organisation_id)
    page = render_template("accounts/changing/correct.html", form=form, organisation=found)
    return page, 422 if form.is_submitted() else 200


@bp.route("/organisations/<int:organisation_id>/close", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
@sure
def close(organisation_id):
    found = body_to_correct(organisation_id)
    closing = found.closed_on is None
    form = CloseForm(on=clock.today()) if closing else CreateForm()
    if form.validate_on_submit() and closed_or_opened(form, found):
        return back_to(organisation_id)
    found = accounts.get_organisation(viewer(), organisation_id)
    page = render_template(
        "accounts/changing/close.html",
        form=form,
        organisation=found,
        closing=closing,
        against=bodies.against_closing(found, clock.today()) if closing else [],
        this_day=clock.today(),
    )
    return page, 422 if form.is_submitted() else 200


def closed_or_opened(form, found):
    """Whether it was done."""
    who = {"by": viewer(), "at": clock.now()}
    if found.closed_on is not None:
        return take_once(form, lambda: bodies.reopen(found, **who), _("It is open again."))
    on = form.on.data
    return take_once(form, lambda: bodies.close(found, on, **who), _("Closed."))


@bp.route("/organisations/<int:organisation_id>/merge", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
@sure
def merge(organisation_id):
    gone = accounts.get_organisation(viewer(), organisation_id)
    require(policy.can_merge_from(viewer(), gone))
    form = JoinForm(into_id=asked_for())
    others = queries.bodies_to_join(viewer(), gone, today=clock.today())
    form.offer(others)
    into = next((body for body in others if body.id == form.into_id.data), None)
    found = merging.preview(gone, into, by=viewer(), at=clock.now()) if into else None
    if form.validate_on_submit() and seen(form, found) and joined(form, gone, into):
        return back_to(into.id)
    form.show(found)
    page = render_template(
        "accounts/changing/merge.html",
        form=form,
        organisation=gone,
        into=into,
        preview=found,
        role_labels=ROLE_LABELS,
    )
    return page, 422 if form.is_submitted() else 200


def asked_for():
    """The body that was chosen to be looked at; None before."""
    try:
        return row_id(request.args.get("into", ""))
    except ValueError:
        return None


def seen(form, found):
    """Is what is confirmed what was shown? Else the reason stands in the form."""
    if found is not None and form.seen.data == found.key:
        return True
    form.reject(InvalidInputError(None, _("Please look at what moves, and then confirm.")))
    return False


def joined(form, gone, into):
    """Whether it was done."""
    who = {"by": viewer(), "at": clock.now(), "today": clock.today()}
    return take_once(
        form,
        lambda: merging.merge(gone, into, **who),
        lambda count: ngettext(
            "Joined. %(num)d person goes on there.",
            "Joined. %(num)d people go on there.",
            count,
        ),
    )


@bp.post("/organisations/<int:organisation_id>/merge/undo")
@allow(Permission.TOWN_SETUP)
@sure
def unmerge(organisation_id):
    gone = accounts.get_organisation(viewer(), organisation_id)
    merging.unmerge(gone, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("Undone: both are as they were."), "success")
    return back_to(organisation_id)
