"""Before the meeting: what the centre recommends; while it sits: which item it has come to."""

from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core.audit import Change
from tracker.core.errors import ConflictError, InvalidInputError, require, require_sentence
from tracker.meetings import history, policy
from tracker.meetings.models import (
    AGENDA_OPEN,
    OUTCOMES,
    AgendaItem,
    Meeting,
    MeetingStatus,
    Outcome,
)


def recommend(
    meeting: Meeting,
    item: AgendaItem,
    outcome: Outcome | None,
    reason: str,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """The item carries this recommendation with its reason; None takes it away.

    :raises InvalidInputError: for an outcome items of this kind have not, or without a reason
    :raises ConflictError: when the item has its outcome already
    """
    require(policy.can_recommend(by, meeting))
    history.require_status(meeting, AGENDA_OPEN)
    if item.outcome is not None:
        raise ConflictError(_("This item has its outcome. A recommendation comes before it."))
    if outcome is not None and outcome not in OUTCOMES[item.kind]:
        raise InvalidInputError("recommendation", _("Please choose one."))
    if outcome is not None:
        require_sentence("reason", reason)
    was = {"recommendation": item.recommendation.value if item.recommendation else None}
    replaced = {"reason": item.recommendation_reason} if item.recommendation_reason else {}
    item.recommendation = outcome
    item.recommendation_reason = reason if outcome is not None else ""
    item.recommended_by_id = by.person_id if outcome is not None else None
    now = {"recommendation": outcome.value if outcome else None}
    written = {"reason": reason} if outcome is not None else {}
    change = Change(was, now, replaced, written)
    history.change_item(meeting, item, "item.recommended", change, by=by, at=at)


def come_to(meeting: Meeting, item: AgendaItem, *, by: Viewer, at: datetime) -> None:
    """The meeting talks about this item from now on.

    :raises ConflictError: unless the meeting is sitting
    """
    require(policy.can_prepare(by, meeting))
    history.require_status(meeting, frozenset({MeetingStatus.HELD}))
    item.begun_at = at
    change = Change({}, {"begun_at": at.isoformat()}, {}, {})
    history.change_item(meeting, item, "item.begun", change, by=by, at=at)
