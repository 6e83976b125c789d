"""Words of letters that were made: gone with the issue they are about; figures and seal stay."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tracker.core import audit
from tracker.core.audit import Deed
from tracker.core.db import db
from tracker.core.erasing import Change, Gone
from tracker.issues.letters.models import IssueLetter
from tracker.issues.letters.service import digest


def on_words_gone(gone: Gone) -> None:
    """Letters about these issues say no more than is left of their words."""
    if gone.subject != "issues":
        return
    letters = db.session.scalars(
        sa.select(IssueLetter).where(IssueLetter.issue_id.in_(gone.ids)).order_by(IssueLetter.id)
    ).all()
    deeds = []
    for letter in letters:
        left = reworded(letter.sheet, gone.change)
        if not gone.is_whole:  # whom it was addressed to stays with time, and can be taken out
            left["addressee"] = gone.change(left["addressee"])
        if left == letter.sheet:
            continue
        was = {"left_hash": letter.left_hash or letter.digest}
        letter.sheet, letter.left_hash, letter.erased_at = left, digest(left), gone.at
        now = {"digest": letter.digest, "left_hash": letter.left_hash}
        change = audit.Change(was=was, now=now, replaced_texts={}, written_texts={})
        verb, table = "letter.words_erased", IssueLetter.__tablename__
        deeds.append(Deed(gone.municipality_id, verb, table, letter.id, change))
    if deeds:
        audit.record_many(None, deeds, at=gone.at)


def reworded(sheet: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The letter with title, statement and request changed; figures as they were."""
    about = [[label, text] for label, text in sheet["about"]]
    about[0][1] = change(about[0][1])  # the issue: number and title
    return {
        **sheet,
        "title": change(sheet["title"]),
        "about": about,
        "parts": [[label, change(text)] for label, text in sheet["parts"]],
        "request": change(sheet["request"]),
    }
