"""Putting on the agenda what was ticked, and changing what stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from flask_babel import gettext as _

from tracker.accounts.models import Organisation
from tracker.accounts.viewer import Viewer
from tracker.core import audit, wareki
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.models import IssueStatus
from tracker.meetings import history, inviting, ordering, policy, programme, reporting
from tracker.meetings import service as meetings
from tracker.meetings.models import AGENDA_OPEN, AgendaItem, ItemKind, Meeting, MeetingStatus
from tracker.meetings.preparing import queries
from tracker.meetings.preparing.queries import Proposal
from tracker.meetings.series import queries as series_queries
from tracker.meetings.series import service as series_service
from tracker.meetings.series.models import AgendaReport, MeetingHeading
from tracker.meetings.service import ItemDraft
from tracker.notifications.models import Event

USUAL_MINUTES = 15
PLANNED_ONLY = frozenset({MeetingStatus.PLANNED})


@dataclass(frozen=True)
class Put:
    """What one press put on the agenda."""

    items: int
    reports: int


def put_ticked(
    meeting: Meeting,
    heading: MeetingHeading,
    keys: Sequence[str],
    *,
    together: bool,
    by: Viewer,
    at: datetime,
    today: date,
) -> Put:
    """What was ticked stands under the heading: items to decide, and lines that are reported.

    An item still lacks its question unless it was put off by an earlier meeting.

    :param together: issues, or cases, of one press make one item
    :raises InvalidInputError: when nothing was ticked, or it is not proposed any more
    :raises ConflictError: once the agenda is published
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, PLANNED_ONLY)
    headings = programme.headings_of(meeting)
    offered = queries.proposals(by, meeting, headings, at=at, today=today)[heading.id]
    ticked = [one for one in offered if one.key in set(keys)]
    if not ticked:
        raise InvalidInputError("keys", _("Please tick what is to be put on the agenda."))
    if len(ticked) < len(set(keys)):
        raise InvalidInputError(
            "keys", _("Something ticked is not free any more. Please look again.")
        )
    _wake(ticked, by=by, at=at)
    host = db.session.get_one(Organisation, meeting.host_id).name_ja
    wanted = [one for one in ticked if one.kind is not None]
    for one in _joined(wanted) if together else wanted:
        meetings.add_item(meeting, _draft(one, heading, host), by=by, at=at, today=today)
    reported = {_key(one): one.facts for one in ticked if one.kind is None}
    added = reporting.put(heading, reported)
    if added:
        history.step(meeting, "meeting.reported", by=by, at=at)
        now = {"heading_id": heading.id, "keys": sorted(map(str, reported))}
        audit.record(by, "meeting.reported", meeting, at=at, change=Change({}, now, {}, {}))
    return Put(len(ticked) - len(reported), added)


def _key(proposal: Proposal) -> int | str:
    name, _dash, key = proposal.key.partition("-")
    return int(key) if name == "action" else key


def _wake(ticked: Sequence[Proposal], *, by: Viewer, at: datetime) -> None:
    """What is parked until a day before the meeting is taken up again now."""
    for one in ticked:
        if one.kind is not ItemKind.ISSUE:
            continue
        for issue_id in one.subject_ids:
            issue = issue_queries.get_issue(by, issue_id)
            if issue.status is IssueStatus.PARKED:
                issues.wake(issue, _("A meeting takes it up again."), by=by, at=at)


def _joined(wanted: Sequence[Proposal]) -> list[Proposal]:
    """One item a kind, about all that was ticked; question and counter are those of the first."""
    found: dict[ItemKind, Proposal] = {}
    for one in wanted:
        assert one.kind is not None  # noqa: S101 - the callers left the others out
        if one.kind not in found:
            found[one.kind] = one
            continue
        first = found[one.kind]
        subjects = tuple(dict.fromkeys((*first.subject_ids, *one.subject_ids)))
        found[one.kind] = replace(first, subject_ids=subjects, title="")
    return list(found.values())


def _draft(proposal: Proposal, heading: MeetingHeading, host: str) -> ItemDraft:
    assert proposal.kind is not None  # noqa: S101 - the callers left the others out
    return ItemDraft(
        proposal.kind,
        proposal.subject_ids,
        proposal.title,
        proposal.question,
        proposal.presenter or host,
        proposal.minutes or USUAL_MINUTES,
        heading_id=heading.id,
    )


def take_report_off(meeting: Meeting, report: AgendaReport, *, by: Viewer, at: datetime) -> None:
    """The line is off the agenda.

    :raises ConflictError: once the minutes are approved
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    was = {
        "heading_id": report.heading_id,
        "action_id": report.action_id,
        "act_type_code": report.act_type_code,
    }
    db.session.delete(report)
    db.session.flush()
    verb = "meeting.report_removed"
    history.step(meeting, verb, by=by, at=at)
    audit.record(by, verb, meeting, at=at, change=Change(was, {}, {}, {}))


@dataclass(frozen=True)
class ItemChange:
    """What of an item can be written anew; what it is about stays."""

    title: str
    question: str
    presenter: str
    minutes_planned: int
    heading_id: int | None
    decision_line: str


def change_item(
    meeting: Meeting, item: AgendaItem, change: ItemChange, *, by: Viewer, at: datetime
) -> None:
    """The item says this. After publication it is listed among the changes.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when it has its outcome, or the minutes are approved
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    if item.outcome is not None:
        raise InvalidInputError(
            None, _("This item has its outcome. What was asked can no longer be changed.")
        )
    if not change.title:
        raise InvalidInputError("title", _("Please fill this in."))
    if meeting.status is not MeetingStatus.PLANNED and not change.question:
        raise InvalidInputError("question", _("Please fill this in."))
    coded, texts = ("presenter", "minutes_planned"), ("title", "question", "decision_line")
    was = {name: getattr(item, name) for name in coded}
    replaced = {name: getattr(item, name) for name in texts}
    ordering.put_under(meeting, item, change.heading_id)
    for name in (*coded, *texts):
        setattr(item, name, getattr(change, name))
    now = {name: getattr(item, name) for name in coded}
    written = {name: getattr(item, name) for name in texts}
    sealed = Change(was, now, replaced, written)
    history.change_item(meeting, item, "item.changed", sealed, by=by, at=at)


@dataclass(frozen=True)
class MeetingChange:
    """When and where a meeting is held; an empty title is made anew."""

    held_on: date
    starts_at: time
    length_minutes: int
    place: str
    title: str


def change_meeting(meeting: Meeting, change: MeetingChange, *, by: Viewer, at: datetime) -> None:
    """The meeting is held then and there. After publication those invited hear it.

    A meeting of a series that goes to another fiscal year is counted there.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when it was held or called off
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, policy.CALLED_OFF)
    was, place = _when(meeting), meeting.place
    replaced = {"title": meeting.title, "place": place}
    title = change.title
    if meeting.series_id is not None:
        title = _renumber(meeting, change, by=by)
    if not title:
        raise InvalidInputError("title", _("Please fill this in."))
    meeting.held_on, meeting.starts_at = change.held_on, change.starts_at
    meeting.length_minutes, meeting.place, meeting.title = (
        change.length_minutes,
        change.place,
        title,
    )
    db.session.flush()
    history.step(meeting, "meeting.changed", by=by, at=at)
    written = {"title": meeting.title, "place": meeting.place}
    sealed = Change(was, _when(meeting), replaced, written)
    audit.record(by, "meeting.changed", meeting, at=at, change=sealed)
    if (was, place) != (_when(meeting), meeting.place):
        inviting.tell_of_change(meeting, Event.MEETING_CHANGED, by=by, at=at)


def _when(meeting: Meeting) -> dict[str, str | int | None]:
    return {
        "held_on": meeting.held_on.isoformat(),
        "starts_at": meeting.starts_at.isoformat("minutes"),
        "length_minutes": meeting.length_minutes,
        "round": meeting.round,
    }


def _renumber(meeting: Meeting, change: MeetingChange, *, by: Viewer) -> str:
    """The title: by the pattern where it is empty or was made by it, else what was typed."""
    assert meeting.series_id is not None  # noqa: S101 - the caller asked
    series = series_queries.get_series(by, meeting.series_id)
    made = series_service.title_of(series, meeting.held_on, meeting.round or 1)
    if meeting.round is None or wareki.fiscal_year(meeting.held_on) != wareki.fiscal_year(
        change.held_on
    ):
        meeting.round = series_queries.next_round(series.id, change.held_on, besides=meeting.id)
    if change.title and change.title != made:
        return change.title
    return series_service.title_of(series, change.held_on, meeting.round)
