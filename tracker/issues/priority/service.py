"""Counting priorities anew, saying what is at stake, and setting a band by hand."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, require, require_sentence
from tracker.issues import history, policy
from tracker.issues.models import OPEN, IssueStepKind, RegionalIssue
from tracker.issues.priority import queries
from tracker.issues.priority.models import BandReason, IssueWeight
from tracker.issues.weighing import Band, Feasibility, Severity, band, points, score
from tracker.settings.values import queries as values
from tracker.settings.values.kinds import NumberGroup

AT_ONCE = 500  # issues counted together


def count_anew(issue_ids: Sequence[int], *, at: datetime, today: date) -> None:
    """The priorities of these issues follow their cases of today; seven statements at most.

    Called by every verb that changes which cases support an issue or what it says.
    """
    db.session.flush()
    found = queries.counted(issue_ids, today=today)
    towns = queries.towns_of(issue_ids)
    numbers = values.values_of(towns.values())
    rows = queries.rows_of(issue_ids)
    for issue_id, weighed in found.items():
        row = rows.get(issue_id) or _new_row(issue_id)
        row.cases, row.offices, row.minutes = weighed.cases, weighed.offices, weighed.minutes
        row.latest, row.year_before, row.gap = weighed.latest, weighed.year_before, weighed.gap
        row.score = score(points(weighed), numbers[towns[issue_id]])
        row.band = band(row.score, numbers[towns[issue_id]])
        row.counted_at = at
    db.session.flush()


def _new_row(issue_id: int) -> IssueWeight:
    row = IssueWeight(issue_id=issue_id, set_sentence="")
    db.session.add(row)
    return row


def count_next(
    after: int, *, at: datetime, today: date, municipality_id: int | None = None
) -> int | None:
    """Some open issues with a larger key are counted anew, of all towns or of one.

    The last key comes back, to go on from after a commit; None when there was none left. The daily
    round counts all, so that a priority is at most a day behind a corrected case or a new month.
    """
    ids = queries.open_issue_ids(after, AT_ONCE, municipality_id=municipality_id)
    if not ids:
        return None
    count_anew(ids, at=at, today=today)
    return ids[-1]


def on_values_set(_sender: object = None, *, municipality_id: int, group: NumberGroup) -> None:
    """A town has set other weights or bands: its priorities follow in the same transaction.

    Listens to `core.events.town_values_set`.
    """
    if group is not NumberGroup.PRIORITY:
        return
    at, today = clock.now(), clock.today()
    after: int | None = 0
    while after is not None:
        after = count_next(after, at=at, today=today, municipality_id=municipality_id)


def weigh(
    issue: RegionalIssue,
    severity: Severity,
    feasibility: Feasibility | None,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """It is said what is at stake, and how near a way is.

    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    facts = set_parts(issue, severity, feasibility, at=at)
    if not facts:
        return
    was = history.coded(issue)
    sentence = f"{severity.value} / {'-' if feasibility is None else feasibility.value}"
    history.step(issue, IssueStepKind.WEIGHED, issue.status, by=by, at=at, sentence=sentence)
    history.record(issue, "issue.weighed", was, by=by, at=at, facts=facts)


def set_parts(
    issue: RegionalIssue, severity: Severity, feasibility: Feasibility | None, *, at: datetime
) -> dict[str, int | None]:
    """The row says so and is counted anew; what is different now, for the audit log.

    For verbs that have asked their own policy.
    """
    row = queries.rows_of([issue.id]).get(issue.id) or _new_row(issue.id)
    wanted = None if feasibility is None else int(feasibility)
    if (row.severity, row.feasibility) == (int(severity), wanted):
        return {}
    row.severity, row.feasibility = int(severity), wanted
    count_anew([issue.id], at=at, today=history.day(at))
    return {"severity": row.severity, "feasibility": row.feasibility}


def set_band(
    issue: RegionalIssue,
    wanted: Band,
    reason: BandReason,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """The issue stands in this band whatever its points, until that is taken back.

    :raises InvalidInputError: without a sentence
    :raises ConflictError: when the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    require_sentence("band_sentence", sentence)
    row = queries.rows_of([issue.id]).get(issue.id) or _new_row(issue.id)
    row.set_band, row.set_reason, row.set_sentence = wanted, reason, sentence
    row.set_by_id, row.set_at = by.person_id, at
    was = history.coded(issue)
    history.step(
        issue,
        IssueStepKind.BAND_SET,
        issue.status,
        by=by,
        at=at,
        sentence=f"{wanted.value}: {sentence}",
    )
    history.record(
        issue,
        "issue.band_set",
        was,
        by=by,
        at=at,
        facts={"band": wanted.value, "reason": reason.value, "counted": row.band.value},
        written={"sentence": sentence},
    )


def release_band(issue: RegionalIssue, *, by: Viewer, at: datetime) -> None:
    """The points decide again.

    :raises ConflictError: when no band is set by hand, or the issue is over
    """
    require(policy.can_edit(by, issue))
    _require_open(issue)
    row = queries.rows_of([issue.id]).get(issue.id)
    if row is None or row.set_band is None:
        raise ConflictError(_("The priority follows its points already."))
    was, gone = history.coded(issue), row.set_band.value
    row.set_band = row.set_reason = row.set_by_id = row.set_at = None
    row.set_sentence = ""
    history.step(issue, IssueStepKind.BAND_RELEASED, issue.status, by=by, at=at)
    history.record(
        issue, "issue.band_released", was, by=by, at=at, facts={"was_band": gone, "band": None}
    )


def _require_open(issue: RegionalIssue) -> None:
    if issue.status not in OPEN:
        raise ConflictError(history.not_now(issue))
