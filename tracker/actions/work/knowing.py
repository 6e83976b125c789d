"""Keeping what was written at a step, and reading what is known of an action now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from tracker.actions.asked import Facts
from tracker.actions.work.models import ActionFact, ActionUse, Fact, Funding
from tracker.core.db import db
from tracker.core.i18n import date_long


def keep(action_id: int, facts: Facts, *, act: str, at: datetime) -> None:
    """What was said at this step is known of the action; nothing said, nothing new."""
    for fact, said in facts.as_rows().items():
        day = said if isinstance(said, date) else None
        text = said if isinstance(said, str) else ""
        db.session.add(
            ActionFact(action_id=action_id, fact=fact, text=text, day=day, act=act, at=at)
        )
    db.session.flush()


def take_back(act: str, *, at: datetime) -> None:
    """What was said at this step is no longer known."""
    db.session.execute(sa.update(ActionFact).where(ActionFact.act == act).values(undone_at=at))


def known_by_rows(action_id: int) -> frozenset[Fact]:
    """What rows of its own say, so that nobody has to say it in words: use, from its figures."""
    has_use = sa.select(sa.exists().where(ActionUse.action_id == action_id))
    return frozenset({Fact.USE_IN_WORDS}) if db.session.scalar(has_use) else frozenset()


@dataclass(frozen=True)
class Known:
    """One thing that is known of an action, as it is read."""

    fact: Fact
    said: str
    at: datetime


def known(action_id: int) -> Sequence[Known]:
    """What is known of an action that was opened before: each thing once, as last said, in order
    of the stages."""
    rows = db.session.execute(
        sa.select(ActionFact.fact, ActionFact.text, ActionFact.day, ActionFact.at)
        .where(ActionFact.action_id == action_id, ActionFact.undone_at.is_(None))
        .order_by(ActionFact.id)
    ).all()
    newest = {row.fact: Known(row.fact, _read(row), row.at) for row in rows}
    return [newest[fact] for fact in Fact if fact in newest]


def _read(row: sa.Row[Fact, str, date | None, datetime]) -> str:
    if row.day is not None:
        return date_long(row.day)
    if row.fact is Fact.FUNDING and row.text in set(Funding):
        return str(Funding(row.text).label)
    return str(row.text)
