"""The settings of a town: the page of all of them, and its emergency chain."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.accounts.towns import policy as set_up
from tracker.core import clock, request_keys
from tracker.core.db import db, row_id
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.settings import policy, queries, service
from tracker.settings.changed import last_changes
from tracker.settings.forms import BeginForm, ChangeForm, LinkForm, PreviewForm, RemoveForm
from tracker.settings.models import PUT_BACK_HOURS, Danger
from tracker.settings.notes import queries as notes
from tracker.settings.values import queries as values
from tracker.settings.values import service as value_service
from tracker.settings.values import small_cells
from tracker.settings.values.kinds import NumberGroup

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("/")
@allow(Permission.SETTINGS_READ)
def index():
    towns, town = towns_and_asked()
    form = PreviewForm(request.args)
    form.offer(queries.areas_read(viewer()))
    page = render_template(
        "settings/index.html",
        towns=towns,
        town=town,
        chains=queries.town_chains(viewer()),
        changed=last_changes(viewer()),
        removed=queries.removed_lately(viewer(), at=clock.now()),
        targets=service.targets(),
        preview_form=form,
        seen=as_shown(form),
        plain_form=CreateForm(formdata=None),
        put_back_hours=PUT_BACK_HOURS,
        **values_shown(town),
    )
    return page, form.http_status


def as_shown(form):
    """Whom a care manager would be shown, by danger; nothing when what was asked is no choice."""
    if not form.area.choices or not form.validate():
        return {}
    when = form.looked_at(clock.now())
    return queries.preview(viewer(), form.area_id(), in_office_hours=when)


def values_shown(town):
    """Every value of the town, and what a form for putting one back carries."""
    groups = values.town_values(viewer(), town.id)
    rule = small_cells.made_of({one.key: one.value for one in groups[NumberGroup.FIGURES]})
    return {
        "groups": groups,
        "versions": {group: values.group_version(held) for group, held in groups.items()},
        "said": value_service.said,
        "remarks": {NumberGroup.FIGURES: small_cells.in_words(rule)},
        "may_set": policy.can_edit(viewer(), town.id),
        "may_set_up": set_up.can_set_up(viewer(), town.id),
    }


def towns_and_asked():
    """The towns whose settings the viewer reads, and the one asked for: the first, if none is.

    :raises NotFoundError: when it is not one of them
    """
    towns = notes.towns_read(viewer())
    asked = request.args.get("town", type=row_id)
    for town in towns:
        if asked in {None, town.id}:
            return towns, town
    raise NotFoundError


@bp.route("/emergency-links/new", methods=["GET", "POST"])
@allow(Permission.SETTINGS_EDIT)
def new():
    form = LinkForm()
    form.offer(queries.places_edited(viewer()), service.targets())
    if form.validate_on_submit():
        try:
            link_id = add_once(form)
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            return to_link(link_id)
    if not form.is_submitted() and request.args.get("danger") in set(Danger):
        form.danger.data = request.args["danger"]
    return form_page(form, 422 if form.is_submitted() else 200)


def add_once(form):
    """The id of the new link; the same one when the form is sent again."""
    used = request_keys.use(
        viewer().person_id, form.request_key.data, form.sent_fields(), at=clock.now()
    )
    if used.repeated:
        return used.row.answer_id
    link = service.add_contact(
        form.draft(), by=viewer(), at=clock.now(), confirmed_details=form.confirmed_details()
    )
    used.row.answer_id = link.id
    db.session.commit()
    flash(_("It stands in the chain now."), "success")
    return link.id


def form_page(form, status, **more):
    """The form of a link."""
    return render_template("settings/link_form.html", form=form, **more), status


def to_link(link_id):
    """Back to the list, at this line of it."""
    return redirect(url_for(".index", _anchor=f"link-{link_id}"), code=303)


@bp.route("/emergency-links/<int:link_id>/edit", methods=["GET", "POST"])
@allow(Permission.SETTINGS_EDIT)
def edit(link_id):
    link = queries.get_link(viewer(), link_id)
    require(policy.can_edit(viewer(), link.municipality_id))
    form = ChangeForm(data=written(link))
    offer_for(form, link)
    if form.validate_on_submit():
        if form.opened_version() != link.version:
            return edit_conflict(form, link)
        try:
            service.change_link(
                link,
                form.draft(),
                by=viewer(),
                at=clock.now(),
                confirmed_details=form.confirmed_details(),
            )
        except InvalidInputError as error:
            form.reject(error)
            db.session.rollback()
            link = queries.get_link(viewer(), link_id)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return to_link(link_id)
    return form_page(form, 422 if form.is_submitted() else 200, link=link)


def offer_for(form, link):
    """Give the form its choices: a link stays in its town."""
    town = link.municipality_id
    places = [p for p in queries.places_edited(viewer()) if p.municipality_id == town]
    form.offer(places, service.targets())


def written(link):
    """What the form holds of a link."""
    place = queries.Place(link.municipality_id, link.area_id, "").key
    draft = vars(service.as_drafted(link))
    return {**draft, "place": place, "version": link.version}


def edit_conflict(form, link):
    """Both texts side by side; sending again overwrites knowingly."""
    now = ChangeForm(formdata=None, data=written(link))
    offer_for(now, link)
    names = ("danger", "place", "hours", "target", "name", "phone", "note")
    rows = [(form[n].label.text, shown(form[n]), shown(now[n])) for n in names]
    form.version.process(None, link.version)
    conflict = [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]
    return form_page(form, 409, link=link, conflict=conflict)


def shown(field):
    """What a field holds, in words."""
    labels = {choice.value: choice.label for choice in getattr(field, "choices", None) or ()}
    return str(labels.get(field.data, field.data or ""))


@bp.post("/emergency-links/<int:link_id>/up")
@allow(Permission.SETTINGS_EDIT)
def up(link_id):
    return move(link_id, -1)


@bp.post("/emergency-links/<int:link_id>/down")
@allow(Permission.SETTINGS_EDIT)
def down(link_id):
    return move(link_id, 1)


def move(link_id, places):
    """Move a link by one place, once."""
    form = CreateForm()
    link = queries.get_link(viewer(), link_id)
    require(policy.can_edit(viewer(), link.municipality_id))
    if not sent_before(form):
        service.move_link(link, places, by=viewer(), at=clock.now())
        db.session.commit()
    return to_link(link_id)


@bp.post("/emergency-links/<int:link_id>/remove")
@allow(Permission.SETTINGS_EDIT)
def remove(link_id):
    form = RemoveForm()
    if request.form.get("sure") != "yes":
        warned = first_call_asked(link_id)
        if warned is not None:
            return warned

    def as_read():
        link = queries.get_link(viewer(), link_id)
        require(policy.can_edit(viewer(), link.municipality_id))
        if form.version.data != str(link.version):
            raise ConflictError(_("This was changed while you were reading. Please look again."))
        service.remove_link(link, by=viewer(), at=clock.now())

    done = _("Removed. It can be put back for %(hours)s hours.", hours=PUT_BACK_HOURS)
    return once(form, as_read, done, anchor="removed-head")


def first_call_asked(link_id):
    """The page that asks again before 119 goes out of a chain; None for every other link."""
    link = queries.find_link(viewer(), link_id)
    if link is None or not queries.hides_first_call(link):
        return None
    require(policy.can_edit(viewer(), link.municipality_id))
    plain_form = CreateForm(formdata=None)
    return render_template("settings/remove_link.html", link=link, plain_form=plain_form), 422


@bp.post("/emergency-links/removed/<int:entry_id>/restore")
@allow(Permission.SETTINGS_EDIT)
def restore(entry_id):
    verb = partial(service.restore_link, entry_id, by=viewer(), at=clock.now())
    return once(CreateForm(), verb, _("It stands in the chain again."))


@bp.post("/emergency-links/begin")
@allow(Permission.SETTINGS_EDIT)
def begin():
    form = BeginForm()
    chain = form.chosen_chain()
    if chain is None:
        raise NotFoundError
    verb = partial(service.begin_with_default, *chain, by=viewer(), at=clock.now())
    return once(form, verb, _("The default stands in your chain now. Change what is different."))


def once(form, verb, done, anchor=None):
    """Do it unless this very form has done it before, and go back to the page."""
    if not sent_before(form):
        verb()
        db.session.commit()
        flash(done, "success")
    return redirect(url_for(".index", _anchor=anchor), code=303)
