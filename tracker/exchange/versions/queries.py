"""Reading papers that were made for an audience."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.exchange.versions.models import PaperVersion
from tracker.meetings import policy
from tracker.meetings.models import Meeting

MOST_SHOWN = 50


def versions(viewer: Viewer, meeting_id: int) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Papers made of the meeting without their words, the newest first, the newest 50."""
    return db.session.execute(
        sa.select(
            PaperVersion.id,
            PaperVersion.audience,
            PaperVersion.made_at,
            PaperVersion.hidden,
            PaperVersion.vouched,
            Person.name.label("person"),
        )
        .join(Meeting, Meeting.id == PaperVersion.meeting_id)
        .join(Person, Person.id == PaperVersion.made_by_id)
        .where(PaperVersion.meeting_id == meeting_id, policy.visible_to(viewer))
        .order_by(PaperVersion.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def get_version(viewer: Viewer, version_id: int) -> PaperVersion:
    """One paper; whether its meeting's folder is open to the viewer is asked beside it.

    :raises NotFoundError: when there is none, or its meeting is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(PaperVersion)
        .join(Meeting, Meeting.id == PaperVersion.meeting_id)
        .where(PaperVersion.id == version_id, policy.visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
