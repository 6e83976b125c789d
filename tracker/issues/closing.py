"""Closing an issue: proposed by an officer, looked at by a second person, told to every filer."""

from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    require,
    require_sentence,
)
from tracker.issues import history, policy, queries
from tracker.issues.models import EDGES, ClosedAs, IssueStatus, IssueStepKind, RegionalIssue
from tracker.issues.policy import SecondLook
from tracker.issues.proof import queries as proof
from tracker.issues.proof import watching
from tracker.issues.proof.figures import Verdict
from tracker.issues.relating import linking


def propose_close(
    issue: RegionalIssue,
    closed_as: ClosedAs,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> None:
    """A second person is asked to agree; where there is none the issue is closed at once.

    Whoever proposed it may propose anew. What the figures say on this day is kept with the step.

    :raises InvalidInputError: without a sentence, or as proven when the figures do not show it
    :raises ConflictError: when it cannot be closed now, when a part of it is open, or when
        somebody else has proposed it
    """
    require(policy.can_close(by, issue))
    _require_closable(issue)
    linking.require_parts_over(issue)
    if issue.close_proposed_by_id not in {None, by.person_id}:
        raise ConflictError(_("Closing is proposed already and waits for a second look."))
    require_sentence("sentence", sentence)
    if closed_as is ClosedAs.VERIFIED:
        _require_proof(issue, today)
    was = history.coded(issue)
    issue.close_proposed_as, issue.close_proposed_by_id = closed_as, by.person_id
    issue.close_sentence = sentence
    if queries.second_look(issue, by.person_id, today=today) is SecondLook.NOBODY:
        _close(issue, None, by=by, at=at, today=today)
        return
    kind = IssueStepKind.CLOSE_PROPOSED
    act = history.step(issue, kind, issue.status, by=by, at=at, sentence=sentence)
    watching.keep(issue, act, today=today)
    history.record(issue, "issue.close_proposed", was, by=by, at=at, written={"sentence": sentence})


def _require_proof(issue: RegionalIssue, today: date) -> None:
    if issue.status is not IssueStatus.WATCHING:
        raise InvalidInputError(
            "closed_as", _("There is no proof before a resource is in use and was watched.")
        )
    if issue.effective_on is None:
        raise InvalidInputError(
            "closed_as",
            _(
                "It is not known since when the resource has been in use. Please set that day on "
                "the page “Before and after” first."
            ),
        )
    if proof.reading(issue, today=today).verdict is not Verdict.REDUCED:
        raise InvalidInputError(
            "closed_as",
            _(
                "The figures do not show it (yet). Please go on watching, or close without proof "
                "and say why."
            ),
        )


def second_close(issue: RegionalIssue, *, by: Viewer, at: datetime, today: date) -> None:
    """The second person agrees: the issue is closed, and every filer has the sentence.

    :raises NotAllowedError: for whoever proposed it, and whoever is no second person
    :raises ConflictError: when it is not proposed, or the figures show no proof any more
    """
    _require_proposed(issue)
    linking.require_parts_over(issue)
    _require_second(issue, by, today)
    _require_still_proven(issue, today)
    _close(issue, by.person_id, by=by, at=at, today=today)


def _require_still_proven(issue: RegionalIssue, today: date) -> None:
    if issue.close_proposed_as is not ClosedAs.VERIFIED:
        return
    if proof.reading(issue, today=today).verdict is not Verdict.REDUCED:
        raise ConflictError(
            _("The figures have changed since it was proposed and show no proof any more.")
        )


def refuse_close(
    issue: RegionalIssue, sentence: str, *, by: Viewer, at: datetime, today: date
) -> None:
    """The second person does not agree; the issue stays where it is."""
    _require_proposed(issue)
    _require_second(issue, by, today)
    require_sentence("sentence", sentence)
    was = history.coded(issue)
    history.drop_proposal(issue)
    history.step(issue, IssueStepKind.CLOSE_REFUSED, issue.status, by=by, at=at, sentence=sentence)
    history.record(issue, "issue.close_refused", was, by=by, at=at, written={"sentence": sentence})


def reopen(issue: RegionalIssue) -> None:
    """The issue is not closed; a proposal that somebody seconded waits again."""
    if issue.seconded_by_id is None:
        history.drop_proposal(issue)
    issue.closed_as = issue.closed_on = issue.seconded_by_id = None


def _close(
    issue: RegionalIssue, second_id: int | None, *, by: Viewer, at: datetime, today: date
) -> None:
    was, sentence = history.coded(issue), issue.close_sentence or ""
    act = history.move(
        issue, IssueStatus.CLOSED, IssueStepKind.CLOSED, by=by, at=at, sentence=sentence
    )
    issue.closed_as, issue.closed_on = issue.close_proposed_as, today
    issue.seconded_by_id, issue.regressed_at = second_id, None
    watching.keep(issue, act, today=today)
    history.record(
        issue,
        "issue.closed",
        was,
        by=by,
        at=at,
        facts={"second_look": second_id is not None},
        written={"sentence": sentence},
    )
    history.answer_cases(issue, sentence, by=by, at=at, act=act)


def _require_closable(issue: RegionalIssue) -> None:
    if (issue.status, IssueStatus.CLOSED) not in EDGES:
        raise ConflictError(history.not_now(issue))


def _require_proposed(issue: RegionalIssue) -> None:
    if issue.close_proposed_as is None:
        raise ConflictError(history.not_now(issue))
    _require_closable(issue)


def _require_second(issue: RegionalIssue, by: Viewer, today: date) -> None:
    proposer = issue.close_proposed_by_id or 0
    if by.person_id == proposer:
        raise NotAllowedError(
            _("You proposed to close it yourself. A second person has to look before it is closed.")
        )
    look = queries.second_look(issue, proposer, today=today)
    require(policy.can_second(by, issue, look))
