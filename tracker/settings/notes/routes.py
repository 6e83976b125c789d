"""What stands beside the act types of a town: all of them, and one with its versions."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, require
from tracker.settings import policy
from tracker.settings.notes import queries, service
from tracker.settings.notes.forms import AgainForm, NoteForm
from tracker.settings.routes import bp, towns_and_asked
from tracker.taxonomy import queries as taxonomy


@bp.get("/types/")
@allow(Permission.SETTINGS_READ)
def types():
    towns, town = towns_and_asked()
    return render_template(
        "settings/types.html",
        towns=towns,
        town=town,
        may_edit=policy.can_edit(viewer(), town.id),
        act_types=taxonomy.act_types(clock.today()),
        notes=queries.notes_in_force(viewer(), town.id, today=clock.today()),
    )


@bp.get("/types/<string(length=4):code>")
@allow(Permission.SETTINGS_READ)
def type_note(code):
    towns, town = towns_and_asked()
    found = queries.versions(viewer(), town.id, code, today=clock.today())
    form = NoteForm(formdata=None, data=written(found))
    return note_page(code, towns, town, found, form)


def written(found):
    """What the form begins with: the newest version, which may hold from a day to come."""
    newest = found[0].note if found else None
    texts = {name: getattr(newest, name) for name in queries.TEXTS} if newest else {}
    planned = newest is not None and newest.valid_from > clock.today()
    valid_from = newest.valid_from if planned else clock.today()
    hidden = newest is not None and newest.is_hidden
    number = newest.number if newest else 0
    return {**texts, "is_hidden": hidden, "valid_from": valid_from, "version": number}


def note_page(code, towns, town, found, form, status=200, **more):
    """The note in force as it is seen, the form, and every version."""
    in_force = next((version.note for version in found if version.in_force), None)
    page = render_template(
        "settings/type_note.html",
        act_type=taxonomy.get_act_type(code),
        towns=towns,
        town=town,
        may_edit=policy.can_edit(viewer(), town.id),
        versions=found,
        form=form,
        seen=form.draft(town.id, code) if form.is_submitted() else in_force,
        again_form=AgainForm(formdata=None, data={"version": found[0].note.number if found else 0}),
        **more,
    )
    return page, status


@bp.post("/types/<string(length=4):code>")
@allow(Permission.SETTINGS_EDIT)
def write_type_note(code):
    towns, town = towns_and_asked()
    require(policy.can_edit(viewer(), town.id))
    form, status, conflict = NoteForm(), 422, None
    if "look" in request.form:
        form.look()
        status = 200
    elif form.validate():
        try:
            if take_once(form, partial(write, form, town.id, code), _("Saved.")):
                return to_type(code)
        except ConflictError:
            db.session.rollback()
            status, conflict = 409, both_texts(form, town.id, code)
    found = queries.versions(viewer(), town.id, code, today=clock.today())
    return note_page(code, towns, town, found, form, status, conflict=conflict)


def write(form, town_id, code):
    """The version is written."""
    service.write_note(
        form.draft(town_id, code),
        by=viewer(),
        at=clock.now(),
        after=form.opened_version(),
        confirmed_details=form.confirmed_details(),
    )


def both_texts(form, town_id, code):
    """Both texts side by side; the form is up to date now: sending again overwrites knowingly."""
    found = queries.versions(viewer(), town_id, code, today=clock.today())
    now = NoteForm(formdata=None, data=written(found))
    form.version.process(None, now.version.data)
    rows = [(form[n].label.text, form[n]._value(), now[n]._value()) for n in queries.TEXTS]
    return [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]


def to_type(code):
    """Back to the page of the type, in the same town."""
    return redirect(url_for(".type_note", code=code, town=request.args.get("town")), code=303)


@bp.post("/types/versions/<int:note_id>/again")
@allow(Permission.SETTINGS_EDIT)
def use_version_again(note_id):
    form = AgainForm()
    note = queries.get_version(viewer(), note_id)
    require(policy.can_edit(viewer(), note.municipality_id))
    code = note.act_type_code
    if not sent_before(form):
        service.use_again(note, by=viewer(), at=clock.now(), after=form.opened_version())
        db.session.commit()
        flash(_("This version is in use again."), "success")
    return to_type(code)
