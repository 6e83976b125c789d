"""What the server said is noted; the administrator stops an address or has mails sent again."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import require
from tracker.core.outbox import OutboxMail
from tracker.notifications.delivery import policy
from tracker.notifications.delivery.models import REFUSALS_UNTIL_STOPPED, MailAddress


def note_refused(person_id: int, address: str, code: int | None, *, at: datetime) -> None:
    """The server does not know this address; after three in a row nothing goes there any more."""
    state = db.session.get(MailAddress, person_id, with_for_update=True)
    if state is None:
        state = MailAddress(person_id=person_id, address=address, refusals=0, at=at)
        db.session.add(state)
    elif state.address != address:  # they have given another one since
        state.address, state.refusals = address, 0
        state.stopped_at = state.stopped_by_id = None
    state.refusals += 1
    state.code, state.at = code, at
    if state.refusals >= REFUSALS_UNTIL_STOPPED and state.stopped_at is None:
        state.stopped_at = at


def note_taken(person_id: int) -> None:
    """The server took a mail for this person: there is no trouble any more."""
    db.session.execute(sa.delete(MailAddress).where(MailAddress.person_id == person_id))


def stop_mails(mail_ids: Sequence[int], reason: str, *, at: datetime) -> None:
    """These mails do not go out, for this reason."""
    stopped = sa.update(OutboxMail).where(OutboxMail.id.in_(mail_ids))
    db.session.execute(stopped.values(stopped_at=at, stopped_because=reason, claimed_until=None))


def stop_address(state: MailAddress, *, by: Viewer, at: datetime) -> None:
    """No mail goes to this address any more; the notices in the app stay."""
    require(policy.can_look_after(by))
    if state.stopped_at is None:
        state.stopped_at, state.stopped_by_id = at, by.person_id
        _record(state, "mail.stopped", by=by, at=at)


def try_address_again(state: MailAddress, *, by: Viewer, at: datetime) -> int:
    """The address is as new, and what was given up for this person goes out; how many mails."""
    require(policy.can_look_after(by))
    _record(state, "mail.tried_again", by=by, at=at)
    again = sa.select(OutboxMail.id).where(OutboxMail.dead, OutboxMail.person_id == state.person_id)
    ids = db.session.scalars(again.order_by(OutboxMail.id)).all()
    _requeue(ids, at)
    db.session.delete(state)
    db.session.flush()
    return len(ids)


def send_again(mail: OutboxMail, *, by: Viewer, at: datetime) -> None:
    """A mail that was given up waits to be sent, as if it were new."""
    require(policy.can_look_after(by))
    audit.record(by, "mail.sent_again", mail, at=at)
    _requeue([mail.id], at)
    db.session.flush()


def _requeue(mail_ids: Sequence[int], at: datetime) -> None:
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id.in_(mail_ids))
        .values(
            dead=False,
            attempts=0,
            due_at=at,
            hold_until=None,
            stopped_at=None,
            stopped_because=None,
            claimed_until=None,
        )
    )


class _Named:
    """The state of an address for the audit log, by its person's key."""

    __tablename__ = "mail_addresses"

    def __init__(self, person_id: int) -> None:
        self.id = person_id


def _record(state: MailAddress, verb: str, *, by: Viewer, at: datetime) -> None:
    change = Change({}, {"refusals": state.refusals, "code": state.code}, {}, {})
    audit.record(by, verb, _Named(state.person_id), at=at, change=change)
