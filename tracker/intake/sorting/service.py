"""Writing for colleagues: a note that never leaves the centre."""

from collections.abc import Sequence
from datetime import datetime

from tracker.accounts.viewer import Viewer
from tracker.cases import policy
from tracker.cases.models import Case
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import require, require_sentence
from tracker.intake.sorting.models import NOTE_LENGTH, CaseNote


def add_note(
    case: Case, note: str, *, by: Viewer, at: datetime, confirmed_details: Sequence[str] = ()
) -> CaseNote:
    """The people of the case's centre read this note; nobody is told.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: when nothing was written, or too much
    """
    require(policy.can_sort(by, case))
    require_sentence("note", note, NOTE_LENGTH)
    made = CaseNote(case_id=case.id, person_id=by.person_id, note=note, at=at)
    case.updated_at = at
    db.session.add(made)
    db.session.flush()
    now = {"note": made.id, "details_confirmed": list(confirmed_details)}
    change = Change({}, now if confirmed_details else {"note": made.id}, {}, {"note": note})
    audit.record(by, "case.noted_inside", case, at=at, change=change)
    return made
