"""A small OpenID provider in a process of its own: everybody is let in as the name it was given.

`python -m tests.provider ISSUER_PORT LOGIN AMR KIND` prints "ready" once it answers. KIND "forged"
signs with a key that is not published, "none" and "HS256" as their names say (and offer only
that, with "-only" behind it), "late" yesterday, "renamed" calls itself by another name.
"""

import base64
import json
import sys
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "kakehashi", "between us two"


def provider(issuer: str, login: str, amr: str, kind: str) -> Flask:
    """The four addresses of a provider."""
    app = Flask("provider")
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    signing = RSAKey.generate_key(2048, {"kid": "one"}) if kind == "forged" else key
    nonces: dict[str, str] = {}
    alg = kind.removesuffix("-only") if kind.startswith(("none", "HS256")) else "RS256"
    offers = [alg] if kind.endswith("-only") else ["RS256", "HS256", "none"]

    @app.get("/.well-known/openid-configuration")
    def about() -> Response:
        return jsonify(
            issuer="http://127.0.0.1:1" if kind == "renamed" else issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            jwks_uri=f"{issuer}/keys",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=offers,
        )

    @app.get("/authorize")
    def authorize() -> Response:
        code = f"code{len(nonces)}"
        nonces[code] = request.args["nonce"]
        assert request.args["code_challenge_method"] == "S256"
        back = f"{request.args['redirect_uri']}?code={code}&state={request.args['state']}"
        return redirect(back)  # type: ignore[return-value]

    @app.post("/token")
    def token() -> Response:
        assert request.authorization is not None
        assert request.authorization.password == SECRET
        said = {
            "iss": issuer,
            "nonce": nonces.pop(request.form["code"]),
            "preferred_username": login,
            "amr": [amr],
            **times(kind),
        }
        signed = signature(alg, said, signing)
        return jsonify(access_token="x", token_type="Bearer", id_token=signed, expires_in=60)

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[key.as_dict(private=False)])

    return app


def times(kind: str) -> dict[str, object]:
    """For whom the token is, and when it begins and ends."""
    now = int(time.time()) - (86_400 if kind == "late" else 0)
    return {"aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 60}


def signature(alg: str, said: dict[str, object], key: RSAKey) -> str:
    """The token as this provider makes it."""
    if alg == "none":
        parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, said))
        sealed = [base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]
        return ".".join((*sealed, ""))
    if alg == "HS256":
        shared = OctKey.import_key(SECRET.ljust(32, "."))
        return str(jwt.encode({"alg": alg, "kid": "one"}, said, shared))
    return str(jwt.encode({"alg": alg, "kid": "one"}, said, key))


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *_args: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    port, name, how, kind_of = sys.argv[1:]
    served = provider(f"http://127.0.0.1:{port}", name, how, kind_of)
    with make_server("127.0.0.1", int(port), served, handler_class=Quiet) as server:
        print("ready", flush=True)  # noqa: T201
        server.serve_forever()
