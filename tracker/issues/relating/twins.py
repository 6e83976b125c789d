"""A case that was filed twice, and the issues it supports: they keep the event, once."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import duplicates
from tracker.cases import policy as case_policy
from tracker.cases.history import new_act
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.errors import ConflictError, require, require_sentence
from tracker.issues import history
from tracker.issues.models import OPEN, IssueCase, IssueStepKind, RegionalIssue
from tracker.issues.priority import service as priority
from tracker.issues.relating import moving, queries
from tracker.issues.relating.counts import Cell, Count
from tracker.issues.relating.models import Regrouping, RegroupingKind
from tracker.issues.relating.ties import require_free


@dataclass(frozen=True)
class TwinPlan:
    """Which case would stand for the other, and the town's counts before and after."""

    kept: Case
    before: Count
    after: Count


def plan_twin(case: Case, kept_id: int, *, by: Viewer) -> TwinPlan:
    """What marking the case as filed twice would change; nothing is changed.

    :raises NotFoundError: when the other case is not the person's to know
    :raises InvalidInputError: on `kept_id`, when that one cannot stand for it
    :raises ConflictError: when a meeting is about the case
    """
    require(case_policy.can_sort(by, case))
    require_free(case_ids=[case.id])
    kept = duplicates.kept_case(case, kept_id, by=by)
    cells = sorted({_cell(case), _cell(kept)})
    before = queries.counted_in(cells, case.municipality_id)
    after = {**before}
    if case_policy.is_counted(case):
        after[_cell(case)] -= 1
    return TwinPlan(kept, Count(together=before), Count(together=after))


def mark_duplicate(
    case: Case, kept_id: int, reason: str, *, by: Viewer, at: datetime
) -> Regrouping:
    """The kept case stands for this one, also under every issue that this one supports.

    :raises NotFoundError: when the other case is not the person's to know
    :raises InvalidInputError: on `kept_id` or `reason`
    :raises ConflictError: when the case is withdrawn, or marked already, or before a meeting
    """
    require(case_policy.can_sort(by, case))
    require_sentence("reason", reason)
    plan, act = plan_twin(case, kept_id, by=by), new_act()
    kept = plan.kept
    behind = duplicates.mark(case, kept, by=by, at=at, act=act)
    held = _stand_in(case, kept, by=by, at=at, act=act)
    after = Count(together=queries.counted_in(sorted(plan.before.together), case.municipality_id))
    if after != plan.after:
        raise ConflictError(_("The sum of the cases would not be the same. Nothing was changed."))
    row = Regrouping(
        municipality_id=case.municipality_id,
        kind=RegroupingKind.DUPLICATE,
        case_id=case.id,
        kept_case_id=kept.id,
        act=act,
        reason=reason,
        before=plan.before.to_json(),
        after=after.to_json(),
        moved={"behind": behind, "held": held},
        person_id=by.person_id,
        at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def release_duplicate(case: Case, *, by: Viewer, at: datetime) -> None:
    """The case goes on under its own number again and is counted; its issues hold it alone.

    :raises ConflictError: when it goes on under its own number
    """
    require(case_policy.can_sort(by, case))
    row = queries.duplicate_act(case.id)
    if row is None or case.duplicate_of_id is None:
        raise ConflictError(_("The case goes on under its own number."))
    kept_id = case.duplicate_of_id
    duplicates.release(case, row.act, row.moved["behind"], by=by, at=at)
    for issue in _issues(row.moved["held"]):
        if not moving.take_out(issue.id, [kept_id]):
            continue
        was = history.coded(issue)
        history.step(issue, IssueStepKind.DETACHED, issue.status, by=by, at=at, sentence="-1")
        history.record(issue, "issue.detached", was, by=by, at=at, facts={"cases": [kept_id]})
    row.undone_at, row.undone_by_id = at, by.person_id
    priority.count_anew(row.moved["held"], at=at, today=history.day(at))
    db.session.flush()


def _stand_in(case: Case, kept: Case, *, by: Viewer, at: datetime, act: str) -> list[int]:
    """The kept case supports what the other one supports; issues that did not have it come back.

    An issue that is over takes it as well, in silence: its figures must stay as they are.
    """
    ids = db.session.scalars(sa.select(IssueCase.issue_id).where(IssueCase.case_id == case.id))
    held = []
    for issue in _issues(sorted(ids)):
        counted = [kept.id] if issue.status in OPEN else []
        if not moving.bring_in(issue, [kept.id], counted=counted, by=by, at=at, act=act):
            continue
        was = history.coded(issue)
        history.step(
            issue,
            IssueStepKind.ATTACHED,
            issue.status,
            by=by,
            at=at,
            act=act,
            sentence=kept.number,
        )
        history.record(issue, "issue.attached", was, by=by, at=at, facts={"cases": [kept.id]})
        held.append(issue.id)
    priority.count_anew(held, at=at, today=history.day(at))
    return held


def _issues(issue_ids: list[int]) -> list[RegionalIssue]:
    found = db.session.scalars(
        sa.select(RegionalIssue).where(RegionalIssue.id.in_(issue_ids)).order_by(RegionalIssue.id)
    )
    return list(found)


def _cell(case: Case) -> Cell:
    return (case.act_type_code, case.area_id)
