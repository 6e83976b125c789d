"""What there is already for the needs on an agenda: read for all issues at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.issues.models import RegionalIssue
from tracker.resources import policy
from tracker.resources.models import (
    USABLE,
    Resource,
    ResourceActType,
    ResourceArea,
    is_stale,
)

MOST = 4  # of one issue, as many as its sheet has room for


def serving(
    viewer: Viewer, issues: Sequence[RegionalIssue], *, today: date
) -> dict[int, list[dict[str, Any]]]:
    """By issue: resources in use for its type and area, as sheets keep them; two statements.

    Those that somebody made sure of lately come first, at most `MOST`; an issue without one is
    left out.
    """
    rows = db.session.execute(
        sa.select(
            ResourceActType.act_type_code,
            Resource.id,
            Resource.municipality_id,
            Resource.name_ja,
            Resource.name_en,
            Resource.category,
            Resource.status,
            Resource.cost,
            Resource.assured_on,
        )
        .join(Resource, Resource.id == ResourceActType.resource_id)
        .where(
            policy.visible_to(viewer),
            Resource.status.in_(sorted(USABLE)),
            ResourceActType.act_type_code.in_({issue.act_type_code for issue in issues}),
            Resource.municipality_id.in_({issue.municipality_id for issue in issues}),
        )
        .order_by(Resource.assured_on.desc().nulls_last(), Resource.id)
    ).all()
    areas = _areas([row.id for row in rows])
    found: dict[int, list[dict[str, Any]]] = {}
    for issue in issues:
        serving = [row for row in rows if _serves(row, issue, areas.get(row.id, []))][:MOST]
        if serving:
            found[issue.id] = [_kept(row, areas.get(row.id, []), today) for row in serving]
    return found


def _areas(resource_ids: Sequence[int]) -> dict[int, list[Area]]:
    rows = db.session.execute(
        sa.select(ResourceArea.resource_id, Area)
        .join(Area, Area.id == ResourceArea.area_id)
        .where(ResourceArea.resource_id.in_(resource_ids))
        .order_by(Area.code)
    )
    found: dict[int, list[Area]] = {}
    for resource_id, area in rows:
        found.setdefault(resource_id, []).append(area)
    return found


def _serves(row: sa.Row[*tuple[Any, ...]], issue: RegionalIssue, areas: Sequence[Area]) -> bool:
    if row.act_type_code != issue.act_type_code or row.municipality_id != issue.municipality_id:
        return False
    return issue.area_id is None or issue.area_id in {area.id for area in areas}


def _kept(row: sa.Row[*tuple[Any, ...]], areas: Sequence[Area], today: date) -> dict[str, Any]:
    return {
        "name_ja": row.name_ja,
        "name_en": row.name_en,
        "category": row.category,
        "status": row.status.value,
        "cost": row.cost,
        "areas_ja": [area.name_ja for area in areas],
        "areas_en": [area.name_en for area in areas],
        "assured_on": row.assured_on.isoformat() if row.assured_on else "",
        "stale": is_stale(row.assured_on, today),
    }
