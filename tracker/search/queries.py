"""Reading what was asked for, kind by kind, as far as the viewer may know of it; newest first."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from tracker.accounts.models import Area
from tracker.accounts.roles import Permission, Role
from tracker.accounts.viewer import Viewer
from tracker.cases import filing
from tracker.cases import policy as case_policy
from tracker.cases import words as case_words
from tracker.cases.models import Case
from tracker.core.paging import Page, Rows, page_of
from tracker.issues import policy as issue_policy
from tracker.issues.models import RegionalIssue
from tracker.issues.statement import TEXTS
from tracker.meetings import policy as meeting_policy
from tracker.meetings.minutes.models import MinutesText
from tracker.meetings.models import AgendaItem, Meeting
from tracker.resources import policy as resource_policy
from tracker.resources.models import Resource, ResourceArea
from tracker.search.asking import Question
from tracker.taxonomy.models import ActType

FIRST = 5  # rows of a kind beside other kinds
PER_PAGE = 30


class Kind(enum.StrEnum):
    """What can be found."""

    CASE = "case"
    ISSUE = "issue"
    MINUTES = "minutes"
    MINUTES_TEXT = "minutes_text"
    RESOURCE = "resource"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return KIND_LABELS[self]

    @property
    def permission(self) -> Permission:
        """What one must be allowed to read."""
        return PERMISSIONS[self]


KIND_LABELS: dict[Kind, LazyString] = {
    Kind.CASE: _l("Cases"),
    Kind.ISSUE: _l("Regional issues"),
    Kind.MINUTES: _l("Minutes of meetings"),
    Kind.MINUTES_TEXT: _l("Texts of minutes"),
    Kind.RESOURCE: _l("Resources"),
}
PERMISSIONS: dict[Kind, Permission] = {
    Kind.CASE: Permission.CASE_READ,
    Kind.ISSUE: Permission.ISSUE_READ,
    Kind.MINUTES: Permission.MEETING_READ,
    Kind.MINUTES_TEXT: Permission.MEETING_READ,
    Kind.RESOURCE: Permission.RESOURCE_READ,
}


@dataclass(frozen=True)
class Wanted:
    """What is asked for, and what it is narrowed to; everything empty: nothing is asked."""

    question: Question = field(default_factory=Question)
    kind: Kind | None = None
    area_id: int | None = None
    fiscal_year: int | None = None


@dataclass(frozen=True)
class _Sought:
    """Rows of one kind that were asked for; `by_index`: see `page_of`."""

    rows: Rows
    key: Any  # column
    by_index: Sequence[sa.ColumnElement[bool]] = ()


def kinds_of(viewer: Viewer) -> list[Kind]:
    """What the viewer may look for at all, in order."""
    return [kind for kind in Kind if viewer.may(kind.permission)]


def find(viewer: Viewer, wanted: Wanted, *, today: date) -> dict[Kind, Page]:
    """What was found of each kind the viewer may look for, newest first; {} when nothing was asked.

    One kind by pages, as the address says; of several the first rows. Two statements a kind.
    """
    if wanted.question.is_empty:
        return {}
    kinds = [kind for kind in kinds_of(viewer) if wanted.kind in {None, kind}]
    per_page = PER_PAGE if wanted.kind else FIRST
    return {
        kind: _page(sought, per_page)
        for kind in kinds
        if (sought := _SEEK[kind](viewer, wanted, today)) is not None
    }


def find_client(viewer: Viewer, reference: str) -> Page:
    """Cases of the viewer's own offices about the person they call so; newest first.

    :param reference: the office's own; "" finds nothing
    """
    keys = [
        key
        for office in sorted(viewer.organisation_ids(Role.AGENCY))
        if (key := filing.client_key(office, reference)) is not None
    ]
    mine = Case.organisation_id.in_(viewer.organisation_ids(Role.AGENCY))
    rows = _case_rows(viewer).where(mine, Case.client_key.in_(keys))
    return _page(_Sought(rows, Case.id), PER_PAGE)


def _page(sought: _Sought, per_page: int) -> Page:
    return page_of(sought.rows, sought.key, per_page=per_page, by_index=sought.by_index)


def _cases(viewer: Viewer, wanted: Wanted, _today: date) -> _Sought:
    """By their text, or by their number; a case filed twice is found by its number only."""
    question = wanted.question
    rows = _case_rows(viewer).where(*case_words.has(question.words))
    if question.number is not None:
        rows = rows.where(_numbered(viewer, question))
    else:
        rows = rows.where(Case.duplicate_of_id.is_(None))
    if wanted.area_id is not None:
        rows = rows.where(Case.area_id == wanted.area_id)
    if wanted.fiscal_year is not None:
        rows = rows.where(Case.fiscal_year == wanted.fiscal_year)
    return _Sought(rows, Case.id, case_words.proposed(viewer, question.words))


def _case_rows(viewer: Viewer) -> Rows:
    # Outer joins, though each case has both: counting leaves them out by itself.
    return (
        sa.select(
            Case.id,
            Case.number,
            Case.status,
            Case.submitted_at,
            Case.summary,
            Case.wanted,
            ActType.name_ja.label("act_ja"),
            ActType.name_en.label("act_en"),
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
        )
        .outerjoin(ActType, ActType.code == Case.act_type_code)
        .outerjoin(Area, Area.id == Case.area_id)
        .where(case_policy.visible_to(viewer))
    )


def _numbered(viewer: Viewer, question: Question) -> sa.ColumnElement[bool]:
    number = question.number
    if number is None:
        return sa.false()
    towns = case_words.towns_of(viewer)
    begins = [_begins(Case.number, start) for start in number.of_cases(towns)]
    if number.town is None and not towns:
        begins += [Case.number.like(pattern) for pattern in number.inside_town()]
    return sa.or_(sa.false(), *begins)


def _begins(column: Any, start: str) -> sa.ColumnElement[bool]:
    """Codes of ASCII that begin so, in a way every index can help with; "~" comes last of all."""
    return sa.and_(column >= start, column < start + "~")


def _issues(viewer: Viewer, wanted: Wanted, _today: date) -> _Sought:
    """By what they say, or by their number; one that was joined into another by its number only."""
    question = wanted.question
    known = issue_policy.within_reach if question.number else issue_policy.visible_to
    rows = (
        sa.select(
            RegionalIssue.id,
            RegionalIssue.number,
            RegionalIssue.status,
            RegionalIssue.status_since,
            *(getattr(RegionalIssue, name) for name in TEXTS),
            ActType.name_ja.label("act_ja"),
            ActType.name_en.label("act_en"),
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
        )
        .outerjoin(ActType, ActType.code == RegionalIssue.act_type_code)
        .outerjoin(Area, Area.id == RegionalIssue.area_id)
        .where(known(viewer), *_says(RegionalIssue.search_text, question.words))
    )
    if question.number is not None:
        starts = question.number.of_issues()
        rows = rows.where(
            sa.or_(sa.false(), *(_begins(RegionalIssue.number, start) for start in starts))
        )
    if wanted.area_id is not None:
        rows = rows.where(RegionalIssue.area_id == wanted.area_id)
    if wanted.fiscal_year is not None:
        rows = rows.where(RegionalIssue.fiscal_year == wanted.fiscal_year)
    return _Sought(rows, RegionalIssue.id)


def _minutes(viewer: Viewer, wanted: Wanted, today: date) -> _Sought:
    """Items of meetings whose minutes the viewer may read, by what was asked, said and decided."""
    rows = (
        sa.select(
            AgendaItem.id,
            AgendaItem.meeting_id,
            AgendaItem.title,
            AgendaItem.question,
            AgendaItem.discussion,
            AgendaItem.outcome,
            AgendaItem.outcome_reason,
            Meeting.title.label("meeting"),
            Meeting.held_on,
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
        )
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(Area, Area.id == Meeting.area_id)
        .where(
            AgendaItem.dropped_at.is_(None),
            *_says(AgendaItem.search_text, wanted.question.all_words),
            *_of_meetings(viewer, wanted, today),
        )
    )
    return _Sought(rows, AgendaItem.id)


def _minutes_texts(viewer: Viewer, wanted: Wanted, today: date) -> _Sought:
    """The newest text of each meeting's minutes the viewer may read; former versions are not."""
    later = aliased(MinutesText)
    replaced = sa.exists().where(
        later.meeting_id == MinutesText.meeting_id, later.number > MinutesText.number
    )
    rows = (
        sa.select(
            MinutesText.id,
            MinutesText.meeting_id,
            MinutesText.text,
            Meeting.title.label("meeting"),
            Meeting.status,
            Meeting.held_on,
            Area.name_ja.label("area_ja"),
            Area.name_en.label("area_en"),
        )
        .join(Meeting, Meeting.id == MinutesText.meeting_id)
        .outerjoin(Area, Area.id == Meeting.area_id)
        .where(
            ~replaced,
            *_says(MinutesText.search_text, wanted.question.all_words),
            *_of_meetings(viewer, wanted, today),
        )
    )
    return _Sought(rows, MinutesText.id)


def _of_meetings(viewer: Viewer, wanted: Wanted, today: date) -> list[sa.ColumnElement[bool]]:
    """Meetings whose minutes the viewer may read, of the area and the year asked for."""
    found = [
        meeting_policy.visible_to(viewer),
        meeting_policy.minutes_readable(viewer, today=today),
    ]
    if wanted.area_id is not None:
        found.append(Meeting.area_id == wanted.area_id)
    if (year := wanted.fiscal_year) is not None:
        found += [Meeting.held_on >= date(year, 4, 1), Meeting.held_on < date(year + 1, 4, 1)]
    return found


def _resources(viewer: Viewer, wanted: Wanted, _today: date) -> _Sought | None:
    """Entries of the directory; None where a year is asked for: they belong to none."""
    if wanted.fiscal_year is not None:
        return None
    rows = sa.select(
        Resource.id,
        Resource.name_ja,
        Resource.name_en,
        Resource.provider_name,
        Resource.content,
        Resource.status,
        Resource.assured_on,
    ).where(
        resource_policy.visible_to(viewer),
        *_says(Resource.search_text, wanted.question.all_words),
    )
    if wanted.area_id is not None:
        serves = sa.exists().where(
            ResourceArea.resource_id == Resource.id, ResourceArea.area_id == wanted.area_id
        )
        rows = rows.where(serves)
    return _Sought(rows, Resource.id)


def _says(column: Any, words: Sequence[Sequence[str]]) -> list[sa.ColumnElement[bool]]:
    return [sa.or_(*(column.contains(word, autoescape=True) for word in ways)) for ways in words]


_SEEK: dict[Kind, Callable[[Viewer, Wanted, date], _Sought | None]] = {
    Kind.CASE: _cases,
    Kind.ISSUE: _issues,
    Kind.MINUTES: _minutes,
    Kind.MINUTES_TEXT: _minutes_texts,
    Kind.RESOURCE: _resources,
}
