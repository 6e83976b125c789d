"""The audit log as pages."""

from flask import Blueprint, render_template, request

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core.audit import AuditEntry
from tracker.core.db import row_id
from tracker.core.paging import page_of
from tracker.privacy import labels, queries

bp = Blueprint("privacy", __name__, url_prefix="/audit")


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
