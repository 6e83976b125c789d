"""Raising an issue from cases, adding and taking out cases, and writing what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.cases import policy as case_policy
from tracker.cases.models import Case, CaseStatus
from tracker.core import wareki
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.core.serials import next_serial
from tracker.issues import history, policy, queries
from tracker.issues.models import (
    OPEN,
    IssueCase,
    IssueSerial,
    IssueStatus,
    IssueStepKind,
    IssueVersion,
    RegionalIssue,
)
from tracker.issues.recurrence import wake_when_reached
from tracker.taxonomy import queries as taxonomy


@dataclass(frozen=True)
class IssueDraft:
    """What an issue says; without an area it is the whole town's."""

    title: str
    statement: str
    area_id: int | None
    act_type: str

    def texts(self) -> dict[str, str]:
        """The free texts by field."""
        return {"title": self.title, "statement": self.statement}


def raise_issue(
    draft: IssueDraft, case_ids: Sequence[int], *, by: Viewer, at: datetime, today: date
) -> RegionalIssue:
    """There is a candidate with its number, and the cases support it.

    :raises NotFoundError: when one of the cases is not the person's to know
    :raises InvalidInputError: naming the field
    """
    found = _known_cases(case_ids, by)
    towns = {case.municipality_id for case in found}
    if len(towns) != 1:
        raise InvalidInputError("case_ids", _("Please tick cases of one town."))
    (town,) = towns
    require(policy.can_raise(by, town, draft.area_id))
    _check(draft, town, today)
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
        raised_by_id=by.person_id,
        created_at=at,
        updated_at=at,
        **draft.texts(),
    )
    db.session.add(issue)
    db.session.flush()
    _keep_version(issue, 1, by=by, at=at)
    act = history.step(issue, IssueStepKind.RAISED, None, by=by, at=at, sentence=_more(found))
    ids = [case.id for case in found]
    history.record(
        issue, "issue.raised", {}, by=by, at=at, facts={"cases": ids}, written=draft.texts()
    )
    _hold_cases(issue, ids, by=by, at=at, act=act)
    return issue


def attach(issue: RegionalIssue, case_ids: Sequence[int], *, by: Viewer, at: datetime) -> int:
    """The cases support the issue, once each; how many were added. A parked issue may wake.

    :raises NotFoundError: when one of the cases is not the person's to know, or of another town
    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    found = _known_cases(case_ids, by)
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
    _hold_cases(issue, ids, by=by, at=at, act=act)
    wake_when_reached(issue, by=by, at=at)
    return len(new)


def detach(issue: RegionalIssue, case_id: int, *, by: Viewer, at: datetime) -> None:
    """The case no longer supports the issue; it stays whole and goes on waiting for one.

    :raises NotFoundError: when it does not support the issue, or is not the person's to know
    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    (case,) = _known_cases([case_id], by)
    row = db.session.scalars(
        sa.select(IssueCase).filter_by(issue_id=issue.id, case_id=case.id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    was = history.coded(issue)
    db.session.delete(row)
    history.step(issue, IssueStepKind.DETACHED, issue.status, by=by, at=at, sentence="-1")
    history.record(issue, "issue.detached", was, by=by, at=at, facts={"cases": [case.id]})


def rewrite(
    issue: RegionalIssue, draft: IssueDraft, *, by: Viewer, at: datetime, today: date
) -> None:
    """The issue says this now; its earlier words are kept as a version.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    require(policy.can_raise(by, issue.municipality_id, draft.area_id))
    _check(draft, issue.municipality_id, today)
    was, texts = history.coded(issue), {"title": issue.title, "statement": issue.statement}
    replaced = {name: old for name, old in texts.items() if old != draft.texts()[name]}
    issue.title, issue.statement = draft.title, draft.statement
    issue.area_id, issue.act_type_code = draft.area_id, draft.act_type
    if not replaced and was == history.coded(issue):
        return
    if replaced:
        _keep_version(issue, _latest_version(issue) + 1, by=by, at=at)
    history.step(issue, IssueStepKind.REWRITTEN, issue.status, by=by, at=at)
    history.record(
        issue, "issue.rewritten", was, by=by, at=at, written=draft.texts(), replaced=replaced
    )


@dataclass(frozen=True)
class _KnownCase:
    id: int
    municipality_id: int


def _known_cases(case_ids: Sequence[int], by: Viewer) -> list[_KnownCase]:
    """These cases, by id; the person may know of all of them, and none is withdrawn."""
    wanted = sorted(set(case_ids))
    if not wanted:
        raise InvalidInputError("case_ids", _("Please tick at least one case."))
    rows = db.session.execute(
        sa.select(Case.id, Case.municipality_id, Case.status)
        .where(Case.id.in_(wanted), case_policy.visible_to(by))
        .order_by(Case.id)
    ).all()
    if len(rows) != len(wanted):
        raise NotFoundError
    if any(row.status is CaseStatus.WITHDRAWN for row in rows):
        raise InvalidInputError("case_ids", _("A withdrawn case supports no issue."))
    return [_KnownCase(row.id, row.municipality_id) for row in rows]


def _more(found: Sequence[_KnownCase]) -> str:
    """How many cases came, in signs that need no language."""
    return f"+{len(found)}"


def _hold_cases(
    issue: RegionalIssue, ids: Sequence[int], *, by: Viewer, at: datetime, act: str
) -> None:
    db.session.add_all(
        IssueCase(issue_id=issue.id, case_id=case_id, attached_by_id=by.person_id, attached_at=at)
        for case_id in ids
    )
    db.session.flush()
    cases.group(ids, issue.title, issue.id, by=by, at=at, act=act)


def _keep_version(issue: RegionalIssue, number: int, *, by: Viewer, at: datetime) -> None:
    db.session.add(
        IssueVersion(
            issue_id=issue.id,
            number=number,
            title=issue.title,
            statement=issue.statement,
            written_by_id=by.person_id,
            written_at=at,
        )
    )


def _latest_version(issue: RegionalIssue) -> int:
    latest = sa.select(sa.func.max(IssueVersion.number)).filter_by(issue_id=issue.id)
    return db.session.scalar(latest) or 0


def _check(draft: IssueDraft, municipality_id: int, today: date) -> None:
    for name, text in draft.texts().items():
        history.require_sentence(name, text)
    taxonomy.require_known({}, draft.act_type, today)
    if draft.area_id is None:
        return
    area = db.session.get(Area, draft.area_id)
    if area is None or area.municipality_id != municipality_id:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))


def _require_open(issue: RegionalIssue) -> None:
    if issue.status not in OPEN:
        raise ConflictError(history.not_now(issue))
