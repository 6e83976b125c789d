"""The values of a town: all of them, one group to change or to try, one put back, its versions."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db, reading
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.settings import policy
from tracker.settings.announcements.routes import bp
from tracker.settings.routes import towns_and_asked
from tracker.settings.values import queries, service, trying
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.forms import PutBackForm, form_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key


@bp.get("/values/<string:value_key>/versions")
@allow(Permission.SETTINGS_READ)
def value_versions(value_key):
    key = asked_key(value_key)
    _towns, town = towns_and_asked()
    held = queries.town_values(viewer(), town.id)[DEFINITIONS[key].group]
    again = PutBackForm(formdata=None, data={"version": queries.group_version(held)})
    return render_template(
        "settings/value_versions.html",
        town=town,
        key=key,
        definition=DEFINITIONS[key],
        versions=queries.versions(viewer(), town.id, key),
        may_edit=policy.can_edit(viewer(), town.id),
        said=service.said,
        again_form=again,
    )


def asked_key(name):
    """The value of this name.

    :raises NotFoundError: when there is none
    """
    if name not in set(Key):
        raise NotFoundError
    return Key(name)


def asked_group(name):
    """The group of this name.

    :raises NotFoundError: when there is none
    """
    if name not in set(NumberGroup):
        raise NotFoundError
    return NumberGroup(name)


@bp.route("/values/<string:value_group>", methods=["GET", "POST"])
@allow(Permission.SETTINGS_EDIT)
def edit_values(value_group):
    group = asked_group(value_group)
    _towns, town = towns_and_asked()
    require(policy.can_edit(viewer(), town.id))
    if request.method == "GET":
        return group_page(town, form_as_held(town, group), 200)
    form = form_of(group)()
    if not (form.validate() and fits(form)):
        return group_page(town, form, 422)
    if "try" in request.form:
        return group_page(town, form, 200, trial=tried(town, form))
    try:
        if take_once(form, partial(save, form, town.id), said_of):
            return to_group(town.id, group)
    except ConflictError:
        db.session.rollback()
        return group_page(town, form, 409, conflict=both_numbers(form, town))
    return group_page(town, form, 422)


def fits(form):
    """May these numbers be set together? What may not stands in the form."""
    try:
        service.check(form.group, form.numbers())
    except InvalidInputError as error:
        form.reject(error)
        return False
    return True


def form_as_held(town, group):
    """The form with what the town holds now."""
    held = queries.town_values(viewer(), town.id)[group]
    holds = {one.key.value: one.value for one in held}
    kind = form_of(group)
    more = {"valid_from": clock.today(), "version": queries.group_version(held)}
    return kind(formdata=None, data={**holds, **more})


def tried(town, form):
    """What these numbers would have done; read without holding up whoever writes."""
    person, numbers, town_id = viewer(), form.numbers(), town.id
    with reading():
        found = trying.trial(person, town_id, numbers, today=clock.today())
        return found or service.different(person, town_id, numbers, today=clock.today())


def group_page(town, form, status, **more):
    """The form of a group, with what was tried."""
    page = render_template(
        "settings/values_form.html",
        town_id=town.id,
        group=form.group,
        form=form,
        keys=keys_of(form.group),
        definitions=DEFINITIONS,
        bounds=service.bounds,
        said=service.said,
        **more,
    )
    return page, status


def save(form, town_id):
    """The numbers hold; how many changed."""
    return service.set_values(
        town_id,
        form.group,
        form.numbers(),
        by=viewer(),
        at=clock.now(),
        after=form.opened_version(),
        valid_from=form.valid_from.data,
    )


def said_of(changed):
    """What is said of so many changes."""
    return _("Saved.") if changed else _("Nothing was different.")


def both_numbers(form, town):
    """Both sides; the form is up to date now: sending again overwrites knowingly."""
    now = form_as_held(town, form.group)
    form.version.process(None, now.version.data)
    rows = [
        (form[k].label.text, *(service.said(DEFINITIONS[k], one.data) for one in (form[k], now[k])))
        for k in keys_of(form.group)
    ]
    return [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]


def to_group(town_id, group):
    """Back to the page of all settings, at this group."""
    return redirect(url_for(".index", town=town_id, _anchor=f"group-{group.value}"), code=303)


@bp.post("/values/<string:value_key>/default")
@allow(Permission.SETTINGS_EDIT)
def put_value_back(value_key):
    key = asked_key(value_key)
    _towns, town = towns_and_asked()
    require(policy.can_edit(viewer(), town.id))

    def put_back(after):
        service.put_back(town.id, key, by=viewer(), at=clock.now(), after=after)

    return hold_again(put_back, town.id, key, _("The default holds again."))


@bp.post("/values/versions/<int:value_id>/again")
@allow(Permission.SETTINGS_EDIT)
def use_value_again(value_id):
    version = queries.get_version(viewer(), value_id)
    town_id, key = version.municipality_id, version.key
    require(policy.can_edit(viewer(), town_id))

    def use_again(after):
        service.use_again(version, by=viewer(), at=clock.now(), after=after)

    return hold_again(use_again, town_id, key, _("This version is in use again."))


def hold_again(verb, town_id, key, done):
    """Do it unless this very form has done it before; a refusal is said on the page of all."""
    form = PutBackForm()
    if not sent_before(form):
        try:
            verb(form.opened_version())
        except InvalidInputError as error:
            db.session.rollback()
            flash(error.message, "warning")
        else:
            db.session.commit()
            flash(done, "success")
    return to_group(town_id, DEFINITIONS[key].group)
