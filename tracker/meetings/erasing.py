"""Words of frozen sheets: gone with the issue or the case they are of, figures and codes stay.

The first hash stays for ever. The hash of what is left, and when that was, stand beside it and in
the sealed log; so a sheet still shows whether anything else of it was ever changed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from tracker.cases.models import Case
from tracker.core import audit
from tracker.core.audit import Change, Deed
from tracker.core.db import db
from tracker.core.erasing import Change as Reword
from tracker.core.erasing import Gone
from tracker.issues.models import RegionalIssue
from tracker.issues.statement import PARTS
from tracker.meetings import freezing
from tracker.meetings.freezing import Sheet
from tracker.meetings.models import AgendaItem, ItemCase, ItemIssue

_OF_CASES = ("summary", "wanted")
_OF_ISSUES = ("title", "statement")
_OF_OPTIONS = ("title", "who", "effect")


def on_words_gone(gone: Gone) -> None:
    """Frozen sheets of these issues or cases say no more of them than is left."""
    deeds = []
    for item, numbers in _frozen(gone):
        left = reworded(item.evidence or {}, numbers, gone.change)
        if left == item.evidence:
            continue
        was = {"left_hash": item.sheet_hash}
        item.evidence, item.left_hash = left, freezing.digest(left)
        item.erased_at = gone.at
        now = {"evidence_hash": item.evidence_hash, "left_hash": item.left_hash}
        change = Change(was=was, now=now, replaced_texts={}, written_texts={})
        deed = Deed(gone.municipality_id, "item.words_erased", "agenda_items", item.id, change)
        deeds.append(deed)
    if deeds:
        audit.record_many(None, deeds, at=gone.at)


def _frozen(gone: Gone) -> Iterator[tuple[AgendaItem, set[str]]]:
    """Items with a sheet of any of them, and the numbers they have on it."""
    numbers: Any
    match gone.subject:
        case "issues":
            numbers = _numbers(ItemIssue.item_id, ItemIssue.issue_id, RegionalIssue, gone)
        case "cases":
            numbers = _numbers(ItemCase.item_id, ItemCase.case_id, Case, gone)
        case _:
            return
    of_items: dict[int, set[str]] = {}
    for item_id, number in db.session.execute(numbers):
        of_items.setdefault(item_id, set()).add(number)
    statement = (
        sa.select(AgendaItem)
        .where(AgendaItem.id.in_(sorted(of_items)), AgendaItem.frozen_at.is_not(None))
        .order_by(AgendaItem.id)
    )
    for item in db.session.scalars(statement).all():
        yield item, of_items[item.id]


def _numbers(item_id: Any, owner_id: Any, owner: Any, gone: Gone) -> sa.Select[Any]:
    return (
        sa.select(item_id, owner.number)
        .join(owner, owner.id == owner_id)
        .where(owner_id.in_(gone.ids))
    )


def reworded(sheet: Mapping[str, Any], numbers: set[str], change: Reword) -> Sheet:
    """The sheet with the words of these issues and cases changed, all else as it was."""
    left: Sheet = dict(sheet)
    for kind, of_one in (("issues", _issue), ("cases", _case)):
        if kind in left:
            left[kind] = [
                of_one(one, change) if one.get("number") in numbers else one for one in left[kind]
            ]
    return left


def _issue(issue: Mapping[str, Any], change: Reword) -> Sheet:
    left = _some(issue, _OF_ISSUES, change)
    if "parts" in left:
        left["parts"] = _some(left["parts"], PARTS, change)
    if "vignettes" in left:
        left["vignettes"] = [_some(one, ("text",), change) for one in left["vignettes"]]
    if "options" in left:
        left["options"] = [_some(one, _OF_OPTIONS, change) for one in left["options"]]
    asked = left.get("evidence", {}).get("departments")
    if asked:  # typed by offices; how many cases each asked for stays
        departments = [[change(name), count] for name, count in asked]
        left["evidence"] = {**left["evidence"], "departments": departments}
    return left


def _case(case: Mapping[str, Any], change: Reword) -> Sheet:
    return _some(case, _OF_CASES, change)


def _some(said: Mapping[str, Any], names: tuple[str, ...], change: Reword) -> Sheet:
    return {
        name: change(value) if name in names and isinstance(value, str) else value
        for name, value in said.items()
    }
