"""What an item's sheet says today: read to be frozen at publication, and shown as a draft before.

The numbers are exact, for everybody in the room; no sheet names an office.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.issues import queries as issue_queries
from tracker.issues.evidence import LISTS, Evidence
from tracker.issues.models import RegionalIssue
from tracker.issues.statement import CODES, PARTS, in_words
from tracker.meetings import freezing
from tracker.meetings.freezing import Sheet
from tracker.meetings.models import AgendaItem, ItemCase, ItemIssue, ItemKind
from tracker.resources import queries as resource_queries
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import Code, CodeList

# The coded answers of a case that stand on its sheet, by the column they stand in.
ANSWERS: dict[str, CodeList] = {
    "requester": CodeList.REQUESTER,
    "outcome": CodeList.OUTCOME,
    "gap": CodeList.GAP,
    "urgency": CodeList.URGENCY,
}
# Whose words a sheet needs, of either kind.
SHEET_LISTS = tuple(dict.fromkeys([*ANSWERS.values(), *LISTS.values()]))


def issues_of(item_ids: Sequence[int]) -> dict[int, list[RegionalIssue]]:
    """Issues by item, each by number. For those who may know of the meeting."""
    rows = db.session.execute(
        sa.select(ItemIssue.item_id, RegionalIssue)
        .join(RegionalIssue, RegionalIssue.id == ItemIssue.issue_id)
        .where(ItemIssue.item_id.in_(item_ids))
        .options(
            joinedload(RegionalIssue.area),
            joinedload(RegionalIssue.act_type),
            joinedload(RegionalIssue.municipality),
        )
        .order_by(RegionalIssue.fiscal_year, RegionalIssue.serial, RegionalIssue.id)
    )
    found: dict[int, list[RegionalIssue]] = {}
    for item_id, issue in rows:
        found.setdefault(item_id, []).append(issue)
    return found


def cases_of(item_ids: Sequence[int]) -> dict[int, list[Case]]:
    """Cases by item with area and type, each by id. For those who may know of the meeting."""
    rows = db.session.execute(
        sa.select(ItemCase.item_id, Case)
        .join(Case, Case.id == ItemCase.case_id)
        .where(ItemCase.item_id.in_(item_ids))
        .options(joinedload(Case.act_type), joinedload(Case.area))
        .order_by(Case.id)
    )
    found: dict[int, list[Case]] = {}
    for item_id, case in rows:
        found.setdefault(item_id, []).append(case)
    return found


def live_sheets(
    viewer: Viewer, items: Sequence[AgendaItem], *, at: datetime, today: date
) -> dict[int, Sheet]:
    """The sheet of each item as it would be frozen now, by item."""
    of_kind = {
        kind: [item.id for item in items if item.kind is kind]
        for kind in (ItemKind.ISSUE, ItemKind.CASE)
    }
    of_items = issues_of(of_kind[ItemKind.ISSUE])
    ids = sorted({issue.id for issues in of_items.values() for issue in issues})
    shown = issue_queries.evidence_of(ids, today=today) if ids else {}
    sheets = {
        item_id: freezing.issue_sheet(
            [_issue(viewer, issue, shown[issue.id], today=today) for issue in issues], at=at
        )
        for item_id, issues in of_items.items()
    }
    if of_kind[ItemKind.CASE]:
        codes = taxonomy.codes(*ANSWERS.values())
        for item_id, cases in cases_of(of_kind[ItemKind.CASE]).items():
            sheets[item_id] = freezing.case_sheet([_case(case, codes) for case in cases], at=at)
    return sheets


def _issue(
    viewer: Viewer, issue: RegionalIssue, evidence: Evidence, *, today: date
) -> Mapping[str, Any]:
    serving = resource_queries.serving(viewer, issue.act_type_code, issue.area_id, today=today)
    return {
        "number": issue.number,
        "title": issue.title,
        "statement": issue.statement,
        "parts": _parts(issue),
        "evidence": evidence.as_dict(),
        "resources": [resource.name_ja for resource in serving],
    }


def _parts(issue: RegionalIssue) -> dict[str, str]:
    """What the statement says part by part, codes as codes; empty parts are left out.

    Sheets frozen before there were parts lack it.
    """
    said = {name: getattr(issue, name) for name in (*PARTS, *CODES)}
    return {name: str(value) for name, value in said.items() if value}


def statement_words(
    parts: Mapping[str, str], codes: Mapping[CodeList, Mapping[str, Code]]
) -> list[tuple[str, str]]:
    """The parts of a sheet's statement as (label, words), for its page."""
    return in_words(parts, {code: named(row) for code, row in codes[CodeList.GAP].items()})


def _case(case: Case, codes: Mapping[CodeList, Mapping[str, Code]]) -> Mapping[str, Any]:
    """What was filed, each coded answer in words of both languages."""
    words = {
        "act_type": case.act_type.name_ja,
        "act_type_en": case.act_type.name_en,
        "area": case.area.name_ja,
        "area_en": case.area.name_en,
    }
    for column, name in ANSWERS.items():
        code = codes[name][getattr(case, column)]
        words[column], words[f"{column}_en"] = code.name_ja, code.name_en
    return {
        "number": case.number,
        "summary": case.summary,
        "wanted": case.wanted,
        "month": case.occurred_month.isoformat()[:7],
        "times": case.times_handled,
        "minutes_each": case.minutes_each,
        "minutes_total": case.minutes_total,
        **words,
    }


def month_of(written: str) -> date:
    """The first day of a month as sheets write it: `2026-04`."""
    return date.fromisoformat(f"{written}-01")
