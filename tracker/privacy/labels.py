"""Words for the verbs of the log: `case.filed` is a thing and what was done to it."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

THINGS: dict[str, LazyString] = {
    "action": _l("Action"),
    "attendee": _l("Attendance"),
    "case": _l("Case"),
    "emergency_link": _l("Emergency contact"),
    "import": _l("Import"),
    "invitation": _l("Invitation"),
    "issue": _l("Regional issue"),
    "item": _l("Agenda item"),
    "meeting": _l("Meeting"),
    "organisation": _l("Organisation"),
    "person": _l("Account"),
    "pledge": _l("Pledge"),
    "resource": _l("Resource"),
    "town": _l("Municipality"),
    "type_note": _l("Note beside an act type"),
}

# What the list can be narrowed to: name of the table → thing.
SUBJECTS = {
    "cases": "case",
    "issues": "issue",
    "meetings": "meeting",
    "agenda_items": "item",
    "actions": "action",
    "resources": "resource",
    "organisations": "organisation",
    "emergency_links": "emergency_link",
    "type_notes": "type_note",
    "import_batches": "import",
}

DONE: dict[str, LazyString] = {
    "accepted": _l("accepted"),
    "action_begun": _l("work has begun"),
    "actions_stopped": _l("all actions stopped"),
    "added": _l("added"),
    "answered": _l("answered"),
    "answered_above": _l("answered by the level above"),
    "applied": _l("taken in"),
    "attached": _l("cases added"),
    "attendance_noted": _l("attendance noted"),
    "cancelled": _l("cancelled"),
    "changed": _l("changed"),
    "close_proposed": _l("closing proposed"),
    "close_refused": _l("closing not agreed to"),
    "closed": _l("closed"),
    "confirmed": _l("confirmed"),
    "contested": _l("contested"),
    "decided": _l("decided"),
    "declined": _l("not taken up"),
    "detached": _l("case taken out"),
    "disabled": _l("account closed"),
    "discarded": _l("thrown away"),
    "discussed": _l("discussion written"),
    "disposed": _l("sorted"),
    "dropped": _l("taken off the agenda"),
    "ended": _l("ended"),
    "filed": _l("filed"),
    "forwarded": _l("referred up"),
    "frozen": _l("evidence frozen"),
    "generated": _l("invented for measuring"),
    "grouped": _l("grouped into an issue"),
    "held": _l("held"),
    "in_action": _l("work has begun"),
    "invited": _l("invited"),
    "live": _l("put into use"),
    "made": _l("made"),
    "minutes_approved": _l("minutes approved"),
    "minutes_drafted": _l("minutes drafted"),
    "moved": _l("moved on"),
    "noted": _l("entry written"),
    "noted_by_meeting": _l("noted by the meeting"),
    "on_agenda": _l("put on an agenda"),
    "outcome_undone": _l("outcome taken back"),
    "office_revealed": _l("office named"),
    "parked": _l("parked"),
    "password_changed": _l("password changed"),
    "planned": _l("planned"),
    "proposed": _l("proposed"),
    "promised": _l("promised to write about nobody"),
    "published": _l("agenda published"),
    "put_on_agenda": _l("put on an agenda"),
    "raised": _l("raised"),
    "reassigned": _l("handed to another body"),
    "regressed": _l("opened again by new cases"),
    "removed": _l("removed"),
    "resource_live": _l("a resource is in use"),
    "restored": _l("put back"),
    "resubmitted": _l("filed again"),
    "resumed": _l("taken up again"),
    "returned": _l("sent back"),
    "rewritten": _l("rewritten"),
    "signed": _l("signed"),
    "signed_in": _l("signed in"),
    "signed_out": _l("signed out"),
    "started": _l("begun"),
    "stopped": _l("stopped"),
    "undone": _l("taken back"),
    "uninvited": _l("invitation taken back"),
    "wished": _l("wished to be added to an issue"),
    "withdrawn": _l("withdrawn"),
    "woken": _l("taken up again"),
    "written": _l("written"),
}

# Free texts in which a person may vouch for marked words: table.field → what the form calls it.
TEXTS: dict[str, LazyString] = {
    "cases.summary": _l("What happened"),
    "cases.wanted": _l("What would have helped"),
    "cases.work_class_reason": _l("Why another class than the table's"),
    "cases.extra_answer": _l("Answer to the town's own question"),
    "emergency_links.note": _l("What to say or to know"),
    "resources.content": _l("What it does, and for whom"),
    "resources.how_to_apply": _l("How to apply"),
    "type_notes.notice": _l("To know before filing"),
    "type_notes.change_note": _l("Why it is changed"),
}

# Where a word of DONE says something else about this thing.
DONE_TO: dict[str, LazyString] = {"emergency_link.moved": _l("moved up or down")}


def in_words(verb: str) -> str:
    """The verb as a person says it; parts without a word stay as they are."""
    thing, _dot, done = verb.partition(".")
    return _(
        "%(thing)s: %(done)s",
        thing=str(THINGS.get(thing, thing)),
        done=str(DONE_TO.get(verb) or DONE.get(done, done)),
    )


def text_in_words(subject: str, field: str) -> str:
    """Which text of which thing; parts without a word stay as they are."""
    thing = SUBJECTS.get(subject, subject)
    said = TEXTS.get(f"{subject}.{field}", field)
    return _("%(thing)s: %(done)s", thing=str(THINGS.get(thing, thing)), done=str(said))
