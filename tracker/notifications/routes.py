"""One's inbox of notices."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.paging import page_of
from tracker.notifications import queries, service
from tracker.notifications.models import Notice

bp = Blueprint("notifications", __name__, url_prefix="/notices")


@bp.get("/")
@allow(Permission.NOTICE_READ)
def index():
    page = page_of(
        queries.notices(viewer(), at=clock.now()),
        Notice.id,
    )
    return render_template("notifications/index.html", page=page)


@bp.post("/<int:notice_id>/open")
@allow(Permission.NOTICE_READ)
def open_notice(notice_id):
    notice = queries.get_notice(viewer(), notice_id, at=clock.now())
    service.mark_read(notice, at=clock.now())
    db.session.commit()
    return redirect(notice.path, code=303)


@bp.post("/read")
@allow(Permission.NOTICE_READ)
def read_all():
    service.mark_all_read(by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("All notices are marked as read."), "success")
    return redirect(url_for(".index"), code=303)
