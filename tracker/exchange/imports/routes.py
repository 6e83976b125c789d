"""The pages of an import: choose a file, match its columns, look at its rows, take it in."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.widgets import HiddenInput

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission, Role
from tracker.core import clock, request_keys
from tracker.core.db import db, reading
from tracker.core.errors import ConflictError, InvalidInputError
from tracker.core.forms import CreateForm
from tracker.core.paging import page_of
from tracker.exchange.imports import applying, policy, queries, service, showing
from tracker.exchange.imports.forms import ENCODING_NAMES, MappingForm, TakeInForm, UploadForm
from tracker.exchange.imports.reasons import Reason
from tracker.exchange.imports.rows import Matching
from tracker.exchange.matrix_files import CSV, XLSX, bp
from tracker.exchange.models import BatchStatus, ImportBatch, ImportRow, RowResult
from tracker.exchange.routes import attached
from tracker.formats.tables import UnreadableFileError

FIRST_ROWS = 3
FIRST_ERRORS = 10
AT_WORK = frozenset({BatchStatus.CHECKING, BatchStatus.APPLYING})
CHECKED = frozenset({BatchStatus.READY, BatchStatus.APPLYING, BatchStatus.DONE, BatchStatus.UNDONE})


@bp.get("/cases/import")
@allow(Permission.CASE_IMPORT)
def imports():
    return upload_page(offered(UploadForm(formdata=None)), 200)


def offered(form, sheets=()):
    """The form with its choices."""
    today = clock.today()
    own = bool(viewer().organisation_ids(Role.AGENCY))
    form.offer(queries.offices(viewer(), today=today), own=own, sheets=sheets)
    return form


def upload_page(form, status):
    page = page_of(queries.batches(viewer()), ImportBatch.id)
    return render_template("exchange/imports.html", form=form, page=page), status


@bp.post("/cases/import")
@allow(Permission.CASE_IMPORT)
def start_import():
    form = offered(UploadForm())
    if not form.validate():
        form.hide()
        return upload_page(form, 422)
    try:
        with reading():
            incoming = read(form)
    except UnreadableFileError as error:
        form.hide()
        offered(form, error.sheets)
        form.reject(InvalidInputError("file" if form.file.data else "pasted", error.message))
        return upload_page(form, 422)
    try:
        batch_id = start_once(form, incoming)
    except InvalidInputError as error:
        db.session.rollback()
        form.hide()
        form.reject(error)
        return upload_page(form, 422)
    return redirect(url_for(".import_page", batch_id=batch_id), code=303)


def read(form):
    """What was sent, read whole; the file goes before the block."""
    if form.file.data:
        file = form.file.data
        return service.read_file(file.read(), file.filename or "", form.how())
    return service.read_pasted(form.pasted.data)


def start_once(form, incoming):
    """The id of the import; the same one when the form is sent again."""
    content = {"path": request.path, "digest": incoming.digest, "how": str(form.how())}
    content["office"] = form.organisation_id.data
    now, key = clock.now(), form.request_key.data
    used = request_keys.use(viewer().person_id, key, content, at=now)
    if used.repeated:
        return used.row.answer_id
    who = {"by": viewer(), "at": now}
    batch = service.start(incoming, form.organisation_id.data, today=clock.today(), **who)
    if form.replaces_id() is not None:
        before = queries.get_batch(viewer(), form.replaces_id(), to_change=True)
        if policy.can_discard(before):
            service.discard(before, **who)
    used.row.answer_id = batch.id
    db.session.commit()
    return batch.id


@bp.get("/cases/import/template.xlsx")
@allow(Permission.CASE_IMPORT)
def import_template_xlsx():
    choices = queries.choices(viewer(), None, today=clock.today())
    return attached(showing.template_xlsx(choices), XLSX, "cases-template", _("Case template"))


@bp.get("/cases/import/template.csv")
@allow(Permission.CASE_IMPORT)
def import_template_csv():
    choices = queries.choices(viewer(), None, today=clock.today())
    return attached(showing.template_csv(choices), CSV, "cases-template", _("Case template"))


@bp.get("/cases/import/<int:batch_id>")
@allow(Permission.CASE_IMPORT)
def import_page(batch_id):
    batch = queries.get_batch(viewer(), batch_id)
    if batch.status is BatchStatus.MAPPING:
        return mapping_page(batch, mapping_form(batch, None), 200)
    choices = queries.choices(viewer(), batch.organisation_id, today=clock.today())
    words = showing.Words(batch, choices)
    result = wanted_result(batch)
    page = page_of(queries.rows_of(batch_id, result), ImportRow.id, descending=False)
    bad = batch.counts.get(RowResult.BAD, 0)
    first = queries.bad_rows(batch_id, limit=FIRST_ERRORS) if bad else []
    return render_template(
        "exchange/import.html",
        batch=batch,
        checked=batch.status in CHECKED and bool(batch.counts),
        at_work=batch.status in AT_WORK,
        page=page,
        rows=[words.shown(row) for row in page.rows if row.result is not None],
        errors=[words.shown(row) for row in first],
        result=result,
        results=list(RowResult),
        before=queries.taken_in_before(batch),
        policy=policy,
        now=clock.now(),
        key=CreateForm(formdata=None).request_key.data,
        moved=batch.error == applying.MOVED,
        tells_who=batch.counts.get(Reason.TELLS_WHO, 0),
    )


def wanted_result(batch):
    """What the rows are narrowed to; None: all of them."""
    known = {result.value: result for result in RowResult}
    return known.get(request.args.get("result", ""))


@bp.get("/cases/import/<int:batch_id>/progress")
@allow(Permission.CASE_IMPORT)
def import_progress(batch_id):
    batch = queries.get_batch(viewer(), batch_id)
    answer = make_response(render_template("exchange/_progress.html", batch=batch))
    if batch.status not in AT_WORK:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.get("/cases/import/<int:batch_id>/columns")
@allow(Permission.CASE_IMPORT)
def import_columns(batch_id):
    batch = queries.get_batch(viewer(), batch_id)
    if not policy.can_map(batch):
        raise ConflictError(service.not_now(batch))
    return mapping_page(batch, mapping_form(batch, None), 200)


def mapping_form(batch, formdata):
    """The form with the columns of this file; from what was sent, or from what is matched."""
    form = MappingForm(formdata)
    choices = queries.choices(viewer(), batch.organisation_id, today=clock.today())
    form.offer(batch.head["columns"], service.kept_places(batch), choices)
    if formdata is None:
        form.show(Matching.of(batch.mapping))
    return form


def mapping_page(batch, form, status):
    again = offered(UploadForm(formdata=None), batch.head["sheets"])
    again.organisation_id.widget = HiddenInput()
    again.organisation_id.data = batch.organisation_id
    again.replaces.data = batch.id
    body = render_template(
        "exchange/import_columns.html",
        batch=batch,
        form=form,
        again=again,
        first_rows=queries.first_rows(batch.id, FIRST_ROWS),
        before=queries.taken_in_before(batch),
        encoding=ENCODING_NAMES[batch.encoding.removesuffix("-sig")] if batch.encoding else "",
        key=CreateForm(formdata=None).request_key.data,
    )
    return body, status


@bp.post("/cases/import/<int:batch_id>/columns")
@allow(Permission.CASE_IMPORT)
def match_import(batch_id):
    batch = queries.get_batch(viewer(), batch_id, to_change=True)
    form = mapping_form(batch, request.form)
    if not form.validate():
        return mapping_page(batch, form, 422)
    try:
        if not sent_before(form):
            service.match_columns(batch, form.matching(), by=viewer(), at=clock.now())
            db.session.commit()
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)
        return mapping_page(queries.get_batch(viewer(), batch_id), form, 422)
    return redirect(url_for(".import_page", batch_id=batch_id), code=303)


@bp.post("/cases/import/<int:batch_id>/letters")
@allow(Permission.CASE_IMPORT)
def replace_words(batch_id):
    return step(batch_id, CreateForm(), service.replace_words, _("The rows were checked again."))


@bp.post("/cases/import/<int:batch_id>/take-in")
@allow(Permission.CASE_IMPORT)
def take_in(batch_id):
    form = TakeInForm()
    how = {"only_good": form.only_good.data == "1", "version": form.seen_version()}
    return step(batch_id, form, lambda batch, **who: service.take_in(batch, **how, **who), "")


@bp.post("/cases/import/<int:batch_id>/undo")
@allow(Permission.CASE_IMPORT)
def undo_import(batch_id):
    return step(batch_id, CreateForm(), applying.undo, _("The import is taken back."))


@bp.post("/cases/import/<int:batch_id>/discard")
@allow(Permission.CASE_IMPORT)
def discard_import(batch_id):
    return step(batch_id, CreateForm(), service.discard, _("The rows are thrown away."))


def step(batch_id, form, verb, done):
    """Take one step of an import, once, under its lock."""
    batch = queries.get_batch(viewer(), batch_id, to_change=True)
    if not form.validate():
        raise ConflictError(_("Please open the page again."))
    if not sent_before(form):
        verb(batch, by=viewer(), at=clock.now())
        db.session.commit()
        if done:
            flash(done, "success")
    return redirect(url_for(".import_page", batch_id=batch_id), code=303)


@bp.get("/cases/import/<int:batch_id>/errors.xlsx")
@allow(Permission.CASE_IMPORT)
def import_errors(batch_id):
    batch = queries.get_batch(viewer(), batch_id)
    content = showing.errors_file(batch, queries.bad_rows(batch_id))
    return attached(content, XLSX, f"import-{batch_id}-errors", _("Rows with errors"))
