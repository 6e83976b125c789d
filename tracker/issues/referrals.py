"""What was referred to a level above, and what came back: read from the history, never copied.

So the answer of the upper level stands at its origin by itself, and is gone when it is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.core.i18n import named
from tracker.issues.models import IssueStep, IssueStepKind, RegionalIssue
from tracker.issues.statement import IssueLevel

_K = IssueStepKind
# What a level above says when it has dealt with an issue.
ANSWERS = frozenset(
    {_K.ANSWERED_ABOVE, _K.DECIDED, _K.DECLINED, _K.NOTED, _K.INFORMATION_ASKED, _K.PARKED}
)


@dataclass(frozen=True)
class Referral:
    """One time that an issue was referred up."""

    at: datetime
    by: str  # the organisation that referred it
    sentence: str
    to: IssueLevel | None  # None: it was not yet written down to which level
    taken_up_at: datetime | None
    answer: IssueStep | None  # of the level above, or of a still higher one

    @property
    def waits(self) -> bool:
        """Is the answer still to come?"""
        return self.answer is None


def referrals(steps: Sequence[IssueStep]) -> list[Referral]:
    """Each time the issue was referred up with what came of it, the newest first.

    Referred on to a still higher level, the first level has that one's answer as well.

    :param steps: those that count (not taken back), first to last
    """
    found = []
    for place, step in enumerate(steps):
        if step.kind is not IssueStepKind.FORWARDED:
            continue
        later = steps[place + 1 :]
        taken = next((one for one in later if one.kind is _K.TAKEN_UP_ABOVE), None)
        found.append(
            Referral(
                step.at,
                named(step.organisation) if step.organisation else "",
                step.sentence,
                step.held_at,
                taken.at if taken else None,
                _answer(later),
            )
        )
    return found[::-1]


def _answer(later: Sequence[IssueStep]) -> IssueStep | None:
    return next((step for step in later if step.kind in ANSWERS), None)


def referrals_of(issue_ids: Sequence[int]) -> dict[int, list[Referral]]:
    """Referrals by issue, in one statement; an issue never referred up has none.

    For those who may know of the issues, or of the meeting that referred them.
    """
    rows = db.session.scalars(
        sa.select(IssueStep)
        .where(
            IssueStep.issue_id.in_(issue_ids),
            IssueStep.undone_at.is_(None),
            IssueStep.kind.in_(sorted({_K.FORWARDED, _K.TAKEN_UP_ABOVE, *ANSWERS})),
        )
        .options(joinedload(IssueStep.organisation))
        .order_by(IssueStep.id)
    )
    steps: dict[int, list[IssueStep]] = {issue_id: [] for issue_id in issue_ids}
    for step in rows:
        steps[step.issue_id].append(step)
    return {issue_id: referrals(found) for issue_id, found in steps.items()}


def held_at(issue: RegionalIssue, *, without_act: str | None = None) -> IssueLevel:
    """Where the issue is dealt with by its history: its own area or town if nothing changed that.

    :param without_act: leave out what this click did
    """
    conditions = [
        IssueStep.issue_id == issue.id,
        IssueStep.undone_at.is_(None),
        IssueStep.held_at.is_not(None),
    ]
    if without_act is not None:
        conditions.append(IssueStep.act != without_act)
    latest = sa.select(IssueStep.held_at).where(*conditions).order_by(IssueStep.id.desc()).limit(1)
    found = db.session.scalar(latest)
    if found is not None:
        return found
    return IssueLevel.MUNICIPALITY if issue.area_id is None else IssueLevel.AREA
