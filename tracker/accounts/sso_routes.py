# Like forms they stand on untyped Flask-WTF.
# mypy: ignore-errors
"""To the town's provider and back; a button of ours then opens the session."""

from flask import current_app, make_response, redirect, render_template, request, url_for

from tracker.accounts import access, door, signing_in, single_sign_on
from tracker.accounts.access import public
from tracker.accounts.door_routes import browser_name, let_in
from tracker.accounts.forms import OutsideForm, SignInForm
from tracker.accounts.own_routes import bp
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import InvalidInputError


@bp.get("/sign-in/outside")
@public("one signs in at the town's provider")
def to_provider():
    base = current_app.config["BASE_URL"].rstrip("/")
    return single_sign_on.provider().authorize_redirect(base + url_for(".from_provider"))


@bp.get("/sign-in/outside/back")
@public("the provider sends people here; its answer is checked")
def from_provider():
    single_sign_on.provider()
    try:
        login, sealed = single_sign_on.answered()
    except InvalidInputError as error:
        return door.stay_outside(SignInForm(formdata=None), None, error)
    form = OutsideForm(formdata=None, sealed=sealed)
    return render_template("accounts/outside.html", form=form, login=login)


@bp.post("/sign-in/outside/enter")
@public("whoever the provider has let in opens a session here")
def enter_from_outside():
    single_sign_on.provider()
    form = OutsideForm()
    try:
        known = single_sign_on.opened(form.sealed.data or "")
        entered = signing_in.enter_vouched(
            known.login, known.strongly, browser_name(request.user_agent.string), at=clock.now()
        )
    except InvalidInputError as error:
        db.session.rollback()
        return door.stay_outside(SignInForm(formdata=None), None, error)
    if entered.asks_more:
        db.session.commit()
        access.enter(entered.token)
        return redirect(url_for(".second"), code=303)
    token = let_in(entered.person_id, entered.token)
    return access.know(make_response(redirect(url_for("home.index"), code=303)), token)
