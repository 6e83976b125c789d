"""The page on which staff write what a meeting is shown of an issue beside its figures."""

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.errors import ConflictError, NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.issues import history
from tracker.issues import queries as issues
from tracker.issues.material import models, policy, queries, service
from tracker.issues.material.forms import (
    ChangeOptionForm,
    ChangeVignetteForm,
    OptionForm,
    VignetteForm,
)

bp = Blueprint("material", __name__)


@bp.get("/issues/<int:issue_id>/material")
@allow(Permission.ISSUE_READ)
def show(issue_id):
    return material_page(issues.get_issue(viewer(), issue_id))


def material_page(issue, status=200, **refused):
    """Everything written of the issue, and what more may be written."""
    found = queries.material_of([issue.id]).get(issue.id, queries.NOTHING)
    page = render_template(
        "issues/material.html",
        issue=issue,
        material=found,
        may_write=policy.can_write(viewer(), issue) and policy.is_open(issue),
        most_vignettes=models.MOST_VIGNETTES,
        most_options=models.MOST_OPTIONS,
        vignette_form=refused.get("vignette_form") or VignetteForm(formdata=None),
        option_form=refused.get("option_form") or OptionForm(formdata=None),
        plain_form=CreateForm(formdata=None),
    )
    return page, status


def writable(issue_id):
    """The issue, when its people write here and it is not over.

    :raises ConflictError: when it is over
    """
    issue = issues.get_issue(viewer(), issue_id)
    require(policy.can_write(viewer(), issue))
    if not policy.is_open(issue):
        raise ConflictError(history.not_now(issue))
    return issue


def row_of(issue, get, row_id):
    """A vignette or an option of this very issue.

    :raises NotFoundError: when there is none
    """
    row = get(viewer(), row_id)
    if row.issue_id != issue.id:
        raise NotFoundError
    return row


@bp.post("/issues/<int:issue_id>/vignettes")
@allow(Permission.ISSUE_EDIT)
def add_vignette(issue_id):
    return add(issue_id, VignetteForm(), "vignette_form", service.add_vignette)


@bp.post("/issues/<int:issue_id>/options")
@allow(Permission.ISSUE_EDIT)
def add_option(issue_id):
    return add(issue_id, OptionForm(), "option_form", service.add_option)


def add(issue_id, form, name, verb):
    """One more of a kind; a refusal shows the page again with what was typed."""
    issue = writable(issue_id)
    if not form.validate():
        return material_page(issue, 422, **{name: form})

    def add_it():
        told = {"by": viewer(), "at": clock.now(), "confirmed_details": form.confirmed_details()}
        return verb(issue, form.draft(), **told)

    if not take_once(form, add_it, _("Added.")):
        return material_page(issues.get_issue(viewer(), issue_id), 422, **{name: form})
    return to_page(issue_id)


def to_page(issue_id):
    """Back to everything that was written of the issue."""
    return redirect(url_for(".show", issue_id=issue_id), code=303)


@bp.route("/issues/<int:issue_id>/vignettes/<int:vignette_id>", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def edit_vignette(issue_id, vignette_id):
    get, title = queries.get_vignette, _("Change a vignette")
    return edit(issue_id, vignette_id, get, ChangeVignetteForm, title)


@bp.route("/issues/<int:issue_id>/options/<int:option_id>", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def edit_option(issue_id, option_id):
    return edit(issue_id, option_id, queries.get_option, ChangeOptionForm, _("Change an option"))


def edit(issue_id, row_id, get, form_class, title):
    """One of a kind, changed; two who change it at once are shown each other's words."""
    issue = writable(issue_id)
    row = row_of(issue, get, row_id)
    form, conflict = form_class(data=written(row)), None
    shown_page = partial(edit_page, form, title)
    if not form.validate_on_submit():
        return shown_page(issue, 422 if form.is_submitted() else 200)
    if form.opened_version() != row.version:
        conflict = both_texts(form, form_class(formdata=None, data=written(row)), row.version)
        return shown_page(issue, 409, conflict=conflict)
    told = {"by": viewer(), "at": clock.now(), "confirmed_details": form.confirmed_details()}
    if take(form, partial(service.change, issue, row, form.draft(), **told), _("Saved.")):
        return to_page(issue_id)
    return shown_page(issues.get_issue(viewer(), issue_id), 422)


def edit_page(form, title, issue, status, **more):
    """The form of one of a kind."""
    page = render_template(
        "issues/material_edit.html", form=form, heading=title, issue=issue, **more
    )
    return page, status


def written(row):
    """What the form begins with."""
    names = ("text", "title", "cost", "who", "effect", "is_public", "version")
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


def both_texts(form, now, version):
    """(label, mine, theirs, differs) of every field; sent again, the form overwrites knowingly."""
    names = [field.name for field in now if field.name in form.draft().__dataclass_fields__]
    rows = [(form[name].label.text, words(form[name]), words(now[name])) for name in names]
    form.version.process(None, version)
    return [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]


def words(field):
    """What a field holds, in words."""
    if isinstance(field.data, bool):
        return _("Yes") if field.data else _("No")
    labels = {choice.value: choice.label for choice in getattr(field, "choices", None) or ()}
    return str(labels.get(field.data, field.data or ""))


@bp.post("/issues/<int:issue_id>/vignettes/<int:vignette_id>/remove")
@allow(Permission.ISSUE_EDIT)
def remove_vignette(issue_id, vignette_id):
    return remove(issue_id, vignette_id, queries.get_vignette)


@bp.post("/issues/<int:issue_id>/options/<int:option_id>/remove")
@allow(Permission.ISSUE_EDIT)
def remove_option(issue_id, option_id):
    return remove(issue_id, option_id, queries.get_option)


def remove(issue_id, row_id, get):
    """One of a kind is taken out, once."""
    issue, form = writable(issue_id), CreateForm()
    if not form.validate():
        return material_page(issue, 422)

    def remove_it():
        service.remove(issue, row_of(issue, get, row_id), by=viewer(), at=clock.now())

    take_once(form, remove_it, _("Taken out. Agendas that are published keep what they show."))
    return to_page(issue_id)
