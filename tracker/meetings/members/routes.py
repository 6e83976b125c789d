"""Pages about the members of one meeting: links, pledges, openings; the pledge itself."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, request_keys, web
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.meetings import attendance, policy, queries
from tracker.meetings.forms import PledgeForm
from tracker.meetings.members import queries as members
from tracker.meetings.members import service
from tracker.meetings.members.forms import LinkForm
from tracker.meetings.models import AGENDA_OPEN
from tracker.meetings.routes import bp, hosted


@bp.get("/<int:meeting_id>/members")
@allow(Permission.MEETING_EDIT)
def people(meeting_id):
    meeting = hosted(meeting_id)
    return render_template(
        "meetings/members.html",
        meeting=meeting,
        invited=members.invited(meeting, at=clock.now()),
        openings=members.openings(meeting),
        may_link=meeting.status in AGENDA_OPEN,
    )


@bp.route("/<int:meeting_id>/attendees/<int:attendee_id>/link", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def link(meeting_id, attendee_id):
    meeting = hosted(meeting_id)
    attendee = queries.get_attendee(meeting, attendee_id)
    form, made = LinkForm(), None
    form.offer(members.member_organisations(viewer()))
    if form.validate_on_submit():
        try:
            made = link_once(meeting, attendee, form)
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            if made is None:
                flash(_("This link is made already; it was shown once."), "info")
                return redirect(url_for(".people", meeting_id=meeting_id), code=303)
    body = render_template(
        "meetings/link.html", meeting=meeting, attendee=attendee, form=form, link=made
    )
    return body, 422 if form.errors else 200


def link_once(meeting, attendee, form):
    """The address of the new link; None when this very form was sent before."""
    key, sent = form.request_key.data, {"attendee": attendee.id, **form.sent_fields()}
    if request_keys.use(viewer().person_id, key, sent, at=clock.now()).repeated:
        return None
    organisation_id = form.organisation_id.data
    _invitation, token = service.make_link(
        meeting, attendee, organisation_id, by=viewer(), at=clock.now()
    )
    db.session.commit()
    path = url_for("accounts.accept_invitation", token=token)
    return current_app.config["BASE_URL"].rstrip("/") + path


@bp.route("/<int:meeting_id>/pledge", methods=["GET", "POST"])
@allow(Permission.MEETING_READ)
def pledge(meeting_id):
    meeting, form = queries.get_meeting(viewer(), meeting_id), PledgeForm()
    signed = queries.pledge_of(viewer(), meeting, today=clock.today())
    needed = policy.needs_pledge(viewer(), meeting)
    if form.is_submitted() and not needed:
        abort(403)
    back = web.local_path(form.back.data) or url_for(".agenda", meeting_id=meeting_id)
    if form.is_submitted() and signed:
        return redirect(back, code=303)
    if form.validate_on_submit():
        if not sent_before(form):
            attendance.sign_pledge(meeting, by=viewer(), at=clock.now(), today=clock.today())
            db.session.commit()
            flash(_("Thank you. The folder is open to you."), "success")
        return redirect(back, code=303)
    body = render_template(
        "meetings/pledge.html", form=form, meeting=meeting, needed=needed, signed=signed
    )
    return body, 422 if form.is_submitted() else 200
