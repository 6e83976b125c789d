"""Pages of series: the list, one with its members and headings, and planning from it."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, make_once, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, request_keys
from tracker.core.errors import require
from tracker.core.forms import CreateForm
from tracker.core.paging import page_of
from tracker.meetings import choices, days
from tracker.meetings import policy as meeting_policy
from tracker.meetings.routes import new_key, planned
from tracker.meetings.series import policy, queries, rhythm, service
from tracker.meetings.series.forms import (
    ChangeSeriesForm,
    HeadingForm,
    MemberForm,
    SeriesForm,
    SittingForm,
)
from tracker.meetings.series.models import MeetingSeries

bp = Blueprint("meeting_series", __name__, url_prefix="/meetings/series")
COMPARED = (
    *("name", "place", "starts_at", "length_minutes", "week", "weekday", "every_months"),
    *("title_pattern", "also_name", "also_level"),
)


@bp.get("/")
@allow(Permission.MEETING_READ)
def index():
    return render_template(
        "meetings/series/index.html",
        page=page_of(queries.series_list(viewer()), MeetingSeries.id),
        may_add=bool(meeting_policy.levels_to_plan(viewer())),
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def new():
    form = SeriesForm()
    areas = choices.areas_to_plan(viewer())
    form.offer(meeting_policy.levels_to_plan(viewer()), areas)
    if form.validate_on_submit():
        verb = partial(service.make_series, form.draft(), by=viewer(), at=clock.now())
        done = _("Set up, with the usual headings. Please look through them.")
        if series_id := make_once(form, verb, done):
            return redirect(url_for(".show", series_id=series_id), code=303)
    status = 422 if form.is_submitted() else 200
    return series_form(form, None, status, areas=areas)


def series_form(form, series, status=200, **more):
    """The form of a series, new or there already."""
    page = render_template(
        "meetings/series/edit.html", form=form, series=series, marks=rhythm.MARKS, **more
    )
    return page, status


@bp.get("/<int:series_id>")
@allow(Permission.MEETING_READ)
def show(series_id):
    return series_page(series_id)


def series_page(series_id, status=200, **refused):
    """The series with what its host may change; a refused form as it was sent."""
    page = queries.series_page(viewer(), series_id, today=clock.today())
    forms = {}
    if page.may_edit:
        forms["heading"] = refused.get("heading") or HeadingForm(formdata=None)
        forms["member"] = refused.get("member") or MemberForm(formdata=None)
        forms["member"].offer(choices.members_of_town(page.series, today=clock.today()))
    body = render_template(
        "meetings/series/show.html",
        page=page,
        series=page.series,
        forms=forms,
        new_key=new_key,
        notice=days.notice(page.next_day),
    )
    return body, status


def hosted(series_id):
    """A series the viewer's own organisation hosts.

    :raises NotFoundError: for a stranger
    :raises NotAllowedError: for whoever may only read it
    """
    series = queries.get_series(viewer(), series_id)
    require(policy.can_edit(viewer(), series))
    return series


@bp.route("/<int:series_id>/edit", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def edit(series_id):
    series = hosted(series_id)
    form = ChangeSeriesForm(data=as_typed(series))
    form.offer([], [])
    form.keep(series)
    to_series = redirect(url_for(".show", series_id=series_id), code=303)
    if form.validate_on_submit():
        if request_keys.is_used(viewer().person_id, form.request_key.data):
            return to_series
        if form.opened_version() != series.version:
            return edit_conflict(form, series)
        verb = partial(service.change_series, series, form.draft(), by=viewer(), at=clock.now())
        if take_once(form, verb, _("Saved.")):
            return to_series
        series = queries.get_series(viewer(), series_id)
    return series_form(form, series, 422 if form.is_submitted() else 200)


def as_typed(series):
    """What the form of a series shows at first."""
    names = ("name", "place", "starts_at", "length_minutes", "every_months", "title_pattern")
    return {
        **{name: getattr(series, name) for name in (*names, "also_name", "version")},
        "week": series.week.value if series.week else "",
        "weekday": "" if series.weekday is None else str(series.weekday),
        "also_level": series.also_level.value if series.also_level else "",
    }


def edit_conflict(form, series):
    """Both versions side by side; sending again overwrites knowingly."""
    now = ChangeSeriesForm(formdata=None, data=as_typed(series))
    now.offer([], [])
    rows = [(form[n].label.text, shown(form[n]), shown(now[n])) for n in COMPARED]
    form.version.process(None, series.version)
    form.request_key.process(None, new_key())
    conflict = [(label, mine, theirs, mine != theirs) for label, mine, theirs in rows]
    return series_form(form, series, 409, conflict=conflict)


def shown(field):
    """What a field holds, in words."""
    if hasattr(field, "choices"):
        found = (str(one.label) for one in field.iter_choices() if one.selected)
        return next(found, "")
    return str(field._value())


def step(series, form, verb, done, name=""):
    """Take one step, once; a refusal shows the page again with what was typed."""
    series_id = series.id
    if isinstance(form, MemberForm):
        form.offer(choices.members_of_town(series, today=clock.today()))
    refused = {name: form} if name else {}
    if not form.validate():
        return series_page(series_id, 422, **refused)
    if not take_once(form, partial(verb, by=viewer(), at=clock.now()), done):
        return series_page(series_id, 422, **refused)
    return redirect(url_for(".show", series_id=series_id), code=303)


@bp.post("/<int:series_id>/end")
@allow(Permission.MEETING_EDIT)
def end(series_id):
    series = hosted(series_id)
    verb = partial(service.end_series, series, today=clock.today())
    return step(series, CreateForm(), verb, _("The series has ended."))


@bp.post("/<int:series_id>/resume")
@allow(Permission.MEETING_EDIT)
def resume(series_id):
    series = hosted(series_id)
    verb = partial(service.resume_series, series)
    return step(series, CreateForm(), verb, _("The series goes on."))


@bp.post("/<int:series_id>/headings")
@allow(Permission.MEETING_EDIT)
def add_heading(series_id):
    series, form = hosted(series_id), HeadingForm()
    return step(
        series,
        form,
        lambda **who: service.add_heading(series, form.draft(), **who),
        _("The heading is there."),
        "heading",
    )


@bp.post("/<int:series_id>/headings/<int:standing_id>/move")
@allow(Permission.MEETING_EDIT)
def move_heading(series_id, standing_id):
    series = hosted(series_id)
    heading, up = queries.get_heading(series, standing_id), request.form.get("direction") == "up"
    return step(
        series,
        CreateForm(),
        partial(service.move_heading, series, heading, up=up),
        lambda place: _("It is number %(place)s now.", place=place),
    )


@bp.post("/<int:series_id>/headings/<int:standing_id>/remove")
@allow(Permission.MEETING_EDIT)
def remove_heading(series_id, standing_id):
    series = hosted(series_id)
    heading = queries.get_heading(series, standing_id)
    verb = partial(service.remove_heading, series, heading)
    return step(series, CreateForm(), verb, _("The heading is taken out."))


@bp.post("/<int:series_id>/members")
@allow(Permission.MEETING_EDIT)
def add_member(series_id):
    series, form = hosted(series_id), MemberForm()
    return step(
        series,
        form,
        lambda **who: service.add_member(series, form.draft(), today=clock.today(), **who),
        _("They are invited to every meeting planned from now on."),
        "member",
    )


@bp.post("/<int:series_id>/members/<int:seat_id>/remove")
@allow(Permission.MEETING_EDIT)
def remove_member(series_id, seat_id):
    series = hosted(series_id)
    member = queries.get_member(series, seat_id)
    verb = partial(service.remove_member, series, member)
    return step(series, CreateForm(), verb, _("They are taken out."))


@bp.route("/<int:series_id>/plan", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def plan(series_id):
    series = hosted(series_id)
    proposed = rhythm.next_day(series, queries.last_day(series.id), clock.today())
    usual = {name: getattr(series, name) for name in ("starts_at", "length_minutes", "place")}
    form = SittingForm(data={**usual, "held_on": proposed})
    if form.validate_on_submit():
        verb = partial(service.plan_sitting, series, form.draft(), by=viewer(), at=clock.now())
        done = _("Planned. Now choose what comes under each heading.")
        if meeting_id := planned(form, verb, done):
            return redirect(url_for("preparing.show", meeting_id=meeting_id), code=303)
        series = hosted(series_id)
    day = form.held_on.data
    body = render_template(
        "meetings/series/plan.html",
        form=form,
        series=series,
        title=service.title_of(series, day, queries.next_round(series.id, day)) if day else "",
        notice=days.notice(day),
    )
    return body, 422 if form.is_submitted() else 200
