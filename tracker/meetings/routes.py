"""Pages of meetings: plan, prepare, publish, hold, minutes; the folder of the members."""

import uuid
from functools import partial

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, make_once, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.errors import require
from tracker.core.forms import CreateForm
from tracker.core.paging import Page, page_of
from tracker.meetings import (
    above,
    attendance,
    choices,
    days,
    freezing,
    ordering,
    policy,
    programme,
    queries,
    reading,
    service,
    since,
)
from tracker.meetings.forms import (
    CaseItemForm,
    FilterForm,
    InviteForm,
    IssueItemForm,
    PlanForm,
    PledgeForm,
)
from tracker.meetings.models import AGENDA_OPEN, Meeting
from tracker.meetings.series import queries as series

bp = Blueprint("meetings", __name__, url_prefix="/meetings")


@bp.app_template_global()
def pledge_until(meeting):
    """The last day of a pledge that is signed today."""
    return policy.pledge_until(clock.today(), meeting)


@bp.get("/")
@allow(Permission.MEETING_READ)
def index():
    form = FilterForm(request.args)
    page = listed(form.wanted()) if form.validate() else Page.empty()
    return render_template(
        "meetings/index.html",
        form=form,
        page=page,
        may_plan=bool(policy.levels_to_plan(viewer())),
        may_read_series=policy.may_know_of_series(viewer()),
    ), form.http_status


def listed(wanted):
    """The page of the meetings that fit."""
    return page_of(queries.meetings(viewer(), wanted, today=clock.today()), Meeting.id)


@bp.route("/new", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def new():
    form = PlanForm()
    levels, areas = policy.levels_to_plan(viewer()), choices.areas_to_plan(viewer())
    form.offer(levels, areas)
    if form.validate_on_submit():
        verb = partial(service.plan_meeting, form.draft(), by=viewer(), at=clock.now())
        if meeting_id := planned(form, verb, _("Planned. Now put the items on the agenda.")):
            return redirect(url_for(".show", meeting_id=meeting_id), code=303)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "meetings/new.html",
        form=form,
        areas=areas,
        proposals=choices.proposed_titles(viewer(), today=clock.today()),
        series=series.series_to_plan(viewer()),
    )
    return page, status


def planned(form, verb, done):
    """The key of the planned meeting, with a word on its day; None when it was refused."""
    meeting_id = make_once(form, verb, done)
    if meeting_id and (notice := days.notice(form.held_on.data)):
        flash(notice, "warning")
    return meeting_id


@bp.get("/<int:meeting_id>")
@allow(Permission.MEETING_READ)
def show(meeting_id):
    return meeting_page(meeting_id)


def meeting_page(meeting_id, status=200, **refused):
    """The meeting with every step its host may take now."""
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    if page.folder_open and not page.is_staff:  # for a member this page is part of the folder
        traces.opened(viewer().person_id, "meetings", meeting_id, at=clock.now())
    forms = prepare_forms(page.meeting, refused) if page.may_prepare else {}
    body = render_template(
        "meetings/show.html",
        page=page,
        meeting=page.meeting,
        policy=policy,
        above=above.answers(page.items),
        viewer=viewer(),
        agenda_open=page.meeting.status in AGENDA_OPEN,
        effort=series.efforts([meeting_id]).get(meeting_id) if page.is_staff else None,
        notice=days.notice(page.meeting.held_on),
        new_key=new_key,
        downloads=downloads(meeting_id, "agenda_pdf", "agenda_docx", "papers_page"),
        pledge_form=PledgeForm(formdata=None, back=request.path),
        plain_form=refused.get("plain_form") or CreateForm(formdata=None),
        forms=forms,
    )
    return body, status


def prepare_forms(meeting, refused):
    """What can be put on the agenda and who can be invited; a refused form as it was sent."""
    if meeting.status not in AGENDA_OPEN:
        return {}
    headings = programme.headings_of(meeting)
    forms = {"issues": refused.get("issues") or IssueItemForm(formdata=None)}
    forms["issues"].offer(choices.issues_to_put(viewer(), meeting), headings)
    if meeting.takes_cases:
        forms["cases"] = refused.get("cases") or CaseItemForm(formdata=None)
        cases = choices.cases_to_put(viewer(), meeting)
        forms["cases"].offer([(case.id, case.label) for case in cases], headings)
    forms["invite"] = refused.get("invite") or InviteForm(formdata=None)
    forms["invite"].offer(choices.members_of_town(meeting, today=clock.today()))
    return forms


def new_key():
    """A key for one button's form."""
    return str(uuid.uuid4())


def downloads(meeting_id, *names):
    """Addresses of the papers that another room makes, by name; those there are."""
    found = {}
    for name in names:
        endpoint = f"exchange.{name}"
        if endpoint in current_app.view_functions:
            (argument,) = next(current_app.url_map.iter_rules(endpoint)).arguments
            found[name] = url_for(endpoint, **{argument: meeting_id})
    return found


def hosted(meeting_id):
    """A meeting the viewer's own organisation hosts.

    :raises NotFoundError: for a stranger
    :raises NotAllowedError: for whoever may only read it
    """
    meeting = queries.get_meeting(viewer(), meeting_id)
    require(policy.can_prepare(viewer(), meeting))
    return meeting


def step(meeting, form, verb, *, done, name="plain_form", to="meetings.show"):
    """Take one step, once; a refusal shows the page again with what was typed."""
    meeting_id = meeting.id
    if not form.validate():
        return meeting_page(meeting_id, 422, **{name: form})
    if not take_once(form, partial(verb, by=viewer(), at=clock.now()), done):
        return meeting_page(meeting_id, 422, **{name: form})
    if request.form.get("back") == "prepare":
        to = "preparing.show"
    return redirect(url_for(to, meeting_id=meeting_id), code=303)


@bp.post("/<int:meeting_id>/items/issues")
@allow(Permission.MEETING_EDIT)
def add_issues(meeting_id):
    meeting, form = hosted(meeting_id), IssueItemForm()
    form.offer(choices.issues_to_put(viewer(), meeting), programme.headings_of(meeting))
    return add_item(meeting, form, "issues")


@bp.post("/<int:meeting_id>/items/cases")
@allow(Permission.MEETING_EDIT)
def add_cases(meeting_id):
    meeting, form = hosted(meeting_id), CaseItemForm()
    cases = [(case.id, case.label) for case in choices.cases_to_put(viewer(), meeting)]
    form.offer(cases, programme.headings_of(meeting))
    return add_item(meeting, form, "cases")


def add_item(meeting, form, name):
    """One item more, last on the agenda."""
    return step(
        meeting,
        form,
        lambda **who: service.add_item(meeting, form.draft(), today=clock.today(), **who),
        done=_("It is on the agenda."),
        name=name,
    )


@bp.post("/<int:meeting_id>/items/<int:item_id>/move")
@allow(Permission.MEETING_EDIT)
def move(meeting_id, item_id):
    meeting = hosted(meeting_id)
    item, up = queries.get_item(meeting, item_id), request.form.get("direction") == "up"
    return step(
        meeting,
        CreateForm(),
        lambda **who: ordering.move_item(meeting, item, up=up, **who),
        done=lambda place: _("It is number %(place)s now.", place=place),
    )


@bp.post("/<int:meeting_id>/items/<int:item_id>/drop")
@allow(Permission.MEETING_EDIT)
def drop(meeting_id, item_id):
    meeting = hosted(meeting_id)
    item = queries.get_item(meeting, item_id)
    return step(
        meeting,
        CreateForm(),
        lambda **who: service.drop_item(meeting, item, **who),
        done=_("It is off the agenda."),
    )


@bp.post("/<int:meeting_id>/attendees")
@allow(Permission.MEETING_EDIT)
def invite(meeting_id):
    meeting, form = hosted(meeting_id), InviteForm()
    form.offer(choices.members_of_town(meeting, today=clock.today()))
    return step(
        meeting,
        form,
        lambda **who: attendance.invite(meeting, form.draft(), today=clock.today(), **who),
        done=_("Invited."),
        name="invite",
    )


@bp.post("/<int:meeting_id>/attendees/<int:attendee_id>/remove")
@allow(Permission.MEETING_EDIT)
def uninvite(meeting_id, attendee_id):
    meeting = hosted(meeting_id)
    attendee = queries.get_attendee(meeting, attendee_id)
    return step(
        meeting,
        CreateForm(),
        lambda **who: attendance.uninvite(meeting, attendee, **who),
        done=_("The invitation is taken back."),
    )


@bp.post("/<int:meeting_id>/publish")
@allow(Permission.MEETING_EDIT)
def publish(meeting_id):
    meeting = hosted(meeting_id)
    return step(
        meeting,
        CreateForm(),
        lambda **who: service.publish(meeting, today=clock.today(), **who),
        done=_("Published. The evidence of every item is frozen."),
    )


@bp.post("/<int:meeting_id>/cancel")
@allow(Permission.MEETING_EDIT)
def cancel(meeting_id):
    return walk(meeting_id, service.cancel, _("The meeting is cancelled."))


@bp.post("/<int:meeting_id>/hold")
@allow(Permission.MEETING_EDIT)
def hold(meeting_id):
    return walk(meeting_id, service.hold, _("The meeting counts as held."))


@bp.post("/<int:meeting_id>/answered")
@allow(Permission.MEETING_EDIT)
def answered(meeting_id):
    return walk(meeting_id, service.close_answered, _("Everyone has been answered."))


def walk(meeting_id, verb, done, to="meetings.show"):
    """Walk one edge of the meeting's life."""
    meeting = hosted(meeting_id)
    return step(meeting, CreateForm(), lambda **who: verb(meeting, **who), done=done, to=to)


@bp.get("/<int:meeting_id>/agenda")
@allow(Permission.MEETING_READ)
def agenda(meeting_id):
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    if page.folder_open:
        traces.opened(viewer().person_id, "meetings", meeting_id, at=clock.now())
    items, town = [view.item for view in page.items], page.meeting.municipality_id
    return render_template(
        "meetings/agenda.html",
        page=page,
        meeting=page.meeting,
        sheets=reading.sheets_of(viewer(), town, items, at=clock.now(), today=clock.today()),
        since=since.since_then(items),
        holds=freezing.holds,
        may_recommend=page.folder_open
        and page.meeting.status in AGENDA_OPEN
        and viewer().may(Permission.MEETING_EDIT)
        and policy.can_recommend(viewer(), page.meeting),
        pledge_form=PledgeForm(formdata=None, back=request.path),
        downloads=downloads(meeting_id, "agenda_pdf", "agenda_docx"),
    )
