"""Milestones, use, comments, handing over and standing in: their addresses."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.actions import pages, policy
from tracker.actions import service as steps
from tracker.actions.routes import bp, step
from tracker.actions.work import holding, page, queries, service
from tracker.actions.work import policy as work_policy
from tracker.actions.work.forms import (
    DelegationForm,
    HandAllForm,
    MilestoneForm,
    ReviewForm,
    UseForm,
)
from tracker.core import clock
from tracker.core.db import row_id
from tracker.core.errors import require
from tracker.core.forms import CreateForm

__all__ = ["bp", "pages"]  # the pages add their addresses to the same blueprint


@bp.post("/<int:action_id>/milestones")
@allow(Permission.ACTION_EDIT)
def add_milestone(action_id):
    return step(
        action_id,
        lambda _action: MilestoneForm(),
        lambda action, form, **who: service.add_milestone(
            action, form.milestone.data, form.milestone_due.data, **who
        ),
        done=_("The milestone is noted."),
        name="milestone_form",
    )


@bp.post("/milestones/<int:milestone_id>/reach")
@allow(Permission.ACTION_EDIT)
def reach_milestone(milestone_id):
    return mark(milestone_id, clock.today(), _("The milestone is reached."))


@bp.post("/milestones/<int:milestone_id>/reopen")
@allow(Permission.ACTION_EDIT)
def reopen_milestone(milestone_id):
    return mark(milestone_id, None, _("The milestone is open again."))


def mark(milestone_id, done_on, done):
    """The milestone is reached on this day, or open again."""
    milestone = queries.get_milestone(viewer(), milestone_id)
    return step(
        milestone.action_id,
        lambda _action: CreateForm(),
        lambda action, _form, **who: service.set_milestone(
            action, milestone, done_on=done_on, **who
        ),
        done=done,
        name="plain_form",
    )


@bp.post("/milestones/<int:milestone_id>/remove")
@allow(Permission.ACTION_EDIT)
def remove_milestone(milestone_id):
    milestone = queries.get_milestone(viewer(), milestone_id)
    return step(
        milestone.action_id,
        lambda _action: CreateForm(),
        lambda action, _form, **who: service.remove_milestone(action, milestone, **who),
        done=_("The milestone is taken off."),
        name="plain_form",
    )


@bp.post("/<int:action_id>/use")
@allow(Permission.ACTION_EDIT)
def note_use(action_id):
    return step(
        action_id,
        lambda _action: UseForm(),
        lambda action, form, **who: service.note_use(
            action,
            form.month.data,
            form.uses.data,
            form.refusals.data,
            today=clock.today(),
            **who,
        ),
        done=_("The figures are noted."),
        name="use_form",
    )


@bp.post("/<int:action_id>/look-again")
@allow(Permission.ACTION_EDIT)
def plan_review(action_id):
    return step(
        action_id,
        lambda _action: ReviewForm(),
        lambda action, form, **who: steps.plan_review(
            action, form.look_again_on.data, today=clock.today(), **who
        ),
        done=_("The day is noted."),
        name="review_form",
    )


@bp.post("/<int:action_id>/comments")
@allow(Permission.ACTION_READ)
def add_comment(action_id):
    return step(
        action_id,
        lambda _action: page.comment_form(),
        lambda action, form, **who: service.comment(
            action, form.draft(), today=clock.today(), **who
        ),
        done=_("Your comment stands below."),
        name="comment_form",
        allowed=policy.can_comment,
    )


@bp.post("/comments/<int:comment_id>/withdraw")
@allow(Permission.ACTION_READ)
def withdraw_comment(comment_id):
    said = queries.get_comment(viewer(), comment_id)
    return step(
        said.action_id,
        lambda _action: CreateForm(),
        lambda action, _form, **who: service.withdraw_comment(action, said, **who),
        done=_("Your comment is gone."),
        name="plain_form",
        allowed=lambda who, _action: work_policy.can_withdraw(who, said),
    )


@bp.post("/<int:action_id>/hand-over")
@allow(Permission.ACTION_EDIT)
def hand_over(action_id):
    return step(
        action_id,
        page.hand_form,
        lambda action, form, **who: holding.hand_to(
            action, form.holder_id.data, form.said(), today=clock.today(), **who
        ),
        done=_("The action is in the successor’s hands."),
        name="hand_form",
    )


@bp.get("/hand-over")
@allow(Permission.ACTION_READ)
def hand_over_all():
    return hand_over_page(request.args.get("holder", type=row_id), None, 200)


@bp.post("/hand-over/<int:person_id>")
@allow(Permission.ACTION_EDIT)
def hand_over_everything(person_id):
    held = queries.in_hand(viewer(), person_id, today=clock.today())
    require(work_policy.can_hand_over(viewer(), person_id, queries.bodies_of(viewer(), person_id)))
    form = hand_all_form(person_id)
    if form.validate() and take_once(
        form,
        lambda: holding.hand_over_everything(
            person_id,
            form.successor_id.data,
            request.form.get("listed", ""),
            form.said(),
            by=viewer(),
            at=clock.now(),
            today=clock.today(),
        ),
        handed_over,
    ):
        return redirect(url_for(".index"), code=303)
    return hand_over_page(held.person.id, form, 422)


def handed_over(count):
    """What is said when everything has changed hands."""
    return ngettext("%(num)s thing was handed over.", "%(num)s things were handed over.", count)


def hand_all_form(holder_id, **sent):
    """The successors of somebody."""
    form = HandAllForm(**sent)
    form.offer(queries.workers(viewer(), today=clock.today()), holder_id)
    return form


def hand_over_page(holder_id, form, status):
    """Who has something in hand, and what the chosen person holds, listed before it is given."""
    person_id = viewer().person_id if holder_id is None else holder_id
    held = queries.in_hand(viewer(), person_id, today=clock.today())
    body = render_template(
        "actions/hand_over.html",
        held=held,
        holders=queries.holders(viewer()),
        form=form or hand_all_form(person_id, formdata=None),
        may=work_policy.can_hand_over(viewer(), person_id, queries.bodies_of(viewer(), person_id)),
    )
    return body, status


@bp.route("/delegations", methods=["GET", "POST"])
@allow(Permission.ACTION_EDIT)
def delegations():
    form = DelegationForm()
    form.offer(queries.workers(viewer(), today=clock.today()), viewer().person_id)
    if form.validate_on_submit() and take_once(
        form,
        lambda: holding.delegate(form.draft(), by=viewer(), at=clock.now(), today=clock.today()),
        _("It is noted. It ends by itself after the last day."),
    ):
        return redirect(url_for(".delegations"), code=303)
    body = render_template(
        "actions/delegations.html",
        form=form,
        delegations=queries.delegations(viewer(), today=clock.today()),
        held=queries.in_hand(viewer(), viewer().person_id, today=clock.today()),
        can_end=work_policy.can_end,
        end_form=CreateForm(formdata=None),
    )
    return body, 422 if form.is_submitted() else 200


@bp.post("/delegations/<int:delegation_id>/end")
@allow(Permission.ACTION_EDIT)
def end_delegation(delegation_id):
    made = queries.get_delegation(viewer(), delegation_id)
    require(work_policy.can_end(viewer(), made))
    form = CreateForm()
    if form.validate():
        take_once(
            form,
            lambda: holding.end_delegation(made, by=viewer(), at=clock.now(), today=clock.today()),
            _("Nobody stands in any more."),
        )
    return redirect(url_for(".delegations"), code=303)
