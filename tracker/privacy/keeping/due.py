"""What is past its time: texts of towns by their years, rows of the installation by their days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.models import SignInAttempt, SignInSession
from tracker.actions.models import ENDED, Action
from tracker.cases.models import STAYS_OPEN, Case, CaseStatus
from tracker.core import clock, drafts
from tracker.core.db import db
from tracker.core.drafts import Draft
from tracker.core.jobs import Job
from tracker.core.outbox import OutboxMail
from tracker.core.traces import AccessTrace
from tracker.issues.candidates.models import Candidate, CandidateState, CandidateStep
from tracker.issues.models import OPEN, IssueCase, RegionalIssue
from tracker.meetings.models import Meeting
from tracker.notifications.models import Notice
from tracker.privacy.keeping.models import RedactionOriginal
from tracker.privacy.keeping.places import OWNERS, PLACES, is_there
from tracker.settings.values.models import Key
from tracker.settings.values.queries import values_of


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; the 28th for the 29th of February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _instant(day: date, years: int) -> datetime:
    return datetime.combine(years_before(day, years), time.min, clock.TOKYO)


@dataclass(frozen=True)
class Times:
    """How many years a town keeps what."""

    case_years: int
    issue_years: int
    meeting_years: int


def times_of(towns: Sequence[int]) -> dict[int, Times]:
    """What each of these towns has set, or the default."""
    return {
        town: Times(
            int(held[Key.KEEP_CASE_YEARS]),
            int(held[Key.KEEP_ISSUE_YEARS]),
            int(held[Key.KEEP_MEETING_YEARS]),
        )
        for town, held in values_of(towns).items()
    }


def has_words(subject: str) -> sa.ColumnElement[bool]:
    """Owners of which any text that goes with time is still there."""
    key = OWNERS[subject].id
    places = [place for place in PLACES[subject] if place.fields and place.through is None]
    return sa.or_(*(place.holds(key) for place in places))


def due_cases(town: int, years: int, today: date) -> sa.Select[int]:
    """Keys of cases whose texts are past their time and still there, the oldest first.

    While an issue that a case supports is open, its text is needed; then the years begin with the
    closing of the last such issue.
    """
    until = _instant(today, years)
    ended = sa.or_(
        Case.status.in_([CaseStatus.CLOSED, CaseStatus.WITHDRAWN]),
        sa.and_(Case.status == CaseStatus.DISPOSED, Case.disposition.not_in(sorted(STAYS_OPEN))),
        Case.duplicate_of_id.is_not(None),
    )
    needed = (
        sa.exists()
        .where(IssueCase.case_id == Case.id, IssueCase.issue_id == RegionalIssue.id)
        .where(RegionalIssue.joined_into_id.is_(None))
        .where(sa.or_(RegionalIssue.status.in_(sorted(OPEN)), RegionalIssue.status_since >= until))
    )
    return (
        sa.select(Case.id)
        .where(Case.municipality_id == town, ended, Case.status_since < until)
        .where(~needed, has_words("cases"))
        .order_by(Case.id)
    )


def due_issues(town: int, years: int, today: date) -> sa.Select[int]:
    """Keys of issues that ended so long ago, and all their actions with them, by key.

    What was joined into another issue goes with that one.
    """
    until = _instant(today, years)
    kept = sa.orm.aliased(RegionalIssue)
    over = sa.and_(RegionalIssue.status.not_in(sorted(OPEN)), RegionalIssue.status_since < until)
    joined = sa.exists().where(
        kept.id == RegionalIssue.joined_into_id,
        kept.status.not_in(sorted(OPEN)),
        kept.status_since < until,
    )
    ended = sa.or_(sa.and_(RegionalIssue.joined_into_id.is_(None), over), joined)
    at_work = sa.exists().where(
        Action.issue_id == RegionalIssue.id,
        sa.or_(Action.stage.not_in(sorted(ENDED)), Action.last_entry_at >= until),
    )
    words_of_actions = sa.exists().where(Action.issue_id == RegionalIssue.id, has_words("actions"))
    return (
        sa.select(RegionalIssue.id)
        .where(RegionalIssue.municipality_id == town, ended, ~at_work)
        .where(sa.or_(has_words("issues"), words_of_actions))
        .order_by(RegionalIssue.id)
    )


def due_meetings(town: int, years: int, today: date) -> sa.Select[int]:
    """Keys of meetings whose minutes or discussions are past their time and still there."""
    return (
        sa.select(Meeting.id)
        .where(Meeting.municipality_id == town, Meeting.held_on < years_before(today, years))
        .where(has_words("meetings"))
        .order_by(Meeting.id)
    )


def due_steps(town: int, years: int, today: date) -> sa.Select[int]:
    """Keys of old sentences in the history of candidates; while one is parked its words stay."""
    return (
        sa.select(CandidateStep.id)
        .join(Candidate, Candidate.id == CandidateStep.candidate_id)
        .where(Candidate.municipality_id == town, Candidate.state != CandidateState.PARKED)
        .where(CandidateStep.at < _instant(today, years), is_there(CandidateStep.sentence))
        .order_by(CandidateStep.id)
    )


@dataclass(frozen=True)
class Due:
    """How much of one kind goes in the next round."""

    kind: str  # what `labels` calls it
    kept: int | None  # years of a town's kinds, days of the installation's; None: it says itself
    count: int
    key: Key | None = None  # the town's number that says how long
    setting: str = ""  # the installation's


def due_of(town: int, times: Times, today: date) -> dict[str, sa.Select[int]]:
    """What is due in a town, by kind; issues before the cases that speak for them."""
    return {
        "issues": due_issues(town, times.issue_years, today),
        "candidates": due_steps(town, times.issue_years, today),
        "cases": due_cases(town, times.case_years, today),
        "meetings": due_meetings(town, times.meeting_years, today),
    }


def town_counts(town: int, times: Times, today: date) -> list[Due]:
    """What the next round erases in the town, in numbers, without asking who reads it."""
    kept = {
        "cases": (times.case_years, Key.KEEP_CASE_YEARS),
        "issues": (times.issue_years, Key.KEEP_ISSUE_YEARS),
        "candidates": (times.issue_years, Key.KEEP_ISSUE_YEARS),
        "meetings": (times.meeting_years, Key.KEEP_MEETING_YEARS),
    }
    due = due_of(town, times, today)
    return [Due(kind, years, _count(due[kind]), key) for kind, (years, key) in kept.items()]


def _count(statement: sa.Select[int]) -> int:
    counted = sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())
    return db.session.scalar(counted) or 0


@dataclass(frozen=True)
class Class:
    """Rows of the whole installation that simply go after so many days."""

    kind: str
    days: int | None  # None: each row says itself until when
    model: type[Any]
    is_old: sa.ColumnElement[bool]
    setting: str = ""  # where the days are set; "": nowhere


def classes(at: datetime) -> Iterator[Class]:
    """Every such kind, with what is old enough to go."""
    config = current_app.config

    def before(days: int) -> datetime:
        return at - timedelta(days=days)

    kept = drafts.KEPT.days
    yield Class("drafts", kept, Draft, Draft.saved_at < before(kept))
    today = clock.local(at).date()
    yield Class("originals", None, RedactionOriginal, RedactionOriginal.until < today)
    yield Class("attempts", 35, SignInAttempt, SignInAttempt.at < before(35))
    yield Class("sessions", 35, SignInSession, SignInSession.last_seen_at < before(35))
    days, name = config["KEEP_NOTICE_DAYS"], "KEEP_NOTICE_DAYS"
    yield Class("notices", days, Notice, Notice.made_at < before(days), name)
    days, name = config["KEEP_TRACE_DAYS"], "KEEP_TRACE_DAYS"
    yield Class("traces", days, AccessTrace, AccessTrace.at < before(days), name)
    days, name = config["KEEP_MAIL_DAYS"], "KEEP_MAIL_DAYS"
    over = sa.func.coalesce(OutboxMail.sent_at, OutboxMail.stopped_at)
    yield Class("mails", days, OutboxMail, over < before(days), name)
    yield Class("jobs", days, Job, Job.done_at < before(days), name)


def due_everywhere(at: datetime) -> list[Due]:
    """What the next round deletes in the installation, in numbers; names nobody."""
    return [
        Due(
            one.kind,
            one.days,
            _count(sa.select(sa.literal(1)).select_from(one.model).where(one.is_old)),
            setting=one.setting,
        )
        for one in classes(at)
    ]


def town_ids() -> list[int]:
    """Towns in which anything was ever filed, raised or held; for the round."""
    found: set[int] = set()
    for model in (Case, RegionalIssue, Meeting):
        found |= set(db.session.scalars(sa.select(model.municipality_id).distinct()))
    return sorted(found)
