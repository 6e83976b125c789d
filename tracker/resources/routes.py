"""The directory of resources: the list, one entry, and what its keepers may do with it."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, make_once, take, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.errors import ConflictError, require
from tracker.core.forms import CreateForm
from tracker.core.i18n import listed, named
from tracker.core.paging import Page, ranked_page_of
from tracker.resources import drafting, narrowing, policy, queries, reading, service
from tracker.resources.asking import queries as asking
from tracker.resources.checklist import POINTS
from tracker.resources.forms import ChangeForm, FilterForm, ResourceForm, written_details
from tracker.resources.keeping.forms import ConfirmForm, RoomForm
from tracker.resources.models import (
    CAPACITY_LABELS,
    DOUBTED_FROM,
    Resource,
    ResourceStatus,
    is_stale,
)
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

bp = Blueprint("resources", __name__, url_prefix="/resources")
CODE_LISTS = tuple(drafting.LISTS.values())


@bp.get("/")
@allow(Permission.RESOURCE_READ)
def index():
    today = clock.today()
    form, codes = asked_list()
    page = found(form.wanted(), today) if form.validate() else Page.empty()
    return render_template(
        "resources/index.html",
        form=form,
        page=page,
        fees=codes[CodeList.FEE],
        areas=queries.areas_of(viewer(), [row.id for row in page.rows]),
        stale={row.id for row in page.rows if is_stale(row.assured_on, today)},
        kept={key: request.args[key] for key in request.args if key not in ("after", "before")},
        doubted_from=DOUBTED_FROM,
        capacities=CAPACITY_LABELS,
    ), form.http_status


def found(wanted, today):
    """The page of the entries that fit, the surest first."""
    return ranked_page_of(
        queries.resources(viewer(), wanted, today=today),
        Resource.id,
        narrowing.rank(today),
        lambda key: queries.rank_of(key, today),
    )


def asked_list():
    """What the list is narrowed to, and the words of its codes."""
    form = FilterForm(request.args)
    codes = taxonomy.codes(CodeList.RESOURCE_CATEGORY, CodeList.FEE)
    categories = codes[CodeList.RESOURCE_CATEGORY].values()
    form.offer(categories, taxonomy.act_types(clock.today()), queries.areas_seen(viewer()))
    return form, codes


@bp.route("/new", methods=["GET", "POST"])
@allow(Permission.RESOURCE_EDIT)
def new():
    form = ResourceForm()
    families = offer(form)
    if form.validate_on_submit() and (resource_id := entered(form)):
        return redirect(url_for(".show", resource_id=resource_id), code=303)
    if not form.is_submitted():
        form.status.data = ResourceStatus.LIVE.value
    return form_page(form, families, 422 if form.is_submitted() else 200)


def entered(form):
    """The key of the new entry; None when it was refused."""
    verb = partial(service.enter_resource, form.draft(), **said_of(form))
    return make_once(form, verb, _("It stands in the directory now."))


def said_of(form):
    """Who says it when, and what is said beside the words themselves."""
    return {
        "by": viewer(),
        "at": clock.now(),
        "today": clock.today(),
        "status": form.chosen_status(),
        "confirmed_details": form.confirmed_details(),
    }


def offer(form, resource=None):
    """Give the form its choices; (family, its types) come back for the page.

    Types the resource has stay, though they be retired. Plain words, not rows: a refusal rolls
    the session back, and rows with it.
    """
    act_types = list(taxonomy.act_types(clock.today()))
    if resource is not None:
        known = {act.code for act in act_types}
        act_types += [act for act in resource.act_types if act.code not in known]
    form.offer(queries.areas_kept(viewer()), act_types, taxonomy.codes(*CODE_LISTS))
    families = {}
    for act in act_types:
        families.setdefault(named(act.family), []).append((act.code, named(act)))
    return list(families.items())


def form_page(form, families, status, **more):
    """The form; the act types fold into their families, hours and prices into tables."""
    return render_template("resources/form.html", form=form, families=families, **more), status


@bp.get("/<int:resource_id>")
@allow(Permission.RESOURCE_READ)
def show(resource_id):
    page = reading.resource_page(viewer(), resource_id, today=clock.today())
    resource = page.resource
    return render_template(
        "resources/show.html",
        page=page,
        resource=resource,
        codes=taxonomy.codes(*CODE_LISTS),
        confirm_form=ConfirmForm(formdata=None, obj=resource),
        room_form=RoomForm(formdata=None, data=written_room(resource)),
        plain_form=CreateForm(formdata=None),
        asked=asking.asked_about(viewer(), resource),
        now=clock.now(),
        points=POINTS,
        answered={row.point: row for row in resource.points},
        Status=ResourceStatus,
    )


def written_room(resource):
    """What is known of its places."""
    counts = {"free_places": resource.free_places, "waiting": resource.waiting}
    return {"capacity": resource.capacity.value, **counts}


@bp.route("/<int:resource_id>/edit", methods=["GET", "POST"])
@allow(Permission.RESOURCE_EDIT)
def edit(resource_id):
    resource = queries.get_resource(viewer(), resource_id)
    require(policy.can_edit(viewer(), resource))
    if resource.status is ResourceStatus.ENDED:
        raise ConflictError(_("This resource has ended. Put it back into use first."))
    form = ChangeForm(data=written(resource))
    families = offer(form, resource)
    if form.validate_on_submit():
        if form.opened_version() != resource.version:
            return edit_conflict(form, families, resource)
        if take(
            form,
            partial(service.change_resource, resource, form.draft(), **said_of(form)),
            _("Saved."),
        ):
            return redirect(url_for(".show", resource_id=resource_id), code=303)
        resource = queries.get_resource(viewer(), resource_id)
    return form_page(form, families, 422 if form.is_submitted() else 200, resource=resource)


def written(resource):
    """What the form holds of an entry."""
    draft = drafting.as_drafted(resource)
    name_en = "" if resource.name_en == resource.name_ja else resource.name_en
    status = resource.status.value
    more = {"name_en": name_en, "status": status, "version": resource.version}
    return {**vars(draft), **written_details(draft), **more}


def edit_conflict(form, families, resource):
    """Both texts side by side; sending again overwrites knowingly."""
    now = ChangeForm(formdata=None, data=written(resource))
    offer(now, resource)
    hidden = {"csrf_token", "version", "details_confirmed"}
    rows = [
        (mine.label.text, shown(mine), shown(now[mine.name]))
        for mine in form
        if mine.name not in hidden and (mine.data or now[mine.name].data)
    ]
    form.version.process(None, resource.version)
    conflict = [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]
    return form_page(form, families, 409, resource=resource, conflict=conflict)


def shown(field):
    """What a field holds, in words."""
    if getattr(field, "choices", None) is None:
        return field._value() if hasattr(field, "_value") else str(field.data or "")
    held = field.data if isinstance(field.data, list) else [field.data]
    return listed(choice.label for choice in field.choices if choice.value in held)
