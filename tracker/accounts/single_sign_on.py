"""Signing in at the town's own provider (OpenID Connect, by Authlib): an extra, off by default."""

import importlib.util
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, session
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from tracker.core.errors import InvalidInputError, NotFoundError

SALT, COUNTS_FOR = "single-sign-on", 300  # seconds between the provider's answer and our button
# A signature with a private key of the provider, and nothing else: not "none", and no HS…, with
# which whoever knows a shared secret (or passes a public key off as one) signs as well.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
OFFERED = "id_token_signing_alg_values_supported"
STRONG = frozenset({"mfa", "otp", "hwk", "swk", "sc"})  # RFC 8176: more than a password


@dataclass(frozen=True)
class Known:
    """Whom the provider has let in, by our sign-in name, and whether by more than a password."""

    login: str
    strongly: bool


def init_app(app: Flask) -> None:
    """The provider is known when one is set.

    :raises ValueError: when one is set and the extra is not installed
    """
    if not app.config["OIDC_ISSUER"]:
        return
    if importlib.util.find_spec("authlib") is None:
        raise ValueError("TRACKER_OIDC_ISSUER is set: install the extra `oidc` as well.")
    from authlib.integrations.flask_client import OAuth

    provider = OAuth(app).register(
        "town",
        server_metadata_url=app.config["OIDC_ISSUER"].rstrip("/")
        + "/.well-known/openid-configuration",
        client_id=app.config["OIDC_CLIENT_ID"],
        client_secret=app.config["OIDC_CLIENT_SECRET"],
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
    )
    app.extensions["single_sign_on"] = provider


def provider() -> Any:
    """The provider's side of the conversation.

    :raises NotFoundError: when none is set
    """
    found = current_app.extensions.get("single_sign_on")
    if found is None:
        raise NotFoundError
    return found


def answered() -> tuple[str, str]:
    """The sign-in name the provider vouches for, and the same sealed for this browser's button.

    :raises InvalidInputError: when the answer is forged, too late, refused, or names nobody
    """
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    client = provider()
    try:
        _narrow(client.load_server_metadata())
        told = client.authorize_access_token()["userinfo"]
    except (AuthlibBaseError, JoseError, KeyError, OSError) as error:
        raise InvalidInputError(
            None, _("The provider did not let you in. Please try again.")
        ) from error
    login = str(told.get(current_app.config["OIDC_CLAIM"]) or "").strip().casefold()
    if not login:
        raise InvalidInputError(None, _("The provider does not say who you are here."))
    strongly = not STRONG.isdisjoint(told.get("amr") or [])
    session["single_sign_on"] = nonce = secrets.token_urlsafe(16)
    return login, _box().dumps([login, strongly, nonce])


def _narrow(about: dict[str, Any]) -> None:
    """Of what the provider says of itself only our algorithms are left, and it is the one we named.

    :raises KeyError: when nothing is left, or it calls itself by another name
    """
    named = str(current_app.config["OIDC_ISSUER"]).rstrip("/")
    left = [name for name in about.get(OFFERED) or ["RS256"] if name in ALGORITHMS]
    if not left or str(about["issuer"]).rstrip("/") != named:
        raise KeyError(OFFERED)
    about[OFFERED] = left


def opened(sealed: str) -> Known:
    """What this browser was told by the provider less than five minutes ago; counts once.

    :raises InvalidInputError: otherwise
    """
    nonce = session.pop("single_sign_on", None)
    try:
        login, strongly, of_browser = _box().loads(sealed, max_age=COUNTS_FOR)
    except (BadData, ValueError) as error:
        raise InvalidInputError(None, _("That took too long. Please sign in again.")) from error
    if nonce is None or nonce != of_browser:
        raise InvalidInputError(None, _("That took too long. Please sign in again."))
    return Known(login, strongly)


def _box() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=SALT)
