"""What the demo's issues say part by part, how severe they are, and one letter upwards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tracker.core import clock
from tracker.core.db import db
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.issues import service as issues
from tracker.issues.letters import service as letters
from tracker.issues.letters.service import LetterDraft
from tracker.issues.models import RegionalIssue
from tracker.issues.priority import service as priority
from tracker.issues.priority.models import BandReason
from tracker.issues.statement import PARTS, IssueLevel, Solver
from tracker.issues.weighing import Band, Feasibility, Severity
from tracker.issues.wording import IssueDraft

WRITTEN_ABOUT = "rides"
SET_BY_HAND = "hospital"
REWRITTEN = "escort"


def parts() -> dict[str, dict[str, Any]]:
    """The parts of a statement by issue, as a draft takes them."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows("statements"):
        said: dict[str, Any] = {name: row[name] for name in PARTS}
        said["gap"] = row["gap"] or None
        said["level"] = IssueLevel(row["level"]) if row["level"] else None
        said["solver"] = Solver(row["solver"]) if row["solver"] else None
        found[row["issue"]] = said
    return found


def at_stake() -> dict[str, tuple[Severity, Feasibility | None]]:
    """What is at stake, and how near a way is, by issue."""
    return {
        row["issue"]: (
            Severity(int(row["severity"])),
            Feasibility(int(row["feasibility"])) if row["feasibility"] else None,
        )
        for row in rows("statements")
    }


def load(found: Mapping[str, RegionalIssue], cast: Cast, now: datetime) -> None:
    """One statement is rewritten, one band set by hand, one letter made; all are counted anew."""
    db.session.flush()
    _rewrite(found[REWRITTEN], cast, now - timedelta(days=3, hours=16))
    priority.set_band(
        found[SET_BY_HAND],
        Band.A,
        BandReason.HIDDEN_NEED,
        "病棟への聞き取りでは、届け出の何倍もの方が困っています。",
        by=cast.person("mori"),
        at=now - timedelta(days=3, hours=14),
    )
    _write(found[WRITTEN_ABOUT], cast, now - timedelta(days=3, hours=12))
    after: int | None = 0
    while after is not None:
        after = priority.count_next(after, at=now, today=clock.local(now).date())


def _rewrite(issue: RegionalIssue, cast: Cast, at: datetime) -> None:
    draft = IssueDraft(
        title=issue.title,
        statement=issue.statement.replace("半日かけて", "月に何度も半日かけて"),
        area_id=issue.area_id,
        act_type=issue.act_type_code,
        **{
            **parts()[REWRITTEN],
            "cause": "付き添いと移動が別々の仕組みになり、続けて頼めない。",
            "question": "付き添いと足を、ひと続きで頼める形にできますか。",
        },
    )
    issues.rewrite(issue, draft, by=cast.person("nishi"), at=at, today=clock.local(at).date())


def _write(issue: RegionalIssue, cast: Cast, at: datetime) -> None:
    draft = LetterDraft(
        addressee="県 高齢者支援課",
        title=issue.title,
        request="市町村をまたぐ福祉送迎の進め方について、助言をお願いします。",
        parts={"statement": issue.statement, "need": issue.need, "existing": issue.existing},
    )
    letters.make(issue, draft, by=cast.person("tani"), at=at, today=clock.local(at).date())
