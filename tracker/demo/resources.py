"""The demo's directory, entered, assured and ended at the times the file says."""

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from tracker.accounts.models import Membership, Organisation
from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.demo.cases import TAXONOMY_BEGINS
from tracker.resources import policy, service
from tracker.resources.models import Resource, ResourceStatus
from tracker.resources.service import ResourceDraft

FILE = Path(__file__).parent / "data" / "resources.csv"
TYPED = (
    *("name_ja", "name_en", "category", "provider_type", "provider_name", "formality", "fee"),
    *("content", "hours", "cost", "how_to_apply", "contact"),
)
DIRECTORY_BEGAN = 540  # days ago; what is older was entered on that day


def load(areas: dict[str, int], by: Viewer, now: datetime) -> dict[str, Resource]:
    """Every resource of the file stands where the file says; by key.

    :param areas: ids by key
    :param by: keeps the directory of one town; in other towns its own keeper does
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["key"]: _enter(row, areas, by, now) for row in csv.DictReader(file)}


def _enter(row: Mapping[str, str], areas: dict[str, int], by: Viewer, now: datetime) -> Resource:
    keeper = _keeper(int(row["municipality"]), by)
    status = ResourceStatus(row["status"])
    ended = status is ResourceStatus.ENDED
    assured, started = int(row["assured_days_ago"]), row["started_days_ago"]
    entered = max(assured, min(int(started or 0), DIRECTORY_BEGAN))
    at = _ago(now, entered)
    resource = service.enter_resource(
        _draft(row, areas, _day(now, int(started)) if started else None),
        by=keeper,
        at=at,
        today=max(_day(now, entered), TAXONOMY_BEGINS),
        status=ResourceStatus.LIVE if ended else status,
    )
    if assured != entered:
        service.confirm(resource, by=keeper, at=_ago(now, assured), today=_day(now, assured))
    if ended:
        last = int(row["ended_days_ago"])
        service.end_resource(resource, by=keeper, at=_ago(now, last), today=_day(now, last))
    return resource


def _draft(row: Mapping[str, str], areas: dict[str, int], started_on: date | None) -> ResourceDraft:
    return ResourceDraft(
        area_ids=tuple(areas[key] for key in row["areas"].split()),
        act_types=tuple(row["act_types"].split()),
        started_on=started_on,
        **{name: row[name] for name in TYPED},
    )


def _keeper(municipality_id: int, by: Viewer) -> Viewer:
    if policy.can_add(by, municipality_id):
        return by
    person_id = db.session.scalars(
        sa.select(Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role.in_(policy.KEEPERS), Organisation.municipality_id == municipality_id)
        .order_by(Membership.id)
        .limit(1)
    ).one()
    return viewer_of(person_id, today=clock.today())


def _ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days, hours=1)


def _day(now: datetime, days: int) -> date:
    return clock.local(_ago(now, days)).date()
