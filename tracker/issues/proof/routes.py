"""Before and after on a page of its own, how it is reckoned, and the steps of watching."""

from functools import partial

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, request_keys, traces
from tracker.core.errors import NotFoundError, require
from tracker.issues import policy
from tracker.issues import queries as issues
from tracker.issues.models import IssueStatus
from tracker.issues.proof import chances, drawing, queries, reading, watching
from tracker.issues.proof.figures import Verdict
from tracker.issues.proof.forms import AgainForm, StartForm
from tracker.issues.relating.routes import bp
from tracker.issues.routes import lead_on


@bp.get("/issues/<int:issue_id>/proof")
@allow(Permission.ISSUE_READ)
def proof(issue_id):
    try:
        issue = issues.get_issue(viewer(), issue_id)
    except NotFoundError:
        return lead_on(issue_id, "issues.proof")
    traces.opened(viewer().person_id, "issues", issue_id, at=clock.now())
    return proof_page(issue)


def proof_page(issue, status=200, **refused):
    """The figures of today with everything beside them, and the steps this viewer may take."""
    today = clock.today()
    found = queries.reading(issue, today=today)
    forms = {"start_form": StartForm(formdata=None), "again_form": AgainForm(formdata=None)}
    body = render_template(
        "issues/proof.html",
        issue=issue,
        reading=found,
        compares=queries.may_compare(viewer(), issue),
        drawing=drawing.draw(found.months, started=issue.effective_on is not None),
        kept=queries.kept_readings(issue),
        due=watching.next_due(issue, today),
        may=may(issue),
        level=chances.ABOUT,
        **{**forms, **refused},
    )
    return body, status


def may(issue):
    """Names of the steps that are open to this viewer."""
    closes = policy.can_close(viewer(), issue)
    found = {
        "start": issue.status is IssueStatus.WATCHING and issue.close_proposed_as is None,
        "again": watching.can_watch_again(issue),
    }
    return {name for name, is_open in found.items() if closes and is_open}


@bp.get("/issues/proof-rule")
@allow(Permission.ISSUE_READ)
def proof_rule():
    return render_template("issues/proof_rule.html", rules=reading, verdicts=Verdict)


@bp.post("/issues/<int:issue_id>/proof/start")
@allow(Permission.ISSUE_EDIT)
def set_start(issue_id):
    form = StartForm()
    return watching_step(
        issue_id,
        "start_form",
        form,
        watching.require_watched,
        lambda issue, **who: watching.set_effective_day(
            issue, form.day.data, form.start_sentence.data, **who
        ),
        done=_("The day is set. Before and after are counted anew."),
    )


@bp.post("/issues/<int:issue_id>/proof/again")
@allow(Permission.ISSUE_EDIT)
def watch_again(issue_id):
    form = AgainForm()
    return watching_step(
        issue_id,
        "again_form",
        form,
        watching.require_back,
        lambda issue, **who: watching.watch_again(
            issue, form.day.data, form.again_sentence.data, **who
        ),
        done=_("The effect is watched once more."),
    )


def watching_step(issue_id, name, form, require_open, verb, done):
    """Take one step, once; a refusal shows the page again with what was typed."""
    issue = issues.get_issue(viewer(), issue_id)
    require(policy.can_close(viewer(), issue))
    if not request_keys.is_used(viewer().person_id, form.request_key.data):
        require_open(issue)
    taken = form.validate() and take_once(
        form, partial(verb, issue, by=viewer(), at=clock.now()), done
    )
    if not taken:
        return proof_page(issues.get_issue(viewer(), issue_id), 422, **{name: form})
    return redirect(url_for("issues.proof", issue_id=issue_id), code=303)
