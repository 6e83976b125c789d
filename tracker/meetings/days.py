"""On which day a meeting speaks of an issue, what still waits for a meeting, days off."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.core import workdays
from tracker.core.db import db
from tracker.core.i18n import date_weekday
from tracker.meetings.models import (
    AGENDA_OPEN,
    AgendaItem,
    ItemCase,
    ItemIssue,
    Meeting,
    MeetingLevel,
    MeetingStatus,
)


def next_days(_sender: object = None, *, issue_ids: Sequence[int], today: date) -> dict[int, date]:
    """The next day by issue, of meetings whose agenda is published; issues without have no entry.

    Answers `issues.raised.days_asked`. Meetings about one person are left out: their days are for
    those who are invited.
    """
    rows = db.session.execute(
        sa.select(ItemIssue.issue_id, sa.func.min(Meeting.held_on))
        .join(AgendaItem, AgendaItem.id == ItemIssue.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            ItemIssue.issue_id.in_(issue_ids),
            AgendaItem.dropped_at.is_(None),
            AgendaItem.outcome.is_(None),
            Meeting.status == MeetingStatus.PUBLISHED,
            Meeting.level != MeetingLevel.INDIVIDUAL,
            Meeting.held_on >= today,
        )
        .group_by(ItemIssue.issue_id)
    )
    return {row[0]: row[1] for row in rows}


def waiting_items(
    _sender: object = None, *, issue_ids: Sequence[int], case_ids: Sequence[int]
) -> str:
    """Why these cannot be regrouped: an agenda that is still open speaks of them; "" otherwise.

    Until the minutes are approved an outcome may still be taken back, and with it the state.
    Answers `issues.relating.ties.ties_asked`.
    """
    about = sa.or_(
        AgendaItem.id.in_(sa.select(ItemIssue.item_id).where(ItemIssue.issue_id.in_(issue_ids))),
        AgendaItem.id.in_(sa.select(ItemCase.item_id).where(ItemCase.case_id.in_(case_ids))),
    )
    found = sa.exists().where(
        about,
        Meeting.id == AgendaItem.meeting_id,
        AgendaItem.dropped_at.is_(None),
        Meeting.status.in_(sorted(AGENDA_OPEN)),
    )
    if not db.session.scalar(sa.select(found)):
        return ""
    return _("It stands on the agenda of a meeting. Please take it off that agenda first.")


def notice(day: date | None) -> str:
    """That the day is a holiday or that offices are closed, to be known and not to stop anybody.

    "" for a working day, and where there is no day yet.
    """
    if day is None or workdays.is_workday(day):
        return ""
    name = workdays.holiday_name(day)
    if name is not None:
        return _("%(day)s is a national holiday (%(name)s).", day=date_weekday(day), name=name)
    return _("Offices are closed on %(day)s.", day=date_weekday(day))
