"""What comes of an item while people talk: the discussion, the outcome and what follows from it.

An outcome has its effects when it is noted, once. Afterwards only the discussion can be written
on; within 24 hours whoever noted it may take it back, unless something was made of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts import queries as accounts
from tracker.accounts.viewer import Viewer
from tracker.actions import service as actions
from tracker.actions.models import Action
from tracker.actions.service import ActionDraft
from tracker.cases import chain
from tracker.cases.history import new_act
from tracker.cases.models import Disposition
from tracker.core.audit import Change
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.models import RegionalIssue
from tracker.issues.service import IssueDraft
from tracker.meetings import evidence, history, policy
from tracker.meetings.models import (
    OUTCOMES,
    AgendaItem,
    DeclineReason,
    ItemKind,
    Meeting,
    Outcome,
)
from tracker.notifications import service as notifications
from tracker.notifications.models import Event

DISPOSITIONS: dict[Outcome, Disposition] = {
    Outcome.SETTLED: Disposition.RESOLVED_EXISTING,
    Outcome.TO_ISSUE: Disposition.TO_ISSUE,
    Outcome.AGAIN: Disposition.INDIVIDUAL_MEETING,
    Outcome.STATISTICS: Disposition.STATISTICS_ONLY,
}
DATED = frozenset({Outcome.ASK, Outcome.AGAIN})
# An adopted item may ask for information as well: then it says who brings it, by when.
ASKS = frozenset({Outcome.ASK, Outcome.ADOPT})
MAY_BE_DATED = DATED | ASKS | {Outcome.HOLD}


@dataclass(frozen=True)
class DecidedAction:
    """An action of an adopted item, and which of the item's issues it is for."""

    issue_id: int
    draft: ActionDraft


@dataclass(frozen=True)
class OutcomeDraft:
    """What came of an item; the sentence goes to everybody who reported the need."""

    outcome: Outcome
    sentence: str
    who: str = ""
    on: date | None = None
    actions: tuple[DecidedAction, ...] = ()
    issue_title: str = ""  # a new issue made of the cases
    issue_id: int | None = None  # or the one they are added to
    event: str = ""  # held until this happens
    decline_reason: DeclineReason | None = None
    differs_because: str = ""  # why not as the centre recommended


def write_discussion(
    meeting: Meeting, item: AgendaItem, text: str, *, by: Viewer, at: datetime
) -> None:
    """The item says this about what was talked about.

    :raises ConflictError: once the minutes are approved
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, policy.NOTES_OPEN)
    if item.discussion == text:
        return
    replaced = {"discussion": item.discussion} if item.discussion else {}
    item.discussion = text
    change = Change({}, {}, replaced, {"discussion": text})
    history.change_item(meeting, item, "item.discussed", change, by=by, at=at)


def note_outcome(
    meeting: Meeting,
    item: AgendaItem,
    draft: OutcomeDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> None:
    """The item has its outcome; issues, cases and actions follow it, and filers are told.

    :raises InvalidInputError: naming what is missing
    :raises ConflictError: before attendance is noted, after approval, or when there is one already
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, policy.OUTCOMES_OPEN)
    require_undecided(item)
    _check(item, draft, today)
    _keep(item, draft)
    on = item.outcome_on.isoformat() if item.outcome_on else None
    why = item.decline_reason.value if item.decline_reason else None
    facts = {"outcome": draft.outcome.value, "on": on, "decline_reason": why}
    written = {
        "reason": draft.sentence,
        "until": item.outcome_event,
        "differs_because": item.differs_because,
    }
    change = Change({}, facts, {}, {name: words for name, words in written.items() if words})
    history.change_item(meeting, item, "item.decided", change, by=by, at=at)
    if item.kind is ItemKind.ISSUE:
        _follow_issues(meeting, item, draft, by=by, at=at, today=today)
    else:
        _follow_cases(meeting, item, draft, by=by, at=at, today=today)


def _keep(item: AgendaItem, draft: OutcomeDraft) -> None:
    """The outcome stands on the item, with what belongs to such an outcome and nothing else."""
    item.outcome, item.outcome_reason = draft.outcome, draft.sentence
    item.outcome_who = draft.who if draft.outcome in ASKS else ""
    asked = draft.outcome is not Outcome.ADOPT or bool(draft.who)
    item.outcome_on = draft.on if draft.outcome in MAY_BE_DATED and asked else None
    item.outcome_event = draft.event if draft.outcome is Outcome.HOLD else ""
    item.decline_reason = draft.decline_reason if draft.outcome is Outcome.DECLINE else None
    item.differs_because = draft.differs_because if differs(item, draft.outcome) else ""


def differs(item: AgendaItem, outcome: Outcome) -> bool:
    """Is it another outcome than the one the centre recommended?"""
    return item.recommendation is not None and item.recommendation is not outcome


def require_undecided(item: AgendaItem) -> None:
    """Return only while the item has no outcome: effects happen once.

    :raises ConflictError: otherwise
    """
    if item.outcome is not None:
        raise ConflictError(
            _(
                "This item has its outcome already: %(outcome)s. "
                "Only the discussion can be written on.",
                outcome=str(item.outcome.label),
            )
        )


def _check(item: AgendaItem, draft: OutcomeDraft, today: date) -> None:
    if draft.outcome not in OUTCOMES[item.kind]:
        raise InvalidInputError("outcome", _("Please choose one."))
    if not draft.sentence:
        raise InvalidInputError("sentence", _("Please fill this in."))
    if draft.outcome is Outcome.DECLINE and draft.decline_reason is None:
        raise InvalidInputError("decline_reason", _("Please choose one."))
    if differs(item, draft.outcome) and not draft.differs_because:
        raise InvalidInputError(
            "differs_because", _("The centre recommended otherwise. Please say why, in a sentence.")
        )
    _check_day(draft, today)


def _check_day(draft: OutcomeDraft, today: date) -> None:
    """Who brings what by when, or until when: whatever this outcome needs."""
    if draft.outcome is Outcome.ASK and not draft.who:
        raise InvalidInputError("who", _("Please say who brings the information."))
    if draft.outcome is Outcome.HOLD and draft.on is None and not draft.event:
        raise InvalidInputError("on", _("Please give a date, or say what is waited for."))
    needed = draft.outcome in DATED or (draft.outcome is Outcome.ADOPT and bool(draft.who))
    if needed and draft.on is None:
        raise InvalidInputError("on", _("Please give a date."))
    counts = needed or draft.outcome is Outcome.HOLD
    if counts and draft.on is not None and draft.on <= today:
        raise InvalidInputError("on", _("Please choose a day that is still to come."))


def _follow_issues(
    meeting: Meeting,
    item: AgendaItem,
    draft: OutcomeDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> None:
    act = new_act()
    subjects = evidence.issues_of([item.id])[item.id]
    if draft.outcome is Outcome.ADOPT:
        _adopt(item, subjects, draft, by=by, at=at, act=act, today=today)
        return
    if draft.outcome is Outcome.HOLD:
        for issue in subjects:
            issues.hold(issue, draft.on, draft.sentence, by=by, at=at, act=act)
        return
    if draft.outcome is Outcome.REFER:
        for issue in subjects:
            issues.refer_up(
                issue, draft.sentence, by=by, at=at, act=act, to=meeting.level.of_issues.above
            )
        return
    verbs: dict[Outcome, Callable[..., object]] = {
        Outcome.ASK: issues.ask_information,
        Outcome.DECLINE: issues.decline_by_meeting,
        Outcome.NOTE: issues.note,
    }
    for issue in subjects:
        verbs[draft.outcome](issue, draft.sentence, by=by, at=at, act=act)


def _adopt(
    item: AgendaItem,
    subjects: Sequence[RegionalIssue],
    draft: OutcomeDraft,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    today: date,
) -> None:
    """Decide each issue, then make its actions; an issue without one would lead nowhere."""
    if not draft.actions:
        raise InvalidInputError("title", _("To adopt it, at least one action is needed."))
    known = {issue.id: issue for issue in subjects}
    wanted = {decided.issue_id for decided in draft.actions}
    bare = [issue.number for issue in subjects if issue.id not in wanted]
    if bare or not wanted <= known.keys():
        raise InvalidInputError(
            "title",
            _(
                "Each issue of the item needs an action: %(number)s has none.",
                number=" ".join(bare),
            ),
        )
    for issue in subjects:
        issues.decide(issue, draft.sentence, by=by, at=at, act=act)
    for decided in draft.actions:
        issue = known[decided.issue_id]
        made = actions.propose(issue, decided.draft, item.id, by=by, at=at, today=today)
        _tell_owner(made, by=by, at=at, act=act, today=today)


def _tell_owner(made: Action, *, by: Viewer, at: datetime, act: str, today: date) -> None:
    """Everybody of the body that has to do it now, but for whoever noted it."""
    people = accounts.active_people_of(made.owner_id, today=today)
    about = notifications.About(made.number, f"/actions/{made.id}")
    others = [person for person in people if person.id != by.person_id]
    notifications.tell(others, Event.ACTION_HANDED, about, act=act, at=at)


def _follow_cases(
    meeting: Meeting,
    item: AgendaItem,
    draft: OutcomeDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> None:
    """Each case has the sentence as its answer; first it joins its issue, if it becomes one."""
    subjects = evidence.cases_of([item.id])[item.id]
    ids = [case.id for case in subjects]
    if draft.outcome is Outcome.TO_ISSUE:
        if draft.issue_id is not None:
            issue = issue_queries.get_issue(by, draft.issue_id)
            issues.attach(issue, ids, by=by, at=at)
        elif draft.issue_title:
            new = IssueDraft(
                draft.issue_title, draft.sentence, meeting.area_id, subjects[0].act_type_code
            )
            issues.raise_issue(new, ids, by=by, at=at, today=today)
        else:
            raise InvalidInputError(
                "issue_title", _("Please give the new issue a title, or choose an existing one.")
            )
    act = new_act()
    for case_id in ids:
        chain.answer_by_meeting(
            case_id, DISPOSITIONS[draft.outcome], draft.sentence, by=by, at=at, act=act
        )
