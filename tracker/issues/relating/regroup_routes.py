# Like routes and forms it stands on untyped Flask-WTF.
# mypy: ignore-errors
"""Splitting an issue and joining two: looked at with the counts before and after, then done."""

from collections import Counter

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock, request_keys
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotFoundError, require
from tracker.issues import policy as issue_policy
from tracker.issues import queries as issue_queries
from tracker.issues.relating import queries, service
from tracker.issues.relating.counts import compare
from tracker.issues.relating.forms import JoinForm, SplitForm
from tracker.issues.relating.service import SplitDraft
from tracker.issues.routes import bp
from tracker.issues.wording import IssueDraft


@bp.route("/issues/<int:issue_id>/split", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def split(issue_id):
    issue = editable(issue_id)
    form = SplitForm(data={"version": issue.version})
    form.offer(queries.choices(viewer(), issue))
    if not form.is_submitted() or not form.validate():
        return split_page(form, issue, 422 if form.is_submitted() else 200)
    try:
        draft = split_draft(form, issue)
        if is_sure(form, issue):
            row_id = once(form, lambda: service.split(issue, draft, today=clock.today(), **who()))
            flash(_("The issue is split. No count has changed."), "success")
            return redirect(url_for(".regrouping", regrouping_id=row_id), code=303)
        plan = service.plan_split(issue, draft, by=viewer())
    except InvalidInputError as error:
        db.session.rollback()
        return split_page(form, *refused(form, issue_id, error))
    other = draft.target.number if draft.target else _("New issue")
    return look_page(form, issue, plan, (issue.number, other), _("Split the issue"))


@bp.route("/issues/<int:issue_id>/join", methods=["GET", "POST"])
@allow(Permission.ISSUE_EDIT)
def join(issue_id):
    try:
        issue = editable(issue_id)
    except NotFoundError:  # sent twice: it has become a signpost, which leads on
        queries.signpost(viewer(), issue_id)
        return redirect(url_for(".show", issue_id=issue_id), code=303)
    form = JoinForm(data={"version": issue.version})
    form.offer(queries.choices(viewer(), issue))
    if not form.is_submitted() or not form.validate():
        return join_page(form, issue, 422 if form.is_submitted() else 200)
    kept, reason = issue_queries.get_issue(viewer(), form.kept_id.data), form.reason.data
    try:
        if is_sure(form, issue):
            row_id = once(
                form, lambda: service.join(issue, kept, reason, today=clock.today(), **who())
            )
            flash(_("The issues are joined. No count has changed."), "success")
            return redirect(url_for(".regrouping", regrouping_id=row_id), code=303)
        plan = service.plan_join(issue, kept, reason, by=viewer())
    except InvalidInputError as error:
        db.session.rollback()
        return join_page(form, *refused(form, issue_id, error))
    return look_page(form, issue, plan, (kept.number, issue.number), _("Join the issues"))


def who():
    """Who acts, and when."""
    return {"by": viewer(), "at": clock.now()}


def editable(issue_id):
    """The issue, for whoever may regroup it."""
    issue = issue_queries.get_issue(viewer(), issue_id)
    require(issue_policy.can_edit(viewer(), issue))
    return issue


def refused(form, issue_id, error):
    """The issue as it is now, and the status; says so when it is no longer what was looked at."""
    form.reject(error)
    issue = editable(issue_id)
    if form.opened_version() == issue.version:
        return issue, 422
    form.form_errors.append(_("This was changed while you were reading. Please look again."))
    form.version.process(None, issue.version)
    return issue, 409


def is_sure(form, issue):
    """Was it looked at as it is now? Of what was done already the answer is given again."""
    if not form.confirmed.data:
        return False
    done = request_keys.is_used(viewer().person_id, form.request_key.data)
    return done or form.opened_version() == issue.version


def once(form, act):
    """The key of the regrouping; the same one when the form is sent again."""
    used = request_keys.use(
        viewer().person_id, form.request_key.data, form.sent_fields(), at=clock.now()
    )
    if not used.repeated:
        used.row.answer_id = act().id
        db.session.commit()
    return used.row.answer_id


def split_draft(form, issue):
    """Which cases go where; a new issue is of the area of the old one and of its cases' type."""
    target_id, ids = form.target_id.data, tuple(form.case_ids.data)
    if target_id is not None:
        target = issue_queries.get_issue(viewer(), target_id)
        return SplitDraft(ids, form.reason.data, target=target)
    members = queries.members([issue.id])[issue.id]
    types = Counter(members[case_id][0] for case_id in ids if case_id in members)
    act_type = min(types, key=lambda code: (-types[code], code), default=issue.act_type_code)
    title = " ".join((form.title.data or "").split())
    for field, text in (("title", title), ("statement", form.statement.data)):
        if not text:
            raise InvalidInputError(field, _("Please fill this in."))
    new = IssueDraft(title, form.statement.data, issue.area_id, act_type)
    return SplitDraft(ids, form.reason.data, new=new)


def split_page(form, issue, status=200):
    """The cases of the issue with a box each, and where the ticked ones go."""
    rows = queries.newest_supporting(viewer(), issue.id)
    ticked = set(form.case_ids.data or [])
    return render_template(
        "issues/split.html", form=form, issue=issue, rows=rows, ticked=ticked
    ), status


def join_page(form, issue, status=200):
    """Which issue stays, and why."""
    return render_template("issues/join.html", form=form, issue=issue), status


def look_page(form, issue, plan, heads, label):
    """The counts before and after, and everything that was typed, to be sent once more."""
    outdated = bool(form.confirmed.data)
    form.version.process(None, issue.version)
    lines = compare(plan.before, plan.after)
    body = render_template(
        "issues/regroup_look.html",
        form=form,
        issue=issue,
        plan=plan,
        lines=lines,
        names=queries.names([(line.act_type, line.area_id) for line in lines]),
        heads=heads,
        label=label,
        outdated=outdated,
        back=request.path,
    )
    return body, 409 if outdated else 200
