"""The steps of setting up a town: areas, organisations, offices from the national file."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts import holding
from tracker.accounts.access import allow, sent_before, take_once, viewer
from tracker.accounts.models import ORGANISATION_LABELS, Area, Organisation, OrganisationKind
from tracker.accounts.offices import national
from tracker.accounts.offices import queries as offices
from tracker.accounts.offices import service as taking
from tracker.accounts.roles import Permission
from tracker.accounts.towns import queries, service
from tracker.accounts.towns.forms import AreaForm, AreasForm, BodyForm, FileForm, TakeOverForm
from tracker.core import clock
from tracker.core.db import db, reading, row_id
from tracker.core.errors import InvalidInputError, NotFoundError
from tracker.core.forms import CreateForm
from tracker.core.paging import page_of

bp = Blueprint("towns", __name__, url_prefix="/settings/setup")
MOST_BYTES = 20_000_000  # the national file has about 15 million


@bp.url_value_preprocessor
def take_large_files(endpoint, _values):
    """Only here may a file be as large as the national one."""
    if endpoint == "towns.upload":
        request.max_content_length = MOST_BYTES


@bp.route("/<int:town_id>/areas", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
def areas(town_id):
    town = queries.town_to_set_up(viewer(), town_id)
    form = AreasForm()
    if form.validate_on_submit():
        done = take_once(
            form,
            lambda: service.add_areas(town, form.wanted(), by=viewer(), at=clock.now()),
            lambda made: ngettext("%(num)d area added.", "%(num)d areas added.", len(made)),
        )
        if done:
            return redirect(url_for(".areas", town_id=town_id), code=303)
    page = render_template(
        "accounts/towns/areas.html",
        form=form,
        town=town,
        areas=queries.areas_of_town(town_id),
        bodies=queries.bodies_of_town(town_id, today=clock.today()),
        centre=OrganisationKind.CENTRE,
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/<int:town_id>/areas/<int:area_id>", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
def area(town_id, area_id):
    town = queries.town_to_set_up(viewer(), town_id)
    found = db.session.get(Area, area_id)
    if found is None or found.municipality_id != town.id:
        raise NotFoundError
    form = AreaForm(obj=found)
    if form.validate_on_submit():
        try:
            english = form.name_en.data or form.name_ja.data
            service.rename_area(found, form.name_ja.data, english, by=viewer(), at=clock.now())
        except InvalidInputError as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for(".areas", town_id=town_id), code=303)
    page = render_template("accounts/towns/area.html", form=form, town=town, area=found)
    return page, 422 if form.is_submitted() else 200


@bp.post("/<int:town_id>/areas/<int:area_id>/remove")
@allow(Permission.TOWN_SETUP)
def remove_area(town_id, area_id):
    town = queries.town_to_set_up(viewer(), town_id)
    found = db.session.get(Area, area_id)
    if found is None or found.municipality_id != town.id:
        raise NotFoundError
    service.remove_area(found, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("The area is gone."), "success")
    return redirect(url_for(".areas", town_id=town_id), code=303)


@bp.route("/<int:town_id>/organisations", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
def bodies(town_id):
    town = queries.town_to_set_up(viewer(), town_id)
    today = clock.today()
    areas_here = queries.areas_of_town(town_id)
    wanted = request.args.get("kind", "")
    known = {kind.value for kind in OrganisationKind}
    form = BodyForm(kind=wanted if wanted in known else OrganisationKind.CENTRE.value)
    form.offer(areas_here)
    if form.validate_on_submit():
        done = take_once(
            form,
            lambda: service.add_body(town, form.draft(), by=viewer(), at=clock.now(), today=today),
            said,
        )
        if done:
            return redirect(url_for(".bodies", town_id=town_id), code=303)
    page = render_template(
        "accounts/towns/bodies.html",
        form=form,
        town=town,
        areas={one.id: one for one in areas_here},
        bodies=queries.bodies_of_town(town_id, today=today),
        kind_labels=ORGANISATION_LABELS,
    )
    return page, 422 if form.is_submitted() else 200


def said(made):
    """What is said of an organisation that was entered; an odd number is a warning only."""
    if made.office_no and not national.is_sound(made.office_no):
        flash(odd_number(made.office_no), "warning")
    return _("%(name)s is entered.", name=made.name_ja)


def odd_number(number):
    """The warning about a number whose check digit does not fit."""
    return _(
        "The last digit of the office number %(number)s does not fit the others. Such numbers are "
        "in use, but please look at it once more.",
        number=number,
    )


@bp.route("/<int:town_id>/places", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
def places(town_id):
    town = queries.town_to_set_up(viewer(), town_id)
    form = CreateForm()
    if form.validate_on_submit():
        take_once(
            form,
            lambda: service.place(town, wishes(), by=viewer(), at=clock.now(), today=clock.today()),
            lambda count: ngettext(
                "%(num)d office is placed anew.", "%(num)d offices are placed anew.", count
            ),
        )
        return redirect(url_for(".places", town_id=town_id), code=303)
    page = page_of(
        queries.offices_of_town(town_id, today=clock.today()), Organisation.id, descending=False
    )
    return render_template(
        "accounts/towns/places.html",
        form=form,
        town=town,
        page=page,
        areas=queries.areas_of_town(town_id),
    )


def wishes():
    """Office → area, as the page's fields say."""
    try:
        return {
            row_id(name.removeprefix("area-")): row_id(value) if value else None
            for name, value in request.form.items()
            if name.startswith("area-")
        }
    except ValueError as error:
        raise NotFoundError from error


@bp.route("/<int:town_id>/offices", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
def upload(town_id):
    with reading():
        town = queries.town_to_set_up(viewer(), town_id)
        form = FileForm()
        rows = read(form, town) if form.validate_on_submit() else None
    if rows is not None and not form.errors:
        file = taking.keep(town, rows, by=viewer(), at=clock.now())
        db.session.commit()
        return redirect(url_for(".preview", town_id=town_id, file_id=file.id), code=303)
    page = render_template("accounts/towns/offices.html", form=form, town=town)
    return page, 422 if form.is_submitted() else 200


def read(form, town):
    """The rows of the town in the file that was sent; None, when refused, with the reason."""
    file = form.file.data
    try:
        rows = national.read(file.read(), file.filename or "")
        return taking.rows_for(town.id, rows, form.numbers())
    except InvalidInputError as error:
        form.reject(error)
        return None


@bp.route("/<int:town_id>/offices/<int:file_id>", methods=["GET", "POST"])
@allow(Permission.TOWN_SETUP)
def preview(town_id, file_id):
    town = queries.town_to_set_up(viewer(), town_id)
    file = offices.get_file(viewer(), file_id)
    if file.municipality_id != town.id:
        raise NotFoundError
    today = clock.today()
    found = offices.compare(town_id, taking.rows_of(file), today=today)
    waiting = holding.open_cases([one.id for one in (*found.gone, *found.gone_with_people)])
    form = TakeOverForm()
    form.offer(found, waiting)
    if form.validate_on_submit() and not sent_before(form):
        taking.take_over(file, close=form.close.data, by=viewer(), at=clock.now(), today=today)
        db.session.commit()
        flash(_("The offices are as the file says."), "success")
    if form.is_submitted() and not form.errors:
        return redirect(url_for(".places", town_id=town_id), code=303)
    page = render_template(
        "accounts/towns/preview.html",
        form=form,
        town=town,
        file=file,
        found=found,
        waiting=waiting,
        labels={
            "name_ja": _("Name"),
            "kana": _("Reading in kana"),
            "phone": _("Telephone"),
            "address": _("Address for letters"),
        },
    )
    return page, 422 if form.errors else 200
