"""Regrouping without lying: split, join, keep apart, and taking each of them back.

No case is ever gone: each act counts the cases by type and area before and after, refuses when
the sum would not be the same, and stores both counts with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases import chain as cases
from tracker.cases.history import new_act
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.issues import grouping, history
from tracker.issues import policy as issue_policy
from tracker.issues import queries as issue_queries
from tracker.issues.models import OPEN, IssueStepKind, RegionalIssue
from tracker.issues.priority import service as priority
from tracker.issues.relating import moving, policy, queries
from tracker.issues.relating.counts import Count
from tracker.issues.relating.models import KeptApart, Regrouping, RegroupingKind
from tracker.issues.relating.ties import require_free
from tracker.issues.wording import IssueDraft
from tracker.notifications import service as notifications

__all__ = ["Plan", "SplitDraft", "join", "keep_apart", "plan_join", "plan_split", "split", "undo"]

MOST_APART = 300  # cases of one act that says "not alike"


@dataclass(frozen=True)
class SplitDraft:
    """Which cases leave an issue, why, and where they go: to an issue that exists, or a new one."""

    case_ids: tuple[int, ...]
    reason: str
    target: RegionalIssue | None = None
    new: IssueDraft | None = None


@dataclass(frozen=True)
class Plan:
    """What an act would do: the counts of both groups before and after it."""

    before: Count
    after: Count


def plan_split(issue: RegionalIssue, draft: SplitDraft, *, by: Viewer) -> Plan:
    """The counts before and after splitting; nothing is changed.

    :raises NotFoundError: when one of the cases is not the person's to know
    :raises InvalidInputError: naming the field
    :raises ConflictError: when one of the issues is over
    """
    require(issue_policy.can_edit(by, issue))
    _require_open(issue)
    if draft.target is not None:
        _require_target(issue, draft.target, "target_id", by)
    _require_reason(draft.reason)
    chosen = {case.id for case in grouping.known_cases(draft.case_ids, by)}
    ids = [issue.id, *([draft.target.id] if draft.target else [])]
    found = queries.members(ids)
    mine, theirs = found[issue.id], found[ids[-1]] if draft.target else {}
    if not chosen <= mine.keys():
        raise InvalidInputError("case_ids", _("Please choose among the cases of this issue."))
    if chosen == mine.keys():
        raise InvalidInputError(
            "case_ids", _("Please leave at least one case; to move all of them, join the issues.")
        )
    moved = {case_id: cell for case_id, cell in mine.items() if case_id in chosen}
    rest = {case_id: cell for case_id, cell in mine.items() if case_id not in chosen}
    return Plan(Count.of(mine, theirs), Count.of(rest, {**theirs, **moved}))


def split(
    issue: RegionalIssue, draft: SplitDraft, *, by: Viewer, at: datetime, today: date
) -> Regrouping:
    """The chosen cases support the other issue instead, and are kept apart from those that stay.

    :raises NotFoundError: when one of the cases is not the person's to know
    :raises InvalidInputError: naming the field
    :raises ConflictError: when one of the issues is over
    """
    moving.claim(issue, *([draft.target] if draft.target else []))
    plan = plan_split(issue, draft, by=by)
    chosen, was = sorted(set(draft.case_ids)), history.coded(issue)
    target, act, added = _give(issue, draft, chosen, by=by, at=at, today=today)
    history.step(
        issue, IssueStepKind.SPLIT, issue.status, by=by, at=at, act=act, sentence=target.number
    )
    taken = moving.take_out(issue.id, chosen)
    wishes = moving.carry_wishes(issue.id, target.id, chosen)
    is_new = draft.target is None
    moved = {"taken": taken, "added": added, "wishes": wishes, "new": is_new}
    row = _write(
        RegroupingKind.SPLIT, (issue, target), plan, act, draft.reason, moved, by=by, at=at
    )
    stay = queries.members([issue.id])[issue.id]
    _separate(row, [sorted(stay), chosen])
    facts = {"regrouping": row.id, "target": target.id, "cases": chosen}
    history.record(
        issue, "issue.split", was, by=by, at=at, facts=facts, written={"reason": draft.reason}
    )
    priority.count_anew([issue.id, target.id], at=at, today=today)
    return row


def _give(
    issue: RegionalIssue,
    draft: SplitDraft,
    chosen: Sequence[int],
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> tuple[RegionalIssue, str, list[int]]:
    """The issue that gets the cases, the key of the act, and which of them it did not have."""
    if draft.target is None:
        if draft.new is None:
            raise InvalidInputError("title", _("Please fill this in."))
        target = grouping.raise_issue(draft.new, chosen, by=by, at=at, today=today)
        raised = issue_queries.last_step(target.id)
        act = raised.act if raised else new_act()
        added = list(chosen)
    else:
        target, act = draft.target, new_act()
        was = history.coded(target)
        added = moving.bring_in(target, chosen, counted=chosen, by=by, at=at, act=act)
        facts = {"source": issue.id, "cases": added}
        history.record(target, "issue.split_off", was, by=by, at=at, facts=facts)
    history.step(
        target,
        IssueStepKind.SPLIT_OFF,
        target.status,
        by=by,
        at=at,
        act=act,
        sentence=issue.number,
    )
    return target, act, added


def plan_join(gone: RegionalIssue, kept: RegionalIssue, reason: str, *, by: Viewer) -> Plan:
    """The counts before and after joining; nothing is changed.

    What may be joined into another issue has not been before a meeting and has nothing going on:
    a candidate, a confirmed or a parked issue. The one that stays is open.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when one of them stands where it cannot be joined
    """
    require(issue_policy.can_edit(by, gone))
    _require_target(gone, kept, "kept_id", by)
    if kept.area_id not in {None, gone.area_id}:
        raise InvalidInputError(
            "kept_id", _("The issue that stays must be of the same area, or of the whole town.")
        )
    if gone.status not in policy.JOINABLE or gone.joined_into_id is not None:
        raise ConflictError(
            _(
                "An issue in this state is not joined into another one: %(state)s. "
                "What a meeting or an action stands for stays where it is.",
                state=str(gone.status.label),
            )
        )
    if gone.close_proposed_as is not None:
        raise ConflictError(_("Closing is proposed already and waits for a second look."))
    if queries.links_of(gone.id):
        raise ConflictError(_("It is linked with other issues. Please remove those links first."))
    if issue_queries.last_step(gone.id, IssueStepKind.LETTER_MADE):
        raise ConflictError(_("The prefecture has a letter about it; its number must stay."))
    require_free(issue_ids=[gone.id])
    _require_reason(reason)
    found = queries.members([kept.id, gone.id])
    mine, theirs = found[kept.id], found[gone.id]
    return Plan(Count.of(mine, theirs), Count.of({**mine, **theirs}, {}))


def join(
    gone: RegionalIssue,
    kept: RegionalIssue,
    reason: str,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> Regrouping:
    """The kept issue holds the cases of both; the number and address of the other lead to it.

    :raises InvalidInputError: naming the field
    :raises ConflictError: when one of them stands where it cannot be joined
    """
    moving.claim(gone, kept)
    plan = plan_join(gone, kept, reason, by=by)
    was, kept_was, act = history.coded(gone), history.coded(kept), new_act()
    counted = queries.members([gone.id])[gone.id]
    taken = moving.take_out(gone.id)
    ids = [case_id for case_id, *_rest in taken]
    added = moving.bring_in(kept, ids, counted=counted, by=by, at=at, act=act)
    moved = {
        "taken": taken,
        "added": added,
        "wishes": moving.carry_wishes(gone.id, kept.id),
        "signposts": moving.turn_signposts(gone.id, kept.id),
    }
    gone.joined_into_id = kept.id
    history.step(
        gone, IssueStepKind.JOINED_INTO, gone.status, by=by, at=at, act=act, sentence=kept.number
    )
    history.step(
        kept, IssueStepKind.JOINED, kept.status, by=by, at=at, act=act, sentence=gone.number
    )
    row = _write(RegroupingKind.JOIN, (kept, gone), plan, act, reason, moved, by=by, at=at)
    facts, written = {"regrouping": row.id, "cases": added}, {"reason": reason}
    history.record(gone, "issue.joined_into", was, by=by, at=at, facts=facts, written=written)
    history.record(kept, "issue.joined", kept_was, by=by, at=at, facts={**facts, "gone": gone.id})
    priority.count_anew([kept.id], at=at, today=today)
    return row


def keep_apart(sides: Sequence[Sequence[int]], *, by: Viewer, at: datetime) -> Regrouping:
    """Cases of different sides are never proposed together again.

    :raises NotFoundError: when one of the cases is not the person's to know
    :raises InvalidInputError: without two sides, with too many cases, or with cases of two towns
    """
    filled = [sorted(set(side)) for side in sides if side]
    ids = [case_id for side in filled for case_id in side]
    if len(filled) < 2 or len(ids) != len(set(ids)):
        raise InvalidInputError("case_ids", _("Please tick at least one case, but not all."))
    if len(ids) > MOST_APART:
        raise InvalidInputError(
            "case_ids", _("Please tick at most %(most)s cases at a time.", most=MOST_APART)
        )
    towns = {case.municipality_id for case in grouping.known_cases(ids, by)}
    if len(towns) != 1:
        raise InvalidInputError("case_ids", _("Please tick cases of one town."))
    (town,) = towns
    require(issue_policy.can_raise(by, town, None))
    row = _add(RegroupingKind.APART, town, new_act(), "", by=by, at=at)
    _separate(row, filled)
    audit.record(
        by, "regrouping.kept_apart", row, at=at, change=Change({}, {"sides": filled}, {}, {})
    )
    return row


def undo(row: Regrouping, *, by: Viewer, at: datetime) -> None:
    """The act never happened: every case is held where it was, and nothing is kept apart by it.

    A number that was given stays given: a new issue that loses its cases leads to the old one.

    :raises ConflictError: too late, another's, or something was built on it
    """
    if not policy.can_undo(by, row, at):
        raise ConflictError(_("The last step cannot be taken back any more."))
    if row.kind is not RegroupingKind.APART:
        _move_back(row, by=by, at=at)
    row.undone_at, row.undone_by_id = at, by.person_id
    db.session.flush()
    audit.record(
        by,
        "regrouping.undone",
        row,
        at=at,
        change=Change({}, {"kind": row.kind.value}, {}, {}),
    )


def _move_back(row: Regrouping, *, by: Viewer, at: datetime) -> None:
    first = db.session.get_one(RegionalIssue, row.issue_id)
    second = db.session.get_one(RegionalIssue, row.other_id)
    is_split = row.kind is RegroupingKind.SPLIT
    moving.claim(first, second)
    source, target = (first, second) if is_split else (second, first)
    require(issue_policy.can_edit(by, source) and issue_policy.can_edit(by, target))
    _require_nothing_after(row, source, target)
    before = Count.of(*_members(first, second))
    added = row.moved["added"]
    cases.take_back(added, row.act, by=by, at=at)
    moving.take_out(target.id, added)
    moving.put_back(source.id, row.moved["taken"])
    moving.carry_wishes(target.id, source.id, row.moved["wishes"])
    moving.turn_signposts(target.id, source.id, row.moved.get("signposts", ()))
    if row.moved.get("new"):
        require_free(issue_ids=[target.id])
        moving.carry_wishes(target.id, source.id)
        target.joined_into_id = source.id
    elif not is_split:
        source.joined_into_id = None
    _require_same_sum(before, Count.of(*_members(first, second)))
    act = _say_undone(row, (source, target), by=by, at=at)
    if notifications.withdraw(row.act, at=at):
        cases.tell_taken_back(added, act, at=at)
    priority.count_anew([source.id, target.id], at=at, today=history.day(at))


def _say_undone(row: Regrouping, both: Sequence[RegionalIssue], *, by: Viewer, at: datetime) -> str:
    act = new_act()
    for issue in both:
        for step in issue_queries.steps_of_act(issue.id, row.act):
            step.undone_at = at
        was = history.coded(issue)
        history.step(issue, IssueStepKind.UNDONE, issue.status, by=by, at=at, act=act, undone=True)
        facts = {"regrouping": row.id}
        history.record(issue, "issue.regrouping_undone", was, by=by, at=at, facts=facts)
    return act


def _require_nothing_after(row: Regrouping, *both: RegionalIssue) -> None:
    for issue in both:
        last = issue_queries.last_step(issue.id)
        if last is None or last.act != row.act:
            raise ConflictError(_("The last step cannot be taken back any more."))


def _write(
    kind: RegroupingKind,
    both: tuple[RegionalIssue, RegionalIssue],
    plan: Plan,
    act: str,
    reason: str,
    moved: Mapping[str, Any],
    *,
    by: Viewer,
    at: datetime,
) -> Regrouping:
    """The act is stored with the counts as they were and as they are; the sum is the same."""
    after = Count.of(*_members(*both))
    _require_same_sum(plan.before, after)
    row = _add(kind, both[0].municipality_id, act, reason, by=by, at=at)
    row.issue_id, row.other_id = both[0].id, both[1].id
    row.before, row.after, row.moved = plan.before.to_json(), after.to_json(), dict(moved)
    db.session.flush()
    return row


def _add(
    kind: RegroupingKind, town: int, act: str, reason: str, *, by: Viewer, at: datetime
) -> Regrouping:
    row = Regrouping(
        municipality_id=town,
        kind=kind,
        act=act,
        reason=reason,
        before={},
        after={},
        moved={},
        person_id=by.person_id,
        at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _separate(row: Regrouping, sides: Sequence[Sequence[int]]) -> None:
    db.session.add_all(
        KeptApart(regrouping_id=row.id, case_id=case_id, side=number)
        for number, side in enumerate(sides)
        for case_id in side
    )
    db.session.flush()


def _members(*both: RegionalIssue) -> list[dict[int, tuple[str, int]]]:
    found = queries.members([issue.id for issue in both])
    return [found[issue.id] for issue in both]


def _require_same_sum(before: Count, after: Count) -> None:
    if before.together != after.together:
        raise ConflictError(_("The sum of the cases would not be the same. Nothing was changed."))


def _require_open(issue: RegionalIssue) -> None:
    if issue.status not in OPEN or issue.joined_into_id is not None:
        raise ConflictError(history.not_now(issue))


def _require_target(issue: RegionalIssue, other: RegionalIssue, field: str, by: Viewer) -> None:
    if other.id == issue.id:
        raise InvalidInputError(field, _("Please choose another issue."))
    if other.municipality_id != issue.municipality_id:
        raise InvalidInputError(field, _("Issues of two towns are not put together."))
    require(issue_policy.can_edit(by, other))
    _require_open(other)


def _require_reason(reason: str) -> None:
    require_sentence("reason", reason)
