"""How long texts are kept, with the next round in numbers; taking one text out."""

import re

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sure, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.errors import NotFoundError
from tracker.core.forms import CreateForm
from tracker.core.paging import page_of
from tracker.privacy import labels as log_labels
from tracker.privacy.keeping import due, labels, queries, service
from tracker.privacy.keeping.forms import FindForm, RedactForm
from tracker.privacy.keeping.models import Redaction
from tracker.privacy.keeping.places import OWNERS
from tracker.privacy.locating import locate
from tracker.privacy.routes import bp
from tracker.settings.values.definitions import DEFINITIONS
from tracker.settings.values.models import Key

AGREEMENT = re.compile(r"/agreements/([0-9]{1,9})(?![0-9])")
TIMES = Key.KEEP_CASE_YEARS, Key.KEEP_ISSUE_YEARS, Key.KEEP_MEETING_YEARS
BOUNDS = {key: DEFINITIONS[key] for key in TIMES}


@bp.get("/keeping")
@allow(Permission.AUDIT_READ)
def keeping():
    now, today = clock.now(), clock.today()
    towns = [
        (town, queries.due_in_town(viewer(), town.id, today=today))
        for town in queries.towns_of(viewer())
    ]
    return render_template(
        "privacy/keeping.html",
        towns=towns,
        everywhere=due.due_everywhere(now),
        kinds=labels.KINDS,
        bounds=BOUNDS,
    )


@bp.get("/redactions/")
@allow(Permission.AUDIT_READ)
def redactions():
    return render_template(
        "privacy/redactions.html",
        page=page_of(queries.redactions(viewer()), Redaction.id),
        form=FindForm(formdata=None),
        fields=labels.FIELDS,
    )


def asked_record():
    """The record the address names; None when it names none.

    :raises NotFoundError: when there is none in the viewer's towns
    """
    typed = request.args.get("of", "").strip()
    if not typed:
        return None
    found = place_of(typed[:200])
    if found is None or found[0] not in OWNERS:
        return None
    return queries.get_record(viewer(), *found)


def place_of(typed):
    """Table and key of what is meant; agreements have an address only."""
    if agreed := AGREEMENT.search(typed):
        return "agreements", int(agreed[1])
    return locate(viewer(), typed)


@bp.route("/redactions/new", methods=["GET", "POST"])
@allow(Permission.AUDIT_READ)
@sure
def redact():
    record = asked_record()
    if record is None:
        if request.method == "POST":
            raise NotFoundError
        form = FindForm(request.args)
        if request.args.get("of"):
            form.of.errors = [*form.of.errors, _("Nothing of your town is called so.")]
        return render_template("privacy/find.html", form=form), 422 if form.errors else 200
    traces.opened(viewer().person_id, record.subject, record.id, at=clock.now())
    form = RedactForm(record)
    if form.validate_on_submit() and take_once(form, lambda: taken_out(record, form), done()):
        service.sweep_up()
        return redirect(url_for("privacy.redactions"), code=303)
    return render_template(
        "privacy/redact.html",
        form=form,
        record=record,
        thing=log_labels.thing(record.subject),
        fields=labels.FIELDS,
    ), 422 if form.errors else 200


@bp.get("/redactions/<int:redaction_id>")
@allow(Permission.AUDIT_READ)
def redaction(redaction_id):
    found = queries.get_redaction(viewer(), redaction_id)
    traces.opened(viewer().person_id, "redactions", found.id, at=clock.now())
    return render_template(
        "privacy/redaction.html",
        redaction=found,
        original=queries.original_of(found, today=clock.today()),
        form=CreateForm(formdata=None),
        fields=labels.FIELDS,
    )


@bp.post("/redactions/<int:redaction_id>/forget")
@allow(Permission.AUDIT_READ)
@sure
def forget_original(redaction_id):
    found = queries.get_redaction(viewer(), redaction_id)
    form = CreateForm()

    def verb():
        service.forget_original(found, by=viewer(), at=clock.now())

    if form.validate_on_submit() and take_once(form, verb, _("What was taken out is deleted.")):
        service.sweep_up()
    return redirect(url_for("privacy.redaction", redaction_id=redaction_id), code=303)


def done():
    """What is said afterwards."""
    return _("It was taken out. Backups made before still hold it until they are deleted.")


def taken_out(record, form):
    """The text is gone from every row."""
    return service.redact(record, form.wish(), by=viewer(), at=clock.now())
