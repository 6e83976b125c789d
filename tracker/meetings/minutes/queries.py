"""Reading the text of minutes, its versions, remarks and addenda. The caller has asked who may."""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from tracker.accounts.models import Membership, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.meetings.minutes.models import (
    MinutesAddendum,
    MinutesRemark,
    MinutesText,
    RemarkAnswer,
)
from tracker.meetings.models import Meeting


@dataclass(frozen=True)
class Version:
    """A version as the trail names it."""

    number: int
    made_at: datetime
    who: str
    why: str


@dataclass(frozen=True)
class Remark:
    """A request for a correction, and what was made of it."""

    id: int
    text_number: int
    who: str
    text: str
    made_at: datetime
    answer: RemarkAnswer | None
    answer_reason: str


@dataclass(frozen=True)
class Addendum:
    """A correction after approval."""

    text: str
    who: str
    made_at: datetime


@dataclass(frozen=True)
class MinutesPage:
    """The text with its trail; `text` is None for meetings of before there were texts."""

    text: MinutesText | None
    versions: list[Version] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    addenda: list[Addendum] = field(default_factory=list)

    @property
    def open_remarks(self) -> list[Remark]:
        """Requests nobody answered."""
        return [remark for remark in self.remarks if remark.answer is None]


def minutes_page(meeting: Meeting) -> MinutesPage:
    """The newest text, its versions newest first, remarks and addenda first to last."""
    return MinutesPage(
        text=text_of(meeting.id),
        versions=_versions(meeting.id),
        remarks=_remarks(meeting.id),
        addenda=_addenda(meeting.id),
    )


def text_of(meeting_id: int) -> MinutesText | None:
    """The newest version of the text; None while there is none."""
    return db.session.scalars(
        sa.select(MinutesText)
        .where(MinutesText.meeting_id == meeting_id)
        .order_by(MinutesText.number.desc())
        .limit(1)
    ).one_or_none()


def get_version(meeting: Meeting, number: int) -> MinutesText:
    """One version of the text.

    :raises NotFoundError: when there is none of this number
    """
    found = db.session.scalars(
        sa.select(MinutesText).where(
            MinutesText.meeting_id == meeting.id, MinutesText.number == number
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_remark(meeting: Meeting, remark_id: int) -> MinutesRemark:
    """A request for a correction of these minutes.

    :raises NotFoundError: when there is none
    """
    found = db.session.get(MinutesRemark, remark_id)
    if found is None or found.meeting_id != meeting.id:
        raise NotFoundError
    return found


def others_of_host(meeting: Meeting, person_id: int | None, *, today: date) -> frozenset[int]:
    """The host's people who may approve minutes, besides this person."""
    found = sa.select(Membership.person_id).join(Person, Person.id == Membership.person_id)
    return frozenset(
        db.session.scalars(
            found.where(
                Membership.organisation_id == meeting.host_id,
                Membership.role.in_([Role.CENTRE, Role.OFFICER]),
                Membership.person_id != (person_id or 0),
                Person.disabled_at.is_(None),
                in_force(today),
            )
        )
    )


def _versions(meeting_id: int) -> list[Version]:
    rows = db.session.execute(
        sa.select(MinutesText.number, MinutesText.made_at, Person.name, MinutesText.why)
        .join(Person, Person.id == MinutesText.made_by_id)
        .where(MinutesText.meeting_id == meeting_id)
        .order_by(MinutesText.number.desc())
    )
    return [Version(*row) for row in rows]


def _remarks(meeting_id: int) -> list[Remark]:
    rows = db.session.execute(
        sa.select(
            MinutesRemark.id,
            MinutesRemark.text_number,
            Person.name,
            MinutesRemark.text,
            MinutesRemark.made_at,
            MinutesRemark.answer,
            MinutesRemark.answer_reason,
        )
        .join(Person, Person.id == MinutesRemark.person_id)
        .where(MinutesRemark.meeting_id == meeting_id)
        .order_by(MinutesRemark.id)
    )
    return [Remark(*row) for row in rows]


def _addenda(meeting_id: int) -> list[Addendum]:
    rows = db.session.execute(
        sa.select(MinutesAddendum.text, Person.name, MinutesAddendum.made_at)
        .join(Person, Person.id == MinutesAddendum.made_by_id)
        .where(MinutesAddendum.meeting_id == meeting_id)
        .order_by(MinutesAddendum.id)
    )
    return [Addendum(*row) for row in rows]
