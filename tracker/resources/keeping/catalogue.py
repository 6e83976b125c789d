"""The directory as files: a table, and JSON after the Human Services Data Specification (HSDS 3).

Words of people who keep the directory; addresses of offices for our own mails are left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.core.i18n import listed, named
from tracker.formats.tables_out import Cell
from tracker.resources.details import Slot, clock_face
from tracker.resources.models import Capacity, ContactKind, Resource, ResourceStatus, Tier
from tracker.taxonomy.models import Code, CodeList

Codes = Mapping[CodeList, Mapping[str, Code]]
# What HSDS calls the states of a service.
HSDS_STATUS = {
    ResourceStatus.PLANNED: "inactive",
    ResourceStatus.TRIAL: "active",
    ResourceStatus.LIVE: "active",
    ResourceStatus.SUSPENDED: "temporarily closed",
    ResourceStatus.ENDED: "defunct",
}
PHONES = {ContactKind.PHONE: "voice", ContactKind.FAX: "fax"}


def head() -> list[str]:
    """The columns of the table."""
    return [
        _("Number"),
        _("Name of the resource"),
        _("Kind of resource"),
        _("What it rests on"),
        _("Provider"),
        _("What it does, and for whom"),
        _("Who can use it"),
        _("Which types it can take over"),
        _("Municipality"),
        _("Areas"),
        _("Days and hours"),
        _("Cost"),
        *(str(tier.label) for tier in Tier),
        _("Does it take people now?"),
        _("Free places"),
        _("People waiting"),
        _("How to apply"),
        _("Contact"),
        _("State"),
        _("Last confirmed"),
        _("Has to be confirmed again"),
    ]


def rows(found: Iterable[Resource], codes: Codes, *, today: date) -> Iterable[list[Cell]]:
    """One line for each entry, in their order."""
    for one in found:
        prices = {cost.tier: cost.yen for cost in one.costs}
        yield [
            one.id,
            named(one),
            named(codes[CodeList.RESOURCE_CATEGORY][one.category]),
            named(codes[CodeList.FORMALITY][one.formality]),
            one.provider_name,
            one.content,
            one.eligibility,
            listed(named(act) for act in one.act_types),
            named(one.municipality),
            listed(named(area) for area in one.areas),
            hours_in_words(one),
            one.cost or named(codes[CodeList.FEE][one.fee]),
            *(prices.get(tier) for tier in Tier),
            str(one.capacity.label),
            one.free_places,
            one.waiting,
            one.how_to_apply,
            one.contact,
            str(one.status.label),
            one.assured_on,
            _("Yes") if one.is_stale(today) else _("No"),
        ]


def hours_in_words(one: Resource) -> str:
    """The hours as they were written, else as the table of days says."""
    slots = [Slot.of(row) for row in one.slots]
    return one.hours or listed(f"{listed(slot.day_names)} {slot.times}" for slot in slots)


def services(found: Sequence[Resource], codes: Codes, *, made_on: date) -> dict[str, Any]:
    """The entries as HSDS services; what HSDS has no word for stands in `attributes`."""
    return {
        "version": "HSDS 3 (near)",
        "made_on": made_on.isoformat(),
        "services": [_service(one, codes) for one in found],
    }


def _service(one: Resource, codes: Codes) -> dict[str, Any]:
    urls = [row.value for row in one.contacts if row.kind is ContactKind.WEB]
    return {
        "id": str(one.id),
        "name": one.name_ja,
        "alternate_name": one.name_en,
        "organization": {"name": one.provider_name},
        "description": one.content,
        "url": urls[0] if urls else None,
        "status": HSDS_STATUS[one.status],
        "eligibility_description": one.eligibility or None,
        "application_process": one.how_to_apply,
        "fees_description": one.cost or named(codes[CodeList.FEE][one.fee]),
        "contact_description": one.contact,
        "phones": [
            {"number": row.value, "type": PHONES[row.kind]}
            for row in one.contacts
            if row.kind in PHONES
        ],
        "locations": [{"name": one.place}] if one.place else [],
        "service_areas": [{"id": area.code, "name": named(area)} for area in one.areas],
        "schedules": [_schedule(Slot.of(row)) for row in one.slots],
        "schedule_description": one.hours or None,
        "cost_options": [
            {
                "option": cost.tier.value,
                "amount": cost.yen,
                "currency": "JPY",
                "amount_description": listed(filter(None, [cost.unit, cost.condition])) or None,
            }
            for cost in one.costs
        ],
        "service_capacities": _capacities(one),
        "assured_date": one.assured_on.isoformat() if one.assured_on else None,
        "attributes": {
            "category": one.category,
            "provider_type": one.provider_type,
            "formality": one.formality,
            "fee": one.fee,
            "act_types": [act.code for act in one.act_types],
            "municipality": f"{one.municipality_id:05}",
        },
    }


def _schedule(slot: Slot) -> dict[str, Any]:
    return {
        "freq": "WEEKLY",
        "byday": ",".join(day for day in slot.days if day != "PH"),
        "opens_at": clock_face(slot.opens).zfill(5),
        "closes_at": clock_face(slot.closes).zfill(5),
        "description": "holidays" if "PH" in slot.days else None,
    }


def _capacities(one: Resource) -> list[dict[str, Any]]:
    """Nothing when it is not known, or was never said."""
    if one.capacity is Capacity.UNKNOWN:
        return []
    said_on = one.capacity_on
    return [
        {
            "available": one.free_places,
            "waiting": one.waiting,
            "description": one.capacity.value,
            "updated": said_on.isoformat() if said_on else None,
        }
    ]
