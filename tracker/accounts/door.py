"""At the door: who is asked to sign in, and what becomes of words that arrive signed out."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

from tracker.accounts import kept
from tracker.accounts.forms import SignInForm
from tracker.accounts.kept import Kept
from tracker.accounts.sending_again import Waiting
from tracker.accounts.standing import held_by
from tracker.config import LOCAL_HOSTS
from tracker.core import clock, web
from tracker.core.db import WRITING, db
from tracker.core.errors import TooManyError, TrackerError


def ask_to_sign_in() -> ResponseReturnValue:
    """To the sign-in page, and back to this address afterwards when it can be opened again.

    Words for a form that keeps drafts wait in the page that answers them.
    """
    if "HX-Request" in request.headers:
        return _for_scripts(401)
    reads = request.method in web.SAFE_METHODS
    if not reads and _keeps_drafts():
        typist = held_by(session.get("_user_id", ""))
        return _page_that_keeps(kept.of_request(typist, clock.now()))
    back = request.full_path.rstrip("?") if reads else None
    back = None if back == "/" else back
    return redirect(url_for("accounts.sign_in", next=back), code=303)


def of_an_older_sign_in(error: CSRFError) -> ResponseReturnValue:
    """The token in the form is of an older sign-in, or there is none: nothing is written.

    Whose words they are is not known then, and only the browser can say from which page they come.
    """
    if "HX-Request" in request.headers:
        return _for_scripts(400 if current_user.is_authenticated else 401)
    if not web.sent_from_our_page():
        return web.http_error(error)
    found = kept.of_request(None, clock.now()) or kept_before()
    if found and current_user.is_authenticated:
        return kept_page(found, 400)
    if found or (_keeps_drafts() and not current_user.is_authenticated):
        return _page_that_keeps(found)
    return web.http_error(error)


def kept_before() -> Kept | None:
    """The words that wait in the sign-in page that was sent."""
    return kept.opened(request.form.get("kept", ""), clock.now())


def sign_in_page(
    form: Any, found: Kept | None, status: int, typed: Sequence[str] = ()
) -> ResponseReturnValue:
    """The sign-in page, with the words that wait in it or are shown to be copied."""
    elsewhere = request.endpoint != "accounts.sign_in"
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        kept=found,
        typed=typed,
        action=url_for("accounts.sign_in", next=request.path) if elsewhere else "",
        demo=demo_may_enter(),
    )
    return page, status


def stay_outside(form: Any, found: Kept | None, error: TrackerError) -> ResponseReturnValue:
    """The sign-in page once more, with the reason; words that wait in it go on waiting."""
    form.form_errors.append(error.message)
    response = make_response(sign_in_page(form, found, error.status))
    if isinstance(error, TooManyError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def sure_page(form: Any, found: Waiting | None, status: int, *, back: str) -> ResponseReturnValue:
    """The page that asks once more who one is, with the form that waits in it.

    :param back: where the form stands; too much for a page is shown, to be copied
    """
    _write_nothing()
    page = render_template(
        "accounts/sure.html",
        form=form,
        waiting=found,
        typed=[] if found else web.typed_texts(),
        action=url_for("accounts.make_sure", next=back),
    )
    return page, status


def kept_page(found: Kept, status: int, problem: str | None = None) -> ResponseReturnValue:
    """For somebody signed in: the words that were not sent, and a button that drafts them."""
    _write_nothing()
    return render_template("accounts/kept.html", kept=found, problem=problem), status


def demo_may_enter() -> bool:
    """Are demo accounts open? Only with TRACKER_DEMO, on this machine, and with no proxy before."""
    if isinstance(request.routing_exception, SecurityError):
        return False  # asked under a name that is none: reading it here would be a fault of ours
    config = current_app.config
    forwarded = any(
        name.lower().startswith(("x-forwarded", "forwarded")) for name, _value in request.headers
    )
    host = request.host.rsplit(":", 1)[0]
    local = host in LOCAL_HOSTS
    return bool(config["DEMO"] and not config["BEHIND_TLS"] and not forwarded and local)


def _keeps_drafts() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "keeps_draft")


def _page_that_keeps(found: Kept | None) -> ResponseReturnValue:
    """The sign-in page with the words in it; too many words are shown, to be copied."""
    _write_nothing()
    form = SignInForm(formdata=None, kept=found.seal() if found else "")
    return sign_in_page(form, found, 401, [] if found else web.typed_texts())


def _write_nothing() -> None:
    db.session.rollback()
    WRITING.set(False)


def _for_scripts(status: int) -> Response:
    """No page that would land in a panel: the script has words of its own for this."""
    return Response(status=status, headers={"HX-Reswap": "none"})
