"""Setting up the emergency chain. Every verb: may they, does it follow, change, record."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.settings import policy, queries
from tracker.settings.models import (
    FIRST_CALLS,
    NAME_LENGTH,
    Danger,
    EmergencyLink,
    Hours,
    LinkDraft,
)
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import Code, CodeList

CODED = ("area_id", "danger", "hours", "position", "target")
TEXTS = ("name", "phone", "note")
NO_BODIES = frozenset({"FAMILY"})  # a chain names bodies, never somebody's family


def targets() -> dict[str, Code]:
    """Whom a chain may name, by code, in their order."""
    codes = taxonomy.codes(CodeList.CALL_TARGET)[CodeList.CALL_TARGET]
    return {code: row for code, row in codes.items() if code not in NO_BODIES}


def add_contact(
    draft: LinkDraft, *, by: Viewer, at: datetime, confirmed_details: Sequence[str] = ()
) -> EmergencyLink:
    """The chain has one link more; the first of a chain brings the country's number along.

    Without that a town that adds whom to call for one area would take 119 from everybody there.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, draft.municipality_id))
    begins = not queries.in_order(draft.municipality_id, draft.danger)
    if begins and not queries.is_first_call(draft):
        add_link(_first_call(draft.municipality_id, draft.danger), by=by, at=at)
    return add_link(draft, by=by, at=at, confirmed_details=confirmed_details)


def add_link(
    draft: LinkDraft, *, by: Viewer, at: datetime, confirmed_details: Sequence[str] = ()
) -> EmergencyLink:
    """The chain has one link more, at its end.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, draft.municipality_id))
    _check(draft)
    link = _made(draft, _end_of(draft.municipality_id, draft.danger), at)
    now = _coded(link)
    if confirmed_details:
        now["details_confirmed"] = list(confirmed_details)
    change = Change(was={}, now=now, replaced_texts={}, written_texts=_texts(link))
    audit.record(by, "emergency_link.added", link, at=at, change=change)
    return link


def change_link(
    link: EmergencyLink,
    draft: LinkDraft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> None:
    """The link says this now; it keeps its place unless it moves to the other chain.

    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, link.municipality_id))
    if draft.municipality_id != link.municipality_id:
        raise InvalidInputError("place", _("Please choose a place in the same town."))
    _check(draft)
    was, were = _coded(link), _texts(link)
    if draft.danger is not link.danger:
        link.position = _end_of(link.municipality_id, draft.danger)
    for name, value in asdict(draft).items():
        setattr(link, name, value)
    link.updated_at = at
    db.session.flush()
    changed = {name: value for name, value in _coded(link).items() if was[name] != value}
    if confirmed_details:
        changed["details_confirmed"] = list(confirmed_details)
    texts = {name: text for name, text in _texts(link).items() if were[name] != text}
    change = Change(
        was={name: was[name] for name in changed if name in was},
        now=changed,
        replaced_texts={name: were[name] for name in texts if were[name]},
        written_texts=texts,
    )
    audit.record(by, "emergency_link.changed", link, at=at, change=change)


def move_link(link: EmergencyLink, places: int, *, by: Viewer, at: datetime) -> None:
    """The link stands so many places further down (or up: less than 0); at the end it stays."""
    require(policy.can_edit(by, link.municipality_id))
    links = queries.in_order(link.municipality_id, link.danger)
    before = links.index(link)
    after = min(max(before + places, 0), len(links) - 1)
    if after == before:
        return
    was = link.position
    links.insert(after, links.pop(before))
    _number(links)
    change = Change({"position": was}, {"position": after + 1}, {}, {})
    audit.record(by, "emergency_link.moved", link, at=at, change=change)


def remove_link(link: EmergencyLink, *, by: Viewer, at: datetime) -> None:
    """The link is gone; what it said is kept, and it can be put back for a day."""
    require(policy.can_edit(by, link.municipality_id))
    texts = {name: text for name, text in _texts(link).items() if text}
    change = Change(was=_coded(link), now={}, replaced_texts=texts, written_texts=texts)
    audit.record(by, queries.REMOVED, link, at=at, change=change)
    db.session.delete(link)
    db.session.flush()


def restore_link(entry_id: int, *, by: Viewer, at: datetime) -> EmergencyLink:
    """What was removed stands where it stood, as a new row.

    :param entry_id: the removal in the audit log
    :raises NotFoundError: when it was put back already, or was removed too long ago
    """
    gone = queries.get_removed(by, entry_id, at=at)
    require(policy.can_edit(by, gone.municipality_id))
    draft = LinkDraft(
        municipality_id=gone.municipality_id,
        area_id=gone.area_id,
        danger=gone.danger,
        hours=gone.hours,
        target=gone.target,
        name=gone.name,
        phone=gone.phone,
        note=gone.note,
    )
    _check(draft)
    others = queries.in_order(gone.municipality_id, gone.danger)
    link = _made(draft, gone.position, at)
    place = sum(other.position < gone.position for other in others)
    _number([*others[:place], link, *others[place:]])
    now = {**_coded(link), "entry_id": entry_id}
    change = Change(was={}, now=now, replaced_texts={}, written_texts=_texts(link))
    audit.record(by, queries.RESTORED, link, at=at, change=change)
    return link


def begin_with_default(
    municipality_id: int, danger: Danger, *, by: Viewer, at: datetime
) -> list[EmergencyLink]:
    """Our default stands in the town's chain, to be changed: the number, then each area's centre.

    In a chain of the town's own that lacks the number, only the number is put, before all others.

    :raises ConflictError: when the chain of the town has the number already
    """
    require(policy.can_edit(by, municipality_id))
    own = queries.in_order(municipality_id, danger)
    if queries.holds_first_call(own):
        raise ConflictError(_("The town has a chain of its own for this already."))
    first = add_link(_first_call(municipality_id, danger), by=by, at=at)
    if own:
        _number([first, *own])
        return [first]
    drafts = [
        LinkDraft(
            municipality_id,
            line.area_id,
            danger,
            Hours.OFFICE,
            "CENTRE",
            line.name[:NAME_LENGTH],
            line.phone,
        )
        for line in queries.centre_lines(municipality_id)
    ]
    return [first, *(add_link(draft, by=by, at=at) for draft in drafts)]


def _first_call(municipality_id: int, danger: Danger) -> LinkDraft:
    """The country's number, for all areas and at any hour."""
    first = FIRST_CALLS[danger]
    name = targets()[first.target].name_ja
    return LinkDraft(municipality_id, None, danger, Hours.ALWAYS, first.target, name, first.phone)


def as_drafted(link: EmergencyLink) -> LinkDraft:
    """What the link says now, as somebody would have written it."""
    return LinkDraft(**{field.name: getattr(link, field.name) for field in fields(LinkDraft)})


def _check(draft: LinkDraft) -> None:
    area = db.session.get(Area, draft.area_id) if draft.area_id is not None else None
    if draft.area_id is not None and (
        area is None or area.municipality_id != draft.municipality_id
    ):
        raise InvalidInputError("place", _("Please choose a place in the same town."))
    if draft.target not in targets():
        raise InvalidInputError("target", _("Please choose one of the answers."))
    for name in ("name", "phone"):
        if not getattr(draft, name):
            raise InvalidInputError(name, _("Please fill this in."))


def _made(draft: LinkDraft, position: int, at: datetime) -> EmergencyLink:
    link = EmergencyLink(position=position, created_at=at, updated_at=at, **asdict(draft))
    db.session.add(link)
    db.session.flush()
    return link


def _end_of(municipality_id: int, danger: Danger) -> int:
    links = queries.in_order(municipality_id, danger)
    return links[-1].position + 1 if links else 1


def _number(links: Sequence[EmergencyLink]) -> None:
    """Number them 1, 2, 3 …; an open form is not outdated by that, so the version stays."""
    for position, link in enumerate(links, 1):
        if link.position != position:
            statement = sa.update(EmergencyLink).where(EmergencyLink.id == link.id)
            db.session.execute(statement.values(position=position))
            db.session.refresh(link, ["position"])


def _coded(link: EmergencyLink) -> dict[str, Any]:
    return {name: getattr(link, name) for name in CODED}


def _texts(link: EmergencyLink) -> dict[str, str]:
    return {name: getattr(link, name) for name in TEXTS}
