"""Saving a view, giving it another name, sharing it, deleting it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.saved import policy, queries
from tracker.saved.models import QUERY_LENGTH, SavedPage, SavedView

# Where somebody was on a list, and their language, are no part of a view.
NOT_KEPT = frozenset({"after", "before", "lang"})


@dataclass(frozen=True)
class ViewDraft:
    """What is said of a view."""

    name: str
    is_shared: bool


def clean_query(query: str) -> str:
    """The part of an address behind its "?", written plainly, without what is no part of a view.

    :raises InvalidInputError: when it is longer than an address should be
    """
    try:
        pairs = parse_qsl(query, max_num_fields=50)
    except ValueError:
        pairs = None
    kept = None if pairs is None else urlencode([(k, v) for k, v in pairs if k not in NOT_KEPT])
    if kept is None or len(kept) > QUERY_LENGTH:
        raise InvalidInputError("query", _("This view has too many filters to be saved."))
    return kept


def save_view(
    page: SavedPage,
    query: str,
    draft: ViewDraft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> SavedView:
    """The view can be opened again by its name.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: without a name, with one that is taken, or when there are too many
    """
    require(policy.can_save(by, page))
    _check_name(by.person_id, page, draft.name, None)
    if queries.number_of(by.person_id, page) >= queries.MOST:
        raise InvalidInputError(
            "name", _("You have %(most)s views. Please delete one.", most=queries.MOST)
        )
    view = SavedView(
        person_id=by.person_id,
        organisation_id=min(by.organisation_ids()),
        page=page,
        query=clean_query(query),
        name=draft.name,
        is_shared=draft.is_shared,
        created_at=at,
        updated_at=at,
    )
    db.session.add(view)
    db.session.flush()
    _record(view, "saved_view.made", {}, confirmed_details, by=by, at=at)
    return view


def change_view(
    view: SavedView,
    draft: ViewDraft,
    *,
    by: Viewer,
    at: datetime,
    confirmed_details: Sequence[str] = (),
) -> None:
    """The view has this name and is shared or not.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: without a name, or with one that is taken
    """
    require(policy.can_edit(by, view))
    _check_name(by.person_id, view.page, draft.name, view.id)
    was = {"is_shared": view.is_shared}
    view.name, view.is_shared, view.updated_at = draft.name, draft.is_shared, at
    _record(view, "saved_view.changed", was, confirmed_details, by=by, at=at)


def delete_view(view: SavedView, *, by: Viewer, at: datetime) -> None:
    """The view is gone, for colleagues too; what it showed is not."""
    require(policy.can_edit(by, view))
    _record(view, "saved_view.deleted", {"is_shared": view.is_shared}, (), by=by, at=at)
    db.session.delete(view)
    db.session.flush()


def _check_name(person_id: int, page: SavedPage, name: str, own_id: int | None) -> None:
    if not name:
        raise InvalidInputError("name", _("Please fill this in."))
    other = queries.named_so(person_id, page, name)
    if other is not None and other.id != own_id:
        raise InvalidInputError("name", _("You have a view of this name already."))


def _record(
    view: SavedView,
    verb: str,
    was: Mapping[str, bool],
    confirmed: Sequence[str],
    *,
    by: Viewer,
    at: datetime,
) -> None:
    now: dict[str, object] = {"is_shared": view.is_shared}
    if confirmed:
        now["details_confirmed"] = list(confirmed)
    audit.record(by, verb, view, at=at, change=Change(was, now, {}, {"name": view.name}))
