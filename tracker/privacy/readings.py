"""Who read what, and who was refused: noted for every page, so that a new page cannot be forgotten.

A page whose address names a row of `ROWS` is an opening of that row, unless the page said itself
what it showed. Written as traces, after the answer was made: a GET writes nothing else.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from tracker.accounts.access import viewer
from tracker.core import clock, traces
from tracker.core.db import db

# What an address calls the key of a row → its table.
ROWS = {
    "case_id": "cases",
    "candidate_id": "candidates",
    "issue_id": "issues",
    "letter_id": "issue_letters",
    "meeting_id": "meetings",
    "action_id": "actions",
    "agreement_id": "agreements",
    "person_id": "people",
    "membership_id": "memberships",
    "organisation_id": "organisations",
    "export_id": "exports",
    "redaction_id": "redactions",
}
# Pages that belong to no row, and tell of people or of the log.
LISTS = {
    "accounts.people": "list_of_people",
    "changing.review": "list_of_people",
    "delivery.index": "mail",
    "privacy.index": "log",
    "privacy.opened": "log",
    "privacy.unusual_reading": "log",
    "privacy.warnings": "log",
    "privacy.exports": "log",
    "privacy.redactions": "log",
    "privacy.sign_ins": "log",
}
_OWN = "what the person asked for or has to answer"
_EMPTY = "words, numbers and forms of the town; nothing of a case or a person"
_DIRECTORY = "the directory of who can help: everybody with an account reads it"
# Addresses with a key that are no opening: why.
NOT_READ = {
    "actions.agreements": _EMPTY,
    "exchange.import_page": _OWN,
    "exchange.import_columns": _OWN,
    "exchange.word_template": _EMPTY,
    "followup.show": _OWN,
    "followup.by_link": _OWN,
    "followup.thanks": _OWN,
    "home.town_set_up": _EMPTY,
    "issues.regrouping": "numbers of issues that were split or joined, to take it back",
    "intake.edit_template": _EMPTY,
    "meeting_series.show": _EMPTY,
    "meeting_series.edit": _EMPTY,
    "meeting_series.plan": _EMPTY,
    "resources.show": _DIRECTORY,
    "resources.edit": _DIRECTORY,
    "resources.end": _DIRECTORY,
    "resources.capacity": _DIRECTORY,
    "resources.checklist": _DIRECTORY,
    "resources.confirm_by_link": _DIRECTORY,
    "issues.resource_trace": _DIRECTORY,
    "saved.edit": _OWN,
    "settings.edit": _EMPTY,
    "settings.remove": _EMPTY,
    "settings.edit_announcement": _EMPTY,
    "settings.edit_values": _EMPTY,
    "settings.value_versions": _EMPTY,
    "settings.type_note": _EMPTY,
    "taxonomy.show": _EMPTY,
    "towns.area": _EMPTY,
    "towns.areas": _EMPTY,
    "towns.bodies": _EMPTY,
    "towns.places": _EMPTY,
    "towns.upload": _EMPTY,
    "towns.preview": _EMPTY,
    "accounts.accept_invitation": "opened by nobody who has signed in",
    "accounts.new_password": "opened by nobody who has signed in",
}
PAGE = "page"
MOST_REFUSALS = 20  # that are noted for a person within a minute
MINUTE = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """From here on it is known who opened and who was refused which page."""
    app.after_request(_note)


def _note(answer: Response) -> Response:
    with db.session.no_autoflush:  # what a view forgot to commit is not ours to write
        known = current_user.is_authenticated
    if not known:
        return answer
    if answer.status_code in {403, 404}:
        _note_refusal(answer.status_code)
    elif answer.status_code == 200 and request.method == "GET" and answer.mimetype == "text/html":
        _note_opening()
    return answer


def _note_opening() -> None:
    endpoint = request.endpoint or ""
    person, now = viewer().person_id, clock.now()
    if endpoint in LISTS:
        traces.opened(person, LISTS[endpoint], 0, at=now)
    elif endpoint not in NOT_READ and not g.get(traces.SAID):
        for table, key in _rows()[:1]:
            traces.opened(person, table, key, at=now)


def _note_refusal(status: int) -> None:
    """A missing row is noted like a foreign one: only the log of the row's own town shows it."""
    rows = _rows() or ([(PAGE, 0)] if status == 403 else [])
    person, now = viewer().person_id, clock.now()
    if rows and _is_noted(person, now):
        traces.refused(person, *rows[0], at=now)


def _rows() -> list[tuple[str, int]]:
    """The rows that the address names, in its order."""
    named: dict[str, Any] = request.view_args or {}
    return [(ROWS[name], key) for name, key in named.items() if name in ROWS]


def _is_noted(person_id: int, at: datetime) -> bool:
    """Not more than some in a minute: nobody fills the log by asking for pages."""
    counts: dict[int, tuple[datetime, int]] = current_app.extensions.setdefault("refusals", {})
    since, count = counts.get(person_id, (at, 0))
    if not timedelta(0) <= at - since < MINUTE:
        since, count = at, 0
    counts[person_id] = since, count + 1
    return count < MOST_REFUSALS
