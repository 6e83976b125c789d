"""The audit log as pages."""

from flask import Blueprint, render_template, request

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import row_id
from tracker.core.paging import page_of
from tracker.issues.evidence import months_back
from tracker.privacy import labels, queries

bp = Blueprint("privacy", __name__, url_prefix="/audit")
MONTHS_SHOWN = 12


@bp.get("/")
@allow(Permission.AUDIT_READ)
def index():
    person_id = request.args.get("person", type=row_id)
    subject = request.args.get("subject", "")
    subject = subject if subject in labels.SUBJECTS else ""
    page = page_of(queries.entries(viewer(), person_id=person_id, subject=subject), AuditEntry.id)
    return render_template(
        "privacy/index.html",
        page=page,
        person_id=person_id,
        subject=subject,
        subjects=[(table, labels.THINGS[thing]) for table, thing in labels.SUBJECTS.items()],
        in_words=labels.in_words,
    )


@bp.get("/warnings")
@allow(Permission.AUDIT_READ)
def warnings():
    since = months_back(clock.today(), MONTHS_SHOWN)[0]
    return render_template(
        "privacy/warnings.html",
        rows=queries.vouched_texts(viewer(), since=since),
        since=since,
        in_words=labels.text_in_words,
    )
