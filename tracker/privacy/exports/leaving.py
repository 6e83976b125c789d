"""Before something leaves: whoever takes it shows who they are, and nobody takes it in masses.

Asked again is where words about cases or data of people leave, and where rights are said to be
right. Everything else that is a file stands below with the reason why nobody is asked: figures that
are coded or published, and papers that everybody at a meeting holds in their hands. A new file that
stands in neither table fails a test. Views marked `@sure` ask by themselves.
"""

import re
from datetime import timedelta

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.access import ask_again, viewer
from tracker.core import clock
from tracker.core.rates import Rate, count
from tracker.core.web import SAFE_METHODS
from tracker.privacy.exports.papers import NOT_NOTED

FILE = re.compile(r"\.(csv|xlsx|pdf|docx|zip|json|ics)$")
FILES = Rate("files", 120, timedelta(hours=1))
SEARCHES = Rate("searches", 300, timedelta(minutes=1))  # more than one types, with a panel beside
UPLOADS = Rate("uploads", 120, timedelta(hours=1))

_CASES = "words about cases"
_PEOPLE = "names of people"
ASKED = {
    "exchange.case_sheet": _CASES,
    "exchange.folder_pdf": _CASES,
    "exchange.folder_docx": _CASES,
    "exchange.import_errors": _CASES,
    "sheets.take_along": "the offices of a town by name, with what they filed",
    "sheets.pdf": "an office by name, with what it filed",
    "proving.trace_csv": "every case behind an issue, step by step",
    "proving.trace_pdf": "every case behind an issue, step by step",
    "actions.as_csv": _PEOPLE,
    "actions.agreements_csv": _PEOPLE,
    "changing.review": "says that rights are right; only where it is sent",
}
_FIGURES = "coded figures, without words and people"
_ROUND_THE_TABLE = "everybody at the meeting has it; it is noted, and asking would teach to click"
_DIRECTORY = "what the directory shows to everybody who reports"
_FORM = "a form or a pattern without anybody's data"
NOT_ASKED = {
    "exchange.matrix_csv": _FIGURES,
    "exchange.matrix_xlsx": _FIGURES,
    "proving.proof_csv": _FIGURES,
    "exchange.released_csv": "published: small counts hidden, the rest rounded",
    "exchange.released_xlsx": "published: small counts hidden, the rest rounded",
    "insights.coverage_csv": "states of the directory, never numbers of cases",
    "resources.as_csv": _DIRECTORY,
    "resources.as_json": _DIRECTORY,
    "exchange.agenda_pdf": _ROUND_THE_TABLE,
    "exchange.agenda_docx": _ROUND_THE_TABLE,
    "exchange.minutes_pdf": _ROUND_THE_TABLE,
    "exchange.minutes_docx": _ROUND_THE_TABLE,
    "exchange.version_pdf": _ROUND_THE_TABLE,
    "exchange.version_docx": _ROUND_THE_TABLE,
    "exchange.letter_pdf": "frozen for the prefecture, without names and small figures",
    "exchange.letter_docx": "frozen for the prefecture, without names and small figures",
    "exchange.agenda_ics": "day, time and place of one meeting",
    "exchange.calendar_feed": "a calendar program cannot be asked; day, time and place",
    "exchange.blank_sheet": _FORM,
    "exchange.import_template_csv": _FORM,
    "exchange.import_template_xlsx": _FORM,
    "exchange.starting_template": _FORM,
    "exchange.word_template_file": _FORM,
    "exchange.word_template_trial": _FORM,
}


def init_app(app: Flask) -> None:
    """From here on nothing of the first table leaves without being asked for by its owner."""
    app.before_request(_before)


def is_file(rule: str) -> bool:
    """Does this address answer with a file?"""
    return FILE.search(rule) is not None


def _before() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    permission = getattr(view, "permission", None)
    # Whoever may not open it hears so from the view itself, without being asked for anything.
    if permission is None or not current_user.is_authenticated or not current_user.may(permission):
        return None
    rate = _rate()
    if rate is not None:
        count(rate, viewer().person_id, at=clock.now())
    looks_only = request.endpoint == "changing.review" and request.method in SAFE_METHODS
    return ask_again() if request.endpoint in ASKED and not looks_only else None


def _rate() -> Rate | None:
    """What this request is counted as, if it is counted at all."""
    if request.method not in SAFE_METHODS and request.mimetype == "multipart/form-data":
        return UPLOADS
    if is_file(request.path):
        return None if request.endpoint in NOT_NOTED else FILES
    if request.endpoint in {"search.index", "search.own_reference"} or request.args.get("q"):
        return SEARCHES
    return None
