"""A town's Word files: all of them, one with its trial, the fields there are."""

import hashlib

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, request_keys, traces
from tracker.core.db import db, reading
from tracker.core.errors import NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.exchange.imports.routes import bp
from tracker.exchange.routes import WORD, attached, folder, words
from tracker.exchange.word_templates import policy, queries, service
from tracker.exchange.word_templates.fields import explained, values
from tracker.exchange.word_templates.forms import UploadForm
from tracker.exchange.word_templates.models import TemplateKind
from tracker.exchange.word_templates.sample import sample
from tracker.exchange.word_templates.starting import starting_file
from tracker.formats.word_package import MOST_BYTES, RefusedError
from tracker.formats.word_template import filled
from tracker.settings.notes.routes import towns_and_asked


@bp.get("/settings/word-templates/")
@allow(Permission.SETTINGS_READ)
def word_templates():
    return files_page(UploadForm(formdata=None), 200)


def files_page(form, status, reasons=()):
    """What is in use for each kind, the form, every file; reasons against the one just sent."""
    towns, town = towns_and_asked()
    page = render_template(
        "exchange/word_templates.html",
        form=form,
        reasons=reasons,
        towns=towns,
        town=town,
        may_edit=policy.can_edit(viewer(), town.id),
        kinds=list(TemplateKind),
        in_use=queries.in_use(town.id),
        files=queries.files(viewer(), town.id),
        key=CreateForm(formdata=None).request_key.data,
    )
    return page, status


@bp.post("/settings/word-templates/")
@allow(Permission.SETTINGS_EDIT)
def send_word_template():
    _towns, town = towns_and_asked()
    require(policy.can_edit(viewer(), town.id))
    form = UploadForm()
    if not form.validate():
        return files_page(form, 422)
    content = form.file.data.read(MOST_BYTES + 1)
    try:
        with reading():
            service.look_through(content)
    except RefusedError as error:
        return files_page(form, 422, error.reasons)
    template_id = taken_in_once(form, town.id, content)
    return redirect(url_for(".word_template", word_template_id=template_id), code=303)


def taken_in_once(form, town_id, content):
    """The id of the file; the same one when the form is sent again."""
    said = {"path": request.path, "town": town_id, "kind": form.kind.data, "note": form.note.data}
    said["digest"] = hashlib.sha256(content).hexdigest()
    used = request_keys.use(viewer().person_id, form.request_key.data, said, at=clock.now())
    if not used.repeated:
        template = service.take_in(form.draft(town_id, content), by=viewer(), at=clock.now())
        used.row.answer_id = template.id
        db.session.commit()
        flash(_("Taken in. Please look at the trial before it is used."), "success")
    return used.row.answer_id


@bp.get("/settings/word-templates/<int:word_template_id>")
@allow(Permission.SETTINGS_READ)
def word_template(word_template_id):
    return file_page(queries.get_file(viewer(), word_template_id), CreateForm(formdata=None), 200)


def file_page(template, form, status):
    """One file: what it is, its trial, the button to use it."""
    used = queries.in_use(template.municipality_id).get(template.kind)
    page = render_template(
        "exchange/word_template.html",
        template=template,
        form=form,
        is_used=used is not None and used.template_id == template.id,
        may_edit=policy.can_edit(viewer(), template.municipality_id),
        has_meeting=queries.last_meeting_id(viewer(), template.municipality_id) is not None,
    )
    return page, status


@bp.get("/settings/word-templates/<int:word_template_id>/file.docx")
@allow(Permission.SETTINGS_READ)
def word_template_file(word_template_id):
    template = queries.get_file(viewer(), word_template_id)
    name = f"{template.kind.label}_{template.id}"
    return attached(template.content, WORD, f"template-{template.id}", name)


@bp.get("/settings/word-templates/<int:word_template_id>/trial.docx")
@allow(Permission.SETTINGS_READ)
def word_template_trial(word_template_id):
    template = queries.get_file(viewer(), word_template_id)
    file = filled(template.content, values(trial_content(template.municipality_id)))
    name = _("Trial of %(name)s", name=template.kind.label)
    return attached(file, WORD, f"trial-{template.id}", name)


def trial_content(town_id):
    """The town's newest meeting that is open to the viewer; made-up words where there is none."""
    meeting_id = queries.last_meeting_id(viewer(), town_id)
    if meeting_id is None:
        return sample()
    traces.opened(viewer().person_id, "meetings", meeting_id, at=clock.now())
    return words(folder(meeting_id))


@bp.post("/settings/word-templates/<int:word_template_id>/use")
@allow(Permission.SETTINGS_EDIT)
def use_word_template(word_template_id):
    template, form = queries.get_file(viewer(), word_template_id), CreateForm()
    require(policy.can_edit(viewer(), template.municipality_id))
    town_id = template.municipality_id

    def verb():
        service.use(template, by=viewer(), at=clock.now())

    if not form.validate() or not take_once(form, verb, _("It is in use from now on.")):
        return file_page(template, form, 422)
    return redirect(url_for(".word_templates", town=town_id), code=303)


@bp.post("/settings/word-templates/ours")
@allow(Permission.SETTINGS_EDIT)
def use_our_template():
    _towns, town = towns_and_asked()
    wanted, form, town_id = kind_of(request.form.get("kind")), CreateForm(), town.id

    def verb():
        service.use_ours(town_id, wanted, by=viewer(), at=clock.now())

    require(policy.can_edit(viewer(), town_id))
    if form.validate():
        take_once(form, verb, _("Ours is in use again."))
    return redirect(url_for(".word_templates", town=town_id), code=303)


def kind_of(word):
    """The kind of paper.

    :raises NotFoundError: when there is none of that name
    """
    try:
        return TemplateKind(word)
    except ValueError as error:
        raise NotFoundError from error


@bp.get("/settings/word-templates/fields")
@allow(Permission.SETTINGS_READ)
def word_template_fields():
    return render_template(
        "exchange/word_template_fields.html", fields=list(explained(sample())), kinds=TemplateKind
    )


@bp.get("/settings/word-templates/starting.docx")
@allow(Permission.SETTINGS_READ)
def starting_template():
    kind = kind_of(request.args.get("kind", TemplateKind.FOLDER.value))
    name = _("Starting file: %(name)s", name=kind.label)
    return attached(starting_file(kind), WORD, f"starting-{kind.value}", name)
