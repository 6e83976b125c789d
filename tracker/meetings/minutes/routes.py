"""Pages of the minutes: reading them, writing a version, circulation, corrections, approval."""

from functools import partial

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.errors import NotAllowedError, require
from tracker.core.forms import CreateForm
from tracker.meetings import above, history, policy, queries, service
from tracker.meetings.forms import PledgeForm
from tracker.meetings.minutes import policy as minutes_policy
from tracker.meetings.minutes import queries as minutes_queries
from tracker.meetings.minutes import service as minutes_service
from tracker.meetings.minutes import trail
from tracker.meetings.minutes.forms import (
    AddendumForm,
    AnswerForm,
    CirculateForm,
    RemarkForm,
    TextForm,
)
from tracker.meetings.minutes.rendering import to_html
from tracker.meetings.models import MeetingStatus
from tracker.meetings.routes import bp, downloads, hosted, new_key, walk

NO_MINUTES = frozenset({MeetingStatus.PLANNED, MeetingStatus.PUBLISHED, MeetingStatus.CANCELLED})


@bp.get("/<int:meeting_id>/minutes")
@allow(Permission.MEETING_READ)
def minutes(meeting_id):
    return minutes_page(meeting_id)


def minutes_page(meeting_id, status=200, **refused):
    """The minutes with every step the reader may take now; a refused form as it was sent."""
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    meeting = page.meeting
    may_read = page.folder_open and policy.can_read_minutes(viewer(), meeting)
    if may_read:
        traces.opened(viewer().person_id, "meetings", meeting_id, at=clock.now())
    writing = minutes_queries.minutes_page(meeting) if may_read else None
    body = render_template(
        "meetings/minutes.html",
        page=page,
        meeting=meeting,
        may_read=may_read,
        writing=writing,
        to_html=to_html,
        approved=meeting.status in policy.APPROVED,
        was_held=meeting.status in policy.OUTCOMES_OPEN | policy.APPROVED,
        written_on=meeting.status in minutes_policy.WRITTEN_ON,
        may_remark=may_read
        and minutes_policy.can_remark(viewer(), meeting, folder_open=page.folder_open),
        above=above.answers(page.items),
        actions=queries.actions_decided([view.item.id for view in page.items]),
        pledge_form=PledgeForm(formdata=None, back=_address(meeting_id)),
        downloads=downloads(meeting_id, "minutes_pdf", "minutes_docx"),
        new_key=new_key,
        forms=_forms(refused),
    )
    return body, status


def _forms(refused):
    fresh = {
        "circulate": CirculateForm,
        "remark": RemarkForm,
        "addendum": AddendumForm,
        "plain": CreateForm,
    }
    return {name: refused.get(name) or form(formdata=None) for name, form in fresh.items()}


def _address(meeting_id):
    return url_for("meetings.minutes", meeting_id=meeting_id)


def _step(meeting, name, form, verb, done):
    """Take one step on the minutes, once."""
    take = partial(verb, by=viewer(), at=clock.now())
    if form.validate() and take_once(form, take, done):
        return redirect(_address(meeting.id), code=303)
    return minutes_page(meeting.id, 422, **{name: form})


@bp.post("/<int:meeting_id>/minutes/draft")
@allow(Permission.MEETING_EDIT)
def draft_minutes(meeting_id):
    done = _("The minutes are drafted. Please read them through.")
    return walk(meeting_id, service.draft_minutes, done, to="meetings.minutes")


@bp.post("/<int:meeting_id>/minutes/approve")
@allow(Permission.MEETING_EDIT)
def approve_minutes(meeting_id):
    done = _("The minutes are approved.")
    return walk(meeting_id, service.approve_minutes, done, to="meetings.minutes")


@bp.get("/<int:meeting_id>/minutes/edit")
@allow(Permission.MEETING_EDIT)
def edit_minutes(meeting_id):
    meeting = hosted(meeting_id)
    text = minutes_queries.text_of(meeting.id)
    form = TextForm(formdata=None)
    form.text.data = text.text if text else ""
    form.opened.data = str(text.number if text else 0)
    return _edit_page(meeting, form)


def _edit_page(meeting, form, status=200, theirs=None):
    body = render_template(
        "meetings/edit_minutes.html",
        meeting=meeting,
        form=form,
        theirs=theirs,
        preview=to_html(form.text.data or ""),
        written_on=meeting.status in minutes_policy.WRITTEN_ON,
    )
    return body, status


@bp.post("/<int:meeting_id>/minutes/edit")
@allow(Permission.MEETING_EDIT)
def write_minutes(meeting_id):
    meeting, form = hosted(meeting_id), TextForm()
    if not form.validate():
        return _edit_page(meeting, form, 422)
    last = minutes_queries.text_of(meeting.id)
    if last is not None and form.opened_number() != last.number and form.text.data != last.text:
        form.opened.data = str(last.number)
        return _edit_page(meeting, form, 409, theirs=last.text)
    verb = partial(
        minutes_service.rewrite,
        meeting,
        form.text.data,
        form.why.data or "",
        opened=last.number if last else 0,
    )
    take = partial(verb, by=viewer(), at=clock.now())
    if take_once(form, take, _("The text is saved as a new version.")):
        return redirect(_address(meeting_id), code=303)
    return _edit_page(meeting, form, 422)


@bp.get("/<int:meeting_id>/minutes/versions/<int:version_number>")
@allow(Permission.MEETING_READ)
def minutes_version(meeting_id, version_number):
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    if not page.folder_open:
        raise NotAllowedError(_("The papers open once you have signed the pledge of secrecy."))
    require(policy.can_read_minutes(viewer(), page.meeting))
    text = minutes_queries.get_version(page.meeting, version_number)
    before = minutes_queries.get_version(page.meeting, text.number - 1) if text.number > 1 else None
    traces.opened(viewer().person_id, "meetings", meeting_id, at=clock.now())
    return render_template(
        "meetings/minutes_version.html",
        meeting=page.meeting,
        text=text,
        pieces=trail.changes(before.text if before else text.text, text.text),
    )


@bp.post("/<int:meeting_id>/minutes/circulate")
@allow(Permission.MEETING_EDIT)
def circulate_minutes(meeting_id):
    meeting, form = hosted(meeting_id), CirculateForm()
    return _step(
        meeting,
        "circulate",
        form,
        lambda **who: minutes_service.circulate(
            meeting, form.until.data, today=clock.today(), **who
        ),
        lambda people: ngettext(
            "%(num)s member is told that the draft can be read.",
            "%(num)s members are told that the draft can be read.",
            people,
        ),
    )


@bp.post("/<int:meeting_id>/minutes/remarks")
@allow(Permission.MEETING_READ)
def remark_minutes(meeting_id):
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    require(minutes_policy.can_remark(viewer(), page.meeting, folder_open=page.folder_open))
    form = RemarkForm()
    return _step(
        page.meeting,
        "remark",
        form,
        lambda **who: minutes_service.remark(
            page.meeting, form.remark.data, folder_open=page.folder_open, **who
        ),
        _("Your request has reached the host."),
    )


@bp.route("/<int:meeting_id>/minutes/remarks/<int:remark_id>", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def answer_remark(meeting_id, remark_id):
    meeting, form = hosted(meeting_id), AnswerForm()
    asked = minutes_queries.get_remark(meeting, remark_id)
    who = {"by": viewer(), "at": clock.now()}
    if form.validate_on_submit() and take_once(
        form,
        lambda: minutes_service.answer_remark(
            meeting, asked, form.chosen_answer(), form.reason.data or "", **who
        ),
        _("Answered."),
    ):
        return redirect(_address(meeting_id), code=303)
    status = 422 if form.is_submitted() else 200
    return render_template("meetings/remark.html", meeting=meeting, asked=asked, form=form), status


@bp.post("/<int:meeting_id>/minutes/addenda")
@allow(Permission.MEETING_EDIT)
def add_to_minutes(meeting_id):
    meeting, form = hosted(meeting_id), AddendumForm()
    history.require_status(meeting, policy.APPROVED)
    return _step(
        meeting,
        "addendum",
        form,
        lambda **who: minutes_service.add(meeting, form.addendum.data, **who),
        _("The addendum stands below the minutes."),
    )
