"""The chain of an issue on one page, and the ways to it from a case and from a resource."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, traces
from tracker.core.errors import NotFoundError
from tracker.issues.proof.routes import bp
from tracker.issues.routes import lead_on
from tracker.issues.tracing import lines, queries


@bp.get("/issues/<int:issue_id>/trace")
@allow(Permission.CASE_READ)
def trace(issue_id):
    try:
        found = queries.trace(viewer(), issue_id, today=clock.today())
    except NotFoundError:
        return lead_on(issue_id, "issues.trace")
    traces.opened(viewer().person_id, "issues", issue_id, at=clock.now())
    return render_template("issues/trace.html", trace=found, parts=lines.parts(found))


@bp.get("/cases/<int:case_id>/trace")
@allow(Permission.CASE_READ)
def case_trace(case_id):
    issues = queries.of_case(viewer(), case_id)
    back = url_for("cases.show", case_id=case_id)
    return chosen(issues, back, _("This case supports no regional issue yet."))


@bp.get("/resources/<int:resource_id>/trace")
@allow(Permission.CASE_READ)
def resource_trace(resource_id):
    issues = queries.of_resource(viewer(), resource_id)
    back = url_for("resources.show", resource_id=resource_id)
    return chosen(issues, back, _("This resource came from no regional issue you may follow."))


def chosen(issues, back, none_yet):
    """The chain itself when there is one; a choice of several, or that there is none."""
    if len(issues) == 1:
        return redirect(url_for("issues.trace", issue_id=issues[0].id))
    return render_template("issues/traces.html", issues=issues, back=back, none_yet=none_yet)
