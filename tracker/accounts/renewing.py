"""A new password: chosen by its owner, or with a link that counts once."""

import secrets
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts import belonging, passwords, policy, queries, signing_in, withdrawing
from tracker.accounts.models import PasswordReset, Person, SignInSession
from tracker.accounts.signing_in import Oneself
from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock, outbox
from tracker.core.db import db, reading
from tracker.core.errors import NotFoundError, require

LINK_LIFE = timedelta(minutes=30)
EVENT = "password_reset"
MOST_ASKED, ASKED_WITHIN = 3, timedelta(days=1)


def change_password(old: str, new: str, *, by: Viewer, at: datetime) -> str:
    """One's password is `new`; every other session of oneself is over. This session's new token.

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
    withdrawing.end_sessions(person, at=at)
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


def ask_link(login: str, *, at: datetime) -> None:
    """Whoever has this sign-in name gets a mail with a link, three times a day at most.

    Nothing tells whether there is such an account, or whether it has an address.
    """
    person = queries.find_person(login)
    if person is None or not person.email or person.disabled_at is not None or person.is_demo:
        return
    lately = sa.select(sa.func.count(PasswordReset.id)).where(
        PasswordReset.person_id == person.id,
        PasswordReset.made_by_id.is_(None),
        PasswordReset.made_at > at - ASKED_WITHIN,
    )
    if (db.session.scalar(lately) or 0) >= MOST_ASKED:
        return
    seed = secrets.token_hex(16)
    _store(person, token_hash(outbox.link_key(EVENT, seed)), None, at)
    facts = {"number": "", "path": "/sign-in/new-password/", "seed": seed}
    # To the address itself: it goes out although its owner wants no notices.
    outbox.queue_to(person.email, EVENT, facts=facts, act=str(uuid.uuid4()), at=at, due_at=at)
    audit.record(None, "person.reset_asked", person, at=at)


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
    :raises NotFoundError: when there is no such link, or it is used, over, or of a closed account
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
    if found is None:
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
