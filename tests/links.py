"""Rows of a town's settings for tests, made through the services and committed."""

from collections.abc import Sequence
from typing import Any

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.settings import queries, service
from tracker.settings.models import Danger, EmergencyLink, Hours, TypeNote
from tracker.settings.notes import service as notes
from tracker.settings.notes.service import NoteDraft
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


NOTICE = "市の移送サービスは、予約が3日前までです。"
CONTACTS = "高齢福祉課 移送担当 0980-00-2120"
QUESTION = "一人で行けない理由は何ですか"


def write_note(
    by: Viewer, act_type_code: str = "HK03", *, confirmed: Sequence[str] = (), **changes: Any
) -> TypeNote:
    """A version of what the officer's town says beside a type, from today, with all three texts."""
    texts: dict[str, Any] = {"notice": NOTICE, "contacts": CONTACTS, "question": QUESTION}
    fields = {**texts, "valid_from": clock.today(), "change_note": "はじめて書く。", **changes}
    draft = NoteDraft(min(by.municipality_ids(Role.OFFICER)), act_type_code, **fields)
    made = notes.write_note(draft, by=by, at=clock.now(), confirmed_details=confirmed)
    db.session.commit()
    return made
