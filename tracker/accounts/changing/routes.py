"""Changing what people are: memberships, moves, suspension, joining bodies."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts import belonging
from tracker.accounts import queries as accounts
from tracker.accounts.access import allow, sure, take_once, viewer
from tracker.accounts.changing import policy, queries, service
from tracker.accounts.changing.forms import (
    MembershipForm,
    MoreForm,
    MoveForm,
    SuspendForm,
)
from tracker.accounts.policy import roles_to_invite
from tracker.accounts.roles import ROLE_LABELS, Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.forms import CreateForm
from tracker.core.i18n import named

bp = Blueprint("changing", __name__)


def changeable(membership_id):
    """The membership and its place, when the viewer may change it."""
    found = queries.get_membership(viewer(), membership_id)
    place = queries.place_of(found)
    require(policy.can_change(viewer(), found.person_id, place))
    return found, place


@bp.route("/people/memberships/<int:membership_id>", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
@sure
def membership(membership_id):
    found, place = changeable(membership_id)
    form = MembershipForm(obj=found)
    # A role that should never have been given there may stay until its last day, and be replaced.
    form.offer(roles_to_invite(viewer(), place.organisation, place.area_ids) | {place.role})
    if form.validate_on_submit():
        if form.opened_version() != found.version:
            raise ConflictError(_("Somebody else changed this meanwhile. Please open it again."))
        try:
            service.change(found, form.draft(), by=viewer(), at=clock.now())
        except InvalidInputError as error:
            db.session.rollback()
            form.reject(error)
        else:
            db.session.commit()
            flash(_("Saved. It counts from the next page the person opens."), "success")
            return redirect(url_for("accounts.person", person_id=found.person_id), code=303)
    return membership_page("accounts/changing/membership.html", form, membership_id)


def membership_page(template, form, membership_id):
    """The form beside the membership as it is stored, also after a refusal."""
    found = queries.get_membership(viewer(), membership_id)
    page = render_template(template, form=form, membership=found, role_labels=ROLE_LABELS)
    return page, 422 if form.is_submitted() else 200


@bp.route("/people/memberships/<int:membership_id>/move", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
@sure
def move(membership_id):
    found, _place = changeable(membership_id)
    form = MoveForm()
    form.offer(accounts.invitation_choices(viewer()))
    person_id = found.person_id
    if form.validate_on_submit() and take_once(form, lambda: moved(form, found), said_moved):
        return redirect(url_for("accounts.person", person_id=person_id), code=303)
    return membership_page("accounts/changing/move.html", form, membership_id)


def moved(form, found):
    """Where the person goes on, by name."""
    organisation_id, role = form.chosen_place()
    who = {"by": viewer(), "at": clock.now(), "today": clock.today()}
    made = service.move(found, organisation_id, role, on=form.on.data, **who)
    return named(made.organisation)


def said_moved(name):
    """What is said of a move."""
    return _("Noted: in %(name)s from that day on.", name=name)


@bp.route("/people/<int:person_id>/memberships/new", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
@sure
def more(person_id):
    person = accounts.get_person(viewer(), person_id, today=clock.today())
    choices = accounts.invitation_choices(viewer())
    require(bool(choices) and person_id != viewer().person_id)
    form = MoreForm(from_on=clock.today())
    form.offer(choices)
    if form.validate_on_submit() and take_once(form, lambda: added(form, person), _("Saved.")):
        return redirect(url_for("accounts.person", person_id=person_id), code=303)
    page = render_template("accounts/changing/more.html", form=form, person=person)
    return page, 422 if form.is_submitted() else 200


def added(form, person):
    """The new membership."""
    organisation_id, role = form.chosen_place()
    return service.add(
        person,
        organisation_id,
        form.draft(role),
        from_on=form.from_on.data,
        by=viewer(),
        at=clock.now(),
        today=clock.today(),
    )


@bp.route("/people/<int:person_id>/suspend", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
@sure
def suspend(person_id):
    person = accounts.get_person(viewer(), person_id, today=clock.today())
    places = belonging.places_of(person.id, today=clock.today())
    require(policy.can_suspend(viewer(), person.id, places))
    closing = person.disabled_at is None
    form = SuspendForm() if closing else CreateForm()
    if form.validate_on_submit() and closed_or_opened(form, person):
        return redirect(url_for("accounts.person", person_id=person_id), code=303)
    page = render_template(
        "accounts/changing/suspend.html",
        form=form,
        person=person,
        closing=closing,
        places=places,
        role_labels=ROLE_LABELS,
    )
    return page, 422 if form.is_submitted() else 200


def closed_or_opened(form, person):
    """Whether it was done."""
    who = {"by": viewer(), "at": clock.now(), "today": clock.today()}
    if person.disabled_at is not None:
        verb, said = partial(service.take_up_again, person), _("The account is open again.")
    else:
        why = form.closing()
        verb, said = partial(service.suspend, person, why), _("The account is closed.")
    return take_once(form, partial(verb, **who), said)
