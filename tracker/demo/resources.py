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
from tracker.resources.details import Cost, Slot, in_week_order, minutes_of
from tracker.resources.drafting import ResourceDraft
from tracker.resources.models import Capacity, Resource, ResourceStatus, Tier
from tracker.resources.service import Room

FILE = Path(__file__).parent / "data" / "resources.csv"
DETAILS = FILE.with_name("resource_details.csv")  # hours, prices and places of some of them
TYPED = (
    *("name_ja", "name_en", "category", "provider_type", "provider_name", "formality", "fee"),
    *("content", "hours", "cost", "how_to_apply", "contact"),
)
TYPED_BESIDE = ("eligibility", "place", "office_mail")
DIRECTORY_BEGAN = 540  # days ago; what is older was entered on that day


def load(areas: dict[str, int], by: Viewer, now: datetime) -> dict[str, Resource]:
    """Every resource of the file stands where the file says; by key.

    :param areas: ids by key
    :param by: keeps the directory of one town; in other towns its own keeper does
    """
    more = {row["key"]: row for row in _lines(DETAILS)}
    return {
        row["key"]: _enter(row, more.get(row["key"], {}), areas, by, now) for row in _lines(FILE)
    }


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _enter(
    row: Mapping[str, str],
    more: Mapping[str, str],
    areas: dict[str, int],
    by: Viewer,
    now: datetime,
) -> Resource:
    keeper = _keeper(int(row["municipality"]), by)
    status = ResourceStatus(row["status"])
    ended = status is ResourceStatus.ENDED
    assured, started = int(row["assured_days_ago"]), row["started_days_ago"]
    entered = max(assured, min(int(started or 0), DIRECTORY_BEGAN))
    at = _ago(now, entered)
    resource = service.enter_resource(
        _draft({**row, **more}, areas, _day(now, int(started)) if started else None),
        by=keeper,
        at=at,
        today=max(_day(now, entered), TAXONOMY_BEGINS),
        status=ResourceStatus.LIVE if ended else status,
    )
    if assured != entered:
        service.confirm(resource, by=keeper, at=_ago(now, assured), today=_day(now, assured))
    if said := more.get("capacity"):
        days = int(more["said_days_ago"])
        counts = (int(more[name]) if more[name] else None for name in ("free_places", "waiting"))
        room = Room(Capacity(said), *counts)
        said_at = _ago(now, days)
        service.set_capacity(resource, room, by=keeper, at=said_at, today=_day(now, days))
    if ended:
        last = int(row["ended_days_ago"])
        service.end_resource(resource, by=keeper, at=_ago(now, last), today=_day(now, last))
    return resource


def _draft(row: Mapping[str, str], areas: dict[str, int], started_on: date | None) -> ResourceDraft:
    return ResourceDraft(
        area_ids=tuple(areas[key] for key in row["areas"].split()),
        act_types=tuple(row["act_types"].split()),
        started_on=started_on,
        slots=tuple(_slot(typed) for typed in row.get("slots", "").split(";") if typed),
        costs=tuple(_cost(typed) for typed in row.get("costs", "").split(";") if typed),
        contacts=(),
        **{name: row[name] for name in TYPED},
        **{name: row.get(name, "") for name in TYPED_BESIDE},
    )


def _slot(typed: str) -> Slot:
    """Of days and times as they stand in the file: TU FR 10:00-15:00."""
    *days, hours = typed.split()
    opens, closes = (minutes_of(time) or 0 for time in hours.split("-"))
    return Slot(in_week_order(days), opens, closes)


def _cost(typed: str) -> Cost:
    """Of a price as it stands in the file: welfare=0/1回."""
    tier, _sign, price = typed.strip().partition("=")
    yen, _sign, unit = price.partition("/")
    return Cost(Tier(tier), int(yen), unit)


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
