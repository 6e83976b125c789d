"""What hosts do with a series. Every verb: may they, change, seal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import listed
from tracker.meetings import choices, history
from tracker.meetings import policy as meeting_policy
from tracker.meetings import service as meetings
from tracker.meetings.history import InChain
from tracker.meetings.models import Attendee, Meeting, MeetingLevel
from tracker.meetings.series import policy, queries, rhythm
from tracker.meetings.series.models import (
    MOST_HEADINGS,
    MOST_MEMBERS,
    MeetingHeading,
    MeetingSeries,
    Rule,
    SeriesHeading,
    SeriesMember,
    Week,
)
from tracker.meetings.service import MeetingDraft

# A member who is known by office and profession only, in the town's own language.
WHOEVER_COMES = "担当者"


@dataclass(frozen=True)
class SeriesDraft:
    """What is set up once; an empty pattern is the usual one."""

    name: str
    level: MeetingLevel
    area_id: int | None
    also_name: str
    also_level: MeetingLevel | None
    title_pattern: str
    place: str
    starts_at: time
    length_minutes: int
    week: Week | None
    weekday: int | None
    every_months: int = 1


def make_series(draft: SeriesDraft, *, by: Viewer, at: datetime) -> MeetingSeries:
    """There is a series of the viewer's organisation, with the headings usual at its level.

    :raises InvalidInputError: naming the field
    """
    area_id = None if draft.level.is_town_wide else draft.area_id
    if not draft.level.is_town_wide and area_id is None:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))
    host = meeting_policy.host_standing(by, draft.level, area_id)
    require(host is not None)
    assert host is not None  # noqa: S101 - for the type checker
    _check(draft)
    series = MeetingSeries(
        municipality_id=host.municipality_id,
        host_id=host.organisation_id,
        level=draft.level,
        area_id=area_id,
        created_at=at,
        updated_at=at,
        **_changeable(draft),
    )
    db.session.add(series)
    db.session.flush()
    usual = _usual_headings(draft.level)
    for position, (title, rule, minutes) in enumerate(usual, 1):
        db.session.add(
            SeriesHeading(
                series_id=series.id, position=position, title=title, rule=rule, minutes=minutes
            )
        )
    db.session.flush()
    now = {"level": draft.level.value, "area_id": area_id, **_coded(series)}
    audit.record(by, "series.made", series, at=at, change=Change({}, now, {}, {}))
    return series


def _usual_headings(level: MeetingLevel) -> tuple[tuple[str, Rule, int], ...]:
    if level is MeetingLevel.INDIVIDUAL:
        return rhythm.INDIVIDUAL_HEADINGS
    return rhythm.TOWN_HEADINGS if level.is_town_wide else rhythm.ISSUE_HEADINGS


def _check(draft: SeriesDraft) -> None:
    unknown = rhythm.unknown_marks(draft.title_pattern)
    if unknown:
        raise InvalidInputError(
            "title_pattern",
            _(
                "These marks are not known: %(unknown)s. There are: %(known)s.",
                unknown=listed(unknown),
                known=listed(rhythm.MARKS),
            ),
        )
    if (draft.week is None) != (draft.weekday is None):
        raise InvalidInputError(
            "weekday", _("Please choose both, which one and which weekday, or neither.")
        )
    if draft.also_level is not None and not draft.also_name:
        raise InvalidInputError("also_name", _("Please name the body that sits as well."))
    if draft.also_level is draft.level:
        raise InvalidInputError("also_level", _("It counts at this level already."))


def _changeable(draft: SeriesDraft) -> dict[str, Any]:
    facts = asdict(draft)
    for fixed in ("level", "area_id"):
        del facts[fixed]
    usual = rhythm.BOTH_PATTERN if draft.also_name else rhythm.USUAL_PATTERN
    facts["title_pattern"] = draft.title_pattern or usual
    return facts


def _coded(series: MeetingSeries) -> dict[str, Any]:
    return {
        "also_level": series.also_level.value if series.also_level else None,
        "length_minutes": series.length_minutes,
        "starts_at": series.starts_at.isoformat("minutes"),
        "week": series.week.value if series.week else None,
        "weekday": series.weekday,
        "every_months": series.every_months,
    }


def _texts(series: MeetingSeries) -> dict[str, str]:
    names = ("name", "also_name", "title_pattern", "place")
    return {name: getattr(series, name) for name in names}


def change_series(series: MeetingSeries, draft: SeriesDraft, *, by: Viewer, at: datetime) -> None:
    """The series is set up like this from its next meeting on; level and area stay.

    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, series))
    _check(draft)
    was, replaced = _coded(series), _texts(series)
    for name, value in _changeable(draft).items():
        setattr(series, name, value)
    series.updated_at = at
    db.session.flush()
    change = Change(was, _coded(series), replaced, _texts(series))
    audit.record(by, "series.changed", series, at=at, change=change)


def end_series(series: MeetingSeries, *, by: Viewer, at: datetime, today: date) -> None:
    """No meeting is planned from it any more; those there are go on.

    :raises ConflictError: when it has ended already
    """
    require(policy.can_edit(by, series))
    if series.ended_on is not None:
        raise ConflictError(_("This series has ended already."))
    _set_end(series, today, "series.ended", by=by, at=at)


def resume_series(series: MeetingSeries, *, by: Viewer, at: datetime) -> None:
    """Meetings may be planned from it again.

    :raises ConflictError: when it has not ended
    """
    require(policy.can_edit(by, series))
    if series.ended_on is None:
        raise ConflictError(_("This series goes on."))
    _set_end(series, None, "series.resumed", by=by, at=at)


def _set_end(
    series: MeetingSeries, day: date | None, verb: str, *, by: Viewer, at: datetime
) -> None:
    was = {"ended_on": series.ended_on.isoformat() if series.ended_on else None}
    series.ended_on, series.updated_at = day, at
    db.session.flush()
    now = {"ended_on": day.isoformat() if day else None}
    audit.record(by, verb, series, at=at, change=Change(was, now, {}, {}))


@dataclass(frozen=True)
class MemberDraft:
    """Who usually comes; the name may be open, the account too."""

    organisation: str
    profession: str
    name: str = ""
    person_id: int | None = None


def add_member(
    series: MeetingSeries, draft: MemberDraft, *, by: Viewer, at: datetime, today: date
) -> SeriesMember:
    """They are invited to every meeting planned from now on.

    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, series))
    known = {key for key, _words in choices.members_of_town(series, today=today)}
    if draft.person_id is not None and draft.person_id not in known:
        raise InvalidInputError("person_id", _("Please choose a member of your town."))
    if len(queries.members_of(series.id)) >= MOST_MEMBERS:
        raise InvalidInputError("organisation", _("There are too many. Please take one out first."))
    member = SeriesMember(series_id=series.id, **asdict(draft))
    db.session.add(member)
    db.session.flush()
    now = {"series_id": series.id, "person_id": draft.person_id}
    _seal(series, member, "series.member_added", Change({}, now, {}, {}), by=by, at=at)
    return member


def remove_member(series: MeetingSeries, member: SeriesMember, *, by: Viewer, at: datetime) -> None:
    """They are not invited any more to meetings planned from now on."""
    require(policy.can_edit(by, series))
    was = {"series_id": series.id, "person_id": member.person_id}
    _seal(series, member, "series.member_removed", Change(was, {}, {}, {}), by=by, at=at)
    db.session.delete(member)
    db.session.flush()


@dataclass(frozen=True)
class HeadingDraft:
    """A standing heading."""

    title: str
    rule: Rule
    minutes: int


def add_heading(
    series: MeetingSeries, draft: HeadingDraft, *, by: Viewer, at: datetime
) -> SeriesHeading:
    """The heading stands last; before a closing line, where that is the last one.

    :raises InvalidInputError: when there are too many
    """
    require(policy.can_edit(by, series))
    there = list(queries.headings_of(series.id))
    if len(there) >= MOST_HEADINGS:
        raise InvalidInputError("title", _("There are too many. Please take one out first."))
    heading = SeriesHeading(series_id=series.id, position=0, **asdict(draft))
    db.session.add(heading)
    db.session.flush()
    before_closing = there and there[-1].rule is Rule.LINE and draft.rule is not Rule.LINE
    there.insert(len(there) - 1 if before_closing else len(there), heading)
    _number(there)
    now = {"series_id": series.id, "rule": draft.rule.value, "minutes": draft.minutes}
    written = {"title": draft.title}
    _seal(series, heading, "series.heading_added", Change({}, now, {}, written), by=by, at=at)
    return heading


def move_heading(
    series: MeetingSeries, heading: SeriesHeading, *, up: bool, by: Viewer, at: datetime
) -> int:
    """The heading has changed places with its neighbour; its place, from 1, comes back."""
    require(policy.can_edit(by, series))
    there = list(queries.headings_of(series.id))
    was, here = heading.position, there.index(heading)
    other = here - 1 if up else here + 1
    if 0 <= other < len(there):
        there[here], there[other] = there[other], there[here]
        _number(there)
        change = Change({"position": was}, {"position": heading.position}, {}, {})
        _seal(series, heading, "series.heading_moved", change, by=by, at=at)
    return heading.position


def remove_heading(
    series: MeetingSeries, heading: SeriesHeading, *, by: Viewer, at: datetime
) -> None:
    """Meetings planned from now on do without it."""
    require(policy.can_edit(by, series))
    was = {"series_id": series.id, "rule": heading.rule.value, "minutes": heading.minutes}
    change = Change(was, {}, {"title": heading.title}, {})
    _seal(series, heading, "series.heading_removed", change, by=by, at=at)
    db.session.delete(heading)
    db.session.flush()
    _number(queries.headings_of(series.id))


def _number(headings: Sequence[SeriesHeading]) -> None:
    for position, heading in enumerate(headings, 1):
        heading.position = position
    db.session.flush()


def _seal(
    series: MeetingSeries,
    part: SeriesHeading | SeriesMember,
    verb: str,
    change: Change,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    series.updated_at = at
    row = InChain(part.id, series.municipality_id, part.__tablename__)
    audit.record(by, verb, row, at=at, change=change)


@dataclass(frozen=True)
class SittingDraft:
    """One meeting of the series; an empty title is made by the pattern."""

    held_on: date
    starts_at: time
    length_minutes: int
    place: str
    title: str = ""


def plan_sitting(
    series: MeetingSeries, draft: SittingDraft, *, by: Viewer, at: datetime
) -> Meeting:
    """There is a planned meeting with the headings and the members of the series.

    :raises ConflictError: when the series has ended
    """
    require(policy.can_edit(by, series))
    if series.ended_on is not None:
        raise ConflictError(_("This series has ended already."))
    count = queries.next_round(series.id, draft.held_on)
    meeting = meetings.plan_meeting(
        MeetingDraft(
            series.level,
            series.area_id,
            draft.title or title_of(series, draft.held_on, count),
            draft.held_on,
            draft.starts_at,
            draft.length_minutes,
            draft.place,
            series_id=series.id,
            round=count,
            also_name=series.also_name,
            also_level=series.also_level,
        ),
        by=by,
        at=at,
    )
    for heading in queries.headings_of(series.id):
        db.session.add(
            MeetingHeading(
                meeting_id=meeting.id,
                position=heading.position,
                title=heading.title,
                rule=heading.rule,
                minutes=heading.minutes,
            )
        )
    _invite_members(series, meeting, by=by, at=at)
    return meeting


def _invite_members(series: MeetingSeries, meeting: Meeting, *, by: Viewer, at: datetime) -> None:
    """An account whose standing has ended meanwhile is left out; the seat is not."""
    known = dict(choices.members_of_town(series, today=clock.local(at).date()))
    for member in queries.members_of(series.id):
        guest = Attendee(
            meeting_id=meeting.id,
            person_id=member.person_id if member.person_id in known else None,
            organisation=member.organisation,
            profession=member.profession,
            name=member.name or WHOEVER_COMES,
        )
        db.session.add(guest)
        db.session.flush()
        facts = {"meeting_id": meeting.id, "person_id": guest.person_id}
        change = Change({}, facts, {}, {})
        history.record_part(meeting, guest, "attendee.invited", change, by=by, at=at)


def title_of(series: MeetingSeries, held_on: date, count: int) -> str:
    """The title of this round in the town's own pattern."""
    area = db.session.get(Area, series.area_id) if series.area_id is not None else None
    return rhythm.title(series, area.name_ja if area else "", held_on, count)
