"""Announcements of a town: all of them, a new one, changing one, taking one back."""

from datetime import timedelta
from functools import partial

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, take_once, viewer
from tracker.accounts.roles import ROLE_LABELS, Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.core.forms import CreateForm
from tracker.settings import policy
from tracker.settings.announcements import queries, service
from tracker.settings.announcements.forms import AnnounceForm, ChangeForm, StepForm
from tracker.settings.notes.routes import bp
from tracker.settings.routes import towns_and_asked

A_WEEK = timedelta(days=7)


@bp.get("/announcements/")
@allow(Permission.SETTINGS_READ)
def announcements():
    towns, town = towns_and_asked()
    return render_template(
        "settings/announcements.html",
        towns=towns,
        town=town,
        found=queries.written(viewer(), town.id),
        on=clock.today(),
        may_edit=policy.can_edit(viewer(), town.id),
        role_labels=ROLE_LABELS,
        plain_form=CreateForm(formdata=None),
    )


@bp.route("/announcements/new", methods=["GET", "POST"])
@allow(Permission.SETTINGS_EDIT)
def announce():
    _towns, town = towns_and_asked()
    require(policy.can_edit(viewer(), town.id))
    today = clock.today()
    form = AnnounceForm(data={"starts_on": today, "ends_on": today + A_WEEK})
    form.offer(queries.areas_of(viewer(), town.id))
    once = partial(take_once, form, partial(write, form, town.id), _("Saved."))
    if form.validate_on_submit() and once():
        return to_list(town.id)
    return form_page(form, town.id, 422 if form.is_submitted() else 200)


def write(form, town_id):
    """It is written."""
    service.write(
        form.draft(town_id),
        by=viewer(),
        at=clock.now(),
        confirmed_details=form.confirmed_details(),
    )


def form_page(form, town_id, status, row=None, **more):
    """The form of an announcement."""
    page = render_template(
        "settings/announcement_form.html", form=form, town_id=town_id, row=row, **more
    )
    return page, status


def to_list(town_id):
    """Back to all of them."""
    return redirect(url_for(".announcements", town=town_id), code=303)


@bp.route("/announcements/<int:announcement_id>/edit", methods=["GET", "POST"])
@allow(Permission.SETTINGS_EDIT)
def edit_announcement(announcement_id):
    row = queries.get_announcement(viewer(), announcement_id)
    town_id = row.municipality_id
    require(policy.can_edit(viewer(), town_id))
    form = ChangeForm(data=written(row))
    form.offer(queries.areas_of(viewer(), town_id))
    if form.validate_on_submit():
        if form.opened_version() != row.version:
            return form_page(form, town_id, 409, row, conflict=both_texts(form, row))
        try:
            service.change(
                row,
                form.draft(town_id),
                by=viewer(),
                at=clock.now(),
                confirmed_details=form.confirmed_details(),
            )
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return to_list(town_id)
    return form_page(form, town_id, 422 if form.is_submitted() else 200, row)


def written(row):
    """What the form holds of an announcement."""
    return {
        "text": row.text,
        "role": row.role.value if row.role else "",
        "area": str(row.area_id or ""),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "version": row.version,
    }


def both_texts(form, row):
    """Both side by side; the form is up to date now: sending again overwrites knowingly."""
    now = ChangeForm(formdata=None, data=written(row))
    now.offer(queries.areas_of(viewer(), row.municipality_id))
    form.version.process(None, row.version)
    names = ("text", "role", "area", "starts_on", "ends_on")
    rows = [(form[n].label.text, shown(form[n]), shown(now[n])) for n in names]
    return [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]


def shown(field):
    """What a field holds, in words."""
    labels = dict(getattr(field, "choices", None) or ())
    return str(labels.get(field.data) or field._value()) if labels else field._value()


@bp.post("/announcements/<int:announcement_id>/withdraw")
@allow(Permission.SETTINGS_EDIT)
def withdraw_announcement(announcement_id):
    return step(announcement_id, service.withdraw, _("It is shown to nobody any more."))


@bp.post("/announcements/<int:announcement_id>/put-up")
@allow(Permission.SETTINGS_EDIT)
def put_up_announcement(announcement_id):
    return step(announcement_id, service.put_up_again, _("It is shown again."))


def step(announcement_id, verb, done):
    """Do it unless this very form has done it before."""
    form = StepForm()
    row = queries.get_announcement(viewer(), announcement_id)
    require(policy.can_edit(viewer(), row.municipality_id))
    town_id = row.municipality_id
    if not sent_before(form):
        verb(row, by=viewer(), at=clock.now())
        db.session.commit()
        flash(done, "success")
    return to_list(town_id)
