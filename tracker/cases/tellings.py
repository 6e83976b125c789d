"""What a meeting decided about a case's need and why, in two sentences, shown from a day on.

Beside the history and not part of it: it moves nothing, and can be withdrawn until it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.cases import chain, history
from tracker.core.db import FreeText, Model, db
from tracker.notifications import service as notifications
from tracker.notifications.models import Event

SENTENCE_LENGTH = 200


class CaseTelling(Model):
    """Two sentences to the office that filed the case."""

    __tablename__ = "case_tellings"
    __table_args__ = (sa.Index("ix_case_tellings_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    act: Mapped[str] = mapped_column(sa.String(36), index=True)
    title: Mapped[str] = mapped_column(sa.String(80))  # of the meeting
    what: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    why: Mapped[str] = mapped_column(FreeText(SENTENCE_LENGTH))
    shows_from: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Word:
    """What these cases' offices are to read."""

    case_ids: Sequence[int]
    what: str
    why: str


def tell(words: Sequence[Word], title: str, *, act: str, at: datetime, shows_from: datetime) -> int:
    """The sentences stand on each case from then on, and its filers are told then; how many people.

    :param at: now, at which it is known who works in an office
    """
    told: set[int] = set()
    for word in words:
        for case in chain.rows(list(word.case_ids)):
            telling = CaseTelling(
                case_id=case.id,
                act=act,
                title=title,
                what=word.what,
                why=word.why,
                shows_from=shows_from,
            )
            db.session.add(telling)
            people = history.filers(case, at)
            about = notifications.About(case.number, f"/cases/{case.id}")
            notifications.tell(people, Event.MEETING_TOLD, about, act=act, at=at, due_at=shows_from)
            told |= {person.id for person in people}
    db.session.flush()
    return len(told)


def readers(case_ids: Sequence[int], *, at: datetime) -> int:
    """How many people would be told about these cases now."""
    return len({one.id for case in chain.rows(case_ids) for one in history.filers(case, at)})


def withdraw(act: str, *, at: datetime) -> None:
    """What was to be told with this act is not; for one that does not show yet."""
    db.session.execute(
        sa.update(CaseTelling).where(CaseTelling.act == act).values(withdrawn_at=at),
        execution_options={"synchronize_session": False},
    )
    notifications.withdraw(act, at=at)


def shown(case_id: int, *, at: datetime) -> Sequence[CaseTelling]:
    """What the case's office can read by now, newest first; the caller has asked who may."""
    return db.session.scalars(
        sa.select(CaseTelling)
        .where(
            CaseTelling.case_id == case_id,
            CaseTelling.shows_from <= at,
            CaseTelling.withdrawn_at.is_(None),
        )
        .order_by(CaseTelling.id.desc())
    ).all()
