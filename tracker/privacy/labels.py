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
    "added": _l("added"),
    "answered": _l("answered"),
    "cancelled": _l("cancelled"),
    "changed": _l("changed"),
    "contested": _l("contested"),
    "decided": _l("decided"),
    "disabled": _l("account closed"),
    "disposed": _l("sorted"),
    "filed": _l("filed"),
    "grouped": _l("grouped into an issue"),
    "in_action": _l("work has begun"),
    "made": _l("made"),
    "on_agenda": _l("put on an agenda"),
    "password_changed": _l("password changed"),
    "resource_live": _l("a resource is in use"),
    "resubmitted": _l("filed again"),
    "returned": _l("sent back"),
    "signed_in": _l("signed in"),
    "signed_out": _l("signed out"),
    "undone": _l("taken back"),
    "withdrawn": _l("withdrawn"),
}


def in_words(verb: str) -> str:
    """The verb as a person says it; parts without a word stay as they are."""
    thing, _dot, done = verb.partition(".")
    return _(
        "%(thing)s: %(done)s",
        thing=str(THINGS.get(thing, thing)),
        done=str(DONE.get(done, done)),
    )
