"""Looking back: at one meeting, and at the meetings of a fiscal year."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.errors import NotAllowedError
from tracker.core.i18n import in_english
from tracker.core.wareki import fiscal_year_name
from tracker.meetings import queries
from tracker.meetings.lookback import figures, service
from tracker.meetings.lookback import queries as lookback
from tracker.meetings.lookback.forms import LookForm
from tracker.meetings.routes import bp

YEARS_BACK = 5


@bp.get("/look-back/")
@allow(Permission.MEETING_EDIT)
def look_back_all():
    newest = lookback.this_year(clock.today())
    asked = request.args.get("year", "")
    offered = range(newest, newest - YEARS_BACK, -1)
    year = next((one for one in offered if str(one) == asked), newest)
    found = lookback.runs(viewer(), year)
    return render_template(
        "meetings/look_back_all.html",
        runs=found,
        chart=figures.outcomes(found) if found else None,
        year=year,
        years=[(one, str(one) if in_english() else fiscal_year_name(one)) for one in offered],
    )


@bp.get("/<int:meeting_id>/look-back")
@allow(Permission.MEETING_READ)
def look_back(meeting_id):
    page, form = _open(meeting_id), LookForm(formdata=None)
    look = lookback.own_look(viewer(), meeting_id)
    if look is not None:
        form.show(look)
    return _look_page(page, form)


def _open(meeting_id):
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    if not page.folder_open:
        raise NotAllowedError(_("The papers open once you have signed the pledge of secrecy."))
    return page


def _look_page(page, form, status=200):
    body = render_template(
        "meetings/look_back.html",
        page=page,
        meeting=page.meeting,
        form=form,
        was_held=page.meeting.status in lookback.MET,
        said=lookback.said_of(page.meeting.id) if page.may_prepare else None,
    )
    return body, status


@bp.post("/<int:meeting_id>/look-back")
@allow(Permission.MEETING_READ)
def say_look_back(meeting_id):
    page, form = _open(meeting_id), LookForm()
    who = {"folder_open": page.folder_open, "by": viewer(), "at": clock.now()}
    if form.validate() and take_once(
        form,
        lambda: service.look_back(page.meeting, form.draft(), **who),
        _("Thank you. It is kept without your name being shown."),
    ):
        return redirect(url_for(".look_back", meeting_id=meeting_id), code=303)
    return _look_page(page, form, 422)
