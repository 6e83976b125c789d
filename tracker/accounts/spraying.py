"""One password tried at many accounts, from wherever: noticed, and not even looked at any more.

Beside a try of a browser that is not known stands a tag of what was typed: sixteen bits of a keyed
hash, which say that two tries are alike and nothing of the password. It is gone as soon as the
password was right, and after a day in any case.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.models import GuessedPassword, Membership, Organisation
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force
from tracker.core import audit, clock, events
from tracker.core.audit import INSTALLATION, Change, Deed
from tracker.core.db import db

ACCOUNTS = 10  # ten people who mistype the same on one day are no people
WATCHED_FOR = timedelta(days=1)
VERB = "door.sprayed"
_TAG_BYTES = 2
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")  # "Haru2026!" and "haru2027?" are one guess
_SHORTEST_CORE = 6


def tag_of(password: str) -> int:
    """What two tries with the same word have in common; one in 65,536 others has it as well."""
    folded = password.casefold()
    core = _ENDS.sub("", folded)
    word = core if len(core) >= _SHORTEST_CORE else folded
    key = hashlib.sha256(b"guessed-password:" + str(current_app.secret_key).encode()).digest()
    seal = hmac.new(key, word.encode(errors="surrogatepass"), hashlib.sha256).digest()
    return int.from_bytes(seal[:_TAG_BYTES], "big")


def note(password: str, login_hash: str, attempt_id: int, at: datetime) -> None:
    """This try counts, until its password was right (`forget`) or a day has passed."""
    db.session.add(
        GuessedPassword(attempt_id=attempt_id, tag=tag_of(password), login_hash=login_hash, at=at)
    )


def forget(attempt_id: int) -> None:
    """The password was right: nothing is kept of it."""
    db.session.execute(sa.delete(GuessedPassword).where(GuessedPassword.attempt_id == attempt_id))


def forget_old(at: datetime) -> None:
    """Tags of more than a day ago are gone."""
    db.session.execute(sa.delete(GuessedPassword).where(GuessedPassword.at <= at - WATCHED_FOR))


def is_under_way(password: str, login_hash: str, at: datetime) -> bool:
    """Was this very password tried at ten other accounts within a day?

    The first time it is put into the log and `core.events.password_sprayed` is sent: once a day,
    however many passwords are tried. The caller commits, also when it refuses.
    """
    forget_old(at)
    alike = GuessedPassword.tag == tag_of(password)
    others = sa.select(sa.func.count(sa.distinct(GuessedPassword.login_hash))).where(
        alike, GuessedPassword.login_hash != login_hash
    )
    if (db.session.scalar(others) or 0) < ACCOUNTS:
        return False
    if not _is_noticed(alike):
        _say(alike, at)
    return True


def _is_noticed(*which: sa.ColumnElement[bool]) -> bool:
    noticed = sa.select(GuessedPassword.attempt_id).where(
        GuessedPassword.noticed_at.is_not(None), *which
    )
    return db.session.scalar(noticed.limit(1)) is not None


def _say(alike: sa.ColumnElement[bool], at: datetime) -> None:
    """In the log of the installation and of every town that has a privacy officer."""
    first_today = not _is_noticed()
    last = db.session.scalar(sa.select(sa.func.max(GuessedPassword.attempt_id)).where(alike)) or 0
    db.session.execute(sa.update(GuessedPassword).where(alike).values(noticed_at=at))
    change = Change({}, {"accounts": ACCOUNTS}, {}, {})
    deeds = [
        Deed(chain, VERB, "sign_in_attempts", last, change)
        for chain in (INSTALLATION, *_watched_towns(at))
    ]
    audit.record_many(None, deeds, at=at)
    if first_today:
        events.password_sprayed.send(at=at)


def _watched_towns(at: datetime) -> list[int]:
    towns = (
        sa.select(Organisation.municipality_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.role == Role.PRIVACY, in_force(clock.local(at).date()))
        .distinct()
        .order_by(Organisation.municipality_id)
    )
    return list(db.session.scalars(towns))
