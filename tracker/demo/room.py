"""What the demo's meetings have beside their decisions: recommendations, word to filers, looks."""

from collections.abc import Mapping
from datetime import datetime

from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.meetings import recommending
from tracker.meetings.lookback import service as lookback
from tracker.meetings.lookback.queries import QUESTIONS
from tracker.meetings.lookback.service import LookDraft
from tracker.meetings.models import AgendaItem, Meeting, Outcome
from tracker.meetings.telling import service as telling
from tracker.meetings.telling.service import Sentences


def recommend(
    meeting: Meeting, items: Mapping[str, AgendaItem], *, by: Viewer, at: datetime
) -> None:
    """Items carry the recommendations of the file; `items` by what they are about."""
    for row in rows("recommendations"):
        if row["subject"] in items:
            item, outcome = items[row["subject"]], Outcome(row["outcome"])
            recommending.recommend(meeting, item, outcome, row["reason"], by=by, at=at)


def differs_because(subject: str) -> str:
    """Why the meeting decided otherwise; empty where it followed the recommendation."""
    found = (row["differs_because"] for row in rows("recommendations") if row["subject"] == subject)
    return next(found, "")


def tell(
    meeting: Meeting, key: str, items: Mapping[str, AgendaItem], *, by: Viewer, at: datetime
) -> None:
    """Filers read the two sentences of the file; meetings that are not in it tell nobody."""
    said = {
        items[row["subject"]].id: Sentences(row["what"], row["why"])
        for row in rows("tellings")
        if row["meeting"] == key
    }
    if said:
        today = clock.local(at).date()
        telling.plan(meeting, said, today, by=by, at=at, today=today)


def look_back(meeting: Meeting, key: str, cast: Cast, *, at: datetime) -> None:
    """Those of the file who were there say how the meeting went."""
    for row in rows("looks"):
        if row["meeting"] == key:
            draft = LookDraft({name: int(row[name]) for name in QUESTIONS}, row["sentence"])
            by = cast.person(row["login"])
            lookback.look_back(meeting, draft, folder_open=True, by=by, at=at)
