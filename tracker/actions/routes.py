"""One action, and what its owner may do with it."""

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.actions import asked, delays, policy, queries, service, stages
from tracker.actions.forms import (
    EntryForm,
    HoldForm,
    LiveForm,
    NextForm,
    ReassignForm,
    ResumeForm,
    StopForm,
)
from tracker.actions.kinds import live_rule
from tracker.actions.models import Stage
from tracker.actions.work import page as work
from tracker.actions.work import queries as work_queries
from tracker.core import clock
from tracker.core.errors import require
from tracker.core.forms import CreateForm
from tracker.core.i18n import named
from tracker.issues.proof import queries as proof
from tracker.resources import queries as resources
from tracker.resources.drafting import LISTS
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList

bp = Blueprint("actions", __name__, url_prefix="/actions")


@bp.get("/<int:action_id>")
@allow(Permission.ACTION_READ)
def show(action_id):
    return action_page(action_id)


def action_page(action_id, status=200, **refused):
    """The page of an action with everything this person may do now.

    :param refused: the form that was sent and not taken, by its name
    """
    page = queries.action_page(viewer(), action_id)
    forms = {**offered(page.action), **work.offered(page.action), **refused}
    body = render_template(
        "actions/show.html",
        page=page,
        action=page.action,
        forms=forms,
        work=work_queries.work_on(viewer(), page.action, today=clock.today()),
        reading=before_launch(page),
        live_means=live_rule(page.action.kind),
        asked=asked,
        families=families() if "live_form" in forms else [],
        kinds=taxonomy.codes(CodeList.ACTION_KIND)[CodeList.ACTION_KIND],
        plain_form=forms.get("plain_form") or CreateForm(formdata=None),
        may_undo=policy.can_move(viewer(), page.action)
        and page.last is not None
        and policy.can_undo(viewer(), page.last, clock.now()),
        delays=delays,
        begins=page.action.stage is stages.BEGUN[0],
        now=clock.now(),
    )
    return body, status


def before_launch(page):
    """What would be proof later, while it is studied or tried; None where it is no question."""
    asked_now = page.action.stage in {Stage.STUDY, Stage.TRIAL}
    if not asked_now or page.issue is None or page.issue.effective_on is not None:
        return None
    return proof.reading(page.issue, today=clock.today())


def offered(action):
    """The forms for what the viewer may do with the action now, by name."""
    stage, forms = action.stage, {}
    if policy.can_move(viewer(), action):
        forms["entry_form"] = EntryForm(formdata=None)
        if stages.next_stages(stage):
            forms["next_form"] = next_form(action, formdata=None)
        if stages.can_go_live(stage):
            forms["live_form"] = live_form(action, formdata=None)
        if stage is Stage.ON_HOLD:
            forms["resume_form"] = ResumeForm(formdata=None)
        if stages.is_open(stage):
            forms["hold_form"] = HoldForm(formdata=None)
        if not stages.has_ended(stage):
            forms["stop_form"] = StopForm(formdata=None)
    if policy.can_reassign(viewer(), action) and not stages.has_ended(stage):
        forms["reassign_form"] = reassign_form(action, formdata=None)
    return forms


def next_form(action, **sent):
    """The next stages of this action."""
    form = NextForm(**sent)
    following = stages.next_stages(action.stage)
    form.offer(following, asked.asked_for(*following))
    return form


def reassign_form(action, **sent):
    """The bodies that can take this action on."""
    form = ReassignForm(**sent)
    form.offer(queries.owners(viewer()), action.owner_id)
    return form


def live_form(action, **sent):
    """The directory, and an empty entry of it that knows the issue's type and area.

    :param sent: `formdata=None` for a form that nobody has sent yet
    """
    form = LiveForm(**sent)
    areas = resources.areas_kept(viewer())
    act_types = taxonomy.act_types(clock.today())
    known = resources.choices(viewer())
    form.offer(action.kind, known, areas, act_types, taxonomy.codes(*LISTS.values()))
    if sent:
        everywhere = [key for key, _name in areas]
        form.prefill(action, [action.issue.area_id] if action.issue.area_id else everywhere)
    return form


def families():
    """(family, its types as choices), in order."""
    groups = {}
    for act in taxonomy.act_types(clock.today()):
        groups.setdefault(named(act.family), []).append((act.code, named(act)))
    return list(groups.items())


@bp.post("/<int:action_id>/entry")
@allow(Permission.ACTION_EDIT)
def write(action_id):
    return step(
        action_id,
        lambda _action: EntryForm(),
        lambda action, form, **who: service.write_entry(
            action, form.said(), next_step=form.next_step.data, **who
        ),
        done=_("It stands in the log."),
        name="entry_form",
    )


@bp.post("/<int:action_id>/next")
@allow(Permission.ACTION_EDIT)
def advance(action_id):
    return step(
        action_id,
        next_form,
        lambda action, form, **who: service.move(
            action, form.chosen_stage(), form.said(), facts=form.facts(), **who
        ),
        done=_("The action stands at its next stage."),
        name="next_form",
    )


@bp.post("/<int:action_id>/live")
@allow(Permission.ACTION_EDIT)
def go_live(action_id):
    return step(
        action_id,
        live_form,
        lambda action, form, **who: service.go_live(
            action,
            form.said(),
            resource_id=form.chosen_resource(),
            resource=form.described_resource(),
            facts=form.facts(),
            next_review_on=form.next_review_on.data,
            today=clock.today(),
            **who,
        ),
        done=_("The resource is in use. The offices whose cases led here are told."),
        name="live_form",
    )


@bp.post("/<int:action_id>/hold")
@allow(Permission.ACTION_EDIT)
def hold(action_id):
    return step(
        action_id,
        lambda _action: HoldForm(),
        lambda action, form, **who: service.hold(action, form.until.data, form.said(), **who),
        done=_("The action is on hold."),
        name="hold_form",
    )


@bp.post("/<int:action_id>/resume")
@allow(Permission.ACTION_EDIT)
def resume(action_id):
    return step(
        action_id,
        lambda _action: ResumeForm(),
        lambda action, form, **who: service.resume(action, form.said(), **who),
        done=_("The action goes on."),
        name="resume_form",
    )


@bp.post("/<int:action_id>/stop")
@allow(Permission.ACTION_EDIT)
def stop(action_id):
    return step(
        action_id,
        lambda _action: StopForm(),
        lambda action, form, **who: service.stop(
            action, form.chosen_reason(), form.said(), instead=form.instead.data, **who
        ),
        done=_("The action is stopped. What was learnt stands in the log."),
        name="stop_form",
    )


@bp.post("/<int:action_id>/reassign")
@allow(Permission.ACTION_EDIT)
def reassign(action_id):
    return step(
        action_id,
        reassign_form,
        lambda action, form, **who: service.reassign(
            action, form.owner_id.data, form.said(), **who
        ),
        done=_("Another organisation has the action now."),
        name="reassign_form",
        allowed=policy.can_reassign,
    )


@bp.post("/<int:action_id>/undo")
@allow(Permission.ACTION_EDIT)
def undo(action_id):
    return step(
        action_id,
        lambda _action: CreateForm(),
        lambda action, _form, **who: service.undo_last(action, **who),
        done=_("The last step is taken back."),
        name="plain_form",
    )


def step(action_id, make_form, verb, *, done, name, allowed=policy.can_move):
    """Take one step, once; a refusal shows the page again with what was typed."""
    action = queries.get_action(viewer(), action_id)
    require(allowed(viewer(), action))
    form = make_form(action)
    if not form.validate() or not take_once(
        form, partial(verb, action, form, by=viewer(), at=clock.now()), done
    ):
        return action_page(action_id, 422, **{name: form})
    return redirect(url_for(".show", action_id=action_id), code=303)
