"""Preparing a meeting in minutes: what each heading proposes, the items, the day and the place."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.forms import CreateForm
from tracker.meetings import days, history, policy, programme
from tracker.meetings import queries as meetings
from tracker.meetings.models import MeetingStatus
from tracker.meetings.preparing import queries, service
from tracker.meetings.preparing.forms import (
    ITEM_FIELDS,
    MEETING_FIELDS,
    ItemChangeForm,
    MeetingChangeForm,
    PutForm,
    as_typed,
    two_texts,
)
from tracker.meetings.routes import hosted, new_key

bp = Blueprint("preparing", __name__, url_prefix="/meetings")


def to_meeting(meeting_id, status, anchor=None):
    """Where preparing goes on: the page of the headings, or of the meeting once published."""
    if status is MeetingStatus.PLANNED:
        url = url_for("preparing.show", meeting_id=meeting_id, _anchor=anchor)
    else:
        url = url_for("meetings.show", meeting_id=meeting_id)
    return redirect(url, code=303)


@bp.get("/<int:meeting_id>/prepare")
@allow(Permission.MEETING_EDIT)
def show(meeting_id):
    hosted(meeting_id)
    return prepare_page(meeting_id)


def prepare_page(meeting_id, status=200, refused=None):
    """The headings with what stands under them and what they propose.

    :param refused: (id of the heading, its form as it was sent)
    """
    page = meetings.meeting_page(viewer(), meeting_id, today=clock.today())
    planned = page.meeting.status is MeetingStatus.PLANNED
    headings = [one.heading for one in page.sections if planned and one.heading is not None]
    proposed = queries.proposals(
        viewer(), page.meeting, headings, at=clock.now(), today=clock.today()
    )
    forms = {}
    for heading in headings:
        sent = refused[1] if refused and refused[0] == heading.id else None
        forms[heading.id] = (sent or PutForm(formdata=None)).under(heading.id)
        forms[heading.id].offer(proposed[heading.id])
    body = render_template(
        "meetings/preparing/show.html",
        page=page,
        meeting=page.meeting,
        planned=planned,
        proposed=proposed,
        forms=forms,
        new_key=new_key,
        notice=days.notice(page.meeting.held_on),
        silent=[view for view in page.items if not view.item.question],
        worn=[view for view in page.items if view.item.needs_decision_line],
    )
    return body, status


@bp.post("/<int:meeting_id>/headings/<int:heading_id>/put")
@allow(Permission.MEETING_EDIT)
def put(meeting_id, heading_id):
    meeting = hosted(meeting_id)
    heading, form = programme.get_heading(meeting, heading_id), PutForm()
    form.keys.validate_choice = False  # what is no longer proposed is refused by the service
    form.keys.choices = []
    back = to_meeting(meeting_id, meeting.status, f"heading-{heading_id}")
    verb = partial(
        service.put_ticked,
        meeting,
        heading,
        form.keys.data or (),
        together=form.together.data,
        by=viewer(),
        at=clock.now(),
        today=clock.today(),
    )
    done = _("On the agenda. Please write what is to be decided where it is still missing.")
    if form.validate() and take_once(form, verb, done):
        return back
    return prepare_page(meeting_id, 422, (heading_id, form))


@bp.post("/<int:meeting_id>/reports/<int:report_id>/remove")
@allow(Permission.MEETING_EDIT)
def take_report_off(meeting_id, report_id):
    meeting, form = hosted(meeting_id), CreateForm()
    report = programme.get_report(meeting, report_id)
    verb = partial(service.take_report_off, meeting, report, by=viewer(), at=clock.now())
    back = to_meeting(meeting_id, meeting.status, f"heading-{report.heading_id}")
    if form.validate():
        take_once(form, verb, _("It is off the agenda."))
    return back


@bp.route("/<int:meeting_id>/items/<int:item_id>/edit", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def edit_item(meeting_id, item_id):
    meeting = hosted(meeting_id)
    item = meetings.get_item(meeting, item_id)
    headings, typed = programme.headings_of(meeting), as_typed(item, ITEM_FIELDS)
    form = ItemChangeForm(data=typed)
    form.offer(headings)
    show_form = partial(render_template, "meetings/preparing/item.html", form=form)
    shown = {"meeting": meeting, "item": item, "headings": headings}
    if not form.validate_on_submit():
        return show_form(**shown), 422 if form.is_submitted() else 200
    if form.opened_version() != typed["version"]:
        now = ItemChangeForm(formdata=None, data=typed)
        now.offer(headings)
        return show_form(**shown, conflict=two_texts(form, now, ITEM_FIELDS)), 409
    status = meeting.status
    who = {"by": viewer(), "at": clock.now()}
    verb = partial(service.change_item, meeting, item, form.draft(), **who)
    if take(form, verb, _("Saved.")):
        return to_meeting(meeting_id, status, f"item-{item_id}")
    meeting = hosted(meeting_id)
    shown = {"meeting": meeting, "item": meetings.get_item(meeting, item_id), "headings": headings}
    return show_form(**shown), 422


@bp.route("/<int:meeting_id>/edit", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def edit(meeting_id):
    meeting = hosted(meeting_id)
    typed = as_typed(meeting, MEETING_FIELDS)
    form = MeetingChangeForm(data=typed)
    may_change = meeting.status in policy.CALLED_OFF
    if form.is_submitted():
        history.require_status(meeting, policy.CALLED_OFF)
    show_form = partial(
        render_template, "meetings/preparing/edit.html", form=form, may_change=may_change
    )
    if not form.validate_on_submit():
        return show_form(meeting=meeting), 422 if form.is_submitted() else 200
    if form.opened_version() != typed["version"]:
        now = MeetingChangeForm(formdata=None, data=typed)
        conflict = two_texts(form, now, MEETING_FIELDS)
        return show_form(meeting=meeting, conflict=conflict), 409
    status, day = meeting.status, form.held_on.data
    verb = partial(service.change_meeting, meeting, form.draft(), by=viewer(), at=clock.now())
    if not take(form, verb, _("Saved.")):
        return show_form(meeting=hosted(meeting_id)), 422
    if notice := days.notice(day):
        flash(notice, "warning")
    return to_meeting(meeting_id, status)
