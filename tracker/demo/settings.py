"""What the demo's towns have settled for themselves."""

from datetime import datetime, timedelta

from tracker.accounts.roles import Role
from tracker.core import clock
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.settings import service
from tracker.settings.announcements import service as announcements
from tracker.settings.announcements.service import AnnouncementDraft
from tracker.settings.models import Announcement, Danger, EmergencyLink, Hours, LinkDraft, TypeNote
from tracker.settings.notes.service import NoteDraft, write_note

SET_UP = timedelta(days=300)  # so long ago


def load(cast: Cast, now: datetime) -> list[EmergencyLink]:
    """Chains, announcements and notes beside act types stand as the files say, by each officer.

    The links of the chains come back.
    """
    for row in rows("type_notes"):
        _write(row, cast, now)
    for row in rows("announcements"):
        _announce(row, cast, now)
    return [_add(row, cast, now - SET_UP) for row in rows("emergency_links")]


def _add(row: dict[str, str], cast: Cast, at: datetime) -> EmergencyLink:
    officer = cast.person(row["login"])
    draft = LinkDraft(
        municipality_id=min(officer.municipality_ids(Role.OFFICER)),
        area_id=cast.areas[row["area"]] if row["area"] else None,
        danger=Danger(row["danger"]),
        hours=Hours(row["hours"]),
        target=row["target"],
        name=row["name"],
        phone=row["phone"],
        note=row["note"],
    )
    return service.add_link(draft, by=officer, at=at)


def _announce(row: dict[str, str], cast: Cast, now: datetime) -> Announcement:
    officer = cast.person(row["login"])
    starts_on = clock.local(now).date() + timedelta(days=int(row["starts_after"]))
    draft = AnnouncementDraft(
        municipality_id=min(officer.municipality_ids(Role.OFFICER)),
        text=row["text"],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=int(row["days"])),
        area_id=cast.areas[row["area"]] if row["area"] else None,
        role=Role(row["role"]) if row["role"] else None,
    )
    at = min(now, now + timedelta(days=int(row["starts_after"])))
    return announcements.write(draft, by=officer, at=at)


def _write(row: dict[str, str], cast: Cast, now: datetime) -> TypeNote:
    officer, at = cast.person(row["login"]), now - timedelta(days=int(row["days_ago"]))
    draft = NoteDraft(
        municipality_id=min(officer.municipality_ids(Role.OFFICER)),
        act_type_code=row["act_type"],
        valid_from=clock.local(at).date() + timedelta(days=int(row["starts_after"])),
        change_note=row["change_note"],
        notice=row["notice"],
        contacts=row["contacts"],
        question=row["question"],
    )
    return write_note(draft, by=officer, at=at)
