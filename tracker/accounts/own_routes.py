# Like forms they stand on untyped Flask-WTF.
# mypy: ignore-errors
"""One's own account: what it says, its password, its second factor, and where it is open."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts import access, queries, renewing, service, signing_in
from tracker.accounts.access import allow, sure, viewer
from tracker.accounts.door_routes import bp, set_up_page
from tracker.accounts.factors import queries as factors
from tracker.accounts.factors import service as proving
from tracker.accounts.factors.forms import CodeForm, SetUpForm
from tracker.accounts.forms import AccountForm, PasswordForm
from tracker.accounts.roles import ROLE_LABELS, Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, TooManyError


@bp.route("/account/", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def account():
    person = queries.get_own_person(viewer())
    form = AccountForm(obj=person)
    if form.validate_on_submit():
        if form.opened_version() != person.version:
            raise ConflictError(_("You changed your account in another window meanwhile."))
        # Links for a new password go to this address.
        moves = (form.email.data or None) != person.email
        if moves and (asked := access.ask_again()) is not None:
            return asked
        service.change_account(form.draft(), by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".account"), code=303)
    return _account_page(form, status=422 if form.is_submitted() else 200)


@bp.post("/account/password")
@allow(Permission.ACCOUNT_OWN)
def change_password():
    form = PasswordForm()
    if form.validate():
        try:
            token = renewing.change_password(
                form.old_password.data, form.password.data, by=viewer(), at=clock.now()
            )
        except InvalidInputError as error:
            form.reject(error)
        except TooManyError as error:
            db.session.rollback()
            form.reject(error)
            return _account_page(password_form=form, status=error.status)
        else:
            db.session.commit()
            access.go_on(token)
            flash(_("Your password is changed. You are signed out everywhere else."), "success")
            return redirect(url_for(".account"), code=303)
    return _account_page(password_form=form, status=422)


@bp.post("/account/sessions/end")
@allow(Permission.ACCOUNT_OWN)
def end_other_sessions():
    signing_in.end_other_sessions(by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for(".account"), code=303)


@bp.post("/account/sessions/<int:session_id>/end")
@allow(Permission.ACCOUNT_OWN)
def end_one_session(session_id):
    signing_in.end_session(session_id, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("That sign-in is over."), "success")
    return redirect(url_for(".account"), code=303)


@bp.route("/account/second", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
@sure
def own_second():
    person = queries.get_own_person(viewer())
    if person.is_demo and request.method == "GET":
        return render_template("accounts/second_none.html", why=proving.none_for_demo())
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            made = proving.set_up(
                person.id, form.seed.data, form.code.data, by=viewer(), at=clock.now()
            )
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            db.session.commit()
            return recovery_page(made)
    return set_up_page(form, person, must=False)


def recovery_page(made):
    """The new recovery codes, the only time they are shown."""
    return render_template("accounts/recovery.html", codes=made, onward=url_for(".account"))


@bp.post("/account/second/codes")
@allow(Permission.ACCOUNT_OWN)
def renew_codes():
    proving.require_factor(viewer())
    form = CodeForm()
    if form.validate():
        try:
            made = proving.renew_codes(form.code.data, by=viewer(), at=clock.now())
        except (InvalidInputError, TooManyError) as error:
            return _refused(form, error)
        db.session.commit()
        return recovery_page(made)
    return _account_page(code_form=form, status=422)


@bp.post("/account/second/remove")
@allow(Permission.ACCOUNT_OWN)
def remove_second():
    proving.require_factor(viewer())
    form = CodeForm()
    if form.validate():
        try:
            proving.remove(form.code.data, by=viewer(), at=clock.now())
        except (InvalidInputError, TooManyError) as error:
            return _refused(form, error)
        db.session.commit()
        flash(_("You are asked for the password alone from now on."), "success")
        return redirect(url_for(".account"), code=303)
    return _account_page(code_form=form, status=422)


def _refused(form, error):
    db.session.rollback()
    form.reject(error)
    return _account_page(code_form=form, status=error.status)


def _account_page(form=None, password_form=None, status=200, code_form=None):
    person = queries.get_own_person(viewer())
    page = render_template(
        "accounts/account.html",
        form=form or AccountForm(formdata=None, obj=person),
        password_form=password_form or PasswordForm(formdata=None),
        code_form=code_form or CodeForm(formdata=None),
        factor=factors.factor_of(person.id),
        codes_left=factors.codes_left(person.id),
        none_for_demo=proving.none_for_demo() if person.is_demo else None,
        must_have=factors.is_asked_of([standing.role for standing in viewer().standings]),
        memberships=queries.own_memberships(viewer(), today=clock.today()),
        sessions=queries.sessions_of(viewer().person_id),
        role_labels=ROLE_LABELS,
    )
    return page, status
