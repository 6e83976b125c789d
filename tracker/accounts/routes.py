"""Sign-in and out, one's own account, people, organisations, invitations."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts import access, door, kept, queries, service
from tracker.accounts.access import allow, public, viewer
from tracker.accounts.forms import (
    AccountForm,
    InvitationForm,
    NewPersonForm,
    OrganisationForm,
    PasswordForm,
    SignInForm,
)
from tracker.accounts.models import ORGANISATION_LABELS, Organisation, Person
from tracker.accounts.policy import can_edit_organisation
from tracker.accounts.roles import ROLE_LABELS, Permission
from tracker.accounts.standing import signed_in
from tracker.core import clock, request_keys
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, TooManyError
from tracker.core.i18n import listed, named
from tracker.core.paging import page_of
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
            token, reason = _enter(form, found)
        except (InvalidInputError, TooManyError) as error:
            db.session.rollback()
            return door.stay_outside(form, found, error)
        db.session.commit()
        access.enter(token)
        return _go_on(found, reason, back)
    return door.sign_in_page(form, found, 422 if form.is_submitted() else 200)


def _enter(form, found):
    """The token of a new session, and why the words that waited are no draft now."""
    draft = service.SignInDraft(
        form.login.data.strip(),
        form.password.data,
        request.remote_addr or "",
        _browser(request.user_agent.string),
        door.demo_may_enter(),
    )
    token = service.sign_in(draft, at=clock.now())
    if found is None:
        return token, None
    entered = signed_in(token, today=clock.today())
    return token, kept.bring_back(found, by=entered.viewer, at=clock.now())


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
    service.end_session(viewer().session_id, by=viewer(), at=clock.now())
    db.session.commit()
    access.leave()
    flash(_("You have signed out."), "success")
    return redirect(url_for(".sign_in"), code=303)


@bp.route("/account/", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def account():
    person = queries.get_own_person(viewer())
    form = AccountForm(obj=person)
    if form.validate_on_submit():
        if form.opened_version() != person.version:
            raise ConflictError(_("You changed your account in another window meanwhile."))
        service.change_account(form.draft(), by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".account"), code=303)
    return _account_page(form, PasswordForm(formdata=None), 422 if form.is_submitted() else 200)


@bp.post("/account/password")
@allow(Permission.ACCOUNT_OWN)
def change_password():
    form = PasswordForm()
    if form.validate():
        try:
            service.change_password(
                form.old_password.data, form.password.data, by=viewer(), at=clock.now()
            )
        except InvalidInputError as error:
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Your password is changed. You are signed out everywhere else."), "success")
            return redirect(url_for(".account"), code=303)
    person = queries.get_own_person(viewer())
    return _account_page(AccountForm(formdata=None, obj=person), form, 422)


@bp.post("/account/sessions/end")
@allow(Permission.ACCOUNT_OWN)
def end_other_sessions():
    service.end_other_sessions(by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for(".account"), code=303)


def _account_page(form, password_form, status):
    page = render_template(
        "accounts/account.html",
        form=form,
        password_form=password_form,
        memberships=queries.own_memberships(viewer(), today=clock.today()),
        sessions=queries.sessions_of(viewer().person_id),
        role_labels=ROLE_LABELS,
    )
    return page, status


@bp.get("/people/")
@allow(Permission.PERSON_READ)
def people():
    page = page_of(
        queries.people(viewer(), today=clock.today()),
        Person.id,
        descending=False,
    )
    return render_template(
        "accounts/people.html",
        page=page,
        may_invite=any(standing.may_invite for standing in viewer().standings),
        memberships=queries.memberships_of(
            viewer(), [row.id for row in page.rows], today=clock.today()
        ),
        role_labels=ROLE_LABELS,
    )


@bp.get("/people/<int:person_id>")
@allow(Permission.PERSON_READ)
def person(person_id):
    found = queries.get_person(viewer(), person_id, today=clock.today())
    return render_template(
        "accounts/person.html",
        person=found,
        memberships=queries.memberships_of(viewer(), [found.id], today=clock.today()),
        role_labels=ROLE_LABELS,
    )


@bp.route("/people/invite", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
def invite():
    choices = queries.invitation_choices(viewer())
    service.require(bool(choices))
    form = InvitationForm()
    form.offer(choices)
    link = None
    if form.validate_on_submit():
        use = request_keys.use(
            viewer().person_id, form.request_key.data, form.sent_fields(), at=clock.now()
        )
        if use.repeated:
            flash(_("This invitation is made already; its link was shown once."), "info")
            return redirect(url_for(".invite"), code=303)
        organisation_id, role = form.chosen_place()
        invitation, token = service.invite(
            organisation_id, role, may_invite=form.may_invite.data, by=viewer(), at=clock.now()
        )
        use.row.answer_id = invitation.id
        db.session.commit()
        path = url_for(".accept_invitation", token=token)
        link = current_app.config["BASE_URL"].rstrip("/") + path
    page = render_template(
        "accounts/invite.html",
        form=form,
        link=link,
        life_days=service.INVITATION_LIFE.days,
        invitations=queries.invitations_made_by(viewer(), at=clock.now()),
        role_labels=ROLE_LABELS,
    )
    return page, 422 if form.errors else 200


@bp.post("/people/invite/<int:invitation_id>/cancel")
@allow(Permission.PERSON_INVITE)
def cancel_invitation(invitation_id):
    invitation = queries.get_own_invitation(viewer(), invitation_id)
    service.cancel_invitation(invitation, by=viewer(), at=clock.now())
    db.session.commit()
    flash(_("The link of that invitation opens nothing any more."), "success")
    return redirect(url_for(".invite"), code=303)


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@public("whoever was invited has no account yet; the token is the key")
def accept_invitation(token):
    invitation = queries.get_invitation(token, at=clock.now())
    form = NewPersonForm()
    if form.validate_on_submit():
        draft = form.draft(str(get_locale()))
        try:
            service.accept_invitation(token, draft, at=clock.now(), today=clock.today())
        except InvalidInputError as error:
            form.reject(error)
            invitation = queries.get_invitation(token, at=clock.now())
        else:
            db.session.commit()
            flash(_("Your account is ready. Please sign in."), "success")
            return redirect(url_for(".sign_in"), code=303)
    page = render_template(
        "accounts/accept.html", form=form, invitation=invitation, role_labels=ROLE_LABELS
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/organisations/")
@allow(Permission.ORGANISATION_READ)
def organisations():
    page = page_of(
        queries.organisations(viewer()),
        Organisation.id,
        descending=False,
    )
    return render_template(
        "accounts/organisations.html", page=page, kind_labels=ORGANISATION_LABELS
    )


@bp.get("/organisations/<int:organisation_id>")
@allow(Permission.ORGANISATION_READ)
def organisation(organisation_id):
    found = queries.get_organisation(viewer(), organisation_id)
    return render_template(
        "accounts/organisation.html",
        organisation=found,
        areas=queries.areas_of(found.id),
        towns=queries.towns_served(found.id),
        members=queries.members_of(viewer(), found, today=clock.today()),
        may_edit=can_edit_organisation(viewer(), found),
        role_labels=ROLE_LABELS,
        kind_labels=ORGANISATION_LABELS,
    )


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@allow(Permission.ORGANISATION_EDIT)
def edit_organisation(organisation_id):
    found = queries.get_organisation(viewer(), organisation_id)
    service.require(can_edit_organisation(viewer(), found))
    served = queries.towns_served(found.id)
    form = OrganisationForm(obj=found, town_ids=[town.id for town in served])
    form.offer(queries.towns_to_serve(found))
    if form.validate_on_submit():
        if form.opened_version() != found.version:
            return _organisation_conflict(form, found, served)
        service.change_organisation(found, form.draft(), by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".organisation", organisation_id=found.id), code=303)
    page = render_template("accounts/edit_organisation.html", form=form, organisation=found)
    return page, 422 if form.is_submitted() else 200


def _organisation_conflict(form, found, served):
    rows = [
        (form[name].label.text, form[name].data, getattr(found, name))
        for name in ("name_ja", "name_en", "kana", "phone")
    ]
    if "town_ids" in form:
        mine = [c.label for c in form.town_ids.choices if c.value in form.town_ids.data]
        rows.append((form.town_ids.label.text, listed(mine), listed(map(named, served))))
    form.version.data = form.version.raw_data = None
    form.version.process(None, found.version)
    page = render_template(
        "accounts/edit_organisation.html",
        form=form,
        organisation=found,
        conflict=[(label, mine, theirs, mine != theirs) for label, mine, theirs in rows],
    )
    return page, 409


def _browser(agent):
    names = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
    name = next((name for mark, name in names.items() if mark in agent), "")
    system = next((system for system in systems if system in agent), "")
    return f"{name} {system}".strip() or "?"
