"""A meeting for a calendar, and all of a person's by a secret address."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, public, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.forms import CreateForm
from tracker.exchange.calendar import queries, service
from tracker.exchange.routes import attached, on_screen
from tracker.exchange.versions.routes import bp
from tracker.formats.calendar_out import written

ICS = ("ics", "text/calendar")


def address():
    """Of a meeting's page, with room for its number."""
    return on_screen("meetings.show", meeting_id=0).removesuffix("0") + "{}"


@bp.get("/meetings/<int:meeting_id>/agenda.ics")
@allow(Permission.MEETING_READ)
def agenda_ics(meeting_id):
    # Nothing of the folder is in it: a member takes it before the pledge, and opens nothing by it.
    one = queries.appointment(viewer(), meeting_id, address())
    file = written([one], name=one.title, cancels=one.cancelled)
    return attached(file, ICS, f"meeting-{meeting_id}", one.title)


@bp.get("/calendar/<feed_token>/meetings.ics")
@public("a calendar program cannot sign in; the token is the key")
def calendar_feed(feed_token):
    person = queries.whose_feed(feed_token, today=clock.today())
    found = queries.appointments(person, address(), today=clock.today())
    file = written(found, name=_("Regional care meetings"))
    return attached(file, ICS, "meetings", _("Regional care meetings"))


@bp.get("/account/calendar")
@allow(Permission.MEETING_READ)
def calendar_page():
    return shown(CreateForm(formdata=None), 200)


def shown(form, status, link=None):
    """The viewer's own address; the link itself only when it was made just now."""
    page = render_template(
        "exchange/calendar.html", form=form, link=link, feed=queries.own_feed(viewer())
    )
    return page, status


@bp.post("/account/calendar")
@allow(Permission.MEETING_READ)
def make_calendar():
    form = CreateForm()
    if not form.validate():
        return shown(form, 422)
    if sent_before(form):
        flash(_("This address is made already; it was shown once."), "info")
        return redirect(url_for(".calendar_page"), code=303)
    token = service.make_address(by=viewer(), at=clock.now())
    db.session.commit()
    return shown(CreateForm(formdata=None), 200, on_screen(".calendar_feed", feed_token=token))


@bp.post("/account/calendar/end")
@allow(Permission.MEETING_READ)
def end_calendar():
    service.end_address(by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("The address opens nothing any more."), "success")
    return redirect(url_for(".calendar_page"), code=303)
