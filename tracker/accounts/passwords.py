"""Passwords: what is accepted, and how they are kept (argon2id)."""

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path

import argon2
from flask_babel import gettext as _
from zxcvbn import zxcvbn

from tracker.core.errors import InvalidInputError

COMMON = Path(__file__).parent / "data" / "common_passwords.txt"
SHORTEST, LONGEST = 12, 128
LOOKED_AT = 72  # the library goes no further
FEWEST_GUESSES = 8.0
OBVIOUS = ("kakehashi", "かけはし", "password", "パスワード", "kaigo", "chiiki")

# 64 MiB passed over four times, about a fifth of a second; one lane, so that it takes the same time
# on every machine and leaves the other processors to other people. Tests put a cheap one here.
hasher = argon2.PasswordHasher(time_cost=4, memory_cost=64 * 1024, parallelism=1)


def check(password: str, *, login: str, words: Sequence[str] = ()) -> None:
    """Return only when the password may be used. How it is made up is nobody's business.

    :param words: names of the person and of where they work, which others would guess first
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
    about = [*OBVIOUS, login, *words]
    if (
        _is_common(password)
        or _left_of(password, about) < 6
        or _guesses(password, about) < FEWEST_GUESSES
    ):
        raise InvalidInputError(
            "password", _("This is easy to guess. Please choose something else.")
        )


def _is_common(password: str) -> bool:
    """Is it one that very many people have chosen before?"""
    marks = hashlib.sha256(password.casefold().encode(errors="surrogatepass")).hexdigest()
    return marks[:16] in _common()


@functools.cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text("ascii").splitlines())


def _left_of(password: str, words: Sequence[str]) -> int:
    """How many signs remain when what anybody would try is taken out."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word.casefold(), "") if len(word) > 1 else rest
    return len(rest)


def _guesses(password: str, words: Sequence[str]) -> float:
    """About how many guesses it takes, as a power of ten; lists of leaked passwords are known."""
    found = zxcvbn(
        password[: LOOKED_AT // 2] + password[LOOKED_AT // 2 :][-LOOKED_AT // 2 :],
        user_inputs=list(words),
    )
    return float(found["guesses_log10"])


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


def renewed(password_hash: str, password: str) -> str | None:
    """The hash at today's cost; None when it has it already. For a password that was right."""
    return hashed(password) if hasher.check_needs_rehash(password_hash) else None
