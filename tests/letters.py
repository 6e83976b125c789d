"""Letters to the prefecture, as tests begin with them."""

from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.issues.letters import service
from tracker.issues.letters.models import IssueLetter
from tracker.issues.letters.service import LetterDraft
from tracker.issues.models import RegionalIssue


def letter_draft(**changes: object) -> LetterDraft:
    """A letter that asks for a van of several towns, and says nothing that may not leave."""
    fields: dict[str, object] = {
        "addressee": "高齢福祉課",
        "title": "買い物の足がない",
        "request": "広域の移動販売を考えていただきたい。",
        "parts": {"statement": "店が閉まり、重い物を買えない方が増えています。"},
    }
    return LetterDraft(**{**fields, **changes})  # type: ignore[arg-type]


def make_letter(issue: RegionalIssue, by: Viewer, **changes: object) -> IssueLetter:
    """The letter is made today."""
    made = service.make(issue, letter_draft(**changes), by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made
