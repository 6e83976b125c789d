"""Who has what in hand: naming a holder, handing everything over, standing in while away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.actions import history, policy, stages
from tracker.actions.models import SENTENCE_LENGTH, Action
from tracker.actions.policy import WORKERS
from tracker.actions.work import policy as work_policy
from tracker.actions.work import queries, service
from tracker.actions.work.models import Delegation
from tracker.cases.history import new_act
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.core.i18n import date_long
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.notifications.service import About

LONGEST_DAYS = 366


@dataclass(frozen=True)
class DelegationDraft:
    """Who stands in for the person who writes it, and when."""

    delegate_id: int
    from_on: date
    until_on: date


def hand_to(
    action: Action, holder_id: int, sentence: str, *, by: Viewer, at: datetime, today: date
) -> None:
    """Somebody of the owner organisation has the action in hand from now on, and is told.

    :raises InvalidInputError: when they do not work there, or have it already
    :raises ConflictError: when the action has ended
    """
    require(policy.can_move(by, action))
    if stages.has_ended(action.stage):
        raise ConflictError(history.not_now(action))
    if holder_id == action.holder_id:
        raise InvalidInputError("holder_id", _("This person has the action in hand already."))
    colleagues = queries.workers(by, today=today, organisation_id=action.owner_id)
    name = next((one.name for one in colleagues if one.person_id == holder_id), None)
    if name is None:
        raise InvalidInputError("holder_id", _("Please choose somebody of the owner."))
    _give(action, holder_id, sentence, by=by, at=at, act=new_act())


def hand_over_everything(
    holder_id: int,
    successor_id: int,
    listed: str,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> int:
    """Everything one person holds is in the hands of the other; how many things that were.

    Actions stay with their organisation when the successor works there. Else they go along, when
    it is an officer of the town who hands them over: only officers give an action to another owner.

    :param listed: what the preview showed (`InHand.keys`)
    :raises NotAllowedError: for a colleague, when an action is of another organisation of theirs
    :raises ConflictError: when that is no longer what the person holds; nothing is done
    :raises InvalidInputError: when the successor cannot take things on, is the same person, or
        works elsewhere and nobody may change the owner
    """
    require(work_policy.can_hand_over(by, holder_id, queries.bodies_of(by, holder_id)))
    held = queries.in_hand(by, holder_id, today=today)
    if held.is_empty or held.keys != listed:
        raise ConflictError(
            _("What is to be handed over has changed since it was listed. Please look again.")
        )
    if successor_id == holder_id:
        raise InvalidInputError("successor_id", _("Please choose another person."))
    bodies = [
        one.organisation_id
        for one in queries.workers(by, today=today)
        if one.person_id == successor_id
    ]
    if not bodies:
        raise InvalidInputError("successor_id", _("Please choose one of the people."))
    require_sentence("sentence", sentence, SENTENCE_LENGTH)
    act = new_act()
    owners = [_owner_after(action, bodies, by) for action in held.actions]
    for action, owner_id in zip(held.actions, owners, strict=True):
        _give(action, successor_id, sentence, by=by, at=at, act=act, owner_id=owner_id)
    for agreement in held.agreements:
        was = {"holder_id": agreement.holder_id}
        agreement.holder_id, agreement.updated_at = successor_id, at
        change = Change(was=was, now={"holder_id": successor_id}, replaced_texts={},
                        written_texts={})  # fmt: skip
        audit.record(by, "agreement.handed_over", agreement, at=at, change=change)
    db.session.flush()
    return len(held.actions) + len(held.agreements)


def _owner_after(action: Action, bodies: Sequence[int], by: Viewer) -> int:
    """The organisation the action is of when somebody of these bodies has it in hand."""
    require(by.person_id == action.holder_id or policy.can_move(by, action))
    if action.owner_id in bodies:
        return action.owner_id
    if not policy.can_reassign(by, action):
        raise InvalidInputError(
            "successor_id",
            _(
                "Only an officer of the town can give an action to another organisation. Please "
                "choose somebody of the same one."
            ),
        )
    return bodies[0]


def _give(
    action: Action,
    holder_id: int,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    owner_id: int | None = None,
) -> None:
    was = history.coded(action)
    new_owner = owner_id if owner_id not in (None, action.owner_id) else None
    action.holder_id = holder_id
    if new_owner is not None:
        action.owner_id = new_owner
    history.write(action, sentence, by=by, at=at, act=act, owner_id=new_owner, holder_id=holder_id)
    db.session.expire(action, ["owner", "holder"])
    written = {"sentence": sentence}
    history.record(action, "action.handed_over", was, by=by, at=at, written=written)
    about = About(action.number, f"/actions/{action.id}")
    others = [one for one in service.people([holder_id]) if one.id != by.person_id]
    notifications.tell(others, Event.ACTION_HANDED, about, act=act, at=at)


def delegate(draft: DelegationDraft, *, by: Viewer, at: datetime, today: date) -> Delegation:
    """Somebody may do for these days what the writer may with the actions in the writer's hand.

    Every action in hand has a line about it in its log; it ends by itself with the last day.

    :raises InvalidInputError: for days that are past, too many or in the wrong order, or for
        somebody who does not work for the town
    :raises ConflictError: when somebody stands in on one of these days already
    """
    chosen = [one for one in queries.workers(by, today=today) if one.person_id == draft.delegate_id]
    town_id = min(by.municipality_ids(*WORKERS), default=0)
    require(work_policy.can_delegate(by, town_id))
    if not chosen or draft.delegate_id == by.person_id:
        raise InvalidInputError("delegate_id", _("Please choose another person."))
    _require_days(draft, today)
    for other in queries.stand_ins(by, by.person_id, today=today):
        if other.from_on <= draft.until_on and draft.from_on <= other.until_on:
            raise ConflictError(_("Somebody stands in for you on some of these days already."))
    made = Delegation(
        municipality_id=town_id,
        holder_id=by.person_id,
        delegate_id=draft.delegate_id,
        from_on=draft.from_on,
        until_on=draft.until_on,
        made_by_id=by.person_id,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    _say_in_logs(made, chosen[0].name, by=by, at=at, today=today)
    days = {"from_on": draft.from_on.isoformat(), "until_on": draft.until_on.isoformat()}
    now = {"holder_id": by.person_id, "delegate_id": draft.delegate_id, **days}
    _record(made, "delegation.made", now, by=by, at=at)
    return made


def _say_in_logs(made: Delegation, name: str, *, by: Viewer, at: datetime, today: date) -> None:
    act, held = new_act(), queries.in_hand(by, by.person_id, today=today)
    for action in held.actions:
        sentence = _(
            "%(name)s stands in from %(first)s to %(last)s.",
            name=name,
            first=date_long(made.from_on),
            last=date_long(made.until_on),
        )
        silent_since = action.last_entry_at  # being away is no progress
        history.write(action, sentence, by=by, at=at, act=act)
        action.last_entry_at = silent_since
    number = held.actions[0].number if held.actions else made.from_on.isoformat()
    about = About(number, "/actions/delegations")
    told = service.people([made.delegate_id])
    notifications.tell(told, Event.ACTION_DELEGATED, about, act=act, at=at)


def end_delegation(made: Delegation, *, by: Viewer, at: datetime, today: date) -> None:
    """Nobody stands in any more from today on.

    :raises ConflictError: when it has ended already
    """
    require(work_policy.can_end(by, made))
    if made.until_on < today or made.ended_on is not None:
        raise ConflictError(_("This has ended already."))
    made.ended_on = today
    db.session.flush()
    _record(made, "delegation.ended", {"ended_on": today.isoformat()}, by=by, at=at)


def _require_days(draft: DelegationDraft, today: date) -> None:
    if draft.from_on < today:
        raise InvalidInputError("from_on", _("Please choose today or a later day."))
    if draft.until_on < draft.from_on:
        raise InvalidInputError("until_on", _("The last day cannot be before the first."))
    if (draft.until_on - draft.from_on).days > LONGEST_DAYS:
        raise InvalidInputError("until_on", _("Please choose a year at most."))


def _record(
    made: Delegation, verb: str, now: dict[str, object], *, by: Viewer, at: datetime
) -> None:
    change = Change(was={}, now=now, replaced_texts={}, written_texts={})
    audit.record(by, verb, made, at=at, change=change)
