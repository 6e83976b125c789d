"""Raising an issue from cases, adding and taking out cases; what it says stands in `wording`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.cases import policy as case_policy
from tracker.cases.models import Case, CaseStatus
from tracker.core import wareki
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.core.serials import next_serial
from tracker.issues import history, policy, queries, wording
from tracker.issues.models import (
    OPEN,
    IssueCase,
    IssueSerial,
    IssueStatus,
    IssueStepKind,
    RegionalIssue,
)
from tracker.issues.priority import service as priority
from tracker.issues.recurrence import wake_when_reached
from tracker.issues.statement import IssueLevel
from tracker.issues.wording import IssueDraft

MOST_AT_ONCE = 500  # cases in one act; a person has looked at them


def raise_issue(
    draft: IssueDraft, case_ids: Sequence[int], *, by: Viewer, at: datetime, today: date
) -> RegionalIssue:
    """There is a candidate with its number, and the cases support it.

    :raises NotFoundError: when one of the cases is not the person's to know
    :raises InvalidInputError: naming the field
    """
    found = known_cases(case_ids, by)
    towns = {case.municipality_id for case in found}
    if len(towns) != 1:
        raise InvalidInputError("case_ids", _("Please tick cases of one town."))
    (town,) = towns
    require(policy.can_raise(by, town, draft.area_id))
    wording.check(draft, town, today)
    year = wareki.fiscal_year(today)
    serial = next_serial(IssueSerial, town, year)
    issue = RegionalIssue(
        municipality_id=town,
        fiscal_year=year,
        serial=serial,
        number=f"{wareki.era_fiscal_year(year)}-{serial:02}",
        area_id=draft.area_id,
        act_type_code=draft.act_type,
        status=IssueStatus.CANDIDATE,
        status_since=at,
        held_at=IssueLevel.MUNICIPALITY if draft.area_id is None else IssueLevel.AREA,
        raised_by_id=by.person_id,
        created_at=at,
        updated_at=at,
        **draft.says(),
    )
    db.session.add(issue)
    db.session.flush()
    wording.keep_version(issue, 1, by=by, at=at)
    act = history.step(issue, IssueStepKind.RAISED, None, by=by, at=at, sentence=_more(found))
    ids = [case.id for case in found]
    history.record(
        issue, "issue.raised", {}, by=by, at=at, facts={"cases": ids}, written=draft.said()
    )
    hold_cases(issue, ids, by=by, at=at, act=act)
    return issue


def attach(issue: RegionalIssue, case_ids: Sequence[int], *, by: Viewer, at: datetime) -> int:
    """The cases support the issue, once each; how many were added. A parked issue may wake.

    :raises NotFoundError: when one of the cases is not the person's to know, or of another town
    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    found = known_cases(case_ids, by)
    if any(case.municipality_id != issue.municipality_id for case in found):
        raise NotFoundError
    held = set(queries.case_ids(issue.id))
    new = [case for case in found if case.id not in held]
    if not new:
        return 0
    was, ids = history.coded(issue), [case.id for case in new]
    act = history.step(
        issue, IssueStepKind.ATTACHED, issue.status, by=by, at=at, sentence=_more(new)
    )
    history.record(issue, "issue.attached", was, by=by, at=at, facts={"cases": ids})
    hold_cases(issue, ids, by=by, at=at, act=act)
    wake_when_reached(issue, by=by, at=at)
    return len(new)


def detach(issue: RegionalIssue, case_id: int, *, by: Viewer, at: datetime) -> None:
    """The case no longer supports the issue; it stays whole and goes on waiting for one.

    :raises NotFoundError: when it does not support the issue, or is not the person's to know
    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    (case,) = known_cases([case_id], by)
    row = db.session.scalars(
        sa.select(IssueCase).filter_by(issue_id=issue.id, case_id=case.id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    was = history.coded(issue)
    db.session.delete(row)
    history.step(issue, IssueStepKind.DETACHED, issue.status, by=by, at=at, sentence="-1")
    history.record(issue, "issue.detached", was, by=by, at=at, facts={"cases": [case.id]})
    priority.count_anew([issue.id], at=at, today=history.day(at))


@dataclass(frozen=True)
class KnownCase:
    """A case that may support an issue."""

    id: int
    municipality_id: int


def known_cases(case_ids: Sequence[int], by: Viewer) -> list[KnownCase]:
    """These cases, by id; the person may know of all of them, and every figure counts them.

    :raises NotFoundError: when one of them is not the person's to know
    :raises InvalidInputError: none, too many at once, withdrawn, or filed under another number too
    """
    wanted = sorted(set(case_ids))
    if not wanted:
        raise InvalidInputError("case_ids", _("Please tick at least one case."))
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInputError("case_ids", too_many())
    rows = db.session.execute(
        sa.select(Case.id, Case.municipality_id, Case.status, Case.duplicate_of_id)
        .where(Case.id.in_(wanted), case_policy.visible_to(by))
        .order_by(Case.id)
    ).all()
    if len(rows) != len(wanted):
        raise NotFoundError
    if any(row.status is CaseStatus.WITHDRAWN for row in rows):
        raise InvalidInputError("case_ids", _("A withdrawn case supports no issue."))
    if any(row.duplicate_of_id is not None for row in rows):
        raise InvalidInputError(
            "case_ids", _("A case that was filed twice supports an issue under its other number.")
        )
    return [KnownCase(row.id, row.municipality_id) for row in rows]


def too_many() -> str:
    """What is said of more cases than one act takes."""
    return _("Please tick at most %(most)s cases at a time.", most=MOST_AT_ONCE)


def _more(found: Sequence[KnownCase]) -> str:
    """How many cases came, in signs that need no language."""
    return f"+{len(found)}"


def hold_cases(
    issue: RegionalIssue, ids: Sequence[int], *, by: Viewer, at: datetime, act: str
) -> None:
    """The cases support the issue from now on; their offices are told once. None holds it yet."""
    db.session.add_all(
        IssueCase(issue_id=issue.id, case_id=case_id, attached_by_id=by.person_id, attached_at=at)
        for case_id in ids
    )
    db.session.flush()
    cases.group(ids, issue.title, issue.id, by=by, at=at, act=act)
    priority.count_anew([issue.id], at=at, today=history.day(at))


def _require_open(issue: RegionalIssue) -> None:
    if issue.status not in OPEN:
        raise ConflictError(history.not_now(issue))
