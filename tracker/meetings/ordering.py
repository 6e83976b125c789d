"""The order of an agenda: items under their headings, and what each of them must say."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import listed
from tracker.meetings import agenda, history, policy, programme, queries
from tracker.meetings.models import AGENDA_OPEN, AgendaItem, Meeting
from tracker.meetings.series.models import Rule


def place_last(meeting: Meeting, item: AgendaItem) -> None:
    """The new item stands last under its heading and is stored.

    :raises InvalidInputError: when the meeting has no such heading
    """
    headings = programme.headings_of(meeting)
    places = programme.ranks(headings)
    if item.heading_id not in places:
        raise InvalidInputError("heading_id", _("There is no such heading on this agenda."))
    others = queries.items_of(meeting.id)
    order = [(one.id, places.get(one.heading_id, len(headings))) for one in others]
    db.session.add(item)
    db.session.flush()
    _number([*others, item], agenda.inserted(order, item.id, places[item.heading_id]))


def renumber(meeting: Meeting) -> None:
    """The places of the items follow each other from 1."""
    db.session.flush()
    for position, item in enumerate(queries.items_of(meeting.id), 1):
        if item.position != position:
            item.position = position


def _number(items: Sequence[AgendaItem], order: Sequence[int]) -> None:
    by_id = {item.id: item for item in items}
    for position, item_id in enumerate(order, 1):
        if by_id[item_id].position != position:
            by_id[item_id].position = position


def move_item(meeting: Meeting, item: AgendaItem, *, up: bool, by: Viewer, at: datetime) -> int:
    """The item has passed its neighbour, or gone into the heading beside; its place comes back."""
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    headings = programme.headings_of(meeting)
    places = programme.ranks(headings)
    items = queries.items_of(meeting.id)
    order = [(one.id, places.get(one.heading_id, len(headings))) for one in items]
    open_ranks = [at for at, one in enumerate(headings) if one.rule is not Rule.LINE]
    was, was_under = item.position, item.heading_id
    moved, rank = agenda.moved_between(order, item.id, up=up, open_ranks=open_ranks)
    _number(items, moved)
    if rank != dict(order)[item.id]:
        item.heading_id = headings[rank].id
    if (item.position, item.heading_id) != (was, was_under):
        change = Change(
            {"position": was, "heading_id": was_under},
            {"position": item.position, "heading_id": item.heading_id},
            {},
            {},
        )
        history.change_item(meeting, item, "item.moved", change, by=by, at=at)
    return item.position


def put_under(meeting: Meeting, item: AgendaItem, heading_id: int | None) -> None:
    """The item stands last under this heading.

    :raises InvalidInputError: when the meeting has no such heading
    """
    if heading_id == item.heading_id:
        return
    headings = programme.headings_of(meeting)
    places = programme.ranks(headings)
    if heading_id not in places:
        raise InvalidInputError("heading_id", _("There is no such heading on this agenda."))
    others = [one for one in queries.items_of(meeting.id) if one.id != item.id]
    order = [(one.id, places.get(one.heading_id, len(headings))) for one in others]
    item.heading_id = heading_id
    _number([*others, item], agenda.inserted(order, item.id, places[heading_id]))


def require_complete(items: Sequence[AgendaItem]) -> None:
    """Return only when each item says what is to be decided.

    :raises ConflictError: naming the items without a question, then those put off too often
    """
    silent = [item.title or str(item.position) for item in items if not item.question]
    if silent:
        raise ConflictError(
            _("These items have no question to decide yet: %(items)s.", items=listed(silent))
        )
    worn = [item.title or str(item.position) for item in items if item.needs_decision_line]
    if worn:
        raise ConflictError(
            _(
                "These items were put off three times or more. "
                "Please write what has to be decided now: %(items)s.",
                items=listed(worn),
            )
        )
