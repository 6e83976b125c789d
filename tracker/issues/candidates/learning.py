"""Rules a town learns after grouping by hand: made with a dry run, ended, never deleted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError, require
from tracker.issues import policy as issue_policy
from tracker.issues.candidates import policy, trying
from tracker.issues.candidates.models import LearntRule
from tracker.issues.candidates.rule import Learnt
from tracker.issues.evidence import Evidence
from tracker.issues.models import RegionalIssue
from tracker.settings.values.trying import Line
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

YEAR = 12
MOST = {"cases": 99, "months": 24, "offices": 20}


@dataclass(frozen=True)
class RuleDraft:
    """A rule for the type of an issue; without an area it holds in each area by itself."""

    area_id: int | None
    cases: int
    months: int
    offices: int
    gap: str | None = None  # code; None: whatever the reason


def try_rule(issue: RegionalIssue, draft: RuleDraft, *, by: Viewer, today: date) -> list[Line]:
    """What the rule alone would have proposed in the past year, the earliest first.

    :raises InvalidInputError: naming the number that cannot be
    """
    require(policy.can_teach(by, issue.municipality_id, draft.area_id))
    check(issue, draft)
    learnt = Learnt(0, draft.cases, draft.months, draft.offices, draft.gap)
    one = (issue.act_type_code, draft.area_id, learnt)
    return trying.try_learnt(issue.municipality_id, [one], today=today)


def learn(issue: RegionalIssue, draft: RuleDraft, *, by: Viewer, at: datetime) -> LearntRule:
    """The town has this rule for the issue's type from the next look on.

    :raises InvalidInputError: naming the number that cannot be
    :raises ConflictError: when the very same rule holds already
    """
    require(policy.can_teach(by, issue.municipality_id, draft.area_id))
    check(issue, draft)
    same = sa.exists().where(
        LearntRule.municipality_id == issue.municipality_id,
        LearntRule.act_type_code == issue.act_type_code,
        LearntRule.ended_at.is_(None),
        *(
            getattr(LearntRule, name).is_(value)
            if value is None
            else getattr(LearntRule, name) == value
            for name, value in asdict(draft).items()
        ),
    )
    if db.session.scalar(sa.select(same)):
        raise ConflictError(_("The town has this very rule already."))
    row = LearntRule(
        municipality_id=issue.municipality_id,
        act_type_code=issue.act_type_code,
        issue_id=issue.id,
        made_by_id=by.person_id,
        created_at=at,
        updated_at=at,
        **asdict(draft),
    )
    db.session.add(row)
    _record(row, "learnt_rule.made", by=by, at=at)
    return row


def end(row: LearntRule, *, by: Viewer, at: datetime) -> None:
    """The rule proposes nothing any more; what it proposed stays and says so.

    :raises ConflictError: when it was ended already
    """
    require(policy.can_teach(by, row.municipality_id, row.area_id))
    if row.ended_at is not None:
        raise ConflictError(_("This rule was ended already."))
    row.ended_at, row.ended_by_id, row.updated_at = at, by.person_id, at
    _record(row, "learnt_rule.ended", by=by, at=at)


def begin_with(issue: RegionalIssue, evidence: Evidence) -> dict[str, Any]:
    """What the form of a rule begins with: as many cases and offices as people grouped by hand."""
    gaps = evidence.gaps
    only_gap = gaps[0][0] if len(gaps) == 1 else ""
    return {
        "area_id": str(issue.area_id or ""),
        "cases": min(max(evidence.cases, 1), MOST["cases"]),
        "offices": min(max(evidence.offices, 1), MOST["offices"]),
        "months": YEAR,
        "gap": only_gap,
    }


def check(issue: RegionalIssue, draft: RuleDraft) -> None:
    """Return only when the rule asks for something, and fits the issue.

    :raises InvalidInputError: naming the field
    """
    for name, most in MOST.items():
        if not 1 <= getattr(draft, name) <= most:
            raise InvalidInputError(
                name,
                _(
                    "A rule of nothing would propose everything. Please write a number from 1 to "
                    "%(most)s.",
                    most=most,
                )
                if getattr(draft, name) < 1
                else _("Please write a number from %(least)s to %(most)s.", least=1, most=most),
            )
    if draft.gap is not None and draft.gap not in taxonomy.codes(CodeList.GAP)[CodeList.GAP]:
        raise InvalidInputError("gap", _("Please choose one of the reasons."))
    if draft.area_id not in {None, issue.area_id}:
        raise InvalidInputError("area_id", _("Please choose one of the areas."))


def _record(row: LearntRule, verb: str, *, by: Viewer, at: datetime) -> None:
    names = ("area_id", "act_type_code", "gap", "cases", "months", "offices", "issue_id")
    now: dict[str, Any] = {name: getattr(row, name) for name in names}
    audit.record(by, verb, row, at=at, change=Change({}, now, {}, {}))


def learnt_rules(viewer: Viewer) -> Sequence[LearntRule]:
    """Rules of the viewer's towns with area, type and issue; those that hold first, then by age."""
    return db.session.scalars(
        sa.select(LearntRule)
        .where(policy.rules_visible_to(viewer))
        .options(
            joinedload(LearntRule.area),
            joinedload(LearntRule.act_type),
            joinedload(LearntRule.issue),
        )
        .order_by(LearntRule.ended_at.is_not(None), LearntRule.id.desc())
    ).all()


def origins_read(viewer: Viewer, rules: Sequence[LearntRule]) -> set[int]:
    """Issues these rules were learnt from that the viewer may open; one statement."""
    ids = sorted({rule.issue_id for rule in rules})
    statement = sa.select(RegionalIssue.id).where(
        RegionalIssue.id.in_(ids), issue_policy.within_reach(viewer)
    )
    return set(db.session.scalars(statement))


def get_rule(viewer: Viewer, rule_id: int) -> LearntRule:
    """The rule.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(LearntRule).where(LearntRule.id == rule_id, policy.rules_visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
