"""Papers and lists of other pages that name cases or people: taking one is noted, not asked about.

Written as a trace, after the answer was made: a GET writes nothing else.
"""

import sqlalchemy as sa
from flask import Flask, Response, request
from flask_login import current_user

from tracker.accounts.access import viewer
from tracker.core import clock, traces
from tracker.privacy.exports.models import FILTER_LENGTH, Export, ExportKind

NOTED = frozenset(
    {
        "actions.agreements_csv",
        "actions.as_csv",
        "exchange.case_sheet",
        "exchange.folder_docx",
        "exchange.folder_pdf",
        "exchange.import_errors",
        "exchange.letter_docx",
        "exchange.letter_pdf",
        "exchange.minutes_docx",
        "exchange.minutes_pdf",
        "exchange.version_docx",
        "exchange.version_pdf",
        "proving.proof_csv",
        "proving.trace_csv",
        "proving.trace_pdf",
        "sheets.pdf",
    }
)


def init_app(app: Flask) -> None:
    """From here on it is known who took which of these papers."""
    app.after_request(_note)


def _note(answer: Response) -> Response:
    taken = answer.status_code == 200 and request.endpoint in NOTED
    if taken and request.method == "GET" and current_user.is_authenticated:
        person = viewer()
        standing = next(iter(person.standings), None)
        if standing is not None:
            now = clock.now()
            traces.writer.hand(
                sa.insert(Export).values(
                    municipality_id=standing.municipality_id,
                    organisation_id=standing.organisation_id,
                    kind=ExportKind.PAPER,
                    narrowed=request.path[:FILTER_LENGTH],
                    note="",
                    person_id=person.person_id,
                    asked_at=now,
                    taken_at=now,
                    version=1,
                )
            )
    return answer
