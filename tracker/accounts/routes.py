"""People, organisations, invitations."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.accounts import belonging, invited, queries, renewing, service, sso_routes
from tracker.accounts.access import allow, public, sure, viewer
from tracker.accounts.changing import closings, merging
from tracker.accounts.changing import policy as changing_policy
from tracker.accounts.changing import queries as changing
from tracker.accounts.factors import queries as factors
from tracker.accounts.factors import service as proving
from tracker.accounts.forms import FindForm, InvitationForm, NewPersonForm, OrganisationForm
from tracker.accounts.letters import queries as letters
from tracker.accounts.models import ORGANISATION_LABELS, Organisation, Person
from tracker.accounts.policy import can_edit_organisation, can_look_after
from tracker.accounts.roles import ROLE_LABELS, Permission
from tracker.accounts.towns.policy import can_set_up
from tracker.core import clock, request_keys
from tracker.core.db import WRITING, db
from tracker.core.errors import InvalidInputError
from tracker.core.i18n import listed, named
from tracker.core.paging import page_of

bp = sso_routes.bp  # the door and one's own account stand on it already


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
        letters=bool(letters.inviting(viewer()).standings),
        memberships=queries.memberships_of(
            viewer(), [row.id for row in page.rows], today=clock.today()
        ),
        role_labels=ROLE_LABELS,
    )


@bp.get("/people/<int:person_id>")
@allow(Permission.PERSON_READ)
def person(person_id):
    return person_page(queries.get_person(viewer(), person_id, today=clock.today()))


def person_page(found, link=None):
    """What colleagues may know of somebody, and how they help them back in."""
    places = belonging.places_of(found.id, today=clock.today())
    helps = can_look_after(viewer(), found.id, places)
    changes = {
        (place.organisation.id, place.role)
        for place in places
        if changing_policy.can_change(viewer(), found.id, place)
    }
    return render_template(
        "accounts/person.html",
        person=found,
        memberships=changing.history_of(viewer(), found.id),
        this_day=clock.today(),
        changes=changes,
        may_suspend=helps,
        closed=closings.last_closing(found.id) if helps and found.disabled_at else None,
        last_sign_in=changing.last_sign_in(found.id) if helps else None,
        looks_after=helps,
        role_labels=ROLE_LABELS,
        may_help=helps and found.disabled_at is None and not found.is_demo,
        factor=factors.factor_of(found.id) if helps else None,
        waiting=factors.open_reset(found.id) if helps else None,
        link=link,
        link_minutes=int(renewing.LINK_LIFE.total_seconds() // 60),
    )


@bp.post("/people/<int:person_id>/new-password")
@allow(Permission.PERSON_INVITE)
@sure
def make_reset(person_id):
    found = queries.get_person(viewer(), person_id, today=clock.today())
    token = renewing.make_link(found, by=viewer(), at=clock.now())
    db.session.commit()
    path = url_for(".new_password", reset=token)
    return person_page(found, link=current_app.config["BASE_URL"].rstrip("/") + path)


@bp.post("/people/<int:person_id>/second/ask")
@allow(Permission.PERSON_INVITE)
@sure
def ask_factor_reset(person_id):
    return factor_step(
        person_id, proving.ask_reset, _("Asked. A second person has to agree on this page.")
    )


@bp.post("/people/<int:person_id>/second/agree")
@allow(Permission.PERSON_INVITE)
@sure
def agree_factor_reset(person_id):
    return factor_step(
        person_id, proving.agree_reset, _("The second factor is gone. A new one is set up next.")
    )


def factor_step(person_id, verb, done):
    """One step of two people towards a new second factor for a third."""
    found = queries.get_person(viewer(), person_id, today=clock.today())
    verb(found, by=viewer(), at=clock.now())
    db.session.commit()
    flash(done, "success")
    return redirect(url_for(".person", person_id=person_id), code=303)


@bp.route("/people/invite", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
@sure
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
    invitation = invited.get_invitation(token, at=clock.now())
    form = NewPersonForm()
    if form.validate_on_submit():
        draft = form.draft(str(get_locale()))
        try:
            service.accept_invitation(token, draft, at=clock.now(), today=clock.today())
        except InvalidInputError as error:
            form.reject(error)
            invitation = invited.get_invitation(token, at=clock.now())
        else:
            db.session.commit()
            flash(_("Your account is ready. Please sign in."), "success")
            return redirect(url_for(".sign_in"), code=303)
    page = render_template(
        "accounts/accept.html", form=form, invitation=invitation, role_labels=ROLE_LABELS
    )
    return page, 422 if form.is_submitted() else 200


@bp.errorhandler(invited.OverError)
def invitation_over(error):
    """Used, run out or withdrawn: its holder is told which, and whom to call."""
    db.session.rollback()
    WRITING.set(False)  # the page itself writes nothing
    return render_template("accounts/over.html", error=error, why=invited.Over), error.status


@bp.get("/organisations/")
@allow(Permission.ORGANISATION_READ)
def organisations():
    form = FindForm(request.args)
    words = form.q.data or "" if form.validate() else ""
    page = page_of(
        queries.organisations(viewer(), words),
        Organisation.id,
        descending=False,
    )
    return render_template(
        "accounts/organisations.html",
        form=form,
        words=words,
        page=page,
        kind_labels=ORGANISATION_LABELS,
    ), form.http_status


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
        may_correct=can_set_up(viewer(), found.municipality_id),
        may_unmerge=merging.undoable(found, by=viewer(), at=clock.now()) is not None,
        may_merge=changing_policy.can_merge_from(viewer(), found) and found.closed_on is None,
        successor=changing.successor_of(found),
        joined=changing.joined_to(found.id),
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
        for name in ("name_ja", "name_en", "kana", "phone", "address", "mail")
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
