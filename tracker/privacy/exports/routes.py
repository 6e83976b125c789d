"""Taking rows out as a file: asking, agreeing, opening, and the list of all."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, sure, viewer
from tracker.accounts.roles import Permission
from tracker.actions.pages import attached
from tracker.core import clock, traces
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotFoundError, require
from tracker.core.paging import page_of
from tracker.formats.tables_out import write_csv
from tracker.privacy.exports import policy, queries, service, tables
from tracker.privacy.exports.forms import ExportForm, RefusalForm
from tracker.privacy.exports.models import ANSWER_WITHIN, FREE_ROWS, OPEN_FOR, Export, ExportKind
from tracker.privacy.keeping.routes import bp

FILTERS = {
    ExportKind.CASES: ("q", "status", "awaited"),
    ExportKind.LOG: ("subject", "record", "who", "since", "until"),
    ExportKind.OPENED: ("subject", "record", "who", "since", "until"),
}


def asked_kind():
    """What the address asks for.

    :raises NotFoundError: when there is no such kind
    """
    name = request.args.get("kind", ExportKind.CASES)
    if name not in {kind.value for kind in FILTERS}:
        raise NotFoundError
    return ExportKind(name)


def narrowed(kind):
    """What the address narrows the file to."""
    given = {name: request.args.get(name, "").strip()[:100] for name in FILTERS[kind]}
    return {name: text for name, text in given.items() if text}


@bp.get("/exports/")
@allow(Permission.HOME)
def exports():
    now = clock.now()
    return render_template(
        "privacy/exports.html",
        page=page_of(queries.exports(viewer()), Export.id),
        awaiting=queries.awaiting(viewer(), at=now),
        kinds=ExportKind,
        free=FREE_ROWS,
        answer_since=now - ANSWER_WITHIN,
    )


@bp.route("/exports/new", methods=["GET", "POST"])
@allow(Permission.HOME)
@sure
def new_export():
    kind = asked_kind()
    require(policy.can_ask(viewer(), kind))
    form, wanted = ExportForm(), narrowed(kind)
    if form.validate_on_submit() and (answer := take_out(form, kind, wanted)):
        return answer
    rows = queries.count_of(viewer(), kind, wanted)
    taken = queries.rows_taken(viewer().person_id, clock.now() - OPEN_FOR)
    shown = {"form": form, "kind": kind, "wanted": wanted, "rows": rows, "free": FREE_ROWS}
    shown["taken"] = taken
    return render_template("privacy/export_new.html", **shown), 422 if form.is_submitted() else 200


def take_out(form, kind, wanted):
    """The page of the new file; None when it was refused, with the reason in the form."""
    if sent_before(form):
        db.session.commit()
        return redirect(url_for("privacy.exports"), code=303)
    try:
        export = service.ask(form.draft(kind, wanted), by=viewer(), at=clock.now())
        db.session.commit()
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)
        return None
    return redirect(url_for("privacy.show_export", export_id=export.id), code=303)


@bp.get("/exports/<int:export_id>")
@allow(Permission.HOME)
def show_export(export_id):
    return shown(queries.get_export(viewer(), export_id), RefusalForm(formdata=None))


def shown(export, form):
    """The page of one file."""
    now = clock.now()
    return render_template(
        "privacy/export.html",
        export=export,
        wanted=service.narrowed_of(export),
        asked_by=queries.name_of(export.person_id),
        agreed_by=queries.name_of(export.agreed_by_id),
        is_open=export.is_open(now),
        awaits=export.awaits_answer(now),
        policy=policy,
        form=form,
    )


@bp.post("/exports/<int:export_id>/agree")
@allow(Permission.HOME)
@sure
def agree_to_export(export_id):
    export = queries.get_export(viewer(), export_id)
    service.answer(export, agrees=True, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("You agreed. The file can be opened for a day."), "success")
    return redirect(url_for("privacy.show_export", export_id=export_id), code=303)


@bp.post("/exports/<int:export_id>/refuse")
@allow(Permission.HOME)
def refuse_export(export_id):
    export, form = queries.get_export(viewer(), export_id), RefusalForm()
    if form.validate_on_submit():
        try:
            why = form.why_not.data or ""
            service.answer(export, agrees=False, by=viewer(), at=clock.now(), why_not=why)
        except InvalidInputError as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("The file cannot be opened."), "success")
            return redirect(url_for("privacy.show_export", export_id=export_id), code=303)
    require(policy.can_agree(viewer(), export))
    return shown(export, form), 422


@bp.get("/exports/<int:export_id>/file.csv")
@allow(Permission.HOME)
@sure
def export_file(export_id):
    export = queries.get_export(viewer(), export_id)
    rows = service.rows_for_file(export, by=viewer(), at=clock.now())
    head, lines = tables.table(export.kind, rows)
    for statement in service.noted_as_taken(export, rows, clock.now()):
        traces.writer.hand(statement)
    return attached(write_csv(head, lines), f"kakehashi-{export.kind}", str(export.kind.label))
