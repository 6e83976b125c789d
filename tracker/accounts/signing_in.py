"""At the door: the password, tries that are too many, sessions and when they end."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import belonging, passwords, queries, spraying
from tracker.accounts.factors import queries as factors
from tracker.accounts.models import KnownBrowser, Person, SignInAttempt, SignInSession
from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock
from tracker.core.audit import Change
from tracker.core.db import db, reading
from tracker.core.errors import InvalidInputError, TooManyError, require

# At most 28 guesses an hour reach a password, and nobody has to open the door again by hand.
FAILURES_FOR_ACCOUNT, FAILURES_FOR_ADDRESS = 7, 25
FAILURES_IN_SESSION = 5  # then it ends: whoever sits there is asked at the door
FAILURE_WINDOW = timedelta(minutes=15)
HALF_OPEN_FOR = timedelta(minutes=10)
BROWSER_KNOWN_FOR = timedelta(days=90)
LOCK_OF_TRIES = 7_201  # of PostgreSQL's advisory locks; nothing else here takes one


@dataclass(frozen=True)
class SignInDraft:
    """What was typed at the door, and where from."""

    login: str
    password: str
    address: str
    browser: str
    demo_may_enter: bool
    known_as: str = ""  # the token of a browser that was here before


@dataclass(frozen=True)
class Entered:
    """The token of a session, for the browser alone; `asks_more`: a second factor comes first."""

    token: str
    person_id: int
    asks_more: bool


def sign_in(draft: SignInDraft, *, at: datetime) -> Entered:
    """A new session. Every try is recorded before the password is looked at, and stays.

    Commits by itself what a refusal must not undo: the try.

    :raises InvalidInputError: the same sentence for unknown, wrong and closed
    :raises TooManyError: after too many failures for this account or from this address, or when
        this password is being tried at many accounts; a browser the person has used before has
        tries of its own
    """
    login_hash = _hash_of(draft.login)
    with reading():
        person = queries.find_person(draft.login)
        password_hash = person.password_hash if person else passwords.nobodys_hash()
        person_id = person.id if person else None
        browser_hash = _known_browser(person_id, draft.known_as, at)
    tried = _try_once(login_hash, draft, browser_hash, at)
    right = passwords.matches(password_hash, draft.password)
    newer = passwords.renewed(password_hash, draft.password) if right else None
    person = db.session.get(Person, person_id) if person_id else None
    if not right or person is None or not _may_enter(person, draft):
        raise InvalidInputError(None, _("The sign-in name or the password is not right."))
    if newer and person.password_hash == password_hash:
        person.password_hash = newer
    spraying.forget(tried)
    db.session.execute(
        sa.update(SignInAttempt).where(SignInAttempt.id == tried).values(succeeded=True)
    )
    asks_more = _asks_more(person, at)
    token = open_session(person.id, draft.browser, at, proved=not asks_more)
    return Entered(token, person.id, asks_more)


def enter_vouched(login: str, strongly: bool, browser: str, *, at: datetime) -> Entered:
    """A new session for somebody whom the town's provider vouches for.

    :param strongly: the provider has seen more than a password; then we ask for no code
    :raises InvalidInputError: when there is no such account here; demo accounts never come so
    """
    person = queries.find_person(login)
    if person is None or person.disabled_at is not None or person.is_demo:
        raise InvalidInputError(None, _("There is no account here for you yet."))
    asks_more = not strongly and _asks_more(person, at)
    token = open_session(person.id, browser, at, proved=not asks_more)
    return Entered(token, person.id, asks_more)


def _asks_more(person: Person, at: datetime) -> bool:
    if person.is_demo:
        return False
    roles = belonging.roles_of(person.id, today=clock.local(at).date())
    return factors.factor_of(person.id) is not None or factors.is_asked_of(roles)


def _may_enter(person: Person, draft: SignInDraft) -> bool:
    return person.disabled_at is None and (draft.demo_may_enter or not person.is_demo)


def _known_browser(person_id: int | None, token: str, at: datetime) -> str | None:
    """The hash of this browser's token, when the person signed in with it lately."""
    if person_id is None or not token:
        return None
    return db.session.scalar(
        sa.select(KnownBrowser.token_hash).where(
            KnownBrowser.token_hash == token_hash(token),
            KnownBrowser.person_id == person_id,
            KnownBrowser.used_at > at - BROWSER_KNOWN_FOR,
        )
    )


def _try_once(login_hash: str, draft: SignInDraft, browser_hash: str | None, at: datetime) -> int:
    """One try is on record, as a failure until the password was right; its key.

    Counted and recorded before the slow look at the password, so that many at once do not pass.
    """
    _one_by_one()
    _refuse_flood(login_hash, draft.address, browser_hash, at)
    if browser_hash is None and spraying.is_under_way(draft.password, login_hash, at):
        db.session.commit()
        raise _too_many()
    key = _record(login_hash, draft.address, browser_hash, at)
    if browser_hash is None:
        spraying.note(draft.password, login_hash, key, at)
    db.session.commit()
    return key


def _one_by_one() -> None:
    """Tries are counted one after the other: SQLite has one writer, PostgreSQL is asked to wait."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_OF_TRIES)))


def _record(login_hash: str, address: str, browser_hash: str | None, at: datetime) -> int:
    tried = SignInAttempt(
        login_hash=login_hash, address=address, at=at, browser_hash=browser_hash, succeeded=False
    )
    db.session.add(tried)
    db.session.flush()
    return tried.id


def _refuse_flood(login_hash: str, address: str, browser_hash: str | None, at: datetime) -> None:
    limits = [(SignInAttempt.address == address, FAILURES_FOR_ADDRESS)]
    of_account = SignInAttempt.login_hash == login_hash
    if browser_hash is not None:
        mine = sa.and_(of_account, SignInAttempt.browser_hash == browser_hash)
        limits = [(mine, FAILURES_FOR_ACCOUNT)]
    else:
        elsewhere = sa.and_(of_account, SignInAttempt.browser_hash.is_(None))
        limits.append((elsewhere, FAILURES_FOR_ACCOUNT))
    for condition, limit in limits:
        if _failures(condition, at) >= limit:
            raise _too_many()


def _failures(condition: sa.ColumnElement[bool], at: datetime) -> int:
    """Tries of the last quarter of an hour that were wrong, or are being looked at just now."""
    counted = sa.select(sa.func.count(SignInAttempt.id)).where(
        condition, SignInAttempt.at > at - FAILURE_WINDOW, SignInAttempt.succeeded.is_(False)
    )
    return db.session.scalar(counted) or 0


def _too_many() -> TooManyError:
    """The same words for every reason: nobody learns which limit it was."""
    return TooManyError(
        _("Too many tries. Please wait 15 minutes and try again."),
        retry_after=int(FAILURE_WINDOW.total_seconds()),
    )


def _hash_of(login: str) -> str:
    return hashlib.sha256(login.casefold().encode()).hexdigest()


def prove_password(password: str, field: str, *, by: Viewer, at: datetime) -> None:
    """Whoever sits at this session knows the person's password.

    A try is recorded as at the door, with a count of its own for each session, so that a stolen
    session does not find the password out. Commits by itself what a refusal must not undo.

    :raises InvalidInputError: when it is not the password, naming `field`
    :raises TooManyError: for the fifth wrong one in a quarter of an hour; the session is over then
    """
    with reading():
        person = db.session.get_one(Person, by.person_id)
        login_hash, password_hash = _hash_of(person.login), person.password_hash
    session_hash = token_hash(f"session {by.session_id}")
    _one_by_one()
    failures = _failures(
        sa.and_(SignInAttempt.login_hash == login_hash, SignInAttempt.browser_hash == session_hash),
        at,
    )
    if failures >= FAILURES_IN_SESSION:  # many at once
        raise _too_many()
    tried = _record(login_hash, "", session_hash, at)
    db.session.commit()
    with reading():
        right = passwords.matches(password_hash, password)
    if not right and failures + 1 >= FAILURES_IN_SESSION:
        raise _shut_out(by, at)
    if not right:
        raise InvalidInputError(field, _("This is not your present password."))
    db.session.execute(
        sa.update(SignInAttempt).where(SignInAttempt.id == tried).values(succeeded=True)
    )


def _shut_out(by: Viewer, at: datetime) -> TooManyError:
    """The session is over, on record; what is said of it."""
    session = db.session.get_one(SignInSession, by.session_id)
    if session.ended_at is None:
        session.ended_at = at
        change = Change({}, {"wrong_passwords": FAILURES_IN_SESSION}, {}, {})
        audit.record(by, "person.shut_out", session, at=at, change=change)
    db.session.commit()
    return TooManyError(
        _("The password was wrong five times, so you are signed out here. Please sign in again."),
        retry_after=int(FAILURE_WINDOW.total_seconds()),
    )


def remember_browser(person_id: int, token: str, *, at: datetime) -> str:
    """This browser is known to the person; its token, a new one where it had none of theirs."""
    known = db.session.scalars(
        sa.select(KnownBrowser).where(
            KnownBrowser.token_hash == token_hash(token), KnownBrowser.person_id == person_id
        )
    ).one_or_none()
    if known is not None:
        known.used_at = at
        return token
    token = secrets.token_urlsafe(32)
    row = KnownBrowser(token_hash=token_hash(token), person_id=person_id, used_at=at)
    db.session.add(row)
    return token


def open_session(person_id: int, browser: str, at: datetime, *, proved: bool = True) -> str:
    """The token of a new session; not `proved`, it opens only the page of the second factor."""
    person = db.session.get_one(Person, person_id)
    token = secrets.token_urlsafe(32)
    session = SignInSession(
        token_hash=token_hash(token),
        person_id=person.id,
        epoch=person.epoch,
        started_at=at,
        last_seen_at=at,
        browser=browser[:80],
        proved_at=at if proved else None,
        sure_at=at if proved else None,
    )
    db.session.add(session)
    if proved:
        audit.record(Oneself(person.id), "person.signed_in", session, at=at)
    return token


def half_open(token: str, *, at: datetime) -> SignInSession | None:
    """The session whose password was right and whose second factor is awaited; None when over."""
    return db.session.scalars(
        sa.select(SignInSession)
        .join(Person, Person.id == SignInSession.person_id)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.proved_at.is_(None),
            SignInSession.ended_at.is_(None),
            SignInSession.epoch == Person.epoch,
            Person.disabled_at.is_(None),
            SignInSession.started_at > at - HALF_OPEN_FOR,
        )
    ).one_or_none()


def open_wholly(session: SignInSession, *, at: datetime) -> str:
    """The second factor was shown: the session opens everything, under a new token."""
    token = renew_token(session, at=at)
    session.proved_at = session.last_seen_at = at
    audit.record(Oneself(session.person_id), "person.signed_in", session, at=at)
    return token


def make_sure(password: str, *, by: Viewer, at: datetime) -> str:
    """The person at this browser has shown again who they are; the session's new token.

    :raises InvalidInputError: when it is not the password
    :raises TooManyError: after too many wrong ones
    """
    prove_password(password, "password", by=by, at=at)
    session = db.session.get_one(SignInSession, by.session_id)
    audit.record(by, "person.made_sure", session, at=at)
    return renew_token(session, at=at)


def renew_token(session: SignInSession, *, at: datetime) -> str:
    """Who one is was shown again: the session goes on under a new token, the old opens nothing."""
    token = secrets.token_urlsafe(32)
    session.token_hash, session.sure_at = token_hash(token), at
    return token


@dataclass(frozen=True)
class Oneself:
    """Somebody acting for themselves before there is a viewer."""

    person_id: int | None


def end_session(session_id: int, *, by: Viewer, at: datetime) -> None:
    """That session of one's own is over at once; ending it twice changes nothing."""
    session = db.session.get(SignInSession, session_id)
    require(session is not None and session.person_id == by.person_id)
    assert session is not None  # noqa: S101 - told to mypy, `require` has seen to it
    if session.ended_at is None:
        session.ended_at = at
        audit.record(by, "person.signed_out", session, at=at)


def end_other_sessions(*, by: Viewer, at: datetime) -> int:
    """All one's sessions but this one are over; how many there were."""
    others = [s for s in queries.sessions_of(by.person_id) if s.id != by.session_id]
    for session in others:
        session.ended_at = at
        audit.record(by, "person.signed_out", session, at=at)
    return len(others)
