"""The templates of a centre: the list, writing one, changing it, ending it."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.accounts.access import allow, sent_before, take, take_once, viewer
from tracker.accounts.roles import Permission, Role
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, require
from tracker.core.forms import CreateForm
from tracker.intake.answers import policy, queries, service
from tracker.intake.answers.filling import PLACEHOLDERS, filled
from tracker.intake.answers.forms import TemplateForm
from tracker.intake.sorting.bulk_routes import bp
from tracker.taxonomy import queries as taxonomy


@bp.get("/triage/templates/")
@allow(Permission.CASE_SORT)
def templates():
    return render_template(
        "intake/templates.html",
        templates=queries.templates(viewer(), today=clock.today()),
        mine=viewer().organisation_ids(Role.CENTRE),
        day=clock.today(),
        plain_form=CreateForm(formdata=None),
    )


@bp.route("/triage/templates/new", methods=["GET", "POST"])
@allow(Permission.CASE_SORT)
def new_template():
    form = TemplateForm(data={"valid_from": clock.today(), "version": 0})
    form.offer(taxonomy.act_types(clock.today()))
    if form.validate_on_submit() and take_once(
        form,
        lambda: service.write_template(form.draft(), own_centre(), **acting(form)),
        _("Saved."),
    ):
        return redirect(url_for(".templates"), code=303)
    return template_page(form)


def own_centre():
    """The centre of whoever writes; of several the one joined first."""
    centre = viewer().as_role(Role.CENTRE)[0].organisation_id
    return accounts.get_organisation(viewer(), centre)


def acting(form):
    """Who writes, when, and what was vouched for."""
    return {
        "by": viewer(),
        "at": clock.now(),
        "today": clock.today(),
        "confirmed_details": form.confirmed_details(),
    }


def template_page(form, status=None, **more):
    """The form, with what an office would read."""
    example = {
        "number": "R8-0042",
        "type": _("Shopping"),
        "area": _("East"),
        "resource": _("a grocery van"),
    }
    page = render_template(
        "intake/template_form.html",
        form=form,
        placeholders=PLACEHOLDERS,
        preview=filled(form.text.data or "", example),
        **more,
    )
    return page, status or (422 if form.errors else 200)


@bp.get("/triage/templates/<int:template_id>/edit")
@allow(Permission.CASE_SORT)
def edit_template(template_id):
    template = editable(template_id)
    return template_page(form_of(template), template=template)


@bp.post("/triage/templates/<int:template_id>/edit")
@allow(Permission.CASE_SORT)
def save_template(template_id):
    template, form = editable(template_id), TemplateForm()
    form.offer(taxonomy.act_types(clock.today()))
    if form.validate():
        if form.opened_version() != template.version:
            return edit_conflict(form, template)
        verb = partial(service.rewrite_template, template, form.draft(), **acting(form))
        if take(form, verb, _("Saved.")):
            return redirect(url_for(".templates"), code=303)
        template = editable(template_id)
    return template_page(form, 422, template=template)


def editable(template_id):
    """The template, of one's own centre.

    :raises NotAllowedError: when another centre shares it
    """
    template = queries.get_template(viewer(), template_id)
    require(policy.can_edit(viewer(), template))
    return template


def form_of(template):
    """The form as the template is now."""
    names = ("title", "text", "act_type_code", "valid_from", "valid_until", "is_shared", "version")
    coded = {
        "use": template.use.value,
        "disposition": template.disposition.value if template.disposition else "",
    }
    texts = {name: getattr(template, name) for name in names}
    form = TemplateForm(formdata=None, data={**texts, **coded})
    form.offer(taxonomy.act_types(clock.today()))
    return form


def edit_conflict(form, template):
    """Both texts side by side; sending again overwrites knowingly."""
    now = form_of(template)
    names = ("title", "text", "valid_from", "valid_until")
    rows = [(form[n].label.text, form[n]._value(), now[n]._value()) for n in names]
    form.version.process(None, template.version)
    conflict = [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]
    return template_page(form, 409, template=template, conflict=conflict)


@bp.post("/triage/templates/<int:template_id>/end")
@allow(Permission.CASE_SORT)
def end_template(template_id):
    template, form = editable(template_id), CreateForm()
    if not form.validate():
        raise ConflictError(_("Please open the form again."))
    if not sent_before(form):
        service.end_template(template, by=viewer(), at=clock.now(), today=clock.today())
        db.session.commit()
        flash(_("The template is offered no more. It stays in this list."), "success")
    return redirect(url_for(".templates"), code=303)
