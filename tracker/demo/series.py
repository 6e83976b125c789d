"""The demo's series: one town with three tiers, one with two, where two bodies sit as one."""

from datetime import datetime, time

from tracker.core import clock
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.meetings import programme
from tracker.meetings.models import ItemKind, Meeting, MeetingLevel
from tracker.meetings.series import service
from tracker.meetings.series.models import MeetingSeries, Rule, Week
from tracker.meetings.series.service import MemberDraft, SeriesDraft

UNDER = {ItemKind.ISSUE: Rule.ISSUES, ItemKind.CASE: Rule.CASES}


def load(cast: Cast, at: datetime) -> dict[str, MeetingSeries]:
    """Every series, by its key, without members: those come with `seat`."""
    return {row["key"]: _make(row, cast, at) for row in rows("series")}


def _make(row: dict[str, str], cast: Cast, at: datetime) -> MeetingSeries:
    draft = SeriesDraft(
        row["name"],
        MeetingLevel(row["level"]),
        cast.areas.get(row["area"]),
        row["also_name"],
        MeetingLevel(row["also_level"]) if row["also_level"] else None,
        row["pattern"],
        row["place"],
        time.fromisoformat(row["starts_at"]),
        int(row["length"]),
        Week(row["week"]) if row["week"] else None,
        int(row["weekday"]) if row["weekday"] else None,
        int(row["every"]),
    )
    return service.make_series(draft, by=cast.person(row["by"]), at=at)


def seat(found: dict[str, MeetingSeries], cast: Cast, at: datetime) -> None:
    """The usual members; from now on a meeting planned from a series invites them."""
    hosts = {row["key"]: row["by"] for row in rows("series")}
    for row in rows("series_members"):
        account = cast.person(row["login"]).person_id if row["login"] else None
        draft = MemberDraft(row["organisation"], row["profession"], row["name"], account)
        by = cast.person(hosts[row["series"]])
        today = clock.local(at).date()
        service.add_member(found[row["series"]], draft, by=by, at=at, today=today)


def heading_for(meeting: Meeting, kind: ItemKind) -> int | None:
    """Under which heading of the meeting an item of this kind stands."""
    headings = programme.headings_of(meeting)
    return next((one.id for one in headings if one.rule is UNDER[kind]), None)
