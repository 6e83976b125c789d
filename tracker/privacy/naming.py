"""What the rows that the log speaks of are called, and where the reader may open them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for

from tracker.accounts.models import Area, Invitation, Membership, Organisation, Person
from tracker.accounts.models import SignInSession as Session
from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.issues.models import RegionalIssue
from tracker.meetings.models import Meeting
from tracker.resources.models import Resource

Place = tuple[str, int]  # table, key

# Table → endpoint of its page, and what the address calls the key.
PAGES = {
    "cases": ("cases.show", "case_id"),
    "issues": ("issues.show", "issue_id"),
    "meetings": ("meetings.show", "meeting_id"),
    "actions": ("actions.show", "action_id"),
    "resources": ("resources.show", "resource_id"),
    "people": ("accounts.person", "person_id"),
    "organisations": ("accounts.organisation", "organisation_id"),
    "exports": ("privacy.show_export", "export_id"),
    "redactions": ("privacy.redaction", "redaction_id"),
}


@dataclass(frozen=True)
class Name:
    """What a row is called in both languages; `name_en` is "" where there is one name only."""

    name_ja: str
    name_en: str = ""

    def __str__(self) -> str:
        return named(self) if self.name_en else self.name_ja


def names(places: Iterable[Place]) -> Mapping[Place, Name]:
    """The names of these rows, in one statement; rows without a name of their own are left out."""
    keys: dict[str, set[int]] = defaultdict(set)
    for table, key in places:
        keys[table].add(key)
    parts = [_NAMED[table](table, wanted) for table, wanted in keys.items() if table in _NAMED]
    if not parts:
        return {}
    rows = db.session.execute(sa.union_all(*parts))
    return {(row.kind, row.key): Name(row.name_ja, row.name_en) for row in rows}


def address(viewer: Viewer, place: Place) -> str | None:
    """The page of the row; None where there is none, or it is not for the viewer's role."""
    endpoint, argument = PAGES.get(place[0], ("", ""))
    permission = getattr(current_app.view_functions.get(endpoint), "permission", None)
    if permission is None or not viewer.may(permission):
        return None
    named_key: dict[str, Any] = {argument: place[1]}
    return url_for(endpoint, **named_key)


def _columns(table: str, key: Any, name_ja: Any, name_en: Any = None) -> Any:
    return sa.select(
        sa.literal(table).label("kind"),
        key.label("key"),
        name_ja.label("name_ja"),
        sa.func.coalesce(name_en, "").label("name_en") if name_en is not None else _NONE,
    )


_NONE = sa.literal("").label("name_en")


def _one(model: Any, name: str) -> Any:
    """Rows with one name for both languages."""

    def part(table: str, keys: set[int]) -> Any:
        return _columns(table, model.id, getattr(model, name)).where(model.id.in_(keys))

    return part


def _two(model: Any) -> Any:
    """Rows with a name for each language."""

    def part(table: str, keys: set[int]) -> Any:
        both = _columns(table, model.id, model.name_ja, model.name_en)
        return both.where(model.id.in_(keys))

    return part


def _membership(table: str, keys: set[int]) -> Any:
    who = Person.name + " / "
    both = _columns(table, Membership.id, who + Organisation.name_ja, who + Organisation.name_en)
    return (
        both.join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.id.in_(keys))
    )


def _invitation(table: str, keys: set[int]) -> Any:
    both = _columns(table, Invitation.id, Organisation.name_ja, Organisation.name_en)
    joined = both.join(Organisation, Organisation.id == Invitation.organisation_id)
    return joined.where(Invitation.id.in_(keys))


def _session(table: str, keys: set[int]) -> Any:
    joined = _columns(table, Session.id, Person.name).join(Person, Person.id == Session.person_id)
    return joined.where(Session.id.in_(keys))


_NAMED: dict[str, Any] = {
    "cases": _one(Case, "number"),
    "issues": _one(RegionalIssue, "number"),
    "actions": _one(Action, "number"),
    "meetings": _one(Meeting, "title"),
    "people": _one(Person, "name"),
    "resources": _two(Resource),
    "organisations": _two(Organisation),
    "areas": _two(Area),
    "memberships": _membership,
    "invitations": _invitation,
    "sessions": _session,
}
