"""Words for the verbs of the log: `case.filed` is a thing and what was done to it."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

THINGS: dict[str, LazyString] = {
    "action": _l("Action"),
    "attendee": _l("Attendance"),
    "case": _l("Case"),
    "invitation": _l("Invitation"),
    "issue": _l("Regional issue"),
    "item": _l("Agenda item"),
    "meeting": _l("Meeting"),
    "organisation": _l("Organisation"),
    "person": _l("Account"),
    "pledge": _l("Pledge"),
    "resource": _l("Resource"),
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
}

DONE: dict[str, LazyString] = {
    "accepted": _l("accepted"),
    "action_begun": _l("work has begun"),
    "actions_stopped": _l("all actions stopped"),
    "added": _l("added"),
    "answered": _l("answered"),
    "answered_above": _l("answered by the level above"),
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
    "discussed": _l("discussion written"),
    "disposed": _l("sorted"),
    "dropped": _l("taken off the agenda"),
    "ended": _l("ended"),
    "filed": _l("filed"),
    "forwarded": _l("referred up"),
    "frozen": _l("evidence frozen"),
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
    "parked": _l("parked"),
    "password_changed": _l("password changed"),
    "planned": _l("planned"),
    "proposed": _l("proposed"),
    "published": _l("agenda published"),
    "put_on_agenda": _l("put on an agenda"),
    "raised": _l("raised"),
    "reassigned": _l("handed to another body"),
    "regressed": _l("opened again by new cases"),
    "resource_live": _l("a resource is in use"),
    "resubmitted": _l("filed again"),
    "resumed": _l("taken up again"),
    "returned": _l("sent back"),
    "rewritten": _l("rewritten"),
    "signed": _l("signed"),
    "signed_in": _l("signed in"),
    "signed_out": _l("signed out"),
    "stopped": _l("stopped"),
    "undone": _l("taken back"),
    "uninvited": _l("invitation taken back"),
    "withdrawn": _l("withdrawn"),
    "woken": _l("taken up again"),
}


def in_words(verb: str) -> str:
    """The verb as a person says it; parts without a word stay as they are."""
    thing, _dot, done = verb.partition(".")
    return _(
        "%(thing)s: %(done)s",
        thing=str(THINGS.get(thing, thing)),
        done=str(DONE.get(done, done)),
    )
