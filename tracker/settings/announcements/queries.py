"""Reading announcements: what somebody is shown today, and what a town has written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Area, Municipality, Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.settings import policy
from tracker.settings.models import Announcement

KEPT = 100  # on the page of a town: the last ones to end


@dataclass(frozen=True)
class Told:
    """An announcement on the first page."""

    text: str
    town_ja: str
    town_en: str
    ends_on: date


def shown_to(viewer: Viewer, *, today: date) -> list[Told]:
    """What is said to the viewer today, what ends first before the others; one statement."""
    rows = db.session.execute(
        sa.select(
            Announcement.text, Municipality.name_ja, Municipality.name_en, Announcement.ends_on
        )
        .join(Municipality, Municipality.id == Announcement.municipality_id)
        .where(
            policy.announcements_meant_for(viewer),
            Announcement.withdrawn_at.is_(None),
            Announcement.starts_on <= today,
            Announcement.ends_on >= today,
        )
        .order_by(Announcement.ends_on, Announcement.id)
    )
    return [Told(*row) for row in rows]


@dataclass(frozen=True)
class Written:
    """An announcement as the town's page lists it."""

    row: Announcement  # with its area
    person: str

    def state(self, today: date) -> str:
        """Withdrawn, to come, shown or over: a word for the page to say."""
        if self.row.withdrawn_at is not None:
            return "withdrawn"
        if self.row.starts_on > today:
            return "to_come"
        return "shown" if self.row.ends_on >= today else "over"


def written(viewer: Viewer, municipality_id: int) -> list[Written]:
    """What the town has written, the last to end first; one statement.

    :raises NotFoundError: when the viewer does not read the town's settings
    """
    if municipality_id not in policy.towns_read(viewer):
        raise NotFoundError
    rows = db.session.execute(
        sa.select(Announcement, Person.name)
        .join(Person, Person.id == Announcement.written_by_id)
        .where(
            Announcement.municipality_id == municipality_id,
            policy.announcements_visible_to(viewer),
        )
        .options(joinedload(Announcement.area))
        .order_by(Announcement.ends_on.desc(), Announcement.id.desc())
        .limit(KEPT)
    )
    return [Written(row, name) for row, name in rows]


def get_announcement(viewer: Viewer, announcement_id: int) -> Announcement:
    """The announcement.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Announcement).where(
            Announcement.id == announcement_id, policy.announcements_visible_to(viewer)
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def areas_of(viewer: Viewer, municipality_id: int) -> Sequence[Area]:
    """The areas an announcement of the town can be for, by code; [] for strangers."""
    if municipality_id not in policy.towns_read(viewer):
        return []
    areas = sa.select(Area).where(Area.municipality_id == municipality_id)
    return db.session.scalars(areas.order_by(Area.code, Area.id)).all()
