# Like routes it stands on untyped Flask.
# mypy: ignore-errors
"""The forms of the work on an action, for whoever opens its page."""

from tracker.accounts.access import viewer
from tracker.actions import policy, stages
from tracker.actions.work import queries
from tracker.actions.work.forms import (
    CommentForm,
    HandForm,
    MilestoneForm,
    ReviewForm,
    UseForm,
)
from tracker.core import clock


def offered(action):
    """What the viewer may do beside the steps, by name."""
    forms, may_move = {}, policy.can_move(viewer(), action)
    if policy.can_comment(viewer(), action):
        forms["comment_form"] = comment_form(formdata=None)
    if may_move and stages.is_in_use(action.stage):
        forms["use_form"] = UseForm(formdata=None)
    if may_move and not stages.has_ended(action.stage):
        forms["milestone_form"] = MilestoneForm(formdata=None)
        forms["review_form"] = ReviewForm(formdata=None)
        forms["hand_form"] = hand_form(action, formdata=None)
    return forms


def comment_form(**sent):
    """A comment, with those who may be told of it."""
    form = CommentForm(**sent)
    everybody = queries.workers(viewer(), today=clock.today())
    form.offer([one for one in everybody if one.person_id != viewer().person_id])
    return form


def hand_form(action, **sent):
    """The colleagues who can take this action in hand."""
    form = HandForm(**sent)
    colleagues = queries.workers(viewer(), today=clock.today(), organisation_id=action.owner_id)
    form.offer(colleagues, action.holder_id)
    return form
