"""Saying what is at stake with an issue, and setting its band by hand or leaving it to its points.

Refusals are shown on the issue's own page, where the forms stand.
"""

from flask import Blueprint
from flask_babel import gettext as _

from tracker.accounts.access import allow
from tracker.accounts.roles import Permission
from tracker.core.forms import CreateForm
from tracker.issues.priority import service
from tracker.issues.priority.forms import BandForm, WeighForm
from tracker.issues.routes import step

bp = Blueprint("priority", __name__)


@bp.post("/issues/<int:issue_id>/weigh")
@allow(Permission.ISSUE_EDIT)
def weigh(issue_id):
    form = WeighForm()
    return step(
        issue_id,
        lambda issue, **who: service.weigh(issue, form.at_stake(), form.way(), **who),
        form=form,
        done=_("Saved. The priority was counted anew."),
        name="weigh_form",
    )


@bp.post("/issues/<int:issue_id>/band")
@allow(Permission.ISSUE_EDIT)
def set_band(issue_id):
    form = BandForm()
    return step(
        issue_id,
        lambda issue, **who: service.set_band(
            issue, form.wanted(), form.reason(), form.band_sentence.data, **who
        ),
        form=form,
        done=_("The priority is set by hand. It can be given back to its points at any time."),
        name="band_form",
    )


@bp.post("/issues/<int:issue_id>/band/release")
@allow(Permission.ISSUE_EDIT)
def release_band(issue_id):
    return step(
        issue_id,
        service.release_band,
        form=CreateForm(),
        done=_("The priority follows its points again."),
    )
