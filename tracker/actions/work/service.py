"""Milestones, figures of use, talk. Every verb: may they, does it follow, change, record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.actions import history, policy, stages
from tracker.actions.models import Action
from tracker.actions.work import policy as work_policy
from tracker.actions.work import queries
from tracker.actions.work.models import (
    COMMENT_LENGTH,
    MILESTONE_LENGTH,
    MOST_USES,
    ActionComment,
    ActionMention,
    ActionUse,
    Audience,
    Milestone,
)
from tracker.cases.history import new_act
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.notifications.service import About


@dataclass(frozen=True)
class CommentDraft:
    """What is said, to whom, and who is told of it by notice."""

    text: str
    audience: Audience
    told: tuple[int, ...] = ()


def add_milestone(action: Action, title: str, due_on: date, *, by: Viewer, at: datetime) -> None:
    """There is one more thing to reach; the progress is counted from these.

    :raises ConflictError: when the action has ended
    """
    require(policy.can_move(by, action))
    _require_open(action)
    require_sentence("milestone", title, MILESTONE_LENGTH)
    made = Milestone(action_id=action.id, title=title, due_on=due_on, made_at=at)
    db.session.add(made)
    db.session.flush()
    now = {"milestone_id": made.id, "due_on": due_on.isoformat()}
    _record(action, "action.milestone_added", {}, now, by=by, at=at, written={"title": title})


def set_milestone(
    action: Action, milestone: Milestone, *, done_on: date | None, by: Viewer, at: datetime
) -> None:
    """The milestone is reached on this day, or open again; said twice it stays as it is."""
    require(policy.can_move(by, action))
    _require_open(action)
    was = {"milestone_id": milestone.id, "done_on": _iso(milestone.done_on)}
    if (milestone.done_on is None) is (done_on is None):
        return
    milestone.done_on = done_on
    action.last_entry_at = max(action.last_entry_at, at)  # something moved: it is not silent
    db.session.flush()
    verb = "action.milestone_done" if done_on else "action.milestone_reopened"
    _record(action, verb, was, {**was, "done_on": _iso(done_on)}, by=by, at=at)


def remove_milestone(action: Action, milestone: Milestone, *, by: Viewer, at: datetime) -> None:
    """The milestone does not count any more; the audit log keeps that it was there."""
    require(policy.can_move(by, action))
    milestone.removed_at = at
    db.session.flush()
    now = {"milestone_id": milestone.id}
    _record(action, "action.milestone_removed", {}, now, by=by, at=at)


def note_use(
    action: Action,
    month: date,
    uses: int,
    refusals: int,
    *,
    by: Viewer,
    at: datetime,
    today: date,
) -> None:
    """These are the month's figures; written again they replace the ones before.

    :raises InvalidInputError: for a month to come, or a number that cannot be
    :raises ConflictError: before there is anything to use
    """
    require(policy.can_move(by, action))
    if not stages.is_in_use(action.stage):
        raise ConflictError(history.not_now(action))
    first = month.replace(day=1)
    if first > today:
        raise InvalidInputError("month", _("That month has not come yet."))
    for name, number in (("uses", uses), ("refusals", refusals)):
        if not 0 <= number <= MOST_USES:
            raise InvalidInputError(name, _("Please write a number, for example 30."))
    row = db.session.get(ActionUse, (action.id, first))
    was = {"uses": row.uses, "refusals": row.refusals} if row else {}
    if row is None:
        row = ActionUse(action_id=action.id, month=first)
        db.session.add(row)
    row.uses, row.refusals, row.at = uses, refusals, at
    db.session.flush()
    now = {"month": first.isoformat(), "uses": uses, "refusals": refusals}
    _record(action, "action.use_noted", was, now, by=by, at=at)


def comment(
    action: Action, draft: CommentDraft, *, by: Viewer, at: datetime, today: date
) -> ActionComment:
    """It stands in the thread; those it names find a notice, if they may read it.

    :raises InvalidInputError: without words, or naming somebody who could not read it
    """
    require(policy.can_comment(by, action))
    require_sentence("comment", draft.text, COMMENT_LENGTH)
    organisation_id = history.acting_organisation(action, by)
    told = _told(draft, organisation_id, by, today)
    act = new_act()
    made = ActionComment(
        action_id=action.id,
        text=draft.text,
        audience=draft.audience,
        person_id=by.person_id,
        organisation_id=organisation_id,
        act=act,
        at=at,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(ActionMention(comment_id=made.id, person_id=one.id) for one in told)
    about = About(action.number, f"/actions/{action.id}")
    notifications.tell(told, Event.ACTION_MENTIONED, about, act=act, at=at)
    now = {"comment_id": made.id, "audience": draft.audience, "told": [one.id for one in told]}
    _record(action, "action.commented", {}, now, by=by, at=at, written={"text": draft.text})
    return made


def withdraw_comment(action: Action, said: ActionComment, *, by: Viewer, at: datetime) -> None:
    """Nobody reads it any more; a notice that still waits does not go out."""
    require(work_policy.can_withdraw(by, said))
    said.withdrawn_at = at
    db.session.flush()
    notifications.withdraw(said.act, at=at)
    _record(action, "action.comment_withdrawn", {}, {"comment_id": said.id}, by=by, at=at)


def _told(draft: CommentDraft, organisation_id: int, by: Viewer, today: date) -> list[Person]:
    if not draft.told:
        return []
    body = organisation_id if draft.audience is Audience.OWN else None
    may_read = {one.person_id for one in queries.workers(by, today=today, organisation_id=body)}
    if not may_read >= set(draft.told):
        raise InvalidInputError(
            "told", _("Somebody you chose could not read this. Please choose again.")
        )
    return people(draft.told)


def people(person_ids: Iterable[int]) -> list[Person]:
    """These people, by id; for notices."""
    statement = sa.select(Person).where(Person.id.in_(set(person_ids)))
    return list(db.session.scalars(statement.order_by(Person.id)))


def _require_open(action: Action) -> None:
    if stages.has_ended(action.stage):
        raise ConflictError(history.not_now(action))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _record(
    action: Action,
    verb: str,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    by: Viewer,
    at: datetime,
    written: Mapping[str, str] | None = None,
) -> None:
    change = Change(was=was, now=now, replaced_texts={}, written_texts=written or {})
    audit.record(by, verb, action, at=at, change=change)
