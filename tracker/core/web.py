"""What every answer has in common: request id, headers, error pages, and how writing begins."""

import hashlib
import logging
import re
import secrets
import string
from typing import Any
from urllib.parse import SplitResult, quote_from_bytes, urlsplit

import sqlalchemy as sa
from flask import Flask, Request, Response, current_app, g, jsonify, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import Signer
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.routing import IntegerConverter

from tracker.core import audit, compress, personal, read_only
from tracker.core.db import LARGEST_ID, WRITING, db
from tracker.core.errors import TooManyError, TrackerError

log = logging.getLogger(__name__)
csrf = CSRFProtect()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NEVER_SHOWN = ("csrf_token", "request_key", "version", "password", "again", "kept")

LONGEST_SHOWN = 20_000
CODE = re.compile(r"[\w.:/-]{0,40}", re.ASCII)  # a choice or a key, not a text somebody wrote

# Plotly adds an empty style element to the page; only the hash of nothing lets it (and nothing
# else) pass. Source: plotly.js issue 7543, tried in Chromium.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {EMPTY_STYLE}",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Cookies(SecureCookieSessionInterface):
    """What the browser holds is sealed with SHA-256; the library still takes SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


class RowId(IntegerConverter):
    """`<int:…>` in an address: no larger than a key can be, so that 404 is the answer beyond."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **kwargs})


class ReadableRequest(Request):
    """A request whose query can be read: bytes that are no text are written out as %xx."""

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        self.query_string = quote_from_bytes(self.query_string, safe=string.punctuation).encode()


def init_app(app: Flask) -> None:
    """Install first: the way a transaction begins is settled before anybody reads."""
    app.url_map.converters["int"] = RowId
    app.session_interface = Cookies()
    Signer.default_digest_method = staticmethod(hashlib.sha256)  # of form tokens and sealed words
    app.request_class = ReadableRequest
    compress.init_app(app)
    app.before_request(_settle)
    app.before_request(_refuse_writes)
    csrf.init_app(app)
    app.before_request(_refuse_other_sites)
    app.jinja_env.globals["is_read_only"] = read_only.is_on
    app.after_request(_add_headers)
    app.register_error_handler(TrackerError, _refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(sa.exc.DataError, _unreadable)
    app.register_error_handler(sa.exc.OperationalError, _database_trouble)
    app.register_error_handler(sa.exc.IntegrityError, _stale)
    app.register_error_handler(500, _bug)


def _settle() -> None:
    if isinstance(request.routing_exception, SecurityError):  # no page can be linked from here on
        raise request.routing_exception
    view = current_app.view_functions.get(request.endpoint or "")
    reads = request.method in SAFE_METHODS or getattr(view, "reads_first", False)
    WRITING.set(not reads)
    audit.REQUEST_ID.set(secrets.token_hex(8))
    # Werkzeug applies this limit to uploads only; a form without files is text and nothing else.
    typed_only = request.mimetype == "application/x-www-form-urlencoded"
    if typed_only and (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
        raise RequestEntityTooLarge


def _refuse_writes() -> Response | None:
    """In read-only mode: what was typed is shown again, nothing is written."""
    view = current_app.view_functions.get(request.endpoint or "")
    looks_only = request.method in SAFE_METHODS or getattr(view, "never_writes", False)
    if looks_only or not read_only.is_on():
        return None
    WRITING.set(False)
    response = _page(
        503,
        _("Nothing can be saved for now: the system is being looked after. Reading goes on."),
        [
            _("Your text is below. Please keep this page open, or copy it, and send it later.")
            if typed_texts()
            else _("Please try again later.")
        ],
    )
    response.headers["Retry-After"] = "600"
    return response


def _refuse_other_sites() -> Response | None:
    """A form of ours is sent from a page of ours; says so beside the token in the form."""
    if request.method in SAFE_METHODS:
        return None
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin", "none"} or _origin_is_ours() is False:
        return _page(400, _("This form came from another site and was not taken."))
    return None


def sent_from_our_page() -> bool:
    """Does the browser say so itself? Asked where no token in the form can tell."""
    site, origin_is_ours = request.headers.get("Sec-Fetch-Site"), _origin_is_ours()
    if site is None:
        return origin_is_ours is True
    return site == "same-origin" and origin_is_ours is not False


def _origin_is_ours() -> bool | None:
    origin = request.headers.get("Origin")
    return None if origin is None else _split(origin).netloc == request.host


def _split(address: str) -> SplitResult:
    """The parts of an address; all empty when it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["BEHIND_TLS"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def typed_texts() -> list[str]:
    """What was typed into this request's form, to be shown again, without what is never stored.

    A view that brings words of an earlier page puts them into `g.typed_before`.
    """
    if request.method in SAFE_METHODS:
        return []
    if (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
        return []
    try:
        sent = request.form.items(multi=True)
    except HTTPException:  # cannot be read at all
        return []
    return [
        personal.hide(text[:LONGEST_SHOWN])
        for name, text in (*(("", text) for text in g.get("typed_before", [])), *sent)
        if not any(part in name for part in NEVER_SHOWN) and not CODE.fullmatch(text)
    ]


def _page(code: int, explanation: str, advice: list[str] | None = None) -> Response:
    db.session.rollback()
    WRITING.set(False)  # the page itself writes nothing
    if code >= 500:
        _ask_nobody()
    request_id = audit.REQUEST_ID.get()
    if request.path.startswith("/api/"):
        body = {"error": {"code": code, "message": explanation, "fields": {}}}
        response = jsonify(body)
    else:
        response = Response(
            render_template(
                "error.html",
                bare=code >= 500,
                code=code,
                title=_title(code),
                explanation=explanation,
                advice=advice or [],
                request_id=request_id,
                typed=[("", text) for text in typed_texts()],
            )
        )
    response.status_code = code
    return response


def _ask_nobody() -> None:
    """From here on the database is not asked who is signed in: it may be what is broken."""
    g.bare_page = True
    g._login_user = AnonymousUserMixin()


def _title(code: int) -> str:
    titles = {
        400: _("This request could not be read"),
        403: _("This is not open to your account"),
        404: _("This page was not found"),
        405: _("This address does not take that"),
        409: _("This step is not possible any more"),
        413: _("This is too large"),
        422: _("Something typed cannot be taken"),
        429: _("Too many tries"),
        503: _("Please try again in a moment"),
    }
    return titles.get(code) or (_("Something went wrong") if code >= 500 else titles[400])


def _refused(error: TrackerError) -> Response:
    response = _page(error.status, error.message, _advice(error.status))
    if isinstance(error, TooManyError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _advice(code: int) -> list[str]:
    if code == 404:
        return [
            _("Please check the address, or look for it from the home page."),
            _("If someone sent you this link, ask them whether you should have access."),
        ]
    if code == 403:
        return [_("If you need this for your work, ask the person who looks after accounts.")]
    if code == 409:
        return [_("Please go back, open the page again and see what has changed.")]
    return []


def http_error(error: HTTPException) -> Response:
    """The page for what the web itself refuses."""
    code = error.code or 500
    if isinstance(error, SecurityError):  # asked under a foreign name: no page can be linked
        return Response("This name is not served here.\n", 400, mimetype="text/plain")
    explanations = {
        400: _("The browser sent something we do not understand. Please go back and try again."),
        404: _("There is nothing at this address, or it is not open to you."),
        413: _("At most 10 MB can be sent at once, and 1 MB of text."),
    }
    if isinstance(error, CSRFError):
        return _page(
            400,
            _("The page had been open too long, or you signed in again since."),
            [
                _("Your text is below. Please copy it, open the page again and send it once more.")
                if typed_texts()
                else _("Please open the page again and send it once more.")
            ],
        )
    if code < 400:  # a redirect raised by the router
        return error.get_response()  # type: ignore[return-value]
    fallback = _("The request could not be carried out.")
    return _page(code, explanations.get(code, fallback), _advice(code))


def _stale(_error: Exception) -> Response:
    return _page(
        409,
        _("Somebody else changed this while you were working on it. Nothing was overwritten."),
        _advice(409),
    )


def _unreadable(_error: sa.exc.DataError) -> Response:
    return _page(400, _("Something typed does not fit where it was typed."))


def _database_trouble(error: sa.exc.OperationalError) -> Response:
    _ask_nobody()
    log.warning("database.unavailable", extra={"reason": type(error.orig).__name__})
    response = _page(
        503,
        _("The database did not answer in time. Nothing was saved; your text is below.")
        if typed_texts()
        else _("The database did not answer in time. Nothing was saved."),
        [_("Please wait a few seconds and send it again.")],
    )
    response.headers["Retry-After"] = "5"
    return response


def _bug(error: Any) -> Response:
    _ask_nobody()
    log.error("bug", exc_info=getattr(error, "original_exception", None) or error)
    return _page(
        500,
        _("This is our mistake, not yours. Nothing was saved."),
        [_("Please tell the person who looks after this system the error number below.")],
    )


def page_before() -> str | None:
    """The page of ours on which the button stood, as the browser tells; None when it does not."""
    came = _split(request.referrer or "")
    if came.netloc != request.host:
        return None
    return local_path(came.path + (f"?{came.query}" if came.query else ""))


def local_path(target: str | None) -> str | None:
    """The address when it is a path of ours, else None: for "back to where you were"."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if any(ord(character) < 32 for character in target) else target
