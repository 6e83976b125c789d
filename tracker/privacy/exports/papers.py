"""Papers and lists of other pages: taking one is noted, with filter and rows, not asked about.

Whatever is no page is noted, unless it stands in `NOT_NOTED` with its reason: a new download cannot
be forgotten. Written as a trace, after the answer was made: a GET writes nothing else.
"""

import csv
from io import StringIO
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, Response, request
from flask_login import current_user

from tracker.accounts.access import viewer
from tracker.core import clock, personal, traces
from tracker.formats.tables_out import rows_written
from tracker.privacy.exports.models import FILTER_LENGTH, Export, ExportKind

_EMPTY = "an empty form: it holds nothing of anybody"
_PUBLIC = "asked by machines, says nothing of anybody"
NOT_NOTED = {
    "exchange.blank_sheet": _EMPTY,
    "exchange.import_template_csv": _EMPTY,
    "exchange.import_template_xlsx": _EMPTY,
    "exchange.starting_template": _EMPTY,
    "exchange.word_template_file": "the town's own empty Word file",
    "exchange.calendar_feed": "asked by a calendar every hour: day, time and place of meetings",
    "exchange.agenda_ics": "day, time and place of one meeting, for a calendar",
    "exchange.import_progress": "a number that a page asks for while it waits",
    "privacy.export_file": "was asked for with its purpose, and is noted as opened there",
    "home.healthz": _PUBLIC,
    "home.readyz": _PUBLIC,
    "static": "files of the application itself",
}
PAGES = frozenset({"text/html", "application/xhtml+xml"})
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_A_FILTER = frozenset({"lang"})


def init_app(app: Flask) -> None:
    """From here on it is known who took which of these papers."""
    app.after_request(_note)


def _note(answer: Response) -> Response:
    taken = answer.status_code == 200 and answer.mimetype not in PAGES
    if request.method != "GET" or not taken or request.endpoint in {None, *NOT_NOTED}:
        return answer
    if current_user.is_authenticated:
        person = viewer()
        standing = next(iter(person.standings), None)
        if standing is not None:
            now = clock.now()
            traces.writer.hand(
                sa.insert(Export).values(
                    municipality_id=standing.municipality_id,
                    organisation_id=standing.organisation_id,
                    kind=ExportKind.PAPER,
                    narrowed=_address(),
                    rows=_rows_in(answer),
                    note="",
                    person_id=person.person_id,
                    asked_at=now,
                    taken_at=now,
                    version=1,
                )
            )
    return answer


def _address() -> str:
    """Where it was taken, and what it was narrowed to; nothing in it tells of a person."""
    asked = [
        (name, personal.mask(text))
        for name, text in request.args.items(multi=True)
        if text and name not in _NOT_A_FILTER
    ]
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{request.path}{query}"[:FILTER_LENGTH]


def _rows_in(answer: Response) -> int | None:
    """How many rows below the headings, on all sheets; None for a paper, which has none."""
    if answer.is_streamed:
        return None
    if answer.mimetype == "text/csv":
        lines = csv.reader(StringIO(answer.get_data().decode("utf-8-sig")))
        return max(0, sum(1 for _line in lines) - 1)
    if answer.mimetype == EXCEL:
        return rows_written(answer.get_data())
    if answer.mimetype == "application/json":
        found = answer.get_json()
        listed = [part for part in found.values() if isinstance(part, list)] if found else []
        return sum(len(part) for part in listed)
    return None
