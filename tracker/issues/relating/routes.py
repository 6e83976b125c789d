"""How an issue belongs to others: links, and what was split from it or joined into it."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, sent_before, take_once, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError, require
from tracker.core.forms import CreateForm
from tracker.issues import policy as issue_policy
from tracker.issues import queries as issue_queries
from tracker.issues.relating import (
    alike_routes,
    linking,
    policy,
    queries,
    regroup_routes,
    service,
    twin_routes,
)
from tracker.issues.relating.counts import Count, compare
from tracker.issues.relating.forms import LinkForm
from tracker.issues.routes import bp, lead_on

__all__ = ["alike_routes", "bp", "regroup_routes", "twin_routes"]


@bp.get("/issues/<int:issue_id>/relations")
@allow(Permission.ISSUE_READ)
def relations(issue_id):
    try:
        return relations_page(issue_id)
    except NotFoundError:
        return lead_on(issue_id, "issues.relations")


def relations_page(issue_id, status=200, form=None):
    """Links of the issue, what was split from it or joined into it, and the form of a link."""
    issue = issue_queries.get_issue(viewer(), issue_id)
    edits = issue_policy.can_edit(viewer(), issue)
    form = form or LinkForm(formdata=None)
    if edits:
        form.offer(queries.choices(viewer(), issue))
    body = render_template(
        "issues/relations.html",
        issue=issue,
        relations=queries.relations(viewer(), issue),
        regroupings=queries.regroupings(viewer(), issue_id),
        edits=edits,
        form=form,
        plain_form=CreateForm(formdata=None),
        may_undo=lambda act: policy.can_undo(viewer(), act, clock.now()),
    )
    return body, status


@bp.post("/issues/<int:issue_id>/links")
@allow(Permission.ISSUE_EDIT)
def link(issue_id):
    issue = issue_queries.get_issue(viewer(), issue_id)
    require(issue_policy.can_edit(viewer(), issue))
    form = LinkForm()
    form.offer(queries.choices(viewer(), issue))
    if not form.validate():
        return relations_page(issue_id, 422, form)
    other = issue_queries.get_issue(viewer(), form.other_id.data)
    verb = partial(linking.link, issue, other, by=viewer(), at=clock.now())
    if not take_once(form, lambda: verb(form.how()), _("The two issues are linked.")):
        return relations_page(issue_id, 422, form)
    return redirect(url_for(".relations", issue_id=issue_id), code=303)


@bp.post("/issues/<int:issue_id>/links/<int:tie_id>/remove")
@allow(Permission.ISSUE_EDIT)
def unlink(issue_id, tie_id):
    issue = issue_queries.get_issue(viewer(), issue_id)
    if not sent_before(CreateForm()):
        linking.unlink(issue, tie_id, by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("The link is removed."), "success")
    return redirect(url_for(".relations", issue_id=issue_id), code=303)


@bp.get("/issues/regroupings/<int:regrouping_id>")
@allow(Permission.ISSUE_READ)
def regrouping(regrouping_id):
    told = queries.get_regrouping(viewer(), regrouping_id)
    before, after = Count.from_json(told.act.before), Count.from_json(told.act.after)
    lines = compare(before, after)
    return render_template(
        "issues/regrouping.html",
        told=told,
        act=told.act,
        lines=lines,
        names=queries.names([(line.act_type, line.area_id) for line in lines]),
        heads=(told.issue_number, told.other_number),
        may_undo=policy.can_undo(viewer(), told.act, clock.now()),
        plain_form=CreateForm(formdata=None),
    )


@bp.post("/issues/regroupings/<int:regrouping_id>/undo")
@allow(Permission.ISSUE_EDIT)
def undo_regrouping(regrouping_id):
    act = queries.get_regrouping(viewer(), regrouping_id).act
    if not sent_before(CreateForm()):
        service.undo(act, by=viewer(), at=clock.now())
        db.session.commit()
        flash(_("It is taken back. Every case is where it was."), "success")
    return redirect(url_for(".regrouping", regrouping_id=regrouping_id), code=303)
