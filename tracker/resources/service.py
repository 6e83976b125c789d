"""Keeping the directory. Every verb: may they, does it follow, change, record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.core import audit, text
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.resources import policy, queries
from tracker.resources.models import (
    SEARCH_LENGTH,
    USABLE,
    Resource,
    ResourceActType,
    ResourceArea,
    ResourceStatus,
)
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import ActType, Code, CodeList

LISTS = {
    "category": CodeList.RESOURCE_CATEGORY,
    "provider_type": CodeList.PROVIDER_TYPE,
    "formality": CodeList.FORMALITY,
    "fee": CodeList.FEE,
}
CODED = ("status", *LISTS)
DAYS = ("assured_on", "started_on", "ended_on")
# Everything typed; the audit log keeps only hashes of it, and the versions that were replaced.
TEXTS = (
    *("name_ja", "name_en", "provider_name", "content"),
    *("hours", "cost", "how_to_apply", "contact"),
)
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
    started_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """Names and values of the row's columns."""
        values = asdict(self)
        del values["area_ids"], values["act_types"]
        values["name_en"] = self.name_en or self.name_ja
        return values


def add_resource(
    draft: ResourceDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    status: ResourceStatus = ResourceStatus.LIVE,
) -> Resource:
    """There is something that was not there before; it begins today when it can be used.

    :raises InvalidInputError: naming the field
    """
    if status in USABLE:
        draft = replace(draft, started_on=draft.started_on or today)
    return enter_resource(draft, by=by, at=at, today=today, status=status)


def enter_resource(
    draft: ResourceDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    status: ResourceStatus = ResourceStatus.LIVE,
    confirmed_details: Sequence[str] = (),
) -> Resource:
    """The directory knows of a resource, perhaps an old one; it counts as assured today.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field
    """
    areas, words = _checked(draft, by, today)
    _require_open(status)
    resource = Resource(
        municipality_id=areas[0].municipality_id,
        status=status,
        assured_on=today,
        assured_by_id=by.person_id,
        search_text=_search_text(draft, words),
        created_at=at,
        updated_at=at,
        **draft.columns(),
    )
    db.session.add(resource)
    db.session.flush()
    _link(resource.id, draft)
    now = _coded(resource, draft)
    if confirmed_details:
        now["details_confirmed"] = list(confirmed_details)
    change = Change(was={}, now=now, replaced_texts={}, written_texts=_texts(resource))
    audit.record(by, "resource.added", resource, at=at, change=change)
    return resource


def change_resource(
    resource: Resource,
    draft: ResourceDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    status: ResourceStatus | None = None,
    confirmed_details: Sequence[str] = (),
) -> None:
    """The directory says this now; whether it is still true has to be assured separately.

    :param resource: with its areas and act types, as `queries.get_resource` gives it
    :param status: None leaves it as it is
    :raises ConflictError: when it has ended
    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, resource))
    if resource.status is ResourceStatus.ENDED:
        raise ConflictError(_("This resource has ended. Put it back into use first."))
    areas, words = _checked(draft, by, today, already=resource.act_types)
    if areas[0].municipality_id != resource.municipality_id:
        raise InvalidInputError("area_ids", _("Please choose areas of the resource’s own town."))
    _require_open(status or resource.status)
    was, were = _coded(resource, as_drafted(resource)), _texts(resource)
    for name, value in draft.columns().items():
        setattr(resource, name, value)
    resource.search_text, resource.updated_at = _search_text(draft, words), at
    if status is not None and status is not resource.status:
        resource.status = status
        _begin(resource, today)
    _link(resource.id, draft)
    db.session.flush()
    db.session.expire(resource, ["areas", "act_types"])
    _record(resource, "resource.changed", was, _coded(resource, draft), by=by, at=at, were=were,
            confirmed=confirmed_details)  # fmt: skip


def confirm(resource: Resource, *, by: Viewer, at: datetime, today: date) -> None:
    """Somebody made sure that what the directory says is true today.

    :raises ConflictError: when it has ended
    """
    require(policy.can_edit(by, resource))
    if resource.status is ResourceStatus.ENDED:
        raise ConflictError(_("This resource has ended. Put it back into use first."))
    was = _days(resource)
    resource.assured_on, resource.assured_by_id, resource.updated_at = today, by.person_id, at
    _record(resource, "resource.confirmed", was, _days(resource), by=by, at=at)


def set_live(resource: Resource, *, by: Viewer, at: datetime, today: date) -> None:
    """It can be used from today on, whether it was being prepared, tried, paused or ended.

    :raises ConflictError: when it is in use already
    """
    require(policy.can_edit(by, resource))
    if resource.status is ResourceStatus.LIVE:
        raise ConflictError(_("This resource is in use already."))
    was = _state(resource)
    resource.status, resource.ended_on, resource.updated_at = ResourceStatus.LIVE, None, at
    resource.assured_on, resource.assured_by_id = today, by.person_id
    _begin(resource, today)
    _record(resource, "resource.live", was, _state(resource), by=by, at=at)


def end_resource(resource: Resource, *, by: Viewer, at: datetime, today: date) -> None:
    """It cannot be used from today on; the directory keeps it.

    :raises ConflictError: when it has ended already
    """
    require(policy.can_edit(by, resource))
    if resource.status is ResourceStatus.ENDED:
        raise ConflictError(_("This resource has ended already."))
    was = _state(resource)
    resource.status, resource.ended_on = ResourceStatus.ENDED, today
    resource.updated_at = at
    _record(resource, "resource.ended", was, _state(resource), by=by, at=at)


def as_drafted(resource: Resource) -> ResourceDraft:
    """What the directory says now, as somebody would have written it.

    :param resource: with its areas and act types
    """
    return ResourceDraft(
        area_ids=tuple(area.id for area in resource.areas),
        act_types=tuple(act_type.code for act_type in resource.act_types),
        **{name: getattr(resource, name) for name in (*TEXTS, *LISTS, "started_on")},
    )


def _begin(resource: Resource, today: date) -> None:
    if resource.status in USABLE and resource.started_on is None:
        resource.started_on = today


def _checked(
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
    if draft.started_on and draft.started_on > today:
        raise InvalidInputError("started_on", _("That day has not come yet."))
    known: dict[str, Code | ActType] = {act.code: act for act in already}
    known |= {act.code: act for act in taxonomy.act_types(today)}
    if not draft.act_types or not known.keys() >= set(draft.act_types):
        raise InvalidInputError("act_types", _("Please choose at least one of the types."))
    rows = [known[code] for code in draft.act_types]
    rows += [codes[code_list][getattr(draft, name)] for name, code_list in LISTS.items()]
    return areas, [word for row in rows for word in (row.name_ja, row.name_en)]


def _areas(draft: ResourceDraft, by: Viewer) -> Sequence[Area]:
    areas = queries.areas_by_id(draft.area_ids)
    if not areas or len(areas) != len(set(draft.area_ids)):
        raise InvalidInputError("area_ids", _("Please choose at least one of the areas."))
    if len({area.municipality_id for area in areas}) > 1:
        raise InvalidInputError("area_ids", _("Please choose areas of one town only."))
    require(policy.can_add(by, areas[0].municipality_id))
    return areas


def _require_open(status: ResourceStatus) -> None:
    if status is ResourceStatus.ENDED:
        raise InvalidInputError("status", _("Please choose one of the answers."))


def _link(resource_id: int, draft: ResourceDraft) -> None:
    """The resource serves these areas and types, and no others."""
    for table in (ResourceArea, ResourceActType):
        db.session.execute(sa.delete(table).where(table.resource_id == resource_id))
    db.session.add_all(
        ResourceArea(resource_id=resource_id, area_id=area_id) for area_id in set(draft.area_ids)
    )
    db.session.add_all(
        ResourceActType(resource_id=resource_id, act_type_code=code)
        for code in set(draft.act_types)
    )
    db.session.flush()


def _search_text(draft: ResourceDraft, words: Iterable[str]) -> str:
    typed = [getattr(draft, name) for name in TEXTS]
    return text.fold(" ".join([*typed, *words]))[:SEARCH_LENGTH]


def _texts(resource: Resource) -> dict[str, str]:
    return {name: getattr(resource, name) for name in TEXTS}


def _days(resource: Resource) -> dict[str, Any]:
    days = {name: getattr(resource, name) for name in DAYS}
    return {name: day.isoformat() if day else None for name, day in days.items()}


def _state(resource: Resource) -> dict[str, Any]:
    return {"status": resource.status, **_days(resource)}


def _coded(resource: Resource, draft: ResourceDraft) -> dict[str, Any]:
    return {
        **{name: getattr(resource, name) for name in CODED},
        **_days(resource),
        "area_ids": sorted(set(draft.area_ids)),
        "act_types": sorted(set(draft.act_types)),
    }


def _record(
    resource: Resource,
    verb: str,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    by: Viewer,
    at: datetime,
    were: Mapping[str, str] | None = None,
    confirmed: Sequence[str] = (),
) -> None:
    """Append to the audit log what differs.

    :param were: the texts as they were, when they may have changed
    """
    changed = {name: value for name, value in now.items() if was.get(name) != value}
    if confirmed:
        changed["details_confirmed"] = list(confirmed)
    texts = _texts(resource)
    replaced = {name: old for name, old in (were or {}).items() if old != texts[name]}
    change = Change(
        was={name: was[name] for name in changed if name in was},
        now=changed,
        replaced_texts={name: old for name, old in replaced.items() if old},
        written_texts={name: texts[name] for name in replaced},
    )
    audit.record(by, verb, resource, at=at, change=change)
