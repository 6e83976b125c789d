"""What is past its time, what was taken out, and the texts of one case or meeting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.models import Municipality, Person, SignInAttempt, SignInSession
from tracker.accounts.viewer import Viewer
from tracker.cases.models import STAYS_OPEN, Case, CaseStatus
from tracker.core import clock, drafts
from tracker.core.db import db
from tracker.core.drafts import Draft
from tracker.core.errors import NotFoundError
from tracker.core.jobs import Job
from tracker.core.outbox import OutboxMail
from tracker.core.paging import Rows
from tracker.core.traces import AccessTrace
from tracker.meetings.minutes.models import MinutesText
from tracker.meetings.models import AgendaItem, Meeting
from tracker.notifications.models import Notice
from tracker.privacy.keeping import policy
from tracker.privacy.keeping.models import Redaction
from tracker.privacy.keeping.places import PLACES, Found, is_there, texts_of
from tracker.settings.values.models import Key
from tracker.settings.values.queries import values_of

OWNERS: dict[str, Any] = {"cases": Case, "meetings": Meeting}


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; the 28th for the 29th of February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True)
class Times:
    """How many years a town keeps what."""

    case_years: int
    meeting_years: int


def times_of(towns: Sequence[int]) -> dict[int, Times]:
    """What each of these towns has set, or the default."""
    values = values_of(towns)
    return {
        town: Times(int(held[Key.KEEP_CASE_YEARS]), int(held[Key.KEEP_MEETING_YEARS]))
        for town, held in values.items()
    }


def due_cases(town: int, years: int, today: date) -> sa.Select[int]:
    """Keys of cases whose texts are past their time and still there, the oldest first."""
    until = datetime.combine(years_before(today, years), time.min, clock.TOKYO)
    ended = sa.or_(
        Case.status.in_([CaseStatus.CLOSED, CaseStatus.WITHDRAWN]),
        sa.and_(Case.status == CaseStatus.DISPOSED, Case.disposition.not_in(sorted(STAYS_OPEN))),
        Case.duplicate_of_id.is_not(None),
    )
    return (
        sa.select(Case.id)
        .where(Case.municipality_id == town, ended, Case.status_since < until)
        .where(is_there(Case.summary))
        .order_by(Case.id)
    )


def due_meetings(town: int, years: int, today: date) -> sa.Select[int]:
    """Keys of meetings whose minutes or discussions are past their time and still there."""
    minutes = sa.exists().where(MinutesText.meeting_id == Meeting.id, is_there(MinutesText.text))
    talk = sa.exists().where(AgendaItem.meeting_id == Meeting.id, is_there(AgendaItem.discussion))
    return (
        sa.select(Meeting.id)
        .where(Meeting.municipality_id == town, Meeting.held_on < years_before(today, years))
        .where(sa.or_(minutes, talk))
        .order_by(Meeting.id)
    )


@dataclass(frozen=True)
class Due:
    """How much of one kind goes in the next round."""

    kind: str  # what `labels` calls it
    kept: int  # years of a town's kinds, days of the installation's
    count: int


def due_in_town(viewer: Viewer, municipality_id: int, *, today: date) -> list[Due]:
    """What the next round erases in the town, in numbers; two statements after the times.

    :raises NotFoundError: when the viewer is not its privacy officer
    """
    if municipality_id not in policy.towns(viewer):
        raise NotFoundError
    times = times_of([municipality_id])[municipality_id]
    return town_counts(municipality_id, times, today)


def town_counts(town: int, times: Times, today: date) -> list[Due]:
    """The same without asking who reads it: for the command."""
    return [
        Due("cases", times.case_years, _count(due_cases(town, times.case_years, today))),
        Due(
            "meetings", times.meeting_years, _count(due_meetings(town, times.meeting_years, today))
        ),
    ]


def _count(statement: sa.Select[int]) -> int:
    counted = sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())
    return db.session.scalar(counted) or 0


@dataclass(frozen=True)
class Class:
    """Rows of the whole installation that simply go after so many days."""

    kind: str
    days: int
    model: type
    is_old: sa.ColumnElement[bool]


def classes(at: datetime) -> Iterator[Class]:
    """Every such kind, with what is old enough to go."""
    config = current_app.config

    def before(days: int) -> datetime:
        return at - timedelta(days=days)

    kept = drafts.KEPT.days
    yield Class("drafts", kept, Draft, Draft.saved_at < before(kept))
    yield Class("attempts", 35, SignInAttempt, SignInAttempt.at < before(35))
    yield Class("sessions", 35, SignInSession, SignInSession.last_seen_at < before(35))
    days = config["KEEP_NOTICE_DAYS"]
    yield Class("notices", days, Notice, Notice.made_at < before(days))
    days = config["KEEP_TRACE_DAYS"]
    yield Class("traces", days, AccessTrace, AccessTrace.at < before(days))
    days = config["KEEP_MAIL_DAYS"]
    over = sa.func.coalesce(OutboxMail.sent_at, OutboxMail.stopped_at)
    yield Class("mails", days, OutboxMail, over < before(days))
    yield Class("jobs", days, Job, Job.done_at < before(days))


def due_everywhere(at: datetime) -> list[Due]:
    """What the next round deletes in the installation, in numbers; names nobody."""
    return [
        Due(one.kind, one.days, _count(sa.select(one.model.id).where(one.is_old)))  # type: ignore[attr-defined]
        for one in classes(at)
    ]


def town_ids() -> list[int]:
    """Towns in which anything was ever filed or held; for the round."""
    cases, meetings = sa.select(Case.municipality_id), sa.select(Meeting.municipality_id)
    return sorted(
        set(db.session.scalars(cases.distinct())) | set(db.session.scalars(meetings.distinct()))
    )


def redactions(viewer: Viewer) -> Rows:
    """What was taken out in the viewer's towns, to page by id, with who did it."""
    return (
        sa.select(
            Redaction.id,
            Redaction.subject,
            Redaction.subject_id,
            Redaction.field,
            Redaction.is_whole,
            Redaction.reason,
            Redaction.sentence,
            Redaction.at,
            Person.name.label("person"),
        )
        .join(Person, Person.id == Redaction.person_id)
        .where(policy.visible_to(viewer))
    )


@dataclass(frozen=True)
class Record:
    """A case or a meeting whose texts may be taken out."""

    subject: str
    id: int
    number: str
    municipality_id: int
    texts: list[Found]


def get_record(viewer: Viewer, subject: str, record_id: int) -> Record:
    """The case or meeting with every text that is there.

    :raises NotFoundError: when there is none in the viewer's towns
    """
    model = OWNERS.get(subject)
    if model is None or subject not in PLACES:
        raise NotFoundError
    row = db.session.scalars(
        sa.select(model).where(
            model.id == record_id, model.municipality_id.in_(policy.towns(viewer))
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    name = row.number if subject == "cases" else row.title
    return Record(subject, row.id, name, row.municipality_id, list(texts_of(subject, row.id)))


def towns_of(viewer: Viewer) -> Sequence[Municipality]:
    """The towns whose privacy officer the viewer is, by code."""
    statement = sa.select(Municipality).where(Municipality.id.in_(policy.towns(viewer)))
    return db.session.scalars(statement.order_by(Municipality.id)).all()
