"""Series and their meetings for tests, made through the services as people would; committed."""

from datetime import date, time, timedelta
from typing import Any

from tests import factories
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.meetings import outcomes, programme
from tracker.meetings.models import AgendaItem, Meeting, MeetingLevel, Outcome
from tracker.meetings.outcomes import OutcomeDraft
from tracker.meetings.preparing import service as preparing
from tracker.meetings.preparing.queries import Proposal, proposals
from tracker.meetings.series import queries, service
from tracker.meetings.series.models import MeetingHeading, MeetingSeries, Rule, Week
from tracker.meetings.series.service import MemberDraft, SeriesDraft, SittingDraft


def series_draft(level: MeetingLevel, area_id: int | None = None, **changes: Any) -> SeriesDraft:
    """Every second Wednesday of the month at two, for an hour and a half, in the town hall."""
    fields: dict[str, Any] = {
        "name": "見晴市地域ケア推進会議",
        "level": level,
        "area_id": area_id,
        "also_name": "",
        "also_level": None,
        "title_pattern": "",
        "place": "市役所 3階会議室",
        "starts_at": time(14, 0),
        "length_minutes": 90,
        "week": Week.SECOND,
        "weekday": 2,
        "every_months": 1,
    }
    return SeriesDraft(**{**fields, **changes})


def make_series(
    by: Viewer, level: MeetingLevel = MeetingLevel.MUNICIPAL, **changes: Any
) -> MeetingSeries:
    """A series of the viewer's organisation with the usual headings."""
    area_id = None if level.is_town_wide else min(by.area_ids(Role.CENTRE))
    draft = series_draft(level, **{"area_id": area_id, **changes})
    made = service.make_series(draft, by=by, at=clock.now())
    db.session.commit()
    return made


def add_member(series: MeetingSeries, by: Viewer, person_id: int | None = None) -> None:
    """A welfare commissioner usually comes, with this account if one is given."""
    draft = MemberDraft("見晴市民生委員協議会", "民生委員", "飯沼 春代", person_id)
    service.add_member(series, draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()


def plan_sitting(
    series: MeetingSeries, by: Viewer, held_on: date | None = None, **changes: Any
) -> Meeting:
    """The next meeting of the series, in a week unless a day is given."""
    fields: dict[str, Any] = {
        "held_on": held_on or clock.today() + timedelta(days=7),
        "starts_at": time(14, 0),
        "length_minutes": 90,
        "place": "市役所 3階会議室",
    }
    draft = SittingDraft(**{**fields, **changes})
    made = service.plan_sitting(series, draft, by=by, at=clock.now())
    db.session.commit()
    return made


def heading(meeting: Meeting, rule: Rule) -> MeetingHeading:
    """The meeting's first heading with this rule."""
    return next(one for one in programme.headings_of(meeting) if one.rule is rule)


def proposed(meeting: Meeting, rule: Rule, by: Viewer) -> list[Proposal]:
    """What the heading of this rule proposes now."""
    headings = programme.headings_of(meeting)
    found = proposals(by, meeting, headings, at=clock.now(), today=clock.today())
    return found[heading(meeting, rule).id]


def put(meeting: Meeting, rule: Rule, by: Viewer, *keys: str, together: bool = False) -> None:
    """What is proposed under the heading stands there; all of it unless keys are given."""
    wanted = keys or [one.key for one in proposed(meeting, rule, by)]
    preparing.put_ticked(
        meeting,
        heading(meeting, rule),
        list(wanted),
        together=together,
        by=by,
        at=clock.now(),
        today=clock.today(),
    )
    db.session.commit()


def put_off(meeting: Meeting, item: AgendaItem, by: Viewer, outcome: Outcome = Outcome.ASK) -> date:
    """The meeting is held and puts the item off until ten days later; that day comes back."""
    factories.begin_meeting(factories.publish_meeting(meeting, by), by)
    until = clock.today() + timedelta(days=10)
    who = "社会福祉協議会" if outcome is Outcome.ASK else ""
    draft = OutcomeDraft(outcome, "もう少し調べます。", who=who, on=until)
    at = clock.now()
    outcomes.note_outcome(meeting, item, draft, by=by, at=at, today=clock.today())
    db.session.commit()
    return until


def examples(aoi: Viewer, sato: Viewer, mori: Viewer) -> dict[str, int]:
    """A series with a member, a meeting of it that decided a late action, and one being prepared.

    The ids as addresses name them; `meeting_id` is not among them.
    """
    series = make_series(mori)
    add_member(series, mori)
    first = plan_sitting(series, mori)
    case = factories.accept(factories.make_case(by=aoi, requester="CITY"), by=sato)
    issue = factories.make_issue(sato, case, status=factories.IssueStatus.CONFIRMED)
    item = factories.put_on_agenda(first, issue, by=mori)
    put(first, Rule.CASES, mori)
    factories.begin_meeting(factories.publish_meeting(first, mori), mori)
    factories.adopt(first, item, issue, by=mori).due_on = clock.today() - timedelta(days=1)
    db.session.commit()
    plan_sitting(series, mori)
    (report,) = programme.report_rows(programme.headings_of(first))
    return {
        "series_id": series.id,
        "standing_id": queries.headings_of(series.id)[1].id,
        "seat_id": queries.members_of(series.id)[0].id,
        "heading_id": heading(first, Rule.ISSUES).id,
        "report_id": report.id,
    }
