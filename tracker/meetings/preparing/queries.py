"""What each heading proposes by its rule. A fixed number of statements, however much there is.

One thing is proposed under one heading only: what was put off goes before what wakes up, that
before work the municipality asked for, and that before the other confirmed issues.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.viewer import Viewer
from tracker.cases import policy as case_policy
from tracker.cases.models import MUNICIPALITY, Case
from tracker.core.db import db
from tracker.core.i18n import date_long
from tracker.issues import policy as issue_policy
from tracker.issues.models import (
    IssueCase,
    IssueStatus,
    IssueStep,
    IssueStepKind,
    RegionalIssue,
)
from tracker.meetings import carrying, choices, programme, reporting
from tracker.meetings.models import CARRIED_TOO_OFTEN, ItemKind, Meeting
from tracker.meetings.programme import Report
from tracker.meetings.reporting import Facts
from tracker.meetings.series.models import MeetingHeading, Rule

# Which rule takes a thing first; the others do without it.
FIRST_COMES = (Rule.AGAIN, Rule.WAKING, Rule.ASKED, Rule.ISSUES, Rule.CASES)
REPORTED = frozenset({Rule.DECISIONS, Rule.LATE})


@dataclass(frozen=True)
class Proposal:
    """One box to tick under a heading.

    `key` tells what it is: `issue-7`, `case-7`, `item-7` (put off), `action-7`, `type-HK03`.
    """

    key: str
    words: str
    note: str = ""
    kind: ItemKind | None = None  # None: it is reported and not decided
    subject_ids: tuple[int, ...] = ()
    title: str = ""
    question: str = ""
    presenter: str = ""
    minutes: int = 0
    times_carried: int = 0  # for the how manieth time it would come back
    facts: Facts = field(default_factory=dict)

    @property
    def is_worn(self) -> bool:
        """Was it put off so often that something has to be decided now?"""
        return self.times_carried >= CARRIED_TOO_OFTEN


@dataclass
class _Looked:
    """What rules share: read once for all headings."""

    viewer: Viewer
    meeting: Meeting
    at: datetime
    today: date
    issues: dict[int, str]
    cases: dict[int, str]
    waking: dict[int, str]
    taken: set[str] = field(default_factory=set)  # issue-7 and case-7 proposed already

    def new(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Those about nothing that another heading proposes; they are taken from now on."""
        found = []
        for one in proposals:
            about = {f"{one.kind}-{key}" for key in one.subject_ids}
            if not about & self.taken:
                self.taken |= about
                found.append(one)
        return found


def proposals(
    viewer: Viewer,
    meeting: Meeting,
    headings: Sequence[MeetingHeading],
    *,
    at: datetime,
    today: date,
) -> dict[int, list[Proposal]]:
    """What each heading proposes, by its id, in the order in which it is shown.

    What stands on the agenda already is not proposed again.
    """
    issues = dict(choices.issues_to_put(viewer, meeting))
    looked = _Looked(
        viewer,
        meeting,
        at,
        today,
        issues=issues,
        cases=(
            {case.id: case.label for case in choices.cases_to_put(viewer, meeting)}
            if meeting.takes_cases
            else {}
        ),
        waking=_waking(viewer, meeting, issues.keys()),
    )
    there = {row.act_type_code or row.action_id for row in programme.report_rows(headings)}
    places = {rule: at_place for at_place, rule in enumerate(FIRST_COMES)}
    found = {}
    for heading in sorted(headings, key=lambda one: places.get(one.rule, len(places))):
        proposed = looked.new(RULES[heading.rule](looked)) if heading.rule in RULES else []
        found[heading.id] = [one for one in proposed if _reported_key(one) not in there]
    return found


def _reported_key(proposal: Proposal) -> int | str | None:
    if proposal.kind is not None:
        return -1
    name, _dash, key = proposal.key.partition("-")
    return int(key) if name == "action" else key


def _waking(viewer: Viewer, meeting: Meeting, free: Collection[int]) -> dict[int, str]:
    """Issues parked until a day that comes before the meeting, or woken and not yet taken up.

    :param free: confirmed issues that may be put on the agenda
    """
    woken = (
        sa.select(IssueStep.id)
        .where(
            IssueStep.issue_id == RegionalIssue.id,
            IssueStep.kind == IssueStepKind.WOKEN,
            IssueStep.at >= RegionalIssue.status_since,
            IssueStep.undone_at.is_(None),
        )
        .exists()
    )
    due = sa.and_(
        RegionalIssue.status == IssueStatus.PARKED, RegionalIssue.parked_until <= meeting.held_on
    )
    conditions = [
        issue_policy.visible_to(viewer),
        RegionalIssue.municipality_id == meeting.municipality_id,
        sa.or_(due, sa.and_(RegionalIssue.status == IssueStatus.CONFIRMED, woken)),
    ]
    if meeting.area_id is not None:
        of_area = RegionalIssue.area_id == meeting.area_id
        conditions.append(sa.or_(RegionalIssue.area_id.is_(None), of_area))
    rows = db.session.execute(
        sa.select(
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.title,
            RegionalIssue.parked_until,
            RegionalIssue.status,
            RegionalIssue.area_id,
        )
        .where(*conditions)
        .order_by(RegionalIssue.parked_until, RegionalIssue.id)
    )
    town = meeting.municipality_id
    return {
        row.id: _waking_words(row)
        for row in rows
        if row.id in free
        or row.status is IssueStatus.PARKED
        and issue_policy.can_raise(viewer, town, row.area_id)
    }


def _waking_words(row: sa.Row[*tuple[object, ...]]) -> str:
    words = f"{row.number} {row.title}"
    if row.status is IssueStatus.PARKED:
        return _("%(issue)s, parked until %(day)s", issue=words, day=date_long(row.parked_until))
    return words


def _issue(key: int, words: str, note: str = "") -> Proposal:
    return Proposal(f"issue-{key}", words, note, ItemKind.ISSUE, (key,))


def _issues(looked: _Looked) -> list[Proposal]:
    return [_issue(key, words) for key, words in looked.issues.items()]


def _woken(looked: _Looked) -> list[Proposal]:
    return [_issue(key, words) for key, words in looked.waking.items()]


def _again(looked: _Looked) -> list[Proposal]:
    """Items put off, with what of theirs can be taken up now, each as it was asked then."""
    subjects: dict[int, list[int]] = {}
    waiting = {}
    free = {
        ItemKind.ISSUE: looked.issues.keys() | looked.waking.keys(),
        ItemKind.CASE: set(looked.cases),
    }
    for one in carrying.due(looked.meeting):
        subject = one.issue_id if one.item.kind is ItemKind.ISSUE else one.case_id
        if subject in free[one.item.kind]:
            waiting[one.item.id] = one
            subjects.setdefault(one.item.id, []).append(subject)
    return [
        Proposal(
            f"item-{key}",
            one.item.title,
            str(one.item.outcome.label) if one.item.outcome else _("not reached"),
            one.item.kind,
            tuple(subjects[key]),
            one.item.title,
            one.item.question,
            one.item.presenter,
            one.item.minutes_planned,
            one.item.times_carried + 1,
        )
        for key, one in waiting.items()
    ]


def _asked(looked: _Looked) -> list[Proposal]:
    """Issues under which work stands that the municipality asked for; then such cases by type."""
    rows = db.session.execute(
        sa.select(IssueCase.issue_id, sa.func.count())
        .join(Case, Case.id == IssueCase.case_id)
        .where(
            IssueCase.issue_id.in_(looked.issues),
            Case.requester == MUNICIPALITY,
            case_policy.counted(),
        )
        .group_by(IssueCase.issue_id)
        .order_by(IssueCase.issue_id)
    )
    asked = {
        key: ngettext(
            "%(num)d case the municipality asked for",
            "%(num)d cases the municipality asked for",
            count,
        )
        for key, count in rows
    }
    issues = [
        _issue(key, words, asked[key]) for key, words in looked.issues.items() if key in asked
    ]
    return [*issues, *_types(looked, Rule.ASKED)]


def _cases(looked: _Looked) -> list[Proposal]:
    """Cases to be looked at, where the meeting takes cases; else how many are new, by type."""
    if not looked.meeting.takes_cases:
        return _types(looked, Rule.CASES)
    return [
        Proposal(f"case-{key}", words, "", ItemKind.CASE, (key,))
        for key, words in looked.cases.items()
    ]


def _types(looked: _Looked, rule: Rule) -> list[Proposal]:
    found = reporting.counted_types(looked.viewer, looked.meeting, rule, today=looked.today)
    return [_reported(f"type-{code}", None, facts) for code, facts in found.items()]


def _decisions(looked: _Looked) -> list[Proposal]:
    found = reporting.decided_actions(looked.viewer, looked.meeting, at=looked.at)
    return [_reported(f"action-{key}", key, facts) for key, facts in found.items()]


def _late(looked: _Looked) -> list[Proposal]:
    found = reporting.late_actions(looked.viewer, looked.meeting, at=looked.at)
    return [_reported(f"action-{key}", key, facts) for key, facts in found.items()]


def _reported(key: str, action_id: int | None, facts: Facts) -> Proposal:
    line = Report(0, action_id, facts)
    return Proposal(key, line.words, line.delay, facts=facts)


RULES: dict[Rule, Callable[[_Looked], list[Proposal]]] = {
    Rule.AGAIN: _again,
    Rule.WAKING: _woken,
    Rule.ASKED: _asked,
    Rule.ISSUES: _issues,
    Rule.CASES: _cases,
    Rule.DECISIONS: _decisions,
    Rule.LATE: _late,
}
