"""What is reported under a heading and not decided: actions, and cases counted by type.

A line keeps how things stood when it was put there; publication looks once more, and from then on
it stays, as the evidence of items does.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Organisation
from tracker.accounts.viewer import Viewer
from tracker.actions import delays
from tracker.actions import policy as action_policy
from tracker.actions.models import ENDED, Action
from tracker.cases import policy as case_policy
from tracker.cases.models import MUNICIPALITY, Case, CaseStatus
from tracker.core import clock
from tracker.core.db import db
from tracker.issues.evidence import months_back
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.meetings import carrying, programme
from tracker.meetings.models import AgendaItem, Meeting, MeetingStatus
from tracker.meetings.series.models import AgendaReport, MeetingHeading, Rule
from tracker.taxonomy.models import ActType

ASKED_MONTHS = 12  # of work asked by the municipality
NEW_MONTHS = 3  # new cases of a body that has not sat before
NOT_YET_ACCEPTED = (CaseStatus.SUBMITTED, CaseStatus.RETURNED)

Facts = dict[str, Any]


def decided_actions(viewer: Viewer, meeting: Meeting, *, at: datetime) -> dict[int, Facts]:
    """Actions that earlier meetings of the body decided: open ones, and those ended since the last.

    Also those of an issue to which the need has come back, ended or not. By number, with how each
    stands. In two statements.
    """
    last = _last_sitting(meeting, clock.local(at).date())
    decided = (
        sa.select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(carrying.earlier(meeting))
    )
    return _actions(
        viewer,
        [
            Action.municipality_id == meeting.municipality_id,
            Action.item_id.in_(decided),
            sa.or_(
                Action.stage.not_in(sorted(ENDED)),
                Action.stage_since >= _begin(last),
                Action.issue_id.in_(sa.select(RegionalIssue.id).where(_came_back())),
            ),
        ],
        at=at,
    )


def late_actions(viewer: Viewer, meeting: Meeting, *, at: datetime) -> dict[int, Facts]:
    """Open actions of the town, or of the meeting's area, that are overdue or stand still."""
    conditions = [
        Action.municipality_id == meeting.municipality_id,
        Action.stage.not_in(sorted(ENDED)),
    ]
    if meeting.area_id is not None:
        of_area = sa.select(RegionalIssue.id).where(RegionalIssue.area_id == meeting.area_id)
        conditions.append(Action.issue_id.in_(of_area))
    found = _actions(viewer, conditions, at=at)
    return {key: facts for key, facts in found.items() if _is_late(facts)}


def _came_back() -> sa.ColumnElement[bool]:
    """Issues that new cases opened again and that nobody has looked after since."""
    return sa.and_(
        RegionalIssue.regressed_at.is_not(None), RegionalIssue.status == IssueStatus.IN_ACTION
    )


def _is_late(facts: Mapping[str, Any]) -> bool:
    return bool(facts["overdue"] or facts["silent"] or facts["unreviewed"])


def _actions(
    viewer: Viewer | None, conditions: Sequence[sa.ColumnElement[bool]], *, at: datetime
) -> dict[int, Facts]:
    rows = db.session.execute(
        sa.select(
            Action,
            Organisation.name_ja,
            Organisation.name_en,
            sa.case((_came_back(), 1), else_=0).label("came_back"),
        )
        .join(Organisation, Organisation.id == Action.owner_id)
        .join(RegionalIssue, RegionalIssue.id == Action.issue_id)
        .where(*conditions, *([action_policy.visible_to(viewer)] if viewer else []))
        .order_by(Action.fiscal_year, Action.serial, Action.id)
    )
    today = clock.local(at).date()
    return {
        action.id: {
            "number": action.number,
            "title": action.title,
            "name_ja": name_ja,
            "name_en": name_en,
            "stage": action.stage.value,
            "due_on": action.due_on.isoformat(),
            "overdue": delays.days_overdue(action, today),
            "silent": delays.days_silent(action, at),
            "unreviewed": delays.days_unreviewed(action, today),
            "came_back": bool(came_back),
        }
        for action, name_ja, name_en, came_back in rows
    }


def counted_types(
    viewer: Viewer | None, meeting: Meeting, rule: Rule, *, today: date
) -> dict[str, Facts]:
    """Accepted cases by type, the commonest first: new ones, or those the municipality asked for.

    :param rule: CASES since the body last sat, ASKED of the last twelve months
    """
    asked = rule is Rule.ASKED
    since = months_back(today, ASKED_MONTHS)[0] if asked else _last_sitting(meeting, today)
    new = Case.occurred_month >= since if asked else Case.submitted_at >= _begin(since)
    conditions = [
        case_policy.counted(),
        Case.status.not_in(NOT_YET_ACCEPTED),
        Case.municipality_id == meeting.municipality_id,
        new,
    ]
    if asked:
        conditions.append(Case.requester == MUNICIPALITY)
    if meeting.area_id is not None:
        conditions.append(Case.area_id == meeting.area_id)
    if viewer is not None:
        conditions.append(case_policy.visible_to(viewer))
    count = sa.func.count()
    rows = db.session.execute(
        sa.select(ActType.code, ActType.name_ja, ActType.name_en, count.label("cases"))
        .join(Case, Case.act_type_code == ActType.code)
        .where(*conditions)
        .group_by(ActType.code, ActType.name_ja, ActType.name_en)
        .order_by(count.desc(), ActType.code)
    )
    return {
        row.code: {
            "name_ja": row.name_ja,
            "name_en": row.name_en,
            "cases": row.cases,
            "since": since.isoformat(),
        }
        for row in rows
    }


def _last_sitting(meeting: Meeting, today: date) -> date:
    """The day after which cases are new to the body."""
    last = db.session.scalar(
        sa.select(sa.func.max(Meeting.held_on)).where(
            carrying.earlier(meeting),
            Meeting.status != MeetingStatus.CANCELLED,
            Meeting.held_on < today,
        )
    )
    return last or months_back(today, NEW_MONTHS)[0]


def _begin(day: date) -> datetime:
    """The day's first instant in Japan."""
    return datetime.combine(day, time.min, clock.TOKYO)


def put(heading: MeetingHeading, facts: Mapping[int | str, Facts]) -> int:
    """These stand under the heading, each once; how many are new.

    :param facts: by the id of an action, or the code of a type
    """
    there = {row.action_id or row.act_type_code for row in programme.report_rows([heading])}
    new = {key: said for key, said in facts.items() if key not in there}
    for key, said in new.items():
        db.session.add(
            AgendaReport(
                heading_id=heading.id,
                action_id=key if isinstance(key, int) else None,
                act_type_code=key if isinstance(key, str) else None,
                facts=said,
            )
        )
    db.session.flush()
    return len(new)


def renew(meeting: Meeting, *, at: datetime, today: date) -> None:
    """Every line of the agenda says how it stands now."""
    headings = {heading.id: heading for heading in programme.headings_of(meeting)}
    rows = programme.report_rows(list(headings.values()))
    actions = _of_ids((row.action_id for row in rows), at=at)
    types: dict[Rule, dict[str, Facts]] = {}
    for row in rows:
        if row.action_id is not None:
            row.facts = actions.get(row.action_id, row.facts)
        elif row.act_type_code is not None:
            rule = headings[row.heading_id].rule
            if rule not in types:
                types[rule] = counted_types(None, meeting, rule, today=today)
            row.facts = types[rule].get(row.act_type_code, {**row.facts, "cases": 0})


def _of_ids(ids: Iterable[int | None], *, at: datetime) -> dict[int, Facts]:
    wanted = {key for key in ids if key is not None}
    return _actions(None, [Action.id.in_(wanted)], at=at) if wanted else {}
