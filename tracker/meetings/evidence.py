"""What an item's sheet says today: read to be frozen at publication, and shown as a draft before.

The numbers are exact, for everybody in the room; no sheet names an office.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case, CaseTick, TickKind
from tracker.core import personal
from tracker.core.db import db
from tracker.issues import queries as issue_queries
from tracker.issues.material import queries as material_queries
from tracker.issues.material.queries import NOTHING, Material
from tracker.issues.models import RegionalIssue
from tracker.issues.statement import CODES, PARTS
from tracker.meetings import freezing, means, national
from tracker.meetings.freezing import Sheet
from tracker.meetings.models import AgendaItem, ItemCase, ItemIssue, ItemKind
from tracker.resources.models import Resource, ResourceStatus
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import Code, CodeList, GuidanceStep

# The coded answers of a case that stand on its sheet, by the column they stand in.
ANSWERS: dict[str, CodeList] = {
    "requester": CodeList.REQUESTER,
    "outcome": CodeList.OUTCOME,
    "gap": CodeList.GAP,
    "urgency": CodeList.URGENCY,
}
# The same, of questions that may stay open.
MAYBE: dict[str, CodeList] = {
    "hour_band": CodeList.HOUR_BAND,
    "ability_to_pay": CodeList.ABILITY_TO_PAY,
    "care_level": CodeList.CARE_LEVEL,
    "age_band": CodeList.AGE_BAND,
}


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
    """The sheet of each item as it would be frozen now, by item.

    Everything is read for all items at once: the statements are as many for twenty as for one.
    """
    of_kind = {
        kind: [item.id for item in items if item.kind is kind]
        for kind in (ItemKind.ISSUE, ItemKind.CASE)
    }
    sheets: dict[int, Sheet] = {}
    if of_kind[ItemKind.ISSUE]:
        of_items = issues_of(of_kind[ItemKind.ISSUE])
        said = _said(viewer, {one.id: one for many in of_items.values() for one in many}, today)
        for item_id, issues in of_items.items():
            sheets[item_id] = freezing.issue_sheet([said[one.id] for one in issues], at=at)
    if of_kind[ItemKind.CASE]:
        of_cases = cases_of(of_kind[ItemKind.CASE])
        codes = taxonomy.codes(*ANSWERS.values(), *MAYBE.values())
        ticks = _ticks([case.id for cases in of_cases.values() for case in cases])
        for item_id, cases in of_cases.items():
            said_of = [_case(case, codes, ticks.get(case.id, {})) for case in cases]
            sheets[item_id] = freezing.case_sheet(said_of, at=at)
    return sheets


def _said(
    viewer: Viewer, issues: Mapping[int, RegionalIssue], today: date
) -> dict[int, Mapping[str, Any]]:
    """What a sheet says of each issue."""
    shown = issue_queries.evidence_of(sorted(issues), today=today)
    written = material_queries.material_of(sorted(issues))
    serving = means.serving(viewer, list(issues.values()), today=today)
    return {
        key: {
            "number": issue.number,
            "title": issue.title,
            "statement": issue.statement,
            "parts": _parts(issue),
            "evidence": shown[key].as_dict(),
            "resources": serving.get(key, []),
            "national": national.concerning(issue.act_type_code),
            **_where_and_what(issue),
            **_written(written.get(key, NOTHING)),
        }
        for key, issue in issues.items()
    }


def _where_and_what(row: RegionalIssue | Case) -> dict[str, str]:
    """Type and area in both languages; no area: the whole town."""
    return {
        "act_type": row.act_type.name_ja,
        "act_type_en": row.act_type.name_en,
        "area": row.area.name_ja if row.area else "",
        "area_en": row.area.name_en if row.area else "",
    }


def _parts(issue: RegionalIssue) -> dict[str, str]:
    """What the statement says part by part, codes as codes; empty parts are left out."""
    said = {name: getattr(issue, name) for name in (*PARTS, *CODES)}
    return {name: str(value) for name, value in said.items() if value}


def _written(material: Material) -> dict[str, Any]:
    """What staff wrote for the meeting; who wrote it is not on the sheet."""
    return {
        "vignettes": [{"text": one.text, "public": one.is_public} for one in material.vignettes],
        "options": [
            {
                "title": one.title,
                "cost": one.cost.value,
                "who": one.who,
                "effect": one.effect,
                "public": one.is_public,
            }
            for one in material.options
        ],
    }


def _case(
    case: Case, codes: Mapping[CodeList, Mapping[str, Code]], ticks: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What was filed, each coded answer in words of both languages; its texts name nobody."""
    words = dict(_where_and_what(case))
    for column, name in {**ANSWERS, **MAYBE}.items():
        code = codes[name].get(getattr(case, column) or "")
        if code is not None:
            words[column], words[f"{column}_en"] = code.name_ja, code.name_en
    return {
        "number": case.number,
        "summary": personal.letter(case.summary),
        "wanted": personal.letter(case.wanted),
        "month": case.occurred_month.isoformat()[:7],
        "times": case.times_handled,
        "minutes_each": case.minutes_each,
        "minutes_total": case.minutes_total,
        "household": [],
        "steps": [],
        "tried": [],
        **words,
        **ticks,
    }


def _ticks(case_ids: Sequence[int]) -> dict[int, dict[str, list[Any]]]:
    """What was ticked beside each case: household, steps of the guidance, resources tried.

    One statement; calls are left out, and so are names of resources that are only being prepared.
    """
    rows = db.session.execute(
        sa.select(CaseTick, Resource, GuidanceStep.text_ja, GuidanceStep.text_en)
        .outerjoin(Resource, Resource.id == CaseTick.resource_id)
        .outerjoin(GuidanceStep, GuidanceStep.id == CaseTick.step_id)
        .where(CaseTick.case_id.in_(case_ids), CaseTick.kind != TickKind.CALL)
        .order_by(CaseTick.id)
    )
    found: dict[int, dict[str, list[Any]]] = {}
    for tick, resource, text_ja, text_en in rows:
        of_case = found.setdefault(tick.case_id, {"household": [], "steps": [], "tried": []})
        match tick.kind:
            case TickKind.HOUSEHOLD:
                of_case["household"].append(tick.code)
            case TickKind.STEP:
                step = {"text_ja": text_ja, "text_en": text_en, "result": tick.result}
                of_case["steps"].append(step)
            case TickKind.RESOURCE:
                of_case["tried"].append(_tried(tick, resource))
    return found


def _tried(tick: CaseTick, resource: Resource | None) -> dict[str, str]:
    named = resource is not None and resource.status is not ResourceStatus.PLANNED
    return {
        "category": resource.category if resource else tick.code,
        "name_ja": resource.name_ja if resource and named else "",
        "name_en": resource.name_en if resource and named else "",
        "result": tick.result,
    }
