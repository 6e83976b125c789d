"""The page of the room, in one form: it works without a script, and a save keeps every box."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.accounts.access import allow, keeps_draft, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.actions import queries as actions
from tracker.core import clock, drafts, request_keys
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.core.forms import CreateForm
from tracker.issues import queries as issues
from tracker.meetings import (
    attendance,
    choices,
    outcomes,
    policy,
    programme,
    queries,
    recommending,
    service,
    undoing,
)
from tracker.meetings.live.forms import (
    AttendanceForm,
    ItemDesk,
    NewItemForm,
    RecommendForm,
    desk_key,
    mark_of,
)
from tracker.meetings.lookback import routes as look_back_pages
from tracker.meetings.members import routes as member_pages
from tracker.meetings.minutes import routes as minutes_pages
from tracker.meetings.models import AGENDA_OPEN, ItemKind, MeetingStatus
from tracker.meetings.routes import bp, hosted
from tracker.meetings.series.models import Rule
from tracker.meetings.telling import routes as telling_pages
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

NOTES_LENGTH = 2000
BEGIN, ADD, OUTCOME, UNDO, NOW = "begin", "add", "outcome-", "undo-", "now-"  # the buttons
NOT_COMPARED = {"csrf_token", "request_key"}
TYPED = re.compile(r"i\d+-|new-")
# What the names of boxes for words end in.
WORDS = ("sentence", "who", "on", "title", "criteria", "event", "differs_because")
# Their addresses stand beside those of the meeting itself, and are known once they are imported.
ROOMS = (look_back_pages, member_pages, minutes_pages, telling_pages)


@dataclass(frozen=True)
class Offers:
    """What may be chosen on the page: for every item the same."""

    issues: list[tuple[int, str]]
    kinds: list[Any]
    owners: list[tuple[int, str]]


class Desk:
    """The page as it is worked on: everybody invited, every item, what was typed."""

    def __init__(self, page, typed=None):
        self.page, self.meeting = page, page.meeting
        offers = _offers(page)
        self.people = AttendanceForm(typed)
        self.people.offer(page.attendees)
        self.items = [ItemDesk(view, offers, typed) for view in page.items]
        self.new_item = None
        if page.meeting.status in ITEMS_OPEN:
            self.new_item = NewItemForm(typed, prefix="new-")
            self.new_item.offer(choices.issues_to_put(viewer(), page.meeting))
        self.conflicts = []

    def pressed(self, save, button=OUTCOME):
        """The item whose outcome is to be noted (or undone); None for every other button."""
        wanted = (one for one in self.items if save == f"{button}{one.item.id}")
        return next(wanted, None)

    @property
    def current(self):
        """The item that is talked about: the last one begun, while it has no outcome."""
        begun = [one for one in self.items if one.item.begun_at is not None]
        last = max(begun, key=lambda one: one.item.begun_at, default=None)
        return last if last is not None and last.item.outcome is None else None

    def in_shape(self, pressed, save):
        """May everything that was written be saved? Every part is looked at."""
        notes = [one.notes_in_shape() for one in self.items]
        added = save != ADD or (self.new_item is not None and self.new_item.validate())
        return all(notes) and added and (pressed is None or _may_be_noted(pressed))

    def find_conflicts(self):
        """Both texts of each discussion that somebody else wrote on; sending again overwrites."""
        for one in self.items:
            if one.notes.was_written_on and one.notes.overtaken_by(one.item):
                label, mine = one.item.title, one.notes.discussion.data
                self.conflicts.append((label, mine, one.item.discussion, True))
                one.notes.text_version.data = mark_of(one.item.discussion)
        return bool(self.conflicts)

    @property
    def forms(self):
        """All forms, for the summary of errors."""
        new = [self.new_item] if self.new_item is not None else []
        return [self.people, *(form for one in self.items for form in one.forms), *new]


ITEMS_OPEN = AGENDA_OPEN - {MeetingStatus.PLANNED}


def _may_be_noted(pressed):
    return pressed.outcome is None or pressed.outcome_in_shape()


def _offers(page):
    kinds = {view.item.kind for view in page.items if view.item.outcome is None}
    joinable = issues.open_to_cases(viewer()) if ItemKind.CASE in kinds else []
    decides = ItemKind.ISSUE in kinds
    codes = taxonomy.codes(CodeList.ACTION_KIND)[CodeList.ACTION_KIND] if decides else {}
    return Offers(
        [(key, f"{number} {title}") for key, number, title in joinable],
        list(codes.values()),
        actions.owners(viewer()) if decides else [],
    )


def open_page(meeting_id):
    """The meeting, for the people of its host.

    :raises NotAllowedError: for whoever may only read it
    """
    page = queries.meeting_page(viewer(), meeting_id, today=clock.today())
    require(page.may_prepare)
    return page


@bp.get("/<int:meeting_id>/live")
@allow(Permission.MEETING_EDIT)
def live(meeting_id):
    page = open_page(meeting_id)
    draft = drafts.find(viewer().person_id, draft_name(meeting_id))
    desk = Desk(page, MultiDict(draft.fields) if draft else None)
    desk.people.show(page.attendees)
    for one in desk.items:
        one.open()
    return live_page(desk, CreateForm(formdata=None), draft=draft)


def live_page(desk, form, status=200, draft=None):
    """The page of the room; its key is new, so that what is sent next counts."""
    fresh = CreateForm(formdata=None)
    fresh.form_errors = form.form_errors
    body = render_template(
        "meetings/live.html",
        desk=desk,
        page=desk.page,
        meeting=desk.meeting,
        form=fresh,
        draft=draft,
        notes_open=desk.meeting.status in policy.NOTES_OPEN,
        outcomes_open=desk.meeting.status in policy.OUTCOMES_OPEN,
        sitting=desk.meeting.status is MeetingStatus.HELD,
        current=desk.current,
        actions=queries.actions_decided([one.item.id for one in desk.items]),
        now=clock.now(),
    )
    return body, status


def draft_name(meeting_id):
    """One draft for each person and meeting."""
    return f"meeting:{meeting_id}"


def typed_fields():
    """What this request brings for the draft."""
    return {name: words[:NOTES_LENGTH] for name, words in request.form.items() if TYPED.match(name)}


@bp.post("/<int:meeting_id>/live")
@allow(Permission.MEETING_EDIT)
@keeps_draft(draft_name, typed_fields, {})
def save_live(meeting_id):
    desk, form = Desk(open_page(meeting_id), request.form), CreateForm()
    save = request.form.get("save", "")
    pressed = desk.pressed(save)
    if desk.find_conflicts():
        return live_page(desk, form, 409)
    if not (desk.in_shape(pressed, save) and form.validate()):
        return live_page(desk, form, 422)
    try:
        save_once(desk, form, save, pressed)
    except InvalidInputError as error:
        db.session.rollback()
        (pressed or (desk.new_item if save == ADD else form)).reject(error)
        return live_page(desk, form, 422)
    turned_to = pressed or desk.pressed(save, NOW)
    anchor = f"item-{turned_to.item.id}" if turned_to else None
    return redirect(url_for(".live", meeting_id=meeting_id, _anchor=anchor), code=303)


def save_once(desk, form, save, pressed):
    """Everything written is saved, and the outcome of the item whose button was pressed."""
    sent = {"path": request.path, **request.form.to_dict(flat=False)}
    content = {name: value for name, value in sent.items() if name not in NOT_COMPARED}
    who = {"by": viewer(), "at": clock.now()}
    key = form.request_key.data
    if request_keys.use(viewer().person_id, key, content, at=who["at"]).repeated:
        return
    save_people(desk, save, who)
    for one in desk.items:
        if one.notes.was_written_on:
            outcomes.write_discussion(desk.meeting, one.item, one.notes.discussion.data, **who)
    if pressed is not None:
        outcomes.require_undecided(pressed.item)
        draft = pressed.outcome.draft(pressed.filled_rows)
        outcomes.note_outcome(desk.meeting, pressed.item, draft, today=clock.today(), **who)
    if undone := desk.pressed(save, UNDO):
        undoing.undo_outcome(desk.meeting, undone.item, **who)
    if begun := desk.pressed(save, NOW):
        recommending.come_to(desk.meeting, begun.item, **who)
    if save == ADD:
        draft = replace(desk.new_item.draft(), heading_id=heading_of_issues(desk.meeting))
        service.add_item(desk.meeting, draft, today=clock.today(), **who)
    keep_rest(desk, pressed)
    db.session.commit()
    flash(_("The outcome is noted.") if pressed else _("Saved."), "success")


def heading_of_issues(meeting):
    """The heading under which issues are talked about; None where the meeting has no such one."""
    headings = programme.headings_of(meeting)
    return next((one.id for one in headings if one.rule is Rule.ISSUES), None)


def save_people(desk, save, who):
    """Who is here, once anybody was noted; the first time the meeting counts as held with it."""
    present = set(desk.people.present.data or [])
    if present or any(one.present is not None for one in desk.page.attendees):
        attendance.note_attendance(desk.meeting, present, **who)
    if save == BEGIN:
        service.hold(desk.meeting, **who)


def keep_rest(desk, pressed):
    """What was begun about the outcome of other items waits as a draft."""
    waiting = [one for one in desk.items if one.outcome is not None and one is not pressed]
    begun = tuple(f"{desk_key(one.item.id)}{part}" for one in waiting for part in ("o-", "a"))
    rest = {name: words for name, words in request.form.items() if name.startswith(begun)}
    if begun and any(words and name.endswith(WORDS) for name, words in rest.items()):
        drafts.save(viewer().person_id, draft_name(desk.meeting.id), rest, at=clock.now())
    else:
        drafts.discard(viewer().person_id, draft_name(desk.meeting.id))


@bp.post("/<int:meeting_id>/live/draft")
@allow(Permission.MEETING_EDIT)
def keep_draft(meeting_id):
    hosted(meeting_id)
    drafts.save(viewer().person_id, draft_name(meeting_id), typed_fields(), at=clock.now())
    db.session.commit()
    return render_template("intake/_draft_state.html", saved_at=clock.now())


@bp.route("/<int:meeting_id>/items/<int:item_id>/recommendation", methods=["GET", "POST"])
@allow(Permission.MEETING_EDIT)
def recommendation(meeting_id, item_id):
    meeting = queries.get_meeting(viewer(), meeting_id)
    require(policy.can_recommend(viewer(), meeting))
    item, form = queries.get_item(meeting, item_id), RecommendForm()
    form.offer(item.kind)
    who = {"by": viewer(), "at": clock.now()}
    if form.validate_on_submit() and take_once(
        form,
        lambda: recommending.recommend(meeting, item, form.wanted(), form.reason.data or "", **who),
        _("The recommendation stands beside the item."),
    ):
        return redirect(url_for(".show", meeting_id=meeting_id), code=303)
    if not form.is_submitted():
        form.recommendation.data = item.recommendation.value if item.recommendation else ""
        form.reason.data = item.recommendation_reason
    body = render_template("meetings/recommendation.html", meeting=meeting, item=item, form=form)
    return body, 422 if form.is_submitted() else 200
