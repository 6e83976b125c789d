"""How mail is doing, for the administrator: addresses in trouble and mails that were given up."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.core.paging import page_of
from tracker.notifications.delivery import queries, service

bp = Blueprint("delivery", __name__, url_prefix="/settings/mail")


@bp.get("/")
@allow(Permission.MAIL_KEEP)
def index():
    return render_template(
        "notifications/delivery.html",
        post=queries.post(viewer(), at=clock.now()),
        addresses=queries.addresses(viewer()),
        page=page_of(queries.dead_letters(viewer()), OutboxMail.id),
    )


@bp.post("/addresses/<int:person_id>/stop")
@allow(Permission.MAIL_KEEP)
def stop(person_id):
    state = queries.get_address(viewer(), person_id)
    service.stop_address(state, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("No mail goes to this address any more. Notices in the app stay."), "success")
    return redirect(url_for(".index"), code=303)


@bp.post("/addresses/<int:person_id>/again")
@allow(Permission.MAIL_KEEP)
def try_again(person_id):
    state = queries.get_address(viewer(), person_id)
    count = service.try_address_again(state, by=viewer(), at=clock.now())
    db.session.commit()
    flash(
        ngettext(
            "The address is tried again; %(num)s mail goes out now.",
            "The address is tried again; %(num)s mails go out now.",
            count,
        ),
        "success",
    )
    return redirect(url_for(".index"), code=303)


@bp.post("/<int:mail_id>/again")
@allow(Permission.MAIL_KEEP)
def send_again(mail_id):
    mail = queries.get_dead_letter(viewer(), mail_id)
    service.send_again(mail, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("The mail waits to be sent again."), "success")
    return redirect(url_for(".index"), code=303)
