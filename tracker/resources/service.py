"""Keeping the directory. Every verb: may they, does it follow, change, record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import audit, events
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.resources import asked, checklist, details, drafting, history, policy, queries
from tracker.resources.details import Offer, Worse
from tracker.resources.drafting import ResourceDraft
from tracker.resources.models import (
    MOST_PLACES,
    USABLE,
    Capacity,
    PointAnswer,
    Resource,
    ResourcePoint,
    ResourceStatus,
)


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
    made = enter_resource(draft, by=by, at=at, today=today, status=status)
    if status is ResourceStatus.LIVE:
        events.resource_live.send(resource_id=made.id, at=at)
    return made


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
    areas, words = drafting.checked(draft, by, today)
    _require_open(status)
    resource = Resource(
        municipality_id=areas[0].municipality_id,
        status=status,
        assured_on=today,
        assured_by_id=by.person_id,
        search_text=drafting.search_text(draft, words),
        created_at=at,
        updated_at=at,
        **draft.columns(),
    )
    db.session.add(resource)
    db.session.flush()
    drafting.link(resource.id, draft)
    now = history.coded(resource, draft)
    if confirmed_details:
        now["details_confirmed"] = list(confirmed_details)
    texts = history.texts(resource, draft)
    change = Change(was={}, now=now, replaced_texts={}, written_texts=texts)
    audit.record(by, "resource.added", resource, at=at, change=change)
    return resource


def require_in_being(resource: Resource, by: Viewer) -> None:
    """Return only to a keeper, and while it has not ended.

    :raises ConflictError: when it has ended
    """
    require(policy.can_edit(by, resource))
    if resource.status is ResourceStatus.ENDED:
        raise ConflictError(_("This resource has ended. Put it back into use first."))


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
    require_in_being(resource, by)
    areas, words = drafting.checked(draft, by, today, already=resource.act_types)
    if areas[0].municipality_id != resource.municipality_id:
        raise InvalidInputError("area_ids", _("Please choose areas of the resource’s own town."))
    _require_open(status or resource.status)
    before = drafting.as_drafted(resource)
    was, were = history.coded(resource, before), history.texts(resource, before)
    offered, was_usable = offer(resource, before), resource.is_usable
    drafting.write(resource, draft, words, at=at)
    if status is not None and status is not resource.status:
        resource.status = status
        _begin(resource, today)
    if was_usable and resource.status is ResourceStatus.SUSPENDED:
        _tell_worse(resource, [Worse.PAUSED], at)
    _tell_worse(resource, details.worsened(offered, offer(resource, draft)), at)
    history.record(
        resource,
        "resource.changed",
        was,
        history.coded(resource, draft),
        by=by,
        at=at,
        were=were,
        texts=history.texts(resource, draft),
        confirmed=confirmed_details,
    )


def confirm(resource: Resource, *, by: Viewer, at: datetime, today: date) -> None:
    """Somebody made sure that what the directory says is true today.

    :raises ConflictError: when it has ended
    """
    require_in_being(resource, by)
    was = history.days(resource)
    assure(resource, by.person_id, at=at, today=today)
    history.record(resource, "resource.confirmed", was, history.days(resource), by=by, at=at)


def assure(resource: Resource, person_id: int | None, *, at: datetime, today: date) -> None:
    """What the directory says was made sure of today; what did not work before is answered.

    :param person_id: None when the office itself said so by its link
    """
    resource.assured_on, resource.assured_by_id, resource.updated_at = today, person_id, at
    resource.assured_by_provider, resource.doubts = person_id is None, 0


CAPACITY = ("capacity", "free_places", "waiting")


@dataclass(frozen=True)
class Room:
    """Whether it takes somebody new, and how many; None: nobody counted."""

    capacity: Capacity
    free_places: int | None = None
    waiting: int | None = None


def set_capacity(resource: Resource, room: Room, *, by: Viewer, at: datetime, today: date) -> None:
    """Whether it takes somebody is known as of today; not known is an answer as well.

    :raises ConflictError: when it has ended
    :raises InvalidInputError: when the numbers say something else than the choice
    """
    require_in_being(resource, by)
    _require_room(room)
    offered = Offer(resource.capacity, resource.fee)
    was = {name: getattr(resource, name) for name in CAPACITY}
    day, resource.capacity_on = resource.capacity_on, today
    was["capacity_on"] = day.isoformat() if day else None
    resource.capacity, resource.free_places = room.capacity, room.free_places
    resource.waiting, resource.updated_at = room.waiting, at
    now = {name: getattr(resource, name) for name in CAPACITY}
    now["capacity_on"] = today.isoformat()
    _tell_worse(resource, details.worsened(offered, replace(offered, capacity=room.capacity)), at)
    history.record(resource, "resource.capacity_said", was, now, by=by, at=at)


def _require_room(room: Room) -> None:
    for name in ("free_places", "waiting"):
        number = getattr(room, name)
        if number is not None and not 0 <= number <= MOST_PLACES:
            raise InvalidInputError(name, _("Please write a number, for example 30."))
    if room.free_places and room.capacity in (Capacity.FULL, Capacity.WAITING):
        raise InvalidInputError("free_places", _("It cannot be full and have free places."))
    if room.free_places == 0 and room.capacity is Capacity.FREE:
        raise InvalidInputError("free_places", _("Without a free place it does not take people."))


def answer_points(
    resource: Resource,
    answers: Mapping[str, tuple[PointAnswer, str]],
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> None:
    """What its papers say to the points of the checklist; complete, it may be recommended.

    When it is in use, filers are asked from then on whether it can be used.

    :param answers: answer and note by the code of a point; points left out stay unanswered
    :raises ConflictError: when it is no lifelong-support business
    :raises InvalidInputError: for a point there is not
    """
    require(policy.can_edit(by, resource))
    if not resource.is_lifelong:
        raise ConflictError(_("Only lifelong-support businesses have this checklist."))
    if not answers.keys() <= checklist.CODES:
        raise InvalidInputError("", _("Please choose one of the answers."))
    was = _points(resource)
    db.session.execute(sa.delete(ResourcePoint).where(ResourcePoint.resource_id == resource.id))
    db.session.add_all(
        ResourcePoint(resource_id=resource.id, point=code, answer=answer, note=note)
        for code, (answer, note) in answers.items()
    )
    complete = answers.keys() == checklist.CODES
    resource.checked_on = today if complete else None
    resource.checked_by_id = by.person_id if complete else None
    resource.updated_at = at
    db.session.flush()
    db.session.expire(resource, ["points"])
    notes = {f"note_{code}": note for code, (_answer, note) in answers.items() if note}
    now = {code: answer for code, (answer, _note) in sorted(answers.items())}
    history.record(resource, "resource.checked", was, now, by=by, at=at, texts=notes)
    if complete and resource.status is ResourceStatus.LIVE:
        events.resource_live.send(resource_id=resource.id, at=at)


def _points(resource: Resource) -> dict[str, Any]:
    return {row.point: row.answer for row in resource.points}


def set_live(resource: Resource, *, by: Viewer, at: datetime, today: date) -> None:
    """It can be used from today on, whether it was being prepared, tried, paused or ended.

    :raises ConflictError: when it is in use already
    """
    require(policy.can_edit(by, resource))
    if resource.status is ResourceStatus.LIVE:
        raise ConflictError(_("This resource is in use already."))
    was = history.state(resource)
    resource.status, resource.ended_on, resource.updated_at = ResourceStatus.LIVE, None, at
    resource.instead, resource.instead_id = "", None
    assure(resource, by.person_id, at=at, today=today)
    _begin(resource, today)
    history.record(resource, "resource.live", was, history.state(resource), by=by, at=at)
    events.resource_live.send(resource_id=resource.id, at=at)


@dataclass(frozen=True)
class Ending:
    """What is said when a resource ends."""

    instead: str = ""  # what people can use instead, in words
    instead_id: int | None = None  # a resource of the directory
    despite_waiting: bool = False  # cases wait for it, and somebody has looked at them


def end_resource(
    resource: Resource, *, by: Viewer, at: datetime, today: date, ending: Ending | None = None
) -> None:
    """It cannot be used from today on; the directory keeps it, and says what to use instead.

    :raises ConflictError: when it has ended already
    :raises InvalidInputError: while cases wait for it and nobody has said what becomes of them
    """
    require(policy.can_edit(by, resource))
    if resource.status is ResourceStatus.ENDED:
        raise ConflictError(_("This resource has ended already."))
    ending = ending or Ending()
    _require_ending(resource, ending, by)
    was, usable = history.state(resource), resource.status in USABLE
    resource.status, resource.ended_on = ResourceStatus.ENDED, today
    resource.instead, resource.instead_id = ending.instead, ending.instead_id
    resource.updated_at = at
    if usable:
        _tell_worse(resource, [Worse.ENDED], at)
    said = {"instead": ending.instead} if ending.instead else {}
    now = history.state(resource)
    history.record(resource, "resource.ended", was, now, by=by, at=at, texts=said)


def _require_ending(resource: Resource, ending: Ending, by: Viewer) -> None:
    if ending.instead_id is not None:
        other = resource.id != ending.instead_id and queries.names(by, [ending.instead_id])
        if not other:
            raise InvalidInputError("instead_id", _("Please choose one of the answers."))
    if not asked.waiting(by, resource).count:
        return
    if not ending.instead and ending.instead_id is None:
        sentence = _("Cases wait for it. Please say what they can use instead, or that nothing is.")
        raise InvalidInputError("instead", sentence)
    if not ending.despite_waiting:
        raise InvalidInputError("despite_waiting", _("Please look at the cases that wait first."))


def offer(resource: Resource, draft: ResourceDraft) -> Offer:
    """What decides whether somebody can use it, as the draft says it."""
    return Offer(resource.capacity, draft.fee, draft.slots, draft.costs)


def _tell_worse(resource: Resource, how: Sequence[Worse], at: datetime) -> None:
    """Upper floors hear of it once an act: the owners of issues it answered are told."""
    if how:
        events.resource_worsened.send(resource_id=resource.id, how=how[0].value, at=at)


def _begin(resource: Resource, today: date) -> None:
    if resource.status in USABLE and resource.started_on is None:
        resource.started_on = today


def _require_open(status: ResourceStatus) -> None:
    if status is ResourceStatus.ENDED:
        raise InvalidInputError("status", _("Please choose one of the answers."))
