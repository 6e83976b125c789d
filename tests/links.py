"""Rows of a town's settings for tests, made through the services and committed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.settings import queries, service
from tracker.settings.announcements import service as announcements
from tracker.settings.announcements.service import AnnouncementDraft
from tracker.settings.models import Announcement, Danger, EmergencyLink, Hours, LinkDraft, TypeNote
from tracker.settings.notes import service as notes
from tracker.settings.notes.service import NoteDraft
from tracker.settings.values import service as values
from tracker.settings.values.definitions import DEFINITIONS
from tracker.settings.values.models import Key, TownValue, Value
from tracker.settings.values.queries import group_version, town_values, versions


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
OWN_NAME = "買い物の手伝い（見晴）"
TOLD = "年末年始は、宿直の電話が変わります。"


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


def announce(by: Viewer, **changes: Any) -> Announcement:
    """Something is said on everybody's first page of the officer's town, for a week."""
    today = clock.today()
    fields: dict[str, Any] = {
        "text": TOLD,
        "starts_on": today,
        "ends_on": today + timedelta(days=7),
        **changes,
    }
    draft = AnnouncementDraft(min(by.municipality_ids(Role.OFFICER)), **fields)
    made = announcements.write(draft, by=by, at=clock.now())
    db.session.commit()
    return made


def set_value(by: Viewer, key: Key, value: Value, **changes: Any) -> TownValue:
    """The officer's town has set this value; its newest version."""
    town, group = min(by.municipality_ids(Role.OFFICER)), DEFINITIONS[key].group
    after = group_version(town_values(by, town)[group])
    values.set_values(town, group, {key: value}, by=by, at=clock.now(), after=after, **changes)
    db.session.commit()
    return versions(by, town, key)[0].row


def said(mori: Viewer, tani: Viewer) -> dict[str, dict[str, Any]]:
    """An announcement and a value of each town."""
    return {
        "announcements": {"town": announce(mori), "away": announce(tani)},
        "values": {
            name: set_value(by, Key.STILL_DAYS, 31) for name, by in (("town", mori), ("away", tani))
        },
    }
