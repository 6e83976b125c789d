"""Passwords: what is accepted, and how they are kept (argon2id)."""

import functools

import argon2
from flask_babel import gettext as _

from tracker.core.errors import InvalidInputError

SHORTEST, LONGEST = 12, 128
OBVIOUS = ("kakehashi", "かけはし", "password", "パスワード", "kaigo", "chiiki")

hasher = argon2.PasswordHasher()  # the library's defaults; tests replace it by a cheap one


def check(password: str, *, login: str) -> None:
    """Return only when the password may be used.

    :raises InvalidInputError: naming the field `password`
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInputError(
            "password",
            _(
                "Please use between %(shortest)s and %(longest)s characters.",
                shortest=SHORTEST,
                longest=LONGEST,
            ),
        )
    folded = password.casefold()
    rest = folded.replace(login.casefold(), "")
    for word in OBVIOUS:
        rest = rest.replace(word, "")
    if len(set(folded)) < 5 or len(rest) < 6:
        raise InvalidInputError(
            "password", _("This is easy to guess. Please choose something else.")
        )


def hashed(password: str) -> str:
    """What is stored. Slow by design: call it before the first write of a transaction."""
    return hasher.hash(password)


@functools.cache
def nobodys_hash() -> str:
    """Checked when the account is unknown, so that the answer takes as long as for a known one."""
    return hashed("nobody has this password")


def matches(password_hash: str, password: str) -> bool:
    """Is this the password? As slow as `hashed`."""
    try:
        return hasher.verify(password_hash, password)
    except argon2.exceptions.VerificationError:
        return False
