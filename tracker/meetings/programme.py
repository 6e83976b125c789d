"""What stands on an agenda beside its items: the headings, their minutes, and what is reported."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.actions.models import Stage
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import date_long, listed, named
from tracker.meetings import agenda
from tracker.meetings.agenda import Slot
from tracker.meetings.models import AgendaItem, Meeting
from tracker.meetings.series.models import AgendaReport, MeetingHeading, Rule


@dataclass(frozen=True)
class Report:
    """A line that is reported and not decided, as it stood when it was last looked at."""

    id: int
    action_id: int | None
    facts: Mapping[str, Any]

    @property
    def words(self) -> str:
        """The line as a sentence: an action with how it stands, or cases of a type counted."""
        if self.action_id is None:
            return ngettext(
                "%(type)s: %(num)d case since %(day)s",
                "%(type)s: %(num)d cases since %(day)s",
                self.facts["cases"],
                type=named(_Named(self.facts)),
                day=date_long(date.fromisoformat(self.facts["since"])),
            )
        return _(
            "Action %(number)s %(title)s (%(owner)s): %(stage)s, due %(due)s",
            number=self.facts["number"],
            title=self.facts["title"],
            owner=named(_Named(self.facts)),
            stage=str(Stage(self.facts["stage"]).label),
            due=date_long(date.fromisoformat(self.facts["due_on"])),
        )

    @property
    def delay(self) -> str:
        """How late or silent the action is, or that the need came back; "" when nothing is so."""
        said = (
            ("overdue", _("%(days)s days overdue")),
            ("silent", _("%(days)s days without an entry")),
            ("unreviewed", _("to be looked at again since %(days)s days")),
        )
        late = [words % {"days": self.facts[name]} for name, words in said if self.facts.get(name)]
        if self.facts.get("came_back"):
            late.append(_("new cases came after the issue was closed"))
        return listed(late)


class _Named:
    """Names out of stored facts, for the language of the page."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.name_ja, self.name_en = facts["name_ja"], facts["name_en"]


@dataclass
class Section:
    """A heading with the time it begins, its items and reports; no heading: what has none."""

    heading: MeetingHeading | None
    begins: time
    items: list[Any] = field(default_factory=list)  # views of items, as the page has them
    reports: list[Report] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Does nothing stand under it, and is it no line of its own?"""
        return not (self.items or self.reports or self.is_line)

    @property
    def is_line(self) -> bool:
        """Is it a line of its own, such as the opening?"""
        return self.heading is not None and self.heading.rule is Rule.LINE


def headings_of(meeting: Meeting) -> Sequence[MeetingHeading]:
    """The meeting's headings in order; none where it belongs to no series."""
    if meeting.series_id is None:
        return ()
    return db.session.scalars(
        sa.select(MeetingHeading)
        .where(MeetingHeading.meeting_id == meeting.id)
        .order_by(MeetingHeading.position, MeetingHeading.id)
    ).all()


def get_heading(meeting: Meeting, heading_id: int) -> MeetingHeading:
    """A heading of the meeting.

    :raises NotFoundError: when there is none
    """
    found = db.session.get(MeetingHeading, heading_id)
    if found is None or found.meeting_id != meeting.id:
        raise NotFoundError
    return found


def get_report(meeting: Meeting, report_id: int) -> AgendaReport:
    """A report on the meeting's agenda.

    :raises NotFoundError: when there is none
    """
    found = db.session.get(AgendaReport, report_id)
    if found is None:
        raise NotFoundError
    get_heading(meeting, found.heading_id)
    return found


def report_rows(headings: Sequence[MeetingHeading]) -> Sequence[AgendaReport]:
    """The reports under these headings, in the order in which they were put there."""
    if not headings:
        return ()
    return db.session.scalars(
        sa.select(AgendaReport)
        .where(AgendaReport.heading_id.in_([heading.id for heading in headings]))
        .order_by(AgendaReport.id)
    ).all()


def ranks(headings: Sequence[MeetingHeading]) -> dict[int | None, int]:
    """The place of each heading from 0; what stands under none comes after all of them."""
    found: dict[int | None, int] = {heading.id: at for at, heading in enumerate(headings)}
    return {**found, None: len(headings)}


def slots(
    headings: Sequence[MeetingHeading],
    items: Sequence[AgendaItem],
    reports: Sequence[AgendaReport],
) -> list[Slot]:
    """How long each heading and item takes, in the order of the agenda.

    A heading under which nothing stands takes no time, unless it is a line of its own. An item
    under a heading that is not among these counts as under none.
    """
    places = ranks(headings)
    used = {item.heading_id for item in items} | {report.heading_id for report in reports}
    found = [
        Slot(at, None, heading.minutes if heading.rule is Rule.LINE or heading.id in used else 0)
        for at, heading in enumerate(headings)
    ]
    for item in items:
        at = places.get(item.heading_id, len(headings))
        found.append(Slot(at, item.id, item.minutes_planned))
    return sorted(found, key=lambda slot: (slot.rank, slot.item_id is not None))


def begins(meeting: Meeting, row: Sequence[Slot]) -> dict[int, time]:
    """When each item begins if all keep to their minutes, by its id."""
    times = agenda.start_times(meeting.starts_at, [slot.minutes for slot in row])
    return {
        slot.item_id: at for slot, at in zip(row, times, strict=True) if slot.item_id is not None
    }


def sections(
    meeting: Meeting,
    headings: Sequence[MeetingHeading],
    views: Sequence[Any],
    reports: Sequence[AgendaReport],
) -> list[Section]:
    """The agenda by its headings; last what stands under none, if there is anything.

    :param views: the items as they are shown, in order; each has `item`
    """
    row = slots(headings, [view.item for view in views], reports)
    times = agenda.start_times(meeting.starts_at, [slot.minutes for slot in row])
    first: dict[int, time] = {}
    for slot, at in zip(row, times, strict=True):
        first.setdefault(slot.rank, at)
    places = ranks(headings)
    found = [Section(heading, first[at]) for at, heading in enumerate(headings)]
    rest = Section(None, first.get(len(headings), meeting.starts_at))
    by_heading = defaultdict(list)
    for report in reports:
        by_heading[report.heading_id].append(Report(report.id, report.action_id, report.facts))
    for section in found:
        assert section.heading is not None  # noqa: S101 - for the type checker
        section.reports = by_heading[section.heading.id]
    for view in views:
        at_rank = places.get(view.item.heading_id, len(headings))
        (found[at_rank] if at_rank < len(found) else rest).items.append(view)
    return [*found, rest] if rest.items else found
