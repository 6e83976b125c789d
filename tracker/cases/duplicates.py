"""The same event filed twice: one number goes on for both, and every figure counts it once.

Only within one office: where two offices each did something, two offices had the burden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import history, policy, queries
from tracker.cases.models import Case, CaseStatus, CaseStep, StepKind
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.taxonomy.models import ActType

MOST_OFFERED = 20
# What may stand for two: neither back at the office nor withdrawn.
STANDS = frozenset(
    {CaseStatus.SUBMITTED, CaseStatus.ACCEPTED, CaseStatus.DISPOSED, CaseStatus.CLOSED}
)
_MARKS = frozenset({StepKind.FILED_TWICE, StepKind.STANDS_FOR})


@dataclass(frozen=True)
class Twin:
    """A case of the same office that may be about the same event."""

    id: int
    number: str
    status: CaseStatus
    occurred_month: date
    name_ja: str  # of its type
    name_en: str
    summary: str


def offered(viewer: Viewer, case: Case) -> list[Twin]:
    """Cases of the same office and town that may stand for this one, the likest months first.

    Of the same type first, then by how far the months lie apart, then the newest; 20 at most.
    """
    other_type = sa.case((Case.act_type_code == case.act_type_code, 0), else_=1)
    rows = db.session.execute(
        sa.select(
            Case.id,
            Case.number,
            Case.status,
            Case.occurred_month,
            ActType.name_ja,
            ActType.name_en,
            Case.summary,
            other_type.label("other_type"),
        )
        .join(ActType, ActType.code == Case.act_type_code)
        .where(
            policy.visible_to(viewer),
            Case.organisation_id == case.organisation_id,
            Case.municipality_id == case.municipality_id,
            Case.id != case.id,
            Case.duplicate_of_id.is_(None),
            Case.status.in_(sorted(STANDS)),
        )
        .order_by(other_type, Case.id.desc())
        .limit(MOST_OFFERED)
    ).all()
    apart = {row.id: abs((row.occurred_month - case.occurred_month).days) for row in rows}
    rows = sorted(rows, key=lambda row: (row.other_type, apart[row.id], -row.id))
    return [Twin(*row[:-1]) for row in rows]


def number_of_kept(viewer: Viewer, case: Case) -> tuple[int, str] | None:
    """Key and number of the case that stands for this one; None when none does.

    Also None when the viewer may not know of that one.
    """
    if case.duplicate_of_id is None:
        return None
    row = db.session.execute(
        sa.select(Case.id, Case.number).where(
            Case.id == case.duplicate_of_id, policy.visible_to(viewer)
        )
    ).one_or_none()
    return None if row is None else (row.id, row.number)


def stands_for(viewer: Viewer, case_id: int) -> list[tuple[int, str]]:
    """Keys and numbers of the cases this one stands for, by key."""
    rows = db.session.execute(
        sa.select(Case.id, Case.number)
        .where(Case.duplicate_of_id == case_id, policy.visible_to(viewer))
        .order_by(Case.id)
    )
    return [(row.id, row.number) for row in rows]


def kept_case(case: Case, kept_id: int, *, by: Viewer) -> Case:
    """The case that shall stand for `case`: the one chosen, or the one that stands for it already.

    :raises NotFoundError: when it is not the person's to know
    :raises InvalidInputError: on `kept_id`, when it cannot stand for this one
    """
    kept = queries.get_case(by, kept_id)
    if kept.duplicate_of_id is not None:  # never a chain: the last one stands for all
        kept = queries.get_case(by, kept.duplicate_of_id)
    if kept.id == case.id:
        raise InvalidInputError("kept_id", _("Please choose the other case, which goes on."))
    same = (kept.organisation_id, kept.municipality_id)
    if same != (case.organisation_id, case.municipality_id):
        raise InvalidInputError(
            "kept_id", _("Only cases of one office and one town can be the same event.")
        )
    if kept.status not in STANDS:
        raise InvalidInputError(
            "kept_id", _("A case that is withdrawn or back at its office stands for no other.")
        )
    return kept


def mark(case: Case, kept: Case, *, by: Viewer, at: datetime, act: str) -> list[int]:
    """The kept case stands for this one, and for all that this one stood for, which come back.

    :raises ConflictError: when the case is withdrawn, or goes on under another number already
    """
    require(policy.can_sort(by, case))
    if case.duplicate_of_id is not None or case.status is CaseStatus.WITHDRAWN:
        raise ConflictError(history.not_now(case))
    behind = _behind(case.id)
    for one in (case, *behind):
        was = history.coded(one)
        one.duplicate_of_id, one.updated_at = kept.id, at
        history.step(
            one, StepKind.FILED_TWICE, one.status, by=by, at=at, act=act, sentence=kept.number
        )
        history.record(one, "case.filed_twice", was, by=by, at=at)
        history.tell(one, Event.CASE_FILED_TWICE, act, at=at)
    kept.updated_at = at
    history.step(
        kept, StepKind.STANDS_FOR, kept.status, by=by, at=at, act=act, sentence=case.number
    )
    history.record(kept, "case.stands_for", history.coded(kept), by=by, at=at)
    return [one.id for one in behind]


def release(case: Case, act: str, behind_ids: Sequence[int], *, by: Viewer, at: datetime) -> None:
    """The case goes on under its own number again, with those it stood for before.

    :param act: the act that marked it
    :raises ConflictError: when it goes on under its own number
    """
    require(policy.can_sort(by, case))
    if case.duplicate_of_id is None:
        raise ConflictError(history.not_now(case))
    kept_id = case.duplicate_of_id
    told = notifications.withdraw(act, at=at)
    behind = [one for one in _behind(kept_id) if one.id in set(behind_ids)]
    for step in _marks(act, [kept_id, case.id, *behind_ids]):
        step.undone_at = at
    for one in (case, *behind):
        was = history.coded(one)
        one.duplicate_of_id = None if one is case else case.id
        one.updated_at = at
        said = history.step(one, StepKind.UNDONE, one.status, by=by, at=at, undone=True)
        history.record(one, "case.taken_apart", was, by=by, at=at)
        if told:
            history.tell(one, Event.CASE_TAKEN_BACK, said, at=at)


def require_stands_for_none(case: Case) -> None:
    """Return only when no other case goes on under this number.

    :raises ConflictError: otherwise, for whoever wants to withdraw it
    """
    if _behind(case.id):
        raise ConflictError(
            _("Another case goes on under this number. Please ask the centre to take them apart.")
        )


def _behind(case_id: int) -> Sequence[Case]:
    return db.session.scalars(
        sa.select(Case).where(Case.duplicate_of_id == case_id).order_by(Case.id)
    ).all()


def _marks(act: str, case_ids: Sequence[int]) -> Sequence[CaseStep]:
    return db.session.scalars(
        sa.select(CaseStep)
        .where(
            CaseStep.case_id.in_(case_ids),
            CaseStep.act == act,
            CaseStep.kind.in_(sorted(_MARKS)),
        )
        .order_by(CaseStep.id)
    ).all()
