"""The short steps with an entry, the checklist, and the directory as leaflet and files."""

import json

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.errors import ConflictError, require
from tracker.core.forms import CreateForm
from tracker.core.i18n import date_long
from tracker.formats import tables_out
from tracker.resources import asked, policy, queries, service
from tracker.resources.checklist import POINTS
from tracker.resources.keeping import catalogue
from tracker.resources.keeping.forms import (
    ChecklistForm,
    ConfirmForm,
    EndForm,
    RoomForm,
    written_answers,
)
from tracker.resources.models import ResourceStatus
from tracker.resources.routes import CODE_LISTS, asked_list, bp
from tracker.taxonomy import queries as taxonomy


@bp.post("/<int:resource_id>/confirm")
@allow(Permission.RESOURCE_EDIT)
def confirm(resource_id):
    form = ConfirmForm()

    def as_read(resource, **who):
        if form.version.data != str(resource.version):
            raise ConflictError(_("This was changed while you were reading. Please look again."))
        service.confirm(resource, **who)

    today = date_long(clock.today())
    return step(resource_id, form, as_read, _("Confirmed as true on %(day)s.", day=today))


@bp.post("/<int:resource_id>/live")
@allow(Permission.RESOURCE_EDIT)
def live(resource_id):
    return step(resource_id, CreateForm(), service.set_live, _("It is in use from today."))


def step(resource_id, form, verb, done):
    """Take one step with an entry, once."""
    resource = kept(resource_id)
    take_once(form, lambda: verb(resource, **acting()), done)
    return back(resource_id)


def kept(resource_id):
    """The entry, for those who keep it."""
    resource = queries.get_resource(viewer(), resource_id)
    require(policy.can_edit(viewer(), resource))
    return resource


def acting():
    """Who acts, and when."""
    return {"by": viewer(), "at": clock.now(), "today": clock.today()}


def back(resource_id):
    """To the page of the entry."""
    return redirect(url_for(".show", resource_id=resource_id), code=303)


@bp.route("/<int:resource_id>/end", methods=["GET", "POST"])
@allow(Permission.RESOURCE_EDIT)
def end(resource_id):
    resource = kept(resource_id)
    form = EndForm()
    form.offer(queries.choices(viewer()), resource_id)
    if form.validate_on_submit():
        done = _("It has ended today. The directory keeps it.")
        if take_once(
            form, lambda: service.end_resource(resource, ending=form.ending(), **acting()), done
        ):
            return back(resource_id)
        resource = kept(resource_id)
    elif resource.status is ResourceStatus.ENDED and not form.is_submitted():
        return back(resource_id)
    page = render_template(
        "resources/end.html",
        resource=resource,
        form=form,
        waiting=asked.waiting(viewer(), resource),
        origins=asked.origins(viewer(), resource),
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/<int:resource_id>/capacity", methods=["GET", "POST"])
@allow(Permission.RESOURCE_EDIT)
def capacity(resource_id):
    resource = kept(resource_id)
    counts = {"free_places": resource.free_places, "waiting": resource.waiting}
    form = RoomForm(data={"capacity": resource.capacity.value, **counts})
    if form.validate_on_submit():
        done = _("Noted as of today.")
        if take_once(form, lambda: service.set_capacity(resource, form.room(), **acting()), done):
            return back(resource_id)
        resource = kept(resource_id)
    page = render_template("resources/capacity.html", resource=resource, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/<int:resource_id>/checklist", methods=["GET", "POST"])
@allow(Permission.RESOURCE_EDIT)
def checklist(resource_id):
    resource = kept(resource_id)
    if not resource.is_lifelong:
        raise ConflictError(_("Only lifelong-support businesses have this checklist."))
    form = ChecklistForm(data=written_answers(resource))
    if form.validate_on_submit():
        done = _("The checklist is stored.")
        if take_once(
            form, lambda: service.answer_points(resource, form.answers(), **acting()), done
        ):
            return back(resource_id)
        resource = kept(resource_id)
    page = render_template("resources/checklist.html", resource=resource, form=form, points=POINTS)
    return page, 422 if form.is_submitted() else 200


def taken():
    """The entries the address asks for, with the words of their codes.

    :raises InvalidInputError: when the address asks for something unknown
    """
    form, _codes = asked_list()
    form.require_known()
    found = queries.catalogue(viewer(), form.wanted(), today=clock.today())
    return found, taxonomy.codes(*CODE_LISTS)


@bp.get("/leaflet")
@allow(Permission.RESOURCE_READ)
def leaflet():
    found, codes = taken()
    shown = [one for one in found if one.is_usable and one.may_be_recommended]
    return render_template(
        "resources/leaflet.html",
        found=shown,
        left_out=len(found) - len(shown),
        codes=codes,
        hours=catalogue.hours_in_words,
        most=queries.MOST_TAKEN,
    )


@bp.get("/resources.csv")
@allow(Permission.RESOURCE_READ)
def as_csv():
    found, codes = taken()
    content = tables_out.write_csv(
        catalogue.head(), catalogue.rows(found, codes, today=clock.today())
    )
    return as_file(content, "text/csv", "resources.csv")


@bp.get("/resources.json")
@allow(Permission.RESOURCE_READ)
def as_json():
    found, codes = taken()
    written = catalogue.services(found, codes, made_on=clock.today())
    content = json.dumps(written, ensure_ascii=False, indent=1).encode()
    return as_file(content, "application/json", "resources.json")


def as_file(content, kind, name):
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)
