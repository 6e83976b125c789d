"""The page of the room, in one form: it works without a script, and a save keeps every box."""

import re
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.actions import queries as actions
from tracker.core import clock, drafts, request_keys
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.core.forms import CreateForm
from tracker.issues import queries as issues
from tracker.meetings import attendance, outcomes, policy, queries, service, undoing
from tracker.meetings.live.forms import AttendanceForm, ItemDesk, desk_key, mark_of
from tracker.meetings.models import ItemKind
from tracker.meetings.routes import bp, hosted
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

NOTES_LENGTH = 2000
BEGIN, OUTCOME, UNDO = "begin", "outcome-", "undo-"  # what the buttons send
NOT_COMPARED = {"csrf_token", "request_key"}
TYPED = re.compile(r"i\d+-")
WORDS = ("sentence", "who", "on", "title", "criteria")  # what the names of boxes for words end in


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
        self.conflicts = []

    def pressed(self, save, button=OUTCOME):
        """The item whose outcome is to be noted (or undone); None for every other button."""
        wanted = (one for one in self.items if save == f"{button}{one.item.id}")
        return next(wanted, None)

    def in_shape(self, pressed):
        """May everything that was written be saved? Every part is looked at."""
        notes = [one.notes_in_shape() for one in self.items]
        return all(notes) and (pressed is None or _may_be_noted(pressed))

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
        return [self.people, *(form for one in self.items for form in one.forms)]


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
    )
    return body, status


@bp.post("/<int:meeting_id>/live")
@allow(Permission.MEETING_EDIT)
def save_live(meeting_id):
    desk, form = Desk(open_page(meeting_id), request.form), CreateForm()
    save = request.form.get("save", "")
    pressed = desk.pressed(save)
    if desk.find_conflicts():
        return live_page(desk, form, 409)
    if not (desk.in_shape(pressed) and form.validate()):
        return live_page(desk, form, 422)
    try:
        save_once(desk, form, save, pressed)
    except InvalidInputError as error:
        db.session.rollback()
        (pressed or form).reject(error)
        return live_page(desk, form, 422)
    anchor = f"item-{pressed.item.id}" if pressed else None
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
    keep_rest(desk, pressed)
    db.session.commit()
    flash(_("The outcome is noted.") if pressed else _("Saved."), "success")


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


def draft_name(meeting_id):
    """One draft for each person and meeting."""
    return f"meeting:{meeting_id}"


@bp.post("/<int:meeting_id>/live/draft")
@allow(Permission.MEETING_EDIT)
def keep_draft(meeting_id):
    hosted(meeting_id)
    typed = {
        name: words[:NOTES_LENGTH] for name, words in request.form.items() if TYPED.match(name)
    }
    drafts.save(viewer().person_id, draft_name(meeting_id), typed, at=clock.now())
    db.session.commit()
    return render_template("intake/_draft_state.html", saved_at=clock.now())
