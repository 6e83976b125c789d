"""A new password: chosen by its owner, or with a link that counts once."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import belonging, passwords, policy, signing_in, withdrawing
from tracker.accounts.models import PasswordReset, Person, SignInAttempt, SignInSession
from tracker.accounts.signing_in import Oneself
from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock, jobs, outbox
from tracker.core.audit import AuditEntry
from tracker.core.db import db, reading
from tracker.core.errors import NotFoundError, TooManyError, require

LINK_LIFE = timedelta(minutes=30)
EVENT = "password_reset"
JOB = "password_link"
MOST_SENT, SENT_WITHIN = 3, timedelta(days=1)  # to one person
MOST_ASKED_FOR, MOST_ASKED_FROM, ASKED_WITHIN = 3, 20, timedelta(hours=1)  # a name, an address


def change_password(old: str, new: str, *, by: Viewer, at: datetime) -> str:
    """One's password is `new`; nothing else of oneself stays open. This session's new token.

    Every other session, every link for a password and the secret address of a calendar is over.

    :raises InvalidInputError: the old one is wrong, or the new one cannot be taken
    :raises TooManyError: after too many wrong ones
    """
    with reading():
        person = db.session.get_one(Person, by.person_id)
        passwords.check(new, login=person.login, words=belonging.words_about(person))
    signing_in.prove_password(old, "old_password", by=by, at=at)
    db.session.commit()
    with reading():
        new_hash = passwords.hashed(new)
    person = db.session.get_one(Person, by.person_id)
    person.password_hash = new_hash
    withdrawing.end_all(person, at=at)
    mine = db.session.get_one(SignInSession, by.session_id)
    mine.epoch = person.epoch
    token = signing_in.renew_token(mine, at=at)
    audit.record(by, "person.password_changed", person, at=at)
    signing_in.end_other_sessions(by=by, at=at)
    return token


def make_link(person: Person, *, by: Viewer, at: datetime) -> str:
    """The token of a link for somebody who has forgotten their password; shown once, kept nowhere.

    A link made before opens nothing any more. A second factor is still asked for.
    """
    places = belonging.places_of(person.id, today=clock.local(at).date())
    require(policy.can_look_after(by, person.id, places))
    token = secrets.token_urlsafe(32)
    _store(person, token_hash(token), by.person_id, at)
    audit.record(by, "person.reset_made", person, at=at)
    return token


def ask_link(login: str, address: str, *, at: datetime) -> None:
    """Whoever has this sign-in name gets a mail with a link from the worker, if there is such one.

    Nothing tells whether there is: the same is counted, looked up and written for every name.

    :param address: where it was asked from
    :raises TooManyError: when it was asked too often for this name, or from there
    """
    asked_for = _hash(f"asked for {login.casefold()}")
    asked_from = _hash(f"asked from {address}")[:40]
    for condition, most in (
        (SignInAttempt.login_hash == asked_for, MOST_ASKED_FOR),
        (SignInAttempt.address == asked_from, MOST_ASKED_FROM),
    ):
        if _asked(condition, at) >= most:
            raise TooManyError(
                _(
                    "A link was asked for too often. Please wait an hour, or ask whoever "
                    "looks after accounts."
                ),
                retry_after=int(ASKED_WITHIN.total_seconds()),
            )
    db.session.add(SignInAttempt(login_hash=asked_for, address=asked_from, at=at, succeeded=False))
    known = sa.select(Person.id).where(Person.login == login)
    payload = {"person_id": db.session.scalar(known)}
    jobs.enqueue(JOB, f"{JOB}:{uuid.uuid4()}", due_at=at, payload=payload)


def _asked(condition: sa.ColumnElement[bool], at: datetime) -> int:
    counted = sa.select(sa.func.count(SignInAttempt.id)).where(
        condition, SignInAttempt.at > at - ASKED_WITHIN
    )
    return db.session.scalar(counted) or 0


def _hash(text: str) -> str:
    """Tries at the door are recorded in the same table; these are never counted among them."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def send_link(payload: Mapping[str, Any], at: datetime) -> None:
    """A link is on its way to the person who was asked for; three a day at most.

    Nothing happens where there is no such person, no address, or a new one: an address that was
    changed within a day gets no link, so that nobody changes it in order to have one.
    """
    person = db.session.get(Person, payload["person_id"] or 0)
    if person is None or not person.email or person.disabled_at is not None or person.is_demo:
        return
    if not belonging.places_of(person.id, today=clock.local(at).date()):
        return
    if _sent_lately(person.id, at) >= MOST_SENT or _moved_lately(person.id, at):
        return
    seed = secrets.token_hex(16)
    _store(person, token_hash(outbox.link_key(EVENT, seed)), None, at)
    facts = {"number": "", "path": "/sign-in/new-password/", "seed": seed}
    # To the address itself: it goes out although its owner wants no notices.
    outbox.queue_to(person.email, EVENT, facts=facts, act=str(uuid.uuid4()), at=at, due_at=at)
    audit.record(None, "person.reset_asked", person, at=at)


def _sent_lately(person_id: int, at: datetime) -> int:
    lately = sa.select(sa.func.count(PasswordReset.id)).where(
        PasswordReset.person_id == person_id,
        PasswordReset.made_by_id.is_(None),
        PasswordReset.made_at > at - SENT_WITHIN,
    )
    return db.session.scalar(lately) or 0


def _moved_lately(person_id: int, at: datetime) -> bool:
    """Does the log say that the person's mail address was changed within a day?"""
    moved = sa.select(AuditEntry.id).where(
        AuditEntry.subject == Person.__tablename__,
        AuditEntry.subject_id == person_id,
        AuditEntry.verb == "person.address_changed",
        AuditEntry.at > at - SENT_WITHIN,
    )
    return db.session.scalar(moved.limit(1)) is not None


def _store(person: Person, hashed: str, made_by_id: int | None, at: datetime) -> None:
    db.session.execute(
        sa.update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
        .values(expires_at=at)
    )
    reset = PasswordReset(
        token_hash=hashed,
        person_id=person.id,
        made_by_id=made_by_id,
        made_at=at,
        expires_at=at + LINK_LIFE,
    )
    db.session.add(reset)


def reset_of(token: str, *, at: datetime, to_use: bool = False) -> PasswordReset:
    """What this link may still do.

    :param to_use: hold the row, so that two windows do not use it twice
    :raises NotFoundError: when there is no such link, or it is used, over, of a closed account,
        or of somebody who belongs nowhere any more
    """
    statement = (
        sa.select(PasswordReset)
        .join(Person, Person.id == PasswordReset.person_id)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > at,
            Person.disabled_at.is_(None),
        )
    )
    if to_use:
        statement = statement.with_for_update(of=PasswordReset)
    found = db.session.scalars(statement).one_or_none()
    if found is None or not belonging.places_of(found.person_id, today=clock.local(at).date()):
        raise NotFoundError
    return found


def use_link(token: str, new: str, *, at: datetime) -> None:
    """The person's password is `new`, every session is over, and the link is used up.

    :raises NotFoundError: see `reset_of`
    :raises InvalidInputError: when the password cannot be taken
    """
    with reading():
        person = db.session.get_one(Person, reset_of(token, at=at).person_id)
        passwords.check(new, login=person.login, words=belonging.words_about(person))
        new_hash = passwords.hashed(new)
    reset = reset_of(token, at=at, to_use=True)
    reset.used_at = at
    person = db.session.get_one(Person, reset.person_id)
    person.password_hash = new_hash
    withdrawing.end_all(person, at=at)
    audit.record(Oneself(person.id), "person.password_reset", person, at=at)
