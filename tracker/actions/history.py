"""How a step is taken: walk an edge, write it into the log, seal the audit entry."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.actions import policy
from tracker.actions.models import EDGES, SENTENCE_LENGTH, Action, ActionEntry, Stage
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, require_sentence, require_short

CODED = (
    "stage",
    "kind",
    "owner_id",
    "issue_id",
    "item_id",
    "held_from",
    "stopped_because",
    "resource_id",
    "holder_id",
)
DAYS = ("due_on", "held_until", "next_review_on")


def not_now(action: Action) -> str:
    """Why a step is refused: where the action stands."""
    return _(
        "This step does not follow from where the action stands: %(stage)s.",
        stage=str(action.stage.label),
    )


def step(
    action: Action,
    to: Stage,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    held_until: date | None = None,
) -> None:
    """Walk one edge and write it into the log.

    :raises ConflictError: when there is no such edge
    :raises InvalidInputError: without a sentence
    """
    if (action.stage, to) not in EDGES:
        raise ConflictError(not_now(action))
    was, action.stage, action.stage_since = action.stage, to, at
    write(action, sentence, by=by, at=at, act=act, was=was, held_until=held_until)


def write(
    action: Action,
    sentence: str,
    *,
    by: Viewer,
    at: datetime,
    act: str,
    was: Stage | None = None,
    held_until: date | None = None,
    owner_id: int | None = None,
    holder_id: int | None = None,
    next_step: str = "",
) -> None:
    """Write one line of the log; with it the action is no longer silent.

    :param was: the stage before, when this line is a step
    :raises InvalidInputError: without a sentence
    """
    require_sentence("sentence", sentence, SENTENCE_LENGTH)
    require_short("next_step", next_step, SENTENCE_LENGTH)
    action.last_entry_at = action.updated_at = at
    db.session.add(
        ActionEntry(
            action_id=action.id,
            was=was or action.stage,
            became=action.stage,
            sentence=sentence,
            next_step=next_step,
            person_id=by.person_id,
            organisation_id=acting_organisation(action, by),
            held_until=held_until,
            owner_id=owner_id,
            holder_id=holder_id,
            act=act,
            at=at,
        )
    )
    db.session.flush()


def acting_organisation(action: Action, by: Viewer) -> int:
    """The owner when the person works there, else the person's organisation in the town."""
    workers = by.as_role(*policy.WORKERS)
    owner = [s for s in workers if s.organisation_id == action.owner_id]
    in_town = [s for s in workers if s.municipality_id == action.municipality_id]
    return (owner or in_town)[0].organisation_id


def coded(action: Action) -> dict[str, Any]:
    """The coded fields of the action as they are now, for the audit log."""
    days = {name: getattr(action, name) for name in DAYS}
    return {
        **{name: getattr(action, name) for name in CODED},
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def record(
    action: Action,
    verb: str,
    was: Mapping[str, Any],
    *,
    by: Viewer,
    at: datetime,
    written: Mapping[str, str] | None = None,
) -> None:
    """Append to the audit log what differs from `was`.

    :param written: free texts of this act; only their hashes are kept in the entry
    """
    now = coded(action)
    changed = {name: value for name, value in now.items() if was.get(name) != value}
    change = Change(
        was={name: was[name] for name in changed if name in was},
        now=changed,
        replaced_texts={},
        written_texts=written or {},
    )
    audit.record(by, verb, action, at=at, change=change)
