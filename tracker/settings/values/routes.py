"""The numbers of a town: all of them, one group to change or to try, one put back."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db, reading
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.settings import policy
from tracker.settings.notes.routes import bp, towns_and_asked
from tracker.settings.values import queries, service, trying
from tracker.settings.values.definitions import DEFINITIONS, NumberGroup, keys_of
from tracker.settings.values.forms import PutBackForm, form_of
from tracker.settings.values.models import Key


@bp.get("/values/")
@allow(Permission.SETTINGS_READ)
def values():
    towns, town = towns_and_asked()
    found = queries.town_values(viewer(), town.id)
    return render_template(
        "settings/values.html",
        towns=towns,
        town=town,
        groups=found,
        may_edit=policy.can_edit(viewer(), town.id),
        forms={
            group: PutBackForm(formdata=None, data={"version": queries.group_version(held)})
            for group, held in found.items()
        },
    )


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
    form, status = form_of(group)(), 422
    more = {}
    if form.validate():
        try:
            service.check(group, form.numbers())
            if "try" in request.form:
                return group_page(town, form, 200, trial=tried(town, form))
            save_once(form, town.id)
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        except ConflictError:
            db.session.rollback()
            status, more = 409, {"conflict": both_numbers(form, town)}
        else:
            return redirect(url_for(".values", town=request.args.get("town")), code=303)
    return group_page(town, form, status, **more)


def form_as_held(town, group):
    """The form with what the town holds now."""
    held = queries.town_values(viewer(), town.id)[group]
    holds = {one.key.value: one.value for one in held}
    kind = form_of(group)
    return kind(formdata=None, data={**holds, "version": queries.group_version(held)})


def tried(town, form):
    """What these numbers would have done; read without holding up whoever writes."""
    person, numbers, town_id = viewer(), form.numbers(), town.id
    with reading():
        return trying.trial(person, town_id, numbers, today=clock.today())


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
        **more,
    )
    return page, status


def save_once(form, town_id):
    """The numbers hold; not again when the form is sent again."""
    if sent_before(form):
        return
    changed = service.set_values(
        town_id,
        form.group,
        form.numbers(),
        by=viewer(),
        at=clock.now(),
        after=form.opened_version(),
    )
    db.session.commit()
    flash(_("Saved.") if changed else _("Nothing was different."), "success")


def both_numbers(form, town):
    """Both sides; the form is up to date now: sending again overwrites knowingly."""
    now = form_as_held(town, form.group)
    form.version.process(None, now.version.data)
    rows = [(form[k].label.text, int(form[k].data), int(now[k].data)) for k in keys_of(form.group)]
    return [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]


@bp.post("/values/<string:value_key>/default")
@allow(Permission.SETTINGS_EDIT)
def put_value_back(value_key):
    if value_key not in set(Key):
        raise NotFoundError
    _towns, town = towns_and_asked()
    require(policy.can_edit(viewer(), town.id))
    form = PutBackForm()
    if not sent_before(form):
        service.put_back(
            town.id, Key(value_key), by=viewer(), at=clock.now(), after=form.opened_version()
        )
        db.session.commit()
        flash(_("The default holds again."), "success")
    return redirect(url_for(".values", town=request.args.get("town")), code=303)
