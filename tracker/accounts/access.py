"""The first lock: each URL names a permission, or says why it needs none."""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from tracker.accounts import door, sending_again, signing_in
from tracker.accounts.forms import SureForm
from tracker.accounts.kept import DraftedForm
from tracker.accounts.models import SignInSession
from tracker.accounts.roles import Permission, Role
from tracker.accounts.standing import SignedIn, signed_in
from tracker.accounts.viewer import Viewer
from tracker.core import clock, request_keys, traces, web
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError

View = Callable[..., Any]
login_manager = LoginManager()
SEEN_EVERY = timedelta(minutes=1)
WARNED_BEFORE = timedelta(minutes=2)
SURE_FOR = timedelta(minutes=10)
# Not "cookies": the one by which the browser is known again stays, and opens nothing by itself.
LEFT_BEHIND = '"cache", "storage"'


def init_app(app: Flask) -> None:
    """Every request knows its viewer; every endpoint without a mark is shut."""
    login_manager.init_app(app)
    login_manager.session_protection = None  # sessions are ours, and end on the server
    app.before_request(_shut_unmarked)
    app.register_error_handler(CSRFError, door.of_an_older_sign_in)
    app.jinja_env.globals["seconds_until_warned"] = seconds_until_warned


def allow(permission: Permission) -> Callable[[View], View]:
    """Open the URL to people with this permission; others are sent to sign in, or refused."""

    def mark(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return door.ask_to_sign_in()
            if not current_user.may(permission):
                raise NotAllowedError(_("Your account is not allowed to open this."))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def reads_only(view: View) -> View:
    """A form is sent to be looked at, not kept: the request cannot write, and holds no lock."""
    view.never_writes = True  # type: ignore[attr-defined]
    return reads_first(view)


def reads_first(view: View) -> View:
    """The request looks at what was sent without a lock; it writes inside `core.db.writing()`."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def sure(view: View) -> View:
    """Open it only to people who have shown lately who they are; others are asked first.

    Demo accounts are not asked: everybody knows their password.
    """

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        asked = ask_again()
        return view(*args, **kwargs) if asked is None else asked

    guarded.asks_again = True  # type: ignore[attr-defined]
    return guarded


def ask_again() -> ResponseReturnValue | None:
    """The way to the page that asks who one is; None for whoever has shown it lately.

    A form that is being sent waits in that page, and is sent on by a press after it.
    """
    now = clock.now()
    if viewer().is_demo or now - g.signed_in.sure_at <= SURE_FOR:
        return None
    if request.method in web.SAFE_METHODS:
        back = request.full_path.rstrip("?")
        return redirect(url_for("accounts.make_sure", next=back), code=303)
    page = web.page_before() or url_for("home.index")
    found = sending_again.of_request(viewer().person_id, page, now)
    return door.sure_page(SureForm(formdata=None), found, 401, back=page)


def keeps_draft(
    name: str | Callable[..., str],
    typed: Callable[[], Mapping[str, str]],
    never: Mapping[str, object],
) -> Callable[[View], View]:
    """What is sent to this form without a valid sign-in waits in the sign-in page as its draft.

    :param name: the draft's name, or what makes it from what the address names
    :param typed: what this request brings for a draft of the form
    :param never: labels of fields that are never drafted and have to be typed again
    """

    def mark(view: View) -> View:
        view.keeps_draft = DraftedForm(name, typed, never)  # type: ignore[attr-defined]
        return view

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


def take_once(form: Any, verb: Callable[[], Any], done: str | Callable[[Any], str]) -> bool:
    """True: the step is taken, by this form or by the same one sent before, and `done` is said.

    False: it was refused, nothing is stored, and the reason stands in the form.

    :param done: what is said, or what makes it of the verb's answer
    """
    with refusals_in(form):
        if not sent_before(form):
            _do(verb, done)
    return not form.errors


def take(form: Any, verb: Callable[[], Any], done: str | Callable[[Any], str]) -> bool:
    """The same of a form whose version tells whether it was sent before."""
    with refusals_in(form):
        _do(verb, done)
    return not form.errors


def make_once(form: Any, verb: Callable[[], Any], done: str | Callable[[Any], str]) -> int | None:
    """The key of the row that the verb makes; the same one when the form is sent again.

    None: it was refused, nothing is stored, and the reason stands in the form.
    """
    content = {"path": request.path, **form.sent_fields()}
    with refusals_in(form):
        used = request_keys.use(viewer().person_id, form.request_key.data, content, at=clock.now())
        if not used.repeated:
            _do(partial(_made, used.row, verb), done)
        return used.row.answer_id
    return None


@contextmanager
def refusals_in(form: Any) -> Iterator[None]:
    """What is refused inside is not stored, and the reason stands in the form."""
    try:
        yield
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)


def _made(key: request_keys.RequestKey, verb: Callable[[], Any]) -> Any:
    row = verb()
    db.session.flush()
    key.answer_id = row.id
    return row


def _do(verb: Callable[[], Any], done: str | Callable[[Any], str]) -> None:
    said = verb()
    db.session.commit()
    flash(done(said) if callable(done) else done, "success")


def enter(token: str) -> None:
    """The browser holds this session from now on; what it held before is gone."""
    session.clear()
    session["_user_id"] = token
    session["_fresh"] = True


def go_on(token: str) -> None:
    """The same session under a new token; forms that are open in other windows stay good."""
    session["_user_id"] = token


def known_cookie() -> str:
    """The name of the cookie by which a browser is known again."""
    return str(current_app.config["SESSION_COOKIE_NAME"]) + "-known"


def know(answer: Response, token: str) -> Response:
    """This browser is known again for some months; the cookie opens nothing by itself."""
    answer.set_cookie(
        known_cookie(),
        token,
        max_age=int(signing_in.BROWSER_KNOWN_FOR.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def leave(answer: Response) -> Response:
    """The browser holds no session any more, and nothing that was shown or kept during it."""
    session.clear()
    answer.headers["Clear-Site-Data"] = LEFT_BEHIND
    return answer


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
    g.signed_in = found
    if found.viewer.is_demo and not door.demo_may_enter():
        return None
    return found.viewer


def seconds_until_warned() -> int:
    """After so long without a request the page says that the sign-in ends in two minutes.

    A minute early, since `last_seen_at` is written once a minute only.
    """
    return max(0, int((_idle(viewer()) - WARNED_BEFORE - SEEN_EVERY).total_seconds()))


def _idle(person: Viewer) -> timedelta:
    staff = any(standing.role is not Role.AGENCY for standing in person.standings)
    kind = "SESSION_IDLE_MINUTES_STAFF" if staff else "SESSION_IDLE_MINUTES_AGENCY"
    return timedelta(minutes=current_app.config[kind])


def _over(found: SignedIn) -> bool:
    longest, now = timedelta(hours=current_app.config["SESSION_HOURS"]), clock.now()
    idle = now - found.last_seen_at > _idle(found.viewer)
    return idle or now - found.started_at > longest


def _note_seen(found: SignedIn) -> None:
    now = clock.now()
    if now - found.last_seen_at > SEEN_EVERY:
        traces.writer.hand(
            sa.update(SignInSession)
            .where(SignInSession.id == found.viewer.session_id)
            .values(last_seen_at=now)
        )
