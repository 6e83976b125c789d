"""Codes of apps (TOTP, RFC 6238, by pyotp), and how their seeds are sealed (Fernet)."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

ISSUER = "Kakehashi"
HALF_MINUTE = 30
RECOVERY_CODES = 10
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


def new_seed() -> str:
    """A seed nobody knows yet."""
    return pyotp.random_base32()


def sealed(seed: str) -> str:
    """The seed as it may leave this process: nobody without the key reads it."""
    return _box().encrypt(seed.encode()).decode()


def opened(token: str | None) -> str | None:
    """The seed again; None when it was sealed elsewhere, altered, or not sent at all."""
    try:
        return _box().decrypt((token or "").encode()).decode()
    except (InvalidToken, UnicodeEncodeError):
        return None


def step_of(seed: str, code: str, *, at: datetime) -> int | None:
    """The half minute this code belongs to: now, the one before or the next; None for none."""
    now = int(at.timestamp()) // HALF_MINUTE
    totp = pyotp.TOTP(seed)
    found = None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found


def address(seed: str, login: str) -> str:
    """What a QR code tells the app."""
    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=ISSUER)


def picture(text: str) -> str:
    """A QR code of the text, as the address of an image."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=2))


def read(typed: str) -> str:
    """A code as it was meant: no blanks or dashes, half width, capitals."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def new_recovery_codes() -> list[str]:
    """Ten codes in four groups, with 80 bits each."""
    return [
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _group in range(4))
        for _code in range(RECOVERY_CODES)
    ]


def hashed(code: str) -> str:
    """What is kept of a recovery code."""
    return hashlib.sha256(read(code).encode()).hexdigest()


def _box() -> Fernet:
    key = hashlib.sha256(str(current_app.config["FACTOR_KEY"]).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
