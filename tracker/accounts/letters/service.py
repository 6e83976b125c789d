"""Inviting the first person of offices: a token for each, which nobody keeps."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts import calling
from tracker.accounts.calling import Contact
from tracker.accounts.letters import queries
from tracker.accounts.models import Invitation, InvitationWay, Organisation
from tracker.accounts.roles import Role
from tracker.accounts.service import INVITATION_LIFE
from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core import audit, outbox
from tracker.core.audit import Change, Deed
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, require

EVENT = "office_invited"
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Letter:
    """An invitation and the token of its link, known to whoever holds the letter alone."""

    office: Organisation
    token: str
    expires_at: datetime
    sender: Contact


def invite_offices(
    ids: Sequence[int], way: InvitationWay, *, by: Viewer, at: datetime, today: date
) -> list[Letter]:
    """Each of these offices has an invitation for its first person, who may invite the others.

    What was sent to them before opens nothing any more. Mails wait in the outbox.

    :raises InvalidInputError: when none can be invited, or one has no mail address to write to
    """
    standings = queries.inviting(by).standings
    require(bool(standings))
    offices = queries.offices_called_for(by, ids[:MOST_AT_ONCE], today=today)
    if not offices:
        raise InvalidInputError(None, _("Please tick the offices to be invited."))
    unreachable = [office.name_ja for office in offices if not office.mail]
    if way is InvitationWay.MAIL and unreachable:
        raise InvalidInputError(
            None,
            _(
                "No mail address is known of %(name)s and %(count)s more. Please print letters, "
                "or write the address on the page of the office.",
                name=unreachable[0],
                count=len(unreachable) - 1,
            )
            if len(unreachable) > 1
            else _(
                "No mail address is known of %(name)s. Please print a letter, or write the "
                "address on the page of the office.",
                name=unreachable[0],
            ),
        )
    void(offices, by=by, at=at)
    sender = calling.contact_of(standings[0].organisation_id)
    made = [_invite(office, way, sender, by, at) for office in offices]
    db.session.flush()
    deeds = [
        Deed(
            office.municipality_id,
            "invitation.made",
            Invitation.__tablename__,
            invitation.id,
            Change({}, {"organisation": office.id, "role": "agency", "way": way.value}, {}, {}),
        )
        for office, invitation, _token in made
    ]
    audit.record_many(by, deeds, at=at)
    return [
        Letter(office, token, invitation.expires_at, sender) for office, invitation, token in made
    ]


def void(offices: Sequence[Organisation], *, by: Viewer, at: datetime) -> None:
    """Letters and mails to these offices that are still open count no more."""
    towns = {office.id: office.municipality_id for office in offices}
    for old in queries.open_for(towns.keys(), at=at):
        old.cancelled_at = at
        if old.act is not None:
            outbox.withdraw(old.act, at=at)
        name, table = "invitation.cancelled", Invitation.__tablename__
        deed = Deed(towns[old.organisation_id], name, table, old.id, audit.NOTHING)
        audit.record_many(by, [deed], at=at)


def _invite(
    office: Organisation, way: InvitationWay, sender: Contact, by: Viewer, at: datetime
) -> tuple[Organisation, Invitation, str]:
    token, act = secrets.token_urlsafe(32), None
    if way is InvitationWay.MAIL:
        token, act = _mail(office, sender, at)
    invitation = Invitation(
        token_hash=token_hash(token),
        organisation_id=office.id,
        role=Role.AGENCY,
        may_invite=True,
        invited_by_id=by.person_id,
        made_at=at,
        expires_at=at + INVITATION_LIFE,
        way=way,
        act=act,
    )
    db.session.add(invitation)
    return office, invitation, token


def _mail(office: Organisation, sender: Contact, at: datetime) -> tuple[str, str]:
    """The mail waits; only its seed is kept, the key of its link is made when it is sent.

    It names bodies and how they are reached, so that a stranger can check it; never a person.
    """
    seed, act = secrets.token_hex(16), str(uuid.uuid4())
    said = {"office": office.name_ja, **asdict(sender)}
    facts = {"number": "", "path": "/invitations/", "seed": seed, "said": said}
    address = office.mail or ""
    outbox.queue_to(address, EVENT, facts=facts, act=act, at=at, due_at=outbox.due_after(at))
    return outbox.link_key(EVENT, seed), act
