"""Rows of the emergency chain for tests, made through the service and committed."""

from typing import Any

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.settings import queries, service
from tracker.settings.models import Danger, EmergencyLink, Hours
from tracker.settings.service import LinkDraft


def link_draft(municipality_id: int, **changes: Any) -> LinkDraft:
    """The duty telephone of the town hall, for danger to life, in all areas, at any hour."""
    fields: dict[str, Any] = {
        "area_id": None,
        "danger": Danger.LIFE,
        "hours": Hours.ALWAYS,
        "target": "CITY",
        "name": "市役所 宿直室",
        "phone": "0980-00-2119",
        "note": "",
    }
    return LinkDraft(municipality_id, **{**fields, **changes})


def make_link(by: Viewer, **changes: Any) -> EmergencyLink:
    """A link at the end of the emergency chain of the officer's town."""
    draft = link_draft(min(by.municipality_ids(Role.OFFICER)), **changes)
    made = service.add_link(draft, by=by, at=clock.now())
    db.session.commit()
    return made


def remove_link(link: EmergencyLink, by: Viewer) -> int:
    """The link was removed; its entry of the audit log, by which it can be put back."""
    service.remove_link(link, by=by, at=clock.now())
    db.session.commit()
    return max(gone.entry_id for gone in queries.removed_lately(by, at=clock.now()))
