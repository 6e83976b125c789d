"""What hosts do with a meeting. Every verb: may they, does it follow, change, record, tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.cases.history import new_act
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import listed
from tracker.issues import service as issues
from tracker.issues.models import IssueStatus
from tracker.meetings import (
    carrying,
    choices,
    evidence,
    freezing,
    history,
    inviting,
    ordering,
    policy,
    queries,
    reporting,
)
from tracker.meetings.minutes import service as minutes
from tracker.meetings.models import (
    AGENDA_OPEN,
    AgendaItem,
    ItemCase,
    ItemIssue,
    ItemKind,
    Meeting,
    MeetingLevel,
    MeetingStatus,
)
from tracker.meetings.telling import queries as telling
from tracker.notifications.models import Event

LONGEST_TITLE = 80


@dataclass(frozen=True)
class MeetingDraft:
    """A meeting as it is planned; an empty title is proposed."""

    level: MeetingLevel
    area_id: int | None
    title: str
    held_on: date
    starts_at: time
    length_minutes: int
    place: str
    series_id: int | None = None
    round: int | None = None
    also_name: str = ""
    also_level: MeetingLevel | None = None


def plan_meeting(draft: MeetingDraft, *, by: Viewer, at: datetime) -> Meeting:
    """There is a planned meeting, hosted by the viewer's organisation.

    :raises InvalidInputError: naming the field
    """
    area_id = None if draft.level.is_town_wide else draft.area_id
    if not draft.level.is_town_wide and area_id is None:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))
    host = policy.host_standing(by, draft.level, area_id)
    require(host is not None)
    assert host is not None  # noqa: S101 - for the type checker
    meeting = Meeting(
        municipality_id=host.municipality_id,
        level=draft.level,
        area_id=area_id,
        host_id=host.organisation_id,
        title=draft.title or _proposed(draft, host.municipality_id, area_id),
        held_on=draft.held_on,
        starts_at=draft.starts_at,
        length_minutes=draft.length_minutes,
        place=draft.place,
        series_id=draft.series_id,
        round=draft.round,
        also_name=draft.also_name,
        also_level=draft.also_level,
        status=MeetingStatus.PLANNED,
        created_at=at,
        updated_at=at,
    )
    db.session.add(meeting)
    db.session.flush()
    history.step(meeting, "meeting.planned", by=by, at=at)
    now = {"level": draft.level.value, "area_id": area_id, "held_on": draft.held_on.isoformat()}
    audit.record(by, "meeting.planned", meeting, at=at, change=Change({}, now, {}, {}))
    return meeting


def _proposed(draft: MeetingDraft, municipality_id: int, area_id: int | None) -> str:
    area = db.session.get(Area, area_id) if area_id is not None else None
    words = choices.proposed_title(draft.level, area, municipality_id, draft.held_on)
    return words[:LONGEST_TITLE]


@dataclass(frozen=True)
class ItemDraft:
    """A point of the agenda: about issues or about cases, never both."""

    kind: ItemKind
    subject_ids: tuple[int, ...]
    title: str
    question: str
    presenter: str
    minutes_planned: int
    heading_id: int | None = None
    decision_line: str = ""


def add_item(
    meeting: Meeting, draft: ItemDraft, *, by: Viewer, at: datetime, today: date
) -> AgendaItem:
    """The item stands last under its heading; after publication it is frozen at once.

    What an earlier meeting put off about the same says for the how manieth time it comes back.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when the minutes are approved
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    offered = _offered(meeting, draft.kind, by)
    if not draft.subject_ids or not set(draft.subject_ids) <= offered:
        raise InvalidInputError("subject_ids", _("Please choose what the item is about."))
    late = meeting.status is not MeetingStatus.PLANNED
    put_off = carrying.last_put_off(meeting, draft.kind, draft.subject_ids)
    item = AgendaItem(
        meeting_id=meeting.id,
        position=0,  # below
        kind=draft.kind,
        title=draft.title,
        question=draft.question,
        presenter=draft.presenter,
        minutes_planned=draft.minutes_planned,
        heading_id=draft.heading_id,
        decision_line=draft.decision_line,
        carried_from_id=put_off.id if put_off else None,
        times_carried=put_off.times_carried + 1 if put_off else 0,
        added_after_publication=late,
        created_at=at,
        updated_at=at,
    )
    if late:
        ordering.require_complete([item])
    ordering.place_last(meeting, item)
    for subject_id in draft.subject_ids:
        db.session.add(_link(item, subject_id))
    db.session.flush()
    item.title = draft.title or _words(item)[:LONGEST_TITLE]
    now = {"kind": draft.kind.value, "minutes_planned": draft.minutes_planned}
    written = {"title": item.title, "question": item.question}
    facts = {**now, "meeting_id": meeting.id, "subject_ids": list(draft.subject_ids)}
    change = Change({}, facts, {}, written)
    history.change_item(meeting, item, "item.added", change, by=by, at=at)
    if late:
        _publish_items(meeting, [item], by=by, at=at, today=today)
    return item


def _offered(meeting: Meeting, kind: ItemKind, by: Viewer) -> set[int]:
    """Ids of what may be put on this agenda now."""
    if kind is ItemKind.ISSUE:
        return {issue_id for issue_id, _words in choices.issues_to_put(by, meeting)}
    if not meeting.takes_cases:
        raise InvalidInputError("subject_ids", _("Cases belong into an individual care meeting."))
    return {case.id for case in choices.cases_to_put(by, meeting)}


def _words(item: AgendaItem) -> str:
    """A title in the town's own language, made of what the item is about."""
    titles = [issue.title for issue in evidence.issues_of([item.id]).get(item.id, [])]
    cases = evidence.cases_of([item.id]).get(item.id, [])
    return "、".join([*titles, *(f"{case.number} {case.act_type.name_ja}" for case in cases)])


def _link(item: AgendaItem, subject_id: int) -> ItemIssue | ItemCase:
    if item.kind is ItemKind.ISSUE:
        return ItemIssue(item_id=item.id, issue_id=subject_id)
    return ItemCase(item_id=item.id, case_id=subject_id)


def drop_item(meeting: Meeting, item: AgendaItem, *, by: Viewer, at: datetime) -> None:
    """The item is off the agenda; its issues can be taken up by another meeting.

    :raises ConflictError: when an outcome was noted, or the minutes are approved
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    if item.outcome is not None:
        raise ConflictError(_("This item has its outcome. It stays on the agenda."))
    item.dropped_at = at
    ordering.renumber(meeting)
    change = Change({}, {"meeting_id": meeting.id}, {}, {})
    history.change_item(meeting, item, "item.dropped", change, by=by, at=at)
    _take_off([item], by=by, at=at)


def _take_off(items: Sequence[AgendaItem], *, by: Viewer, at: datetime) -> None:
    act = new_act()
    put = [item.id for item in items if item.frozen_at is not None]
    for subjects in evidence.issues_of(put).values():
        for issue in subjects:
            if issue.status is IssueStatus.ON_AGENDA:
                issues.take_off_agenda(issue, by=by, at=at, act=act)


def publish(meeting: Meeting, *, by: Viewer, at: datetime, today: date) -> None:
    """The agenda is open to those invited; every item's evidence is frozen for ever.

    :raises ConflictError: without an item, when one lacks what is to be decided, or when an issue
        is no longer free
    """
    require(policy.can_prepare(by, meeting))
    items = queries.items_of(meeting.id)
    if meeting.status is MeetingStatus.PLANNED and not items:
        raise ConflictError(_("There is nothing on the agenda yet."))
    if meeting.status is MeetingStatus.PLANNED:
        ordering.require_complete(items)
        reporting.renew(meeting, at=at, today=today)
    meeting.published_at = at
    history.move(meeting, MeetingStatus.PUBLISHED, by=by, at=at, facts={"items": len(items)})
    _publish_items(meeting, items, by=by, at=at, today=today)
    inviting.tell_invited(meeting, at=at)


def _publish_items(
    meeting: Meeting, items: Sequence[AgendaItem], *, by: Viewer, at: datetime, today: date
) -> None:
    """Freeze first, so that the sheet shows the issue as it was put before the meeting."""
    sheets = evidence.live_sheets(by, items, at=at, today=today)
    for item in items:
        kept = freezing.frozen(sheets[item.id])
        item.evidence, item.evidence_hash, item.frozen_at = kept.sheet, kept.digest, at
        change = Change({}, {"evidence_hash": kept.digest}, {}, {})
        history.record_part(meeting, item, "item.frozen", change, by=by, at=at)
    for subjects in evidence.issues_of([item.id for item in items]).values():
        for issue in subjects:
            if not choices.is_free(issue, meeting):
                raise ConflictError(
                    _(
                        "The issue %(number)s is no longer free: %(state)s. Please drop its item.",
                        number=issue.number,
                        state=str(issue.status.label),
                    )
                )
            issues.put_on_agenda(
                issue, meeting.title, by=by, at=at, act=new_act(), level=meeting.reach
            )


def cancel(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """The meeting does not take place: those invited hear it, and its issues are free again."""
    require(policy.can_prepare(by, meeting))
    history.move(meeting, MeetingStatus.CANCELLED, by=by, at=at)
    _take_off(queries.items_of(meeting.id), by=by, at=at)
    inviting.tell_of_change(meeting, Event.MEETING_CANCELLED, by=by, at=at)


def hold(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """The meeting has come together.

    :raises ConflictError: while nobody is noted as present
    """
    require(policy.can_prepare(by, meeting))
    here = any(attendee.present for attendee in queries.attendees_of(meeting.id))
    if meeting.status is MeetingStatus.PUBLISHED and not here:
        raise ConflictError(_("Please note first who is present."))
    history.move(meeting, MeetingStatus.HELD, by=by, at=at)


def draft_minutes(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """The minutes stand as a draft for the host to read through."""
    require(policy.can_prepare(by, meeting))
    history.move(meeting, MeetingStatus.MINUTES_DRAFTED, by=by, at=at)
    minutes.write_first(meeting, by=by, at=at)


def approve_minutes(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """The minutes are final and open to those invited.

    :raises ConflictError: while an item has no outcome or a remark no answer, or for the author
        of the text while somebody else could look at it
    """
    minutes.look_twice(meeting, by=by, today=clock.local(at).date())
    undecided = [item for item in queries.items_of(meeting.id) if item.outcome is None]
    if meeting.status is MeetingStatus.MINUTES_DRAFTED and undecided:
        raise ConflictError(
            _(
                "These items have no outcome yet: %(items)s.",
                items=listed(item.position for item in undecided),
            )
        )
    if meeting.status is MeetingStatus.MINUTES_DRAFTED:
        minutes.require_answered(meeting)
    facts = {"second_look": not meeting.approved_alone}
    history.move(meeting, MeetingStatus.MINUTES_APPROVED, by=by, at=at, facts=facts)


def close_answered(meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """Everyone whose need was on the agenda has heard what came of it.

    :raises ConflictError: while word to them has not gone out
    """
    require(policy.can_prepare(by, meeting))
    telling.require_none_waiting(meeting, at=at)
    history.move(meeting, MeetingStatus.ANSWERED, by=by, at=at)
