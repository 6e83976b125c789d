"""Asking the floors above whether something goes on with what shall be regrouped."""

from collections.abc import Sequence

from blinker import Signal

from tracker.core.errors import ConflictError

# Meetings and actions stand above; each answers with a sentence that says what goes on, or "".
ties_asked = Signal("what goes on above with any of these: issue_ids, case_ids")


def require_free(*, issue_ids: Sequence[int] = (), case_ids: Sequence[int] = ()) -> None:
    """Return only when no meeting to come and no open action is about any of these.

    :raises ConflictError: saying what goes on
    """
    for _receiver, sentence in ties_asked.send(issue_ids=issue_ids, case_ids=case_ids):
        if sentence:
            raise ConflictError(sentence)
