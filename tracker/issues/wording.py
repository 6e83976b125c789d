"""What an issue says: checked, written, and kept as a version each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Area
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.issues import history, policy
from tracker.issues.models import OPEN, IssueStepKind, IssueVersion, RegionalIssue
from tracker.issues.priority import service as priority
from tracker.issues.statement import CODES, REQUIRED, TEXTS, IssueLevel, Solver
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList


@dataclass(frozen=True)
class IssueDraft:
    """What an issue says; without an area it is the whole town's. Parts may be left out."""

    title: str
    statement: str
    area_id: int | None
    act_type: str
    for_whom: str = ""
    need: str = ""
    existing: str = ""
    cause: str = ""
    effect: str = ""
    question: str = ""
    gap: str | None = None
    level: IssueLevel | None = None
    solver: Solver | None = None

    def texts(self) -> dict[str, str]:
        """The free texts by field."""
        return {name: getattr(self, name) for name in TEXTS}

    def said(self) -> dict[str, str]:
        """The free texts that are not empty."""
        return {name: text for name, text in self.texts().items() if text}

    def says(self) -> dict[str, str | None]:
        """Every column of the statement."""
        return {**self.texts(), **{name: getattr(self, name) for name in CODES}}


def rewrite(
    issue: RegionalIssue, draft: IssueDraft, *, by: Viewer, at: datetime, today: date
) -> None:
    """The issue says this now; what it said before is kept as a version.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    if issue.status not in OPEN:
        raise ConflictError(history.not_now(issue))
    require(policy.can_raise(by, issue.municipality_id, draft.area_id))
    check(draft, issue.municipality_id, today)
    was, replaced = history.coded(issue), _replaced(issue, draft.texts())
    for name, value in draft.says().items():
        setattr(issue, name, value)
    issue.area_id, issue.act_type_code = draft.area_id, draft.act_type
    if not replaced and was == history.coded(issue):
        return
    keep_version(issue, _latest_version(issue) + 1, by=by, at=at)
    history.step(issue, IssueStepKind.REWRITTEN, issue.status, by=by, at=at)
    kept = {name: text for name, text in replaced.items() if text}
    history.record(issue, "issue.rewritten", was, by=by, at=at, written=draft.said(), replaced=kept)
    priority.count_anew([issue.id], at=at, today=today)


def _replaced(issue: RegionalIssue, texts: Mapping[str, str]) -> dict[str, str]:
    """Texts of the issue that become others, as they are now."""
    now = {name: getattr(issue, name) for name in texts}
    return {name: old for name, old in now.items() if old != texts[name]}


def keep_version(issue: RegionalIssue, number: int, *, by: Viewer, at: datetime) -> None:
    """What the issue says now is kept under this number."""
    said = {name: getattr(issue, name) for name in (*TEXTS, *CODES)}
    db.session.add(
        IssueVersion(
            issue_id=issue.id,
            number=number,
            area_id=issue.area_id,
            act_type_code=issue.act_type_code,
            written_by_id=by.person_id,
            written_at=at,
            **said,
        )
    )


def _latest_version(issue: RegionalIssue) -> int:
    latest = sa.select(sa.func.max(IssueVersion.number)).filter_by(issue_id=issue.id)
    return db.session.scalar(latest) or 0


def check(draft: IssueDraft, municipality_id: int, today: date) -> None:
    """Return only when an issue of the town may say this.

    :raises InvalidInputError: naming the field
    """
    for name in REQUIRED:
        require_sentence(name, draft.texts()[name])
    taxonomy.require_known({CodeList.GAP: draft.gap} if draft.gap else {}, draft.act_type, today)
    if draft.area_id is None:
        return
    area = db.session.get(Area, draft.area_id)
    if area is None or area.municipality_id != municipality_id:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))
