"""The first lock: each URL names a permission, or says why it needs none."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from tracker.accounts.models import SignInSession
from tracker.accounts.roles import Permission, Role
from tracker.accounts.standing import SignedIn, signed_in
from tracker.accounts.viewer import Viewer
from tracker.config import LOCAL_HOSTS
from tracker.core import clock, request_keys, traces, web
from tracker.core.errors import NotAllowedError

View = Callable[..., Any]
login_manager = LoginManager()
SEEN_EVERY = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """Every request knows its viewer; every endpoint without a mark is shut."""
    login_manager.init_app(app)
    login_manager.session_protection = None  # sessions are ours, and end on the server
    app.before_request(_shut_unmarked)


def allow(permission: Permission) -> Callable[[View], View]:
    """Open the URL to people with this permission; others are sent to sign in, or refused."""

    def mark(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return ask_to_sign_in()
            if not current_user.may(permission):
                raise NotAllowedError(_("Your account is not allowed to open this."))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Open the URL to everybody; the reason is read by the test that lists such URLs."""

    def mark(view: View) -> View:
        view.public = reason  # type: ignore[attr-defined]
        return view

    return mark


def viewer() -> Viewer:
    """The real viewer behind Flask-Login's proxy."""
    found: Viewer = current_user._get_current_object()
    return found


def sent_before(form: Any) -> bool:
    """Was this very form sent before? Then its work is done and must not be done again."""
    content = {"path": request.path, **form.sent_fields()}
    key = form.request_key.data
    return request_keys.use(viewer().person_id, key, content, at=clock.now()).repeated


def ask_to_sign_in() -> Response:
    """To the sign-in page, and back to this address afterwards when it can be opened again."""
    back = request.full_path.rstrip("?") if request.method in web.SAFE_METHODS else None
    back = None if back == "/" else back
    return redirect(url_for("accounts.sign_in", next=back), code=303)


def enter(token: str) -> None:
    """The browser holds this session from now on; what it held before is gone."""
    session.clear()
    session["_user_id"] = token
    session["_fresh"] = True


def leave() -> None:
    """The browser holds no session any more."""
    session.clear()


def demo_may_enter() -> bool:
    """Are demo accounts open? Only with TRACKER_DEMO, on this machine, and with no proxy before."""
    config = current_app.config
    forwarded = any(
        name.lower().startswith(("x-forwarded", "forwarded")) for name, _value in request.headers
    )
    host = request.host.rsplit(":", 1)[0]
    local = host in LOCAL_HOSTS
    return bool(config["DEMO"] and not config["BEHIND_TLS"] and not forwarded and local)


def _shut_unmarked() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return
    if not hasattr(view, "permission") and not hasattr(view, "public"):
        abort(500 if current_app.testing else 404)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> Viewer | None:
    found = signed_in(token, today=clock.today())
    if found is None or _over(found):
        return None
    _note_seen(found)
    if found.viewer.is_demo and not demo_may_enter():
        return None
    return found.viewer


def _over(found: SignedIn) -> bool:
    config, now = current_app.config, clock.now()
    staff = any(s.role is not Role.AGENCY for s in found.viewer.standings)
    idle = config["SESSION_IDLE_MINUTES_STAFF" if staff else "SESSION_IDLE_MINUTES_AGENCY"]
    return now - found.last_seen_at > timedelta(minutes=idle) or now - found.started_at > timedelta(
        hours=config["SESSION_HOURS"]
    )


def _note_seen(found: SignedIn) -> None:
    now = clock.now()
    if now - found.last_seen_at > SEEN_EVERY:
        traces.writer.hand(
            sa.update(SignInSession)
            .where(SignInSession.id == found.viewer.session_id)
            .values(last_seen_at=now)
        )
