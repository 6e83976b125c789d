"""What somebody writes into the directory: checked, linked, made to be found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.core import text
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.resources import policy, queries
from tracker.resources.details import Contact, Cost, Slot
from tracker.resources.models import (
    DAY_MINUTES,
    MOST_YEN,
    SEARCH_LENGTH,
    WEEKDAYS,
    Resource,
    ResourceActType,
    ResourceArea,
    ResourceContact,
    ResourceCost,
    ResourceSlot,
)
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import ActType, Code, CodeList

LISTS = {
    "category": CodeList.RESOURCE_CATEGORY,
    "provider_type": CodeList.PROVIDER_TYPE,
    "formality": CodeList.FORMALITY,
    "fee": CodeList.FEE,
}
# Everything typed; the audit log keeps only hashes of it, and the versions that were replaced.
TEXTS = (
    *("name_ja", "name_en", "provider_name", "content"),
    *("hours", "cost", "how_to_apply", "contact", "eligibility", "place"),
)
NOT_COLUMNS = ("area_ids", "act_types", "slots", "costs", "contacts")
NEEDED = ("name_ja", "provider_name", "content", "how_to_apply", "contact")


@dataclass(frozen=True)
class ResourceDraft:
    """What the directory says of a resource; field names are those of the form and the row."""

    name_ja: str
    category: str
    provider_type: str
    provider_name: str
    formality: str
    fee: str
    content: str
    how_to_apply: str
    contact: str
    area_ids: tuple[int, ...]  # all of one town, which is the resource's
    act_types: tuple[str, ...]
    name_en: str = ""  # "": the Japanese name is shown
    hours: str = ""
    cost: str = ""
    eligibility: str = ""
    place: str = ""
    office_mail: str = ""  # "": it is asked by telephone
    slots: tuple[Slot, ...] = ()
    costs: tuple[Cost, ...] = ()  # each group of people once
    contacts: tuple[Contact, ...] = ()
    started_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """Names and values of the row's columns."""
        values = {name: value for name, value in vars(self).items() if name not in NOT_COLUMNS}
        values["name_en"] = self.name_en or self.name_ja
        return values


def as_drafted(resource: Resource) -> ResourceDraft:
    """What the directory says now, as somebody would have written it.

    :param resource: with its areas, act types, hours, costs and contacts
    """
    return ResourceDraft(
        area_ids=tuple(area.id for area in resource.areas),
        act_types=tuple(act_type.code for act_type in resource.act_types),
        slots=tuple(Slot.of(row) for row in resource.slots),
        costs=tuple(Cost.of(row) for row in resource.costs),
        contacts=tuple(Contact.of(row) for row in resource.contacts),
        **{name: getattr(resource, name) for name in (*TEXTS, *LISTS, "office_mail", "started_on")},
    )


def checked(
    draft: ResourceDraft, by: Viewer, today: date, already: Iterable[ActType] = ()
) -> tuple[Sequence[Area], list[str]]:
    """The areas, and the words by which the codes may be searched.

    :param already: types the resource has; they may stay when they are retired
    """
    areas = _areas(draft, by)
    for name in NEEDED:
        if not getattr(draft, name):
            raise InvalidInputError(name, _("Please fill this in."))
    codes = taxonomy.codes(*LISTS.values())
    for name, code_list in LISTS.items():
        if getattr(draft, name) not in codes[code_list]:
            raise InvalidInputError(name, _("Please choose one of the answers."))
    _require_details(draft)
    if draft.started_on and draft.started_on > today:
        raise InvalidInputError("started_on", _("That day has not come yet."))
    known: dict[str, Code | ActType] = {act.code: act for act in already}
    known |= {act.code: act for act in taxonomy.act_types(today)}
    if not draft.act_types or not known.keys() >= set(draft.act_types):
        raise InvalidInputError("act_types", _("Please choose at least one of the types."))
    rows = [known[code] for code in draft.act_types]
    rows += [codes[code_list][getattr(draft, name)] for name, code_list in LISTS.items()]
    return areas, [word for row in rows for word in (row.name_ja, row.name_en)]


def _require_details(draft: ResourceDraft) -> None:
    for slot in draft.slots:
        if not slot.days or not set(slot.days) <= WEEKDAYS.keys():
            raise InvalidInputError("slots", _("Please tick the days of these hours."))
        if not 0 <= slot.opens < slot.closes <= DAY_MINUTES:
            raise InvalidInputError("slots", _("It must open before it closes."))
    if any(not 0 <= cost.yen <= MOST_YEN for cost in draft.costs):
        raise InvalidInputError("costs", _("Please write a number, for example 30."))
    if len({cost.tier for cost in draft.costs}) < len(draft.costs):
        raise InvalidInputError("costs", _("Please write one price for each group of people."))


def _areas(draft: ResourceDraft, by: Viewer) -> Sequence[Area]:
    areas = queries.areas_by_id(draft.area_ids)
    if not areas or len(areas) != len(set(draft.area_ids)):
        raise InvalidInputError("area_ids", _("Please choose at least one of the areas."))
    if len({area.municipality_id for area in areas}) > 1:
        raise InvalidInputError("area_ids", _("Please choose areas of one town only."))
    require(policy.can_add(by, areas[0].municipality_id))
    return areas


def write(resource: Resource, draft: ResourceDraft, words: Iterable[str], *, at: datetime) -> None:
    """The entry says what the draft says; what is no lifelong business has no checklist to show."""
    for name, value in draft.columns().items():
        setattr(resource, name, value)
    resource.search_text, resource.updated_at = search_text(draft, words), at
    if not resource.is_lifelong:
        resource.checked_on = resource.checked_by_id = None
    link(resource.id, draft)
    db.session.flush()
    db.session.expire(resource, ["areas", "act_types", "slots", "costs", "contacts"])


def link(resource_id: int, draft: ResourceDraft) -> None:
    """The resource serves these areas and types, and no others."""
    for table in (ResourceArea, ResourceActType, ResourceSlot, ResourceCost, ResourceContact):
        db.session.execute(sa.delete(table).where(table.resource_id == resource_id))
    db.session.add_all(
        ResourceArea(resource_id=resource_id, area_id=area_id) for area_id in set(draft.area_ids)
    )
    db.session.add_all(
        ResourceActType(resource_id=resource_id, act_type_code=code)
        for code in set(draft.act_types)
    )
    db.session.add_all(
        ResourceSlot(
            resource_id=resource_id, days=" ".join(slot.days), opens=slot.opens, closes=slot.closes
        )
        for slot in draft.slots
    )
    db.session.add_all(ResourceCost(resource_id=resource_id, **vars(cost)) for cost in draft.costs)
    db.session.add_all(
        ResourceContact(resource_id=resource_id, **vars(contact)) for contact in draft.contacts
    )
    db.session.flush()


def search_text(draft: ResourceDraft, words: Iterable[str]) -> str:
    """Everything typed and the words of its codes, folded for the search."""
    typed = [getattr(draft, name) for name in TEXTS]
    return text.fold(" ".join([*typed, *words]))[:SEARCH_LENGTH]
