"""What people do with actions. Every verb: may they, does it follow, change, write, record."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.actions import asked, history, policy, queries, stages
from tracker.actions.agreements import standing
from tracker.actions.asked import NOTHING_SAID, Facts
from tracker.actions.kinds import Shows, live_rule
from tracker.actions.models import (
    CRITERIA_LENGTH,
    SENTENCE_LENGTH,
    TITLE_LENGTH,
    Action,
    ActionSerial,
    Stage,
    StopReason,
)
from tracker.actions.undoing import undo_last
from tracker.actions.work import knowing
from tracker.actions.work.models import Fact
from tracker.cases.history import new_act
from tracker.core import clock, events, wareki
from tracker.core.db import db
from tracker.core.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    require,
    require_sentence,
)
from tracker.core.serials import next_serial
from tracker.issues import service as issues
from tracker.issues.models import OPEN, RegionalIssue
from tracker.resources import queries as directory
from tracker.resources import service as resources
from tracker.resources.drafting import ResourceDraft
from tracker.resources.models import Resource, ResourceStatus
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

__all__ = [
    "ActionDraft",
    "go_live",
    "hold",
    "move",
    "plan_review",
    "propose",
    "reassign",
    "resume",
    "stop",
    "undo_last",
    "write_entry",
]


@dataclass(frozen=True)
class ActionDraft:
    """What was decided to be done; field names are those of the form and the row."""

    title: str
    kind: str
    owner_id: int
    due_on: date
    criteria: str


def propose(
    issue: RegionalIssue,
    draft: ActionDraft,
    item_id: int | None,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> Action:
    """There is an action with its number, proposed, in the hands of its owner.

    :param item_id: the agenda item that decided it, if one did
    :raises InvalidInputError: naming the field
    :raises ConflictError: when the issue is closed or was not taken up
    """
    require(policy.can_propose(by, issue))
    if issue.status not in OPEN:
        raise ConflictError(
            _("No action can be added: the issue is %(state)s.", state=str(issue.status.label))
        )
    _check(draft, issue.municipality_id, by, today)
    fiscal_year = wareki.fiscal_year(today)
    serial = next_serial(ActionSerial, issue.municipality_id, fiscal_year)
    action = Action(
        municipality_id=issue.municipality_id,
        fiscal_year=fiscal_year,
        serial=serial,
        number=f"{wareki.era_fiscal_year(fiscal_year)}-{serial:02}",
        issue_id=issue.id,
        item_id=item_id,
        title=draft.title,
        kind=draft.kind,
        owner_id=draft.owner_id,
        due_on=draft.due_on,
        criteria=draft.criteria,
        stage=Stage.PROPOSED,
        stage_since=at,
        last_entry_at=at,
        holder_id=by.person_id if draft.owner_id in by.organisation_ids(*policy.WORKERS) else None,
        created_at=at,
        updated_at=at,
    )
    db.session.add(action)
    db.session.flush()
    written = {"title": draft.title, "criteria": draft.criteria}
    history.record(action, "action.proposed", {}, by=by, at=at, written=written)
    return action


def move(
    action: Action,
    to: Stage,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    facts: Facts = NOTHING_SAID,
) -> None:
    """The action stands at the next stage; with the first one that leaves the proposal its
    issue is in action. What was asked for the stage is kept with the step.

    :raises ConflictError: for a stage that does not follow, or that has a verb of its own
    :raises InvalidInputError: when something asked is missing and nobody says why
    """
    require(policy.can_move(by, action))
    if to not in stages.next_stages(action.stage):
        raise ConflictError(history.not_now(action))
    asked.require_facts(to, facts, knowing.known_by_rows(action.id))
    was, act, begins = history.coded(action), new_act(), (action.stage, to) == stages.BEGUN
    history.step(action, to, sentence, by=by, at=at, act=act)
    knowing.keep(action.id, facts, act=act, at=at)
    _record(action, "action.moved", was, sentence, by=by, at=at, facts=facts)
    if begins:
        issues.begin_action(queries.issue_of(action), sentence, by=by, at=at, act=act)


def go_live(
    action: Action,
    sentence: str,
    *,
    resource_id: int | None,
    resource: ResourceDraft | None,
    by: Viewer,
    at: datetime,
    today: date,
    facts: Facts = NOTHING_SAID,
    next_review_on: date | None = None,
) -> None:
    """It can be used: an existing resource, or the one described, new in the directory; for a
    kind that needs none, what is in force instead.

    Those who filed the cases are told by the issue, whose effect is watched from now on.

    :raises InvalidInputError: without what the kind has to show, or naming a field
    """
    require(policy.can_move(by, action))
    if not stages.can_go_live(action.stage):
        raise ConflictError(history.not_now(action))
    require_sentence("sentence", sentence, SENTENCE_LENGTH)
    asked.require_facts(Stage.LIVE, facts)
    _require_to_come(next_review_on, today)
    if resource is not None:
        live: Resource | None = resources.add_resource(resource, by=by, at=at, today=today)
        if live is not None and live.municipality_id != action.municipality_id:
            raise InvalidInputError("area_ids", _("Please choose areas of the action’s own town."))
    elif resource_id is None and not live_rule(action.kind).needs_resource:
        _require_in_force(action, facts, today)
        live = None
    else:
        live = _existing(action, resource_id, by=by, at=at, today=today)
    was, act = history.coded(action), new_act()
    action.resource_id = live.id if live else None
    action.next_review_on = next_review_on
    history.step(action, Stage.LIVE, sentence, by=by, at=at, act=act)
    knowing.keep(action.id, facts, act=act, at=at)
    _record(action, "action.live", was, sentence, by=by, at=at, facts=facts)
    if live is not None:
        events.resource_live.send(resource_id=live.id, at=at)
    name = live.name_ja if live else action.title
    issues.resource_live(queries.issue_of(action), name, today, by=by, at=at, act=act)


def _require_in_force(action: Action, facts: Facts, today: date) -> None:
    """Return only when the kind shows what it has to show in place of a resource."""
    if live_rule(action.kind).shows is Shows.AGREEMENT:
        if not standing.holds_for(action.id, today):
            raise InvalidInputError(
                "resource_id",
                _("Please enter the agreement into the register first, with this action."),
            )
    elif not facts.said.get(Fact.IN_FORCE):
        raise InvalidInputError(Fact.IN_FORCE.value, _("Please fill this in."))


def plan_review(action: Action, on: date, *, by: Viewer, at: datetime, today: date) -> None:
    """Somebody looks again on this day; when it is past, the action counts as stalled.

    :raises InvalidInputError: when the day is not to come
    :raises ConflictError: when the action has ended
    """
    require(policy.can_move(by, action))
    if stages.has_ended(action.stage):
        raise ConflictError(history.not_now(action))
    _require_to_come(on, today)
    was = history.coded(action)
    action.next_review_on, action.updated_at = on, at
    history.record(action, "action.review_planned", was, by=by, at=at)


def _require_to_come(day: date | None, today: date) -> None:
    if day is not None and day <= today:
        raise InvalidInputError("next_review_on", _("Please choose a day that is still to come."))


def hold(action: Action, until: date, sentence: str, *, by: Viewer, at: datetime) -> None:
    """The action waits until a day; it goes on from the stage it was at.

    :raises InvalidInputError: when the day is not to come
    """
    require(policy.can_move(by, action))
    if until <= clock.local(at).date():
        raise InvalidInputError("until", _("Please choose a day that is still to come."))
    was = history.coded(action)
    from_stage = action.stage
    history.step(action, Stage.ON_HOLD, sentence, by=by, at=at, act=new_act(), held_until=until)
    action.held_from, action.held_until = from_stage, until
    _record(action, "action.held", was, sentence, by=by, at=at)


def resume(action: Action, sentence: str, *, by: Viewer, at: datetime) -> None:
    """The action goes on from the stage at which it was put on hold."""
    require(policy.can_move(by, action))
    if action.stage is not Stage.ON_HOLD or action.held_from is None:
        raise ConflictError(history.not_now(action))
    was = history.coded(action)
    history.step(action, action.held_from, sentence, by=by, at=at, act=new_act())
    action.held_from = action.held_until = None
    _record(action, "action.resumed", was, sentence, by=by, at=at)


def stop(
    action: Action,
    reason: StopReason,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    instead: str = "",
) -> None:
    """The action ends without what it was for; when all of an issue's have, it is open again.

    :param sentence: what was learnt; it stands among the lessons
    :param instead: what is done instead
    :raises InvalidInputError: for a sentence that is missing or too long
    """
    require(policy.can_move(by, action))
    facts = Facts({Fact.INSTEAD: instead})
    asked.require_facts(Stage.STOPPED, facts)
    was, act, issue = history.coded(action), new_act(), queries.issue_of(action, lock=True)
    history.step(action, Stage.STOPPED, sentence, by=by, at=at, act=act)
    action.stopped_because = reason
    knowing.keep(action.id, facts, act=act, at=at)
    _record(action, "action.stopped", was, sentence, by=by, at=at, facts=facts)
    if queries.all_stopped(issue.id):
        issues.all_actions_stopped(issue, by=by, at=at, act=act)


def write_entry(
    action: Action, sentence: str, *, by: Viewer, at: datetime, next_step: str = ""
) -> None:
    """The log says what happened and what comes next; the stage stays."""
    require(policy.can_move(by, action))
    was = history.coded(action)
    history.write(action, sentence, by=by, at=at, act=new_act(), next_step=next_step)
    _record(action, "action.noted", was, sentence, by=by, at=at)


def reassign(action: Action, owner_id: int, sentence: str, *, by: Viewer, at: datetime) -> None:
    """Another organisation owns the action from now on.

    :raises InvalidInputError: when it cannot, or owns it already
    :raises ConflictError: when the action has ended
    """
    require(policy.can_reassign(by, action))
    if stages.has_ended(action.stage):
        raise ConflictError(history.not_now(action))
    if owner_id == action.owner_id:
        raise InvalidInputError("owner_id", _("This organisation has the action already."))
    _require_owner(owner_id, action.municipality_id, by)
    was = history.coded(action)
    history.write(action, sentence, by=by, at=at, act=new_act(), owner_id=owner_id)
    action.owner_id, action.holder_id = owner_id, None  # the new owner says who has it in hand
    db.session.flush()
    db.session.expire(action, ["owner", "holder"])
    _record(action, "action.reassigned", was, sentence, by=by, at=at)


def _check(draft: ActionDraft, municipality_id: int, by: Viewer, today: date) -> None:
    for name, length in (("title", TITLE_LENGTH), ("criteria", CRITERIA_LENGTH)):
        require_sentence(name, getattr(draft, name), length)
    if draft.kind not in taxonomy.codes(CodeList.ACTION_KIND)[CodeList.ACTION_KIND]:
        raise InvalidInputError("kind", _("Please choose one of the answers."))
    if draft.due_on < today:
        raise InvalidInputError("due_on", _("Please choose today or a later day."))
    _require_owner(draft.owner_id, municipality_id, by)


def _require_owner(owner_id: int, municipality_id: int, by: Viewer) -> None:
    if not queries.is_owner(by, owner_id, municipality_id):
        raise InvalidInputError("owner_id", _("Please choose one of the organisations."))


def _existing(
    action: Action, resource_id: int | None, *, by: Viewer, at: datetime, today: date
) -> Resource:
    """A resource of the directory, in use from now on if it was not yet."""
    try:
        found = directory.get_resource(by, resource_id or 0)
    except NotFoundError:
        found = None
    elsewhere = found is None or found.municipality_id != action.municipality_id
    if found is None or elsewhere or found.status is ResourceStatus.ENDED:
        raise InvalidInputError(
            "resource_id", _("Please choose a resource, or describe a new one.")
        )
    if found.status is not ResourceStatus.LIVE:
        resources.set_live(found, by=by, at=at, today=today)
    return found


def _record(
    action: Action,
    verb: str,
    was: dict[str, Any],
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    facts: Facts = NOTHING_SAID,
) -> None:
    said = {fact.value: str(text) for fact, text in facts.as_rows().items()}
    history.record(action, verb, was, by=by, at=at, written={"sentence": sentence, **said})
