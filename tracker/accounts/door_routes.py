# Like forms they stand on untyped Flask-WTF.
# mypy: ignore-errors
"""In and out: the password, the second factor, a new password, and showing again who one is."""

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts import access, door, kept, renewing, sending_again, signing_in
from tracker.accounts.access import allow, public, viewer
from tracker.accounts.factors import codes
from tracker.accounts.factors import queries as factors
from tracker.accounts.factors import service as proving
from tracker.accounts.factors.forms import CodeForm, SetUpForm
from tracker.accounts.forms import ForgottenForm, NewPasswordForm, SignInForm, SureForm
from tracker.accounts.models import Person
from tracker.accounts.roles import Permission
from tracker.accounts.signing_in import Oneself
from tracker.accounts.standing import viewer_of
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, TooManyError
from tracker.core.web import local_path

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public("this is where one signs in")
def sign_in():
    back = local_path(request.args.get("next")) or url_for("home.index")
    found = door.kept_before() if request.method == "POST" else None
    g.typed_before = found.texts if found else []
    if current_user.is_authenticated:
        return _take_up(found) if found else redirect(back, code=303)
    form = SignInForm()
    if form.validate_on_submit():
        try:
            entered, reason = _enter(form, found)
        except (InvalidInputError, TooManyError) as error:
            db.session.rollback()
            return door.stay_outside(form, found, error)
        if entered.asks_more:
            db.session.commit()
            access.enter(entered.token)
            onward = _go_on(found, reason, back)
            return redirect(url_for(".second", next=onward.location), code=303)
        known = let_in(entered.person_id, entered.token)
        return access.know(_go_on(found, reason, back), known)
    return door.sign_in_page(form, found, 422 if form.is_submitted() else 200)


def let_in(person_id, token):
    """The browser holds this session; the token by which the person's browser is known later."""
    presented = request.cookies.get(access.known_cookie(), "")
    known = signing_in.remember_browser(person_id, presented, at=clock.now())
    db.session.commit()
    access.enter(token)
    return known


def _enter(form, found):
    """The new session, and why the words that waited are no draft now."""
    draft = signing_in.SignInDraft(
        form.login.data.strip(),
        form.password.data,
        request.remote_addr or "",
        browser_name(request.user_agent.string),
        door.demo_may_enter(),
        request.cookies.get(access.known_cookie(), ""),
    )
    entered = signing_in.sign_in(draft, at=clock.now())
    if found is None:
        return entered, None
    who = viewer_of(entered.person_id, today=clock.today())
    return entered, kept.bring_back(found, by=who, at=clock.now())


def _take_up(found):
    """Somebody signed in wants the words of an older sign-in back."""
    try:
        reason = kept.bring_back(found, by=viewer(), at=clock.now())
    except InvalidInputError as error:
        return door.kept_page(found, 422, error.message)
    db.session.commit()
    return _go_on(found, reason, "")


def _go_on(found, reason, back):
    """To the form with its draft; without one to where one was going."""
    if reason:
        raise ConflictError(reason)
    if found is None:
        if request.form.get("kept"):
            flash(_("The text kept on the sign-in page is too old to be brought back."), "warning")
        return redirect(back, code=303)
    kept.say_what_is_missing(found)
    return redirect(found.address, code=303)


@bp.post("/sign-out")
@allow(Permission.ACCOUNT_OWN)
def sign_out():
    signing_in.end_session(viewer().session_id, by=viewer(), at=clock.now())
    db.session.commit()
    answer = access.leave(redirect(url_for(".sign_in"), code=303))
    flash(_("You have signed out."), "success")
    return answer


@bp.route("/sign-in/second", methods=["GET", "POST"])
@public("whoever stands here has shown their password and nothing else opens yet")
def second():
    half = half_open()
    if half is None:
        return redirect(url_for(".sign_in"), code=303)
    back = local_path(request.args.get("next")) or url_for("home.index")
    if factors.factor_of(half.person_id) is None:
        return redirect(url_for(".second_new", next=back), code=303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            proving.prove(
                half.person_id, form.code.data, by=Oneself(half.person_id), at=clock.now()
            )
        except (InvalidInputError, TooManyError) as error:
            db.session.rollback()
            return refused_code("accounts/second.html", form, error)
        token = signing_in.open_wholly(half, at=clock.now())
        left = factors.codes_left(half.person_id)
        known = let_in(half.person_id, token)
        if not left:
            flash(_("No recovery code is left. Please make new ones on your account."), "warning")
        return access.know(redirect(back, code=303), known)
    page = render_template("accounts/second.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/sign-in/second/new", methods=["GET", "POST"])
@public("whoever stands here has shown their password and has no second factor yet")
def second_new():
    half = half_open()
    if half is None or factors.factor_of(half.person_id) is not None:
        return redirect(url_for(".sign_in"), code=303)
    back = local_path(request.args.get("next")) or url_for("home.index")
    person = db.session.get_one(Person, half.person_id)
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            made = proving.set_up(
                person.id, form.seed.data, form.code.data, by=Oneself(person.id), at=clock.now()
            )
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            token = signing_in.open_wholly(half, at=clock.now())
            known = let_in(half.person_id, token)
            page = render_template("accounts/recovery.html", codes=made, onward=back)
            return access.know(make_response(page), known)
    return set_up_page(form, person, must=True)


def half_open():
    """The session of this browser that waits for its second factor; None without one."""
    return signing_in.half_open(session.get("_user_id", ""), at=clock.now())


def refused_code(template, form, error, **shown):
    """The page of a code once more, with the reason; without what was typed."""
    form.reject(error)
    answer = make_response(render_template(template, form=form, **shown), error.status)
    if isinstance(error, TooManyError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def set_up_page(form, person, *, must):
    """The picture for the app, its letters for typing, and the box for the first code."""
    seed = codes.opened(form.seed.data or "")
    if seed is None:
        seed = codes.new_seed()
        form.seed.process(None, codes.sealed(seed))
    page = render_template(
        "accounts/second_new.html",
        form=form,
        picture=codes.picture(codes.address(seed, person.login)),
        letters=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
        must=must,
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/sign-in/forgotten", methods=["GET", "POST"])
@public("whoever has forgotten the password cannot sign in")
def forgotten():
    if not current_app.config["MAIL_HOST"]:  # the page says whom to ask instead
        return render_template("accounts/forgotten.html", form=ForgottenForm(formdata=None))
    form = ForgottenForm()
    if form.validate_on_submit():
        try:
            renewing.ask_link(form.login.data.strip(), request.remote_addr or "", at=clock.now())
        except TooManyError as error:
            db.session.rollback()
            return refused_code("accounts/forgotten.html", form, error)
        db.session.commit()
        flash(_("If this account has a mail address, a link is on its way to it."), "info")
        return redirect(url_for(".sign_in"), code=303)
    page = render_template("accounts/forgotten.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/sign-in/new-password/<reset>", methods=["GET", "POST"])
@public("whoever has forgotten the password cannot sign in; the link is the key")
def new_password(reset):
    renewing.reset_of(reset, at=clock.now())
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            renewing.use_link(reset, form.password.data, at=clock.now())
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Your password is changed. Please sign in."), "success")
            return redirect(url_for(".sign_in"), code=303)
    page = render_template("accounts/new_password.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/account/sure", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def make_sure():
    back = local_path(request.args.get("next")) or url_for("home.index")
    sealed = request.form.get("kept", "")
    found = sending_again.opened(sealed, viewer().person_id, clock.now())
    form = SureForm()
    if form.validate_on_submit():
        try:
            token = signing_in.make_sure(form.password.data, by=viewer(), at=clock.now())
        except (InvalidInputError, TooManyError) as error:
            return refused_code("accounts/sure.html", form, error, waiting=found)
        db.session.commit()
        access.go_on(token)
        if found is not None:
            return render_template("accounts/send_again.html", waiting=found)
        if sealed:
            flash(
                _("The form was open too long and was not sent. Please fill it in again."),
                "warning",
            )
        return redirect(back, code=303)
    page = render_template("accounts/sure.html", form=form, waiting=found)
    return page, 422 if form.is_submitted() else 200


def browser_name(agent):
    """What tells one browser from another in a list: "Edge Windows"."""
    names = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
    name = next((name for mark, name in names.items() if mark in agent), "")
    system = next((system for system in systems if system in agent), "")
    return f"{name} {system}".strip() or "?"
